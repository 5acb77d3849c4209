"""Timing one thing several times, fairly: ours, the floor and the peer by turns."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping

WARM_UP = 2
RUNS = 9
# A thing this slow is run once more and no further: its median would change no conclusion.
SLOW_SECONDS = 3.0
FEW = 2

Act = Callable[[], object]


def medians(acts: Mapping[str, Act | None]) -> dict[str, float | None]:
    """Return the median of each act in milliseconds; the acts take turns, None stays None."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    gc.collect()
    for turn in range(WARM_UP + RUNS):
        for name, act in acts.items():
            if act is None or _is_done(times[name]):
                continue
            spent = _timed(act)
            if turn >= WARM_UP or spent > SLOW_SECONDS:
                times[name].append(spent)
    return {name: round(statistics.median(t) * 1000, 3) if t else None for name, t in times.items()}


def _is_done(times: list[float]) -> bool:
    return len(times) >= FEW and min(times) > SLOW_SECONDS


def _timed(act: Act) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began

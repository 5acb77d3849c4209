"""Timing one thing several times, fairly: ours, the floor and the peer by turns."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping

WARM_UP, RUNS = 2, 9
# What takes a moment is run as often as an office that has worked for a while has run it: until
# its fifth time psycopg lets PostgreSQL plan a statement anew, and Python learns what it meets.
QUICK_SECONDS = 0.1
QUICK_WARM_UP, QUICK_RUNS = 20, 100
# A thing this slow is run once more and no further: its median would change no conclusion.
SLOW_SECONDS = 3.0
FEW = 2

Act = Callable[[], object]


def medians(acts: Mapping[str, Act | None]) -> dict[str, float | None]:
    """Return the median of each act in milliseconds; the acts take turns, None stays None."""
    gc.collect()
    times = _times(acts, WARM_UP, RUNS)
    if all(min(spent, default=0) < QUICK_SECONDS for spent in times.values()):
        times = _times(acts, QUICK_WARM_UP, QUICK_RUNS)
    return {name: round(statistics.median(t) * 1000, 3) if t else None for name, t in times.items()}


def _times(acts: Mapping[str, Act | None], warm_up: int, runs: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(warm_up + runs):
        for name, act in acts.items():
            if act is None or _is_done(times[name]):
                continue
            spent = _timed(act)
            if turn >= warm_up or spent > SLOW_SECONDS:
                times[name].append(spent)
    return times


def _is_done(times: list[float]) -> bool:
    return len(times) >= FEW and min(times) > SLOW_SECONDS


def _timed(act: Act) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began

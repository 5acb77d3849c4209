"""What a CSV of the newest million entries costs, in time and in memory."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator

from admin_app.config import ROOT
from benchmarks import floor
from benchmarks.bench import Bench, Result, got

EXPORTED = 1_000_000
TURNS = 3
COLUMNS = """e.served_on, p.name, v.number, a.name, e.category, e.started_at, e.ended_at,
 e.minutes, e.state, s.name, e.content, e.quality, e.source, e.flags, r.name, e.recorded_at, d.name,
 e.decided_at"""
TABLES = """service_entries e JOIN persons p ON p.id = e.person_id
 JOIN volunteers v ON v.id = e.volunteer_id JOIN activities a ON a.id = e.activity_id
 JOIN stations s ON s.id = e.station_id LEFT JOIN accounts r ON r.id = e.recorded_by_id
 LEFT JOIN accounts d ON d.id = e.decided_by_id"""


def measured(bench: Bench) -> Iterator[Result]:
    """Measure the whole, its first part, and the memory above the start of a fresh process."""
    since = _since(bench, EXPORTED)
    ours = f"/ledger/export/csv/?flt_served_since={since}"
    client = bench.clients["all"]

    def parts() -> Iterable[bytes]:
        return client.get(ours, buffered=False).response  # type: ignore[no-any-return]

    spent: list[float] = []
    dumped: list[float] = []
    # Once unmeasured: whoever reads the rows first brings them into memory for the other.
    for turn in range(1 + TURNS):
        times = (
            _seconds(lambda: drain(parts())),
            _seconds(lambda: drain(floor.dump(bench.raw, COLUMNS, TABLES, EXPORTED))),
        )
        if turn:
            spent.append(times[0])
            dumped.append(times[1])
    whole, least = statistics.median(spent), statistics.median(dumped)
    yield bench.result("export-csv", "all", "s", whole, least, _stock(bench, since))
    first = statistics.median(_seconds(lambda: next(iter(parts()))) for _turn in range(TURNS))
    yield bench.result("export-csv-first", "all", "s", first)
    yield bench.result("export-csv-memory", "all", "MB", _memory(bench, ours))


def drain(parts: Iterable[bytes]) -> None:
    """Read to the end, and keep nothing."""
    for _part in parts:
        pass


def _stock(bench: Bench, since: str) -> float:
    return _seconds(
        lambda: got(bench.peer, "/ledger/export/csv/", headers={"since": since}, buffered=True)
    )


def _memory(bench: Bench, address: str) -> float:
    """Return the memory in MB that an export takes above the start, in a process of its own."""
    weigh = [sys.executable, "-m", "benchmarks.weighing", address, str(bench.station_id)]
    told = subprocess.run(  # noqa: S603  # our own words
        weigh, cwd=ROOT, env=bench.office.environment, check=True, capture_output=True, text=True
    )
    return float(told.stdout)


def _since(bench: Bench, rows: int) -> str:
    [found] = bench.asked(
        "SELECT min(served_on) FROM (SELECT served_on FROM service_entries"  # noqa: S608
        f" ORDER BY served_on DESC, id DESC LIMIT {rows}) newest"
    )
    return str(found)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return round(time.perf_counter() - began, 4)

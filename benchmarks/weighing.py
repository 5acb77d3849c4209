"""Weighs an export in a process of its own: prints the MB it takes above the start."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from admin_app.factory import create_app
from benchmarks import staff
from benchmarks.bench import got
from benchmarks.exports import drain

PEAK = re.compile(r"VmHWM:\s+(\d+) kB")
HELD = re.compile(r"VmRSS:\s+(\d+) kB")


def main(address: str, station_id: int) -> None:
    """Warm the office up by pages and a short file, then weigh the long one."""
    client = staff.signed_in(create_app(), station_id)["all"]
    for _turn in range(2):
        got(client, "/ledger/")
        drain(client.get("/ledger/export/csv/?flt_served_since=2099-01-01").response)
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before = _kilobytes(HELD)
    drain(client.get(address, buffered=False).response)
    print(round((_kilobytes(PEAK) - before) / 1024, 1))


def _kilobytes(which: re.Pattern[str]) -> int:
    found = which.search(Path("/proc/self/status").read_text())
    assert found is not None  # noqa: S101  # Linux tells both
    return int(found[1])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

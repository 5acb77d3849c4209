"""Everything that is measured in a filled office, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks import exports, lists, saving, serving
from benchmarks.bench import Bench, Result

JOBS = {"lists": lists, "saving": saving, "exports": exports, "serving": serving}


def measured(bench: Bench, only: Sequence[str] = ()) -> Iterator[Result]:
    """Measure every job, or some, a line at a time."""
    for name, job in JOBS.items():
        if not only or name in only:
            yield from job.measured(bench)

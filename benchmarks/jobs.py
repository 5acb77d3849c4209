"""Everything that is measured in a filled office, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from benchmarks import exports, lists, saving, serving
from benchmarks.bench import Bench, Result


def measured(bench: Bench) -> Iterator[Result]:
    """Measure every job, a line at a time."""
    return chain.from_iterable(job.measured(bench) for job in (lists, saving, exports, serving))

"""Jobs: long work done by a worker beside the web processes, with progress anybody can see.

The table of jobs is what is true; the queue only rings for it. So a lost queue, a killed worker
or a bell rung twice costs time and never a job, and nothing but a job's number is ever queued.
"""

from .asking import ask, cancel, end_told, has_ended, mine, of_number, unfetched, unfinished
from .files import fetch, parts
from .kinds import AnyKind, Changing, Kind, Made, register, title
from .nightly import last as last_check
from .nightly import warning
from .progress import Progress
from .queue import ring
from .words import told
from .workers import Worker, is_any_at_work, keep_beating

__all__ = [
    "AnyKind",
    "Changing",
    "Kind",
    "Made",
    "Progress",
    "Worker",
    "ask",
    "cancel",
    "end_told",
    "fetch",
    "has_ended",
    "is_any_at_work",
    "keep_beating",
    "last_check",
    "mine",
    "of_number",
    "parts",
    "register",
    "ring",
    "title",
    "told",
    "unfetched",
    "unfinished",
    "warning",
]

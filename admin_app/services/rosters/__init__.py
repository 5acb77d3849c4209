"""Rosters: the hours of many people at one activity, recorded in one go."""

from .earlier import last_like, people_of
from .lines import MOST, Line, named, read, settled
from .recording import Stopped, record

__all__ = [
    "MOST",
    "Line",
    "Stopped",
    "last_like",
    "named",
    "people_of",
    "read",
    "record",
    "settled",
]

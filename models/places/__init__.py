"""Where things are: divisions and stations."""

from .division import PREFIX_LENGTH, Division, Level
from .station import AtStation, ManagerTerms, Placed, Station, StationKind

__all__ = [
    "PREFIX_LENGTH",
    "AtStation",
    "Division",
    "Level",
    "ManagerTerms",
    "Placed",
    "Station",
    "StationKind",
]

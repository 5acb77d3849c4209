"""Where things are: divisions and stations."""

from .division import PREFIX_LENGTH, Division, Level
from .opening_hours import OpeningHours, Weekday
from .population import Population
from .station import AtStation, ManagerTerms, Placed, Station, StationKind

__all__ = [
    "PREFIX_LENGTH",
    "AtStation",
    "Division",
    "Level",
    "ManagerTerms",
    "OpeningHours",
    "Placed",
    "Population",
    "Station",
    "StationKind",
    "Weekday",
]

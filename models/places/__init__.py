"""Where things are: divisions and stations."""

from .division import PREFIX_LENGTH, Division, Level
from .equipment import StationEquipment
from .manager_change import ManagerChange
from .opening_hours import OpeningHours, Weekday
from .population import Population
from .service_item import ServiceItem, ServiceKind
from .station import AtStation, HostFacility, ManagerTerms, Placed, Station, StationKind

__all__ = [
    "PREFIX_LENGTH",
    "AtStation",
    "Division",
    "HostFacility",
    "Level",
    "ManagerChange",
    "ManagerTerms",
    "OpeningHours",
    "Placed",
    "Population",
    "ServiceItem",
    "ServiceKind",
    "Station",
    "StationEquipment",
    "StationKind",
    "Weekday",
]

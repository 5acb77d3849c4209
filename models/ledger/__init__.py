"""Activities and the ledger of service entries."""

from .activity import Activity, ActivityState
from .category import Category
from .service_entry import EntrySource, EntryState, ServiceEntry

__all__ = [
    "Activity",
    "ActivityState",
    "Category",
    "EntrySource",
    "EntryState",
    "ServiceEntry",
]

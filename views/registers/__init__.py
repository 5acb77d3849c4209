"""The registers, one screen a table."""

from .committee import LeadershipView, RuleView
from .ledger import ActivityView, LedgerView
from .office import AccountView, AppointmentView, AuditView, FigureView
from .places import DivisionView, StationView
from .volunteers import VolunteerView

__all__ = [
    "AccountView",
    "ActivityView",
    "AppointmentView",
    "AuditView",
    "DivisionView",
    "FigureView",
    "LeadershipView",
    "LedgerView",
    "RuleView",
    "StationView",
    "VolunteerView",
]

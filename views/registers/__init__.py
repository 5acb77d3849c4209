"""The registers, one screen a table."""

from .backups import BackupView
from .certificates import CertificateView, RequestView
from .checks import CheckView
from .committee import LeadershipView, RuleView
from .consents import ConsentView
from .dismissals import DismissalView
from .exemptions import ExemptionView
from .figures import FigureView
from .ledger import ActivityView, LedgerView
from .merges import MergeView
from .notices import NoticeView
from .objections import ObjectionView
from .office import AccountView, AppointmentView, AuditView
from .places import DivisionView, StationView
from .population import PopulationView
from .programme import ProjectView, TeamMemberView, TeamView
from .refusals import OverlapRefusalView
from .registrations import RegistrationView
from .trainings import LeaveView, TrainingView
from .volunteers import VolunteerView
from .workdays import WorkdayView

__all__ = [
    "AccountView",
    "ActivityView",
    "AppointmentView",
    "AuditView",
    "BackupView",
    "CertificateView",
    "CheckView",
    "ConsentView",
    "DismissalView",
    "DivisionView",
    "ExemptionView",
    "FigureView",
    "LeadershipView",
    "LeaveView",
    "LedgerView",
    "MergeView",
    "NoticeView",
    "ObjectionView",
    "OverlapRefusalView",
    "PopulationView",
    "ProjectView",
    "RegistrationView",
    "RequestView",
    "RuleView",
    "StationView",
    "TeamMemberView",
    "TeamView",
    "TrainingView",
    "VolunteerView",
    "WorkdayView",
]

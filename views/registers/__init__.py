"""The registers, one screen a table."""

from .certificates import CertificateView, RequestView
from .committee.exemptions import ExemptionView
from .committee.leadership import LeadershipView, RuleView
from .ledger.activities import ActivityView
from .ledger.entries import LedgerView
from .ledger.notices import NoticeView
from .ledger.objections import ObjectionView
from .ledger.refusals import OverlapRefusalView
from .office.accounts import AccountView
from .office.appointments import AppointmentView
from .office.audit import AuditView
from .office.backups import BackupView
from .office.checks import CheckView
from .office.figures import FigureView
from .office.workdays import WorkdayView
from .people.consents import ConsentView
from .people.dismissals import DismissalView
from .people.merges import MergeView
from .people.privacy import PrivacyView
from .people.purposes import PurposeView
from .people.registrations import RegistrationView
from .people.releases import ReleaseView
from .people.trainings import LeaveView, TrainingView
from .people.volunteers import VolunteerView
from .places.population import PopulationView
from .places.stations import DivisionView, StationView
from .programme import ProjectView, TeamMemberView, TeamView

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
    "PrivacyView",
    "ProjectView",
    "PurposeView",
    "RegistrationView",
    "ReleaseView",
    "RequestView",
    "RuleView",
    "StationView",
    "TeamMemberView",
    "TeamView",
    "TrainingView",
    "VolunteerView",
    "WorkdayView",
]

"""Every register of the office; importing this package defines the whole schema."""

from .accounts import STATION_ROLES, Account, Appointment, Role, SignIn
from .audit_entry import AuditAction, AuditEntry, AuditHead
from .base import Audited, Choice, Model, Stamped, Versioned, db
from .certificates import Certificate, CertificateRequest, CertificateState, RequestState
from .committee import LeadershipGroup, LeadershipSeat, Rule, RuleKind, SeatKind
from .errors import DomainError, NotAllowed
from .exchange import ImportBatch, ImportKind
from .figure import Figure, FigureName
from .jobs import Job, JobPart, JobState, JobWorker
from .ledger import (
    Activity,
    ActivityState,
    AreaMonth,
    Category,
    EntryKind,
    EntrySource,
    EntryState,
    OverlapRefusal,
    PersonLife,
    PersonYear,
    RefusedAct,
    Reversal,
    ReversalGround,
    ServiceEntry,
    StandingChange,
    StandingKind,
)
from .office import Office
from .people import NameGram, Person, RollState, Sex, Volunteer, id_number_hash, phone_hash
from .places import (
    PREFIX_LENGTH,
    AtStation,
    Division,
    Level,
    ManagerTerms,
    Placed,
    Station,
    StationKind,
)
from .sealing import Keyring, keyring
from .workday import Workday

__all__ = [
    "PREFIX_LENGTH",
    "STATION_ROLES",
    "Account",
    "Activity",
    "ActivityState",
    "Appointment",
    "AreaMonth",
    "AtStation",
    "AuditAction",
    "AuditEntry",
    "AuditHead",
    "Audited",
    "Category",
    "Certificate",
    "CertificateRequest",
    "CertificateState",
    "Choice",
    "Division",
    "DomainError",
    "EntryKind",
    "EntrySource",
    "EntryState",
    "Figure",
    "FigureName",
    "ImportBatch",
    "ImportKind",
    "Job",
    "JobPart",
    "JobState",
    "JobWorker",
    "Keyring",
    "LeadershipGroup",
    "LeadershipSeat",
    "Level",
    "ManagerTerms",
    "Model",
    "NameGram",
    "NotAllowed",
    "Office",
    "OverlapRefusal",
    "Person",
    "PersonLife",
    "PersonYear",
    "Placed",
    "RefusedAct",
    "RequestState",
    "Reversal",
    "ReversalGround",
    "Role",
    "RollState",
    "Rule",
    "RuleKind",
    "SeatKind",
    "ServiceEntry",
    "Sex",
    "SignIn",
    "Stamped",
    "StandingChange",
    "StandingKind",
    "Station",
    "StationKind",
    "Versioned",
    "Volunteer",
    "Workday",
    "db",
    "id_number_hash",
    "keyring",
    "phone_hash",
]

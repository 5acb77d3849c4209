"""Activities and the ledger of service entries."""

from models.category import Category

from .activity import Activity, ActivityState, Gate, is_asked_of_stations, was_volunteering
from .attendance import Attendance, AttendanceState
from .notice import Notice, NoticeLine, NoticeState
from .objection import Objection, ObjectionState, Objector
from .official import OfficialState
from .overlap_refusal import OverlapRefusal, RefusedAct
from .release import Release, ReleaseLine, ReleasePurpose, ReleaseState
from .reversal import Reversal, ReversalGround
from .service_entry import EntryKind, EntrySource, EntryState, ServiceEntry
from .totals import (
    AreaMonth,
    PersonLife,
    PersonYear,
    StandingChange,
    StandingKind,
    UploadMonth,
)

__all__ = [
    "Activity",
    "ActivityState",
    "AreaMonth",
    "Attendance",
    "AttendanceState",
    "Category",
    "EntryKind",
    "EntrySource",
    "EntryState",
    "Gate",
    "Notice",
    "NoticeLine",
    "NoticeState",
    "Objection",
    "ObjectionState",
    "Objector",
    "OfficialState",
    "OverlapRefusal",
    "PersonLife",
    "PersonYear",
    "RefusedAct",
    "Release",
    "ReleaseLine",
    "ReleasePurpose",
    "ReleaseState",
    "Reversal",
    "ReversalGround",
    "ServiceEntry",
    "StandingChange",
    "StandingKind",
    "UploadMonth",
    "is_asked_of_stations",
    "was_volunteering",
]

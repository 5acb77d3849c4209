"""Persons, and volunteers on a station's roll."""

from .consent import Consent, ConsentScope, ConsentWay, guardian_phone_hash
from .dismissal import Dismissal, DismissalGround, DismissalState
from .field_purpose import FieldPurpose
from .leave import Leave
from .name_gram import NameGram
from .optional import (
    ALL_SLOTS,
    ALWAYS_SENSITIVE,
    CODED,
    OPTIONAL_COLUMNS,
    SLOTS,
    Education,
    Occupation,
    OptionalField,
    OptionalValues,
    PoliticalStatus,
    SlotDay,
    SlotPart,
    Speciality,
    columns_of,
    slot_bit,
    slots_in,
)
from .person import ERASED, NO_BIRTH, Person, Sex, id_number_hash
from .person_merge import MergeState, PersonMerge
from .privacy_request import (
    PrivacyAsker,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
)
from .registered import RegisteredChange, RegisteredCount
from .registration import (
    MAX_CATEGORIES,
    Registration,
    RegistrationAct,
    RegistrationState,
    RegistrationStep,
)
from .retention import RetentionDecision, RetentionOutcome
from .roll_gap import RollGap
from .training import Training, TrainingAttendee, TrainingMethod
from .volunteer import RollState, Volunteer, phone_hash

__all__ = [
    "ALL_SLOTS",
    "ALWAYS_SENSITIVE",
    "CODED",
    "ERASED",
    "MAX_CATEGORIES",
    "NO_BIRTH",
    "OPTIONAL_COLUMNS",
    "SLOTS",
    "Consent",
    "ConsentScope",
    "ConsentWay",
    "Dismissal",
    "DismissalGround",
    "DismissalState",
    "Education",
    "FieldPurpose",
    "Leave",
    "MergeState",
    "NameGram",
    "Occupation",
    "OptionalField",
    "OptionalValues",
    "Person",
    "PersonMerge",
    "PoliticalStatus",
    "PrivacyAsker",
    "PrivacyRequest",
    "PrivacyRequestKind",
    "PrivacyRequestState",
    "RegisteredChange",
    "RegisteredCount",
    "Registration",
    "RegistrationAct",
    "RegistrationState",
    "RegistrationStep",
    "RetentionDecision",
    "RetentionOutcome",
    "RollGap",
    "RollState",
    "Sex",
    "SlotDay",
    "SlotPart",
    "Speciality",
    "Training",
    "TrainingAttendee",
    "TrainingMethod",
    "Volunteer",
    "columns_of",
    "guardian_phone_hash",
    "id_number_hash",
    "phone_hash",
    "slot_bit",
    "slots_in",
]

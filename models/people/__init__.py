"""Persons, and volunteers on a station's roll."""

from .dismissal import Dismissal, DismissalGround, DismissalState
from .guardian_consent import ConsentScope, GuardianConsent, guardian_phone_hash
from .leave import Leave
from .name_gram import NameGram
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
from .training import Training, TrainingAttendee, TrainingMethod
from .volunteer import RollState, Volunteer, phone_hash

__all__ = [
    "ERASED",
    "MAX_CATEGORIES",
    "NO_BIRTH",
    "ConsentScope",
    "Dismissal",
    "DismissalGround",
    "DismissalState",
    "GuardianConsent",
    "Leave",
    "MergeState",
    "NameGram",
    "Person",
    "PersonMerge",
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
    "RollState",
    "Sex",
    "Training",
    "TrainingAttendee",
    "TrainingMethod",
    "Volunteer",
    "guardian_phone_hash",
    "id_number_hash",
    "phone_hash",
]

"""Persons, and volunteers on a station's roll."""

from .guardian_consent import ConsentScope, GuardianConsent, guardian_phone_hash
from .name_gram import NameGram
from .person import Person, Sex, id_number_hash
from .registered import RegisteredChange, RegisteredCount
from .registration import (
    MAX_CATEGORIES,
    Registration,
    RegistrationAct,
    RegistrationState,
    RegistrationStep,
)
from .volunteer import RollState, Volunteer, phone_hash

__all__ = [
    "MAX_CATEGORIES",
    "ConsentScope",
    "GuardianConsent",
    "NameGram",
    "Person",
    "RegisteredChange",
    "RegisteredCount",
    "Registration",
    "RegistrationAct",
    "RegistrationState",
    "RegistrationStep",
    "RollState",
    "Sex",
    "Volunteer",
    "guardian_phone_hash",
    "id_number_hash",
    "phone_hash",
]

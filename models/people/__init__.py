"""Persons, and volunteers on a station's roll."""

from .name_gram import NameGram
from .person import Person, Sex, id_number_hash
from .registered import RegisteredChange, RegisteredCount
from .registration import Registration, RegistrationAct, RegistrationState, RegistrationStep
from .volunteer import RollState, Volunteer, phone_hash

__all__ = [
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
    "id_number_hash",
    "phone_hash",
]

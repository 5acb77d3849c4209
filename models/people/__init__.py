"""Persons, and volunteers on a station's roll."""

from .person import Person, Sex, id_number_hash
from .volunteer import RollState, Volunteer, phone_hash

__all__ = ["Person", "RollState", "Sex", "Volunteer", "id_number_hash", "phone_hash"]

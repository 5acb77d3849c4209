"""Who signs in, and what each is appointed as."""

from .account import Account
from .appointment import STATION_ROLES, Appointment, AppointmentDivision, Role
from .sign_in import SignIn

__all__ = [
    "STATION_ROLES",
    "Account",
    "Appointment",
    "AppointmentDivision",
    "Role",
    "SignIn",
]

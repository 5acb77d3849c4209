"""Who signs in, and what each is appointed as."""

from .account import Account
from .appointment import STATION_ROLES, Appointment, AppointmentDivision, Role
from .rescue import Rescue, RescueSeen
from .sign_in import RecoveryCode, SignIn, SignInTry

__all__ = [
    "STATION_ROLES",
    "Account",
    "Appointment",
    "AppointmentDivision",
    "RecoveryCode",
    "Rescue",
    "RescueSeen",
    "Role",
    "SignIn",
    "SignInTry",
]

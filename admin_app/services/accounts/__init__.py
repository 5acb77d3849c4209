"""The verbs of accounts: opening them, appointing, signing in and out."""

from .appointments import (
    appoint,
    may_appoint,
    may_keep,
    may_open,
    place_of,
    places_of,
    reach_further,
    withdraw_from,
)
from .keeping import WITH_PLACES, by_login, close, everyone, open_account, reset
from .passwords import MAX_PASSWORD, MIN_PASSWORD, set_password
from .sign_ins import end_all, find, sign_out
from .signing_in import (
    LOCK_MINUTES,
    TRIES,
    SignInRefused,
    WrongPassword,
    change_password,
    prove,
    sign_in,
)

__all__ = [
    "LOCK_MINUTES",
    "MAX_PASSWORD",
    "MIN_PASSWORD",
    "TRIES",
    "WITH_PLACES",
    "SignInRefused",
    "WrongPassword",
    "appoint",
    "by_login",
    "change_password",
    "close",
    "end_all",
    "everyone",
    "find",
    "may_appoint",
    "may_keep",
    "may_open",
    "open_account",
    "place_of",
    "places_of",
    "prove",
    "reach_further",
    "reset",
    "set_password",
    "sign_in",
    "sign_out",
    "withdraw_from",
]

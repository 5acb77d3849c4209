"""Passwords: set under the rule, checked in the same time whoever it is."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _

from models import Account, DomainError

from .sign_ins import end_all

MIN_PASSWORD = 10
MAX_PASSWORD = 200

_hasher = PasswordHasher()
# Checked when the login is unknown, so that the answer takes as long as for a known one.
_DECOY = _hasher.hash(secrets.token_hex(16))


def set_password(account: Account, password: str) -> None:
    """Set a new password and end every sign-in under way."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise DomainError(
            _(
                "A password has %(low)s to %(high)s characters.",
                low=MIN_PASSWORD,
                high=MAX_PASSWORD,
            )
        )
    account.password_hash = _hasher.hash(password)
    account.failed_sign_ins, account.locked_until = 0, None
    if account.id is not None:
        end_all(account)


def matches(account: Account | None, password: str) -> bool:
    """Tell whether a password is the account's; for nobody's it takes as long, and is wrong."""
    try:
        held = account.password_hash if account is not None else _DECOY
        return _hasher.verify(held, password[:MAX_PASSWORD]) and account is not None
    except (VerificationError, InvalidHashError):
        return False

"""Passwords: set under the rule, checked in the same time whoever it is."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _

from models import Account, DomainError

from . import tries
from .sign_ins import end_all

MIN_PASSWORD = 10
MAX_PASSWORD = 200
# Of zxcvbn's five, the first that a guesser without the hash does not reach.
STRONG = 3
# What a guesser tries first at an office like ours.
OFFICE_WORDS = (
    "zhiyuan", "zhiyuanzhe", "zhiyuanfuwu", "fuwuzhan", "shequ", "jiedao", "zhanjiang", "diqing",
    "xianggelila", "minzheng", "zhongguo", "yunnan", "guangdong", "volunteer", "station", "office",
    "admin", "mima", "woaini", "5201314", "1314520", "a123456", "qq123456",
)  # fmt: skip

_hasher = PasswordHasher()
# Checked when the login is unknown, so that the answer takes as long as for a known one.
_DECOY = _hasher.hash(secrets.token_hex(16))


def set_password(account: Account, password: str, *, must_change: bool = False) -> None:
    """Set a new password, end every sign-in under way and forget the wrong tries.

    Raises ``DomainError`` for one that is short, common, or made of the account's own names;
    ``must_change`` lets it open nothing but the page where its owner chooses another.
    """
    require_strength(password, account)
    account.password_hash = _hasher.hash(password)
    account.must_change_password = must_change
    tries.forgive(account.login)
    if account.id is not None:
        end_all(account)


def require_strength(password: str, account: Account) -> None:
    """Raise ``DomainError`` unless a password is long enough and hard to guess."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise DomainError(
            _(
                "A password has %(low)s to %(high)s characters.",
                low=MIN_PASSWORD,
                high=MAX_PASSWORD,
            )
        )
    own = [account.login, *([account.name] if account.name else [])]
    told = [word for word in own if len(word) > (3 if word.isascii() else 1)]
    if any(word.lower() in password.lower() for word in told):
        raise DomainError(_("A password does not contain the sign-in name or the full name."))
    # Fifteen megabytes of words, for the few moments when a password is set.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    # Its work grows with the length; what follows makes a password no weaker.
    if zxcvbn(password[:72], user_inputs=[*own, *OFFICE_WORDS])["score"] < STRONG:
        raise DomainError(
            _("This password is guessed soon: take several words that have nothing in common.")
        )


def one_time() -> str:
    """Return a password to be handed over once: easy to read out, hard to guess."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _n in range(4)) for _m in range(4))


@dataclass(frozen=True)
class OneTime:
    """A password to be handed over once, with the hash that is kept of it."""

    word: str = field(repr=False)
    hashed: str = field(repr=False)


def one_times(count: int) -> list[OneTime]:
    """Return passwords for so many new accounts; it takes its time and asks no database."""
    words = [one_time() for _n in range(count)]
    return [OneTime(word, _hasher.hash(word)) for word in words]


def matches(account: Account | None, password: str) -> bool:
    """Tell whether a password is the account's; for nobody's it takes as long, and is wrong."""
    try:
        held = account.password_hash if account is not None else _DECOY
        return _hasher.verify(held, password[:MAX_PASSWORD]) and account is not None
    except (VerificationError, InvalidHashError):
        return False

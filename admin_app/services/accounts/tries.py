"""Wrong tries and the waits they earn: by sign-in name, by address, by browser known before.

A name that strangers try waits for strangers alone: a browser in which its owner signed in
before has a count of its own, so nobody keeps an owner out from afar. A name that no account
has waits like any other, so a wait tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, delete, func, select, update

from admin_app.policy import unscoped
from models import SignInTry, db
from models.sealing import keyring

# How many wrong tries are free; after that each doubles the wait, up to the longest.
FREE = {"name": 5, "browser": 10, "address": 30}
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
# Whoever tried nothing wrong for so long begins anew.
FORGOTTEN_AFTER = timedelta(days=1)

# Said once, and without the session's work: a flood of tries costs little.
_TRIES = SignInTry.__table__
_WAIT = _TRIES.c.key.in_(bindparam("keys", expanding=True)), _TRIES.c.waits_until > bindparam("at")
_WAITING = select(func.max(_TRIES.c.waits_until)).where(*_WAIT)
_TURNED_AWAY = update(SignInTry).where(*_WAIT).values(turned_away=_TRIES.c.turned_away + 1)


@dataclass(frozen=True)
class Client:
    """Whence a try comes: an address, and the browser if its cookie proves that it is known."""

    address: str = ""
    # Under which name the account's owner signed in here before; empty for a stranger.
    known_as: str = ""
    browser: str = ""


def keys(login: str, client: Client) -> list[tuple[str, str]]:
    """Return what a try counts to: the kind of key, and the key."""
    if client.known_as:
        return [("browser", f"{login}\0{client.known_as}")]
    return [("name", login), *([("address", client.address)] if client.address else [])]


def waits(counted: Sequence[tuple[str, str]], *, at: datetime) -> int:
    """Return for how many minutes more such a try is turned away unread; 0 is none."""
    asked = {"keys": [_hashed(*key) for key in counted], "at": at}
    connection = db.session.connection()
    until = connection.scalar(_WAITING, asked)
    if until is None:
        return 0
    connection.execute(_TURNED_AWAY, asked)
    return -(-int((until - at).total_seconds()) // 60)


def fail(counted: Sequence[tuple[str, str]], *, at: datetime) -> int:
    """Count a wrong try, and return how many were turned away since the one before."""
    turned_away = 0
    for kind, key in counted:
        row = _row(kind, key)
        if row is None:
            row = SignInTry(key=_hashed(kind, key), failures=0, turned_away=0, tried_at=at)
            db.session.add(row)
        if row.tried_at < at - FORGOTTEN_AFTER:
            row.failures = 0
        turned_away = max(turned_away, row.turned_away)
        row.failures, row.turned_away, row.tried_at = row.failures + 1, 0, at
        row.waits_until = _wait(row.failures - FREE[kind], at)
    return turned_away


def forgive(login: str, client: Client | None = None) -> None:
    """Forget the wrong tries of a name: its owner has signed in, or was given a new password.

    An address keeps its count: else whoever has one account tries all others without a wait.
    """
    forgotten = [_hashed("name", login)]
    if client is not None:
        forgotten += [_hashed(kind, key) for kind, key in keys(login, client) if kind == "browser"]
    with unscoped("whose tries are forgotten"):
        db.session.execute(delete(SignInTry).where(SignInTry.key.in_(forgotten)))


def sweep(*, at: datetime) -> None:
    """Delete what nobody tried for long."""
    old = SignInTry.tried_at < at - FORGOTTEN_AFTER
    db.session.execute(delete(SignInTry).where(old))


def waiting(minutes: int) -> Any:
    """Return what a person who is turned away is told."""
    return _("Too many wrong passwords: wait %(minutes)s minutes and try again.", minutes=minutes)


def _wait(beyond: int, at: datetime) -> datetime | None:
    if beyond < 0:
        return None
    # Ten doublings are beyond the longest.
    wait: timedelta = min(FIRST_WAIT * 2 ** min(beyond, 10), LONGEST_WAIT)
    return at + wait


def _row(kind: str, key: str) -> SignInTry | None:
    asked = select(SignInTry).where(SignInTry.key == _hashed(kind, key)).with_for_update()
    asked = asked.execution_options(populate_existing=True)
    found: SignInTry | None = db.session.scalar(asked)
    return found


def _hashed(kind: str, key: str) -> str:
    return keyring().blind(f"{kind}\0{key}", "sign_in_tries.key")

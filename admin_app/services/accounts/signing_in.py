"""Signing in: proving one's password, and being locked out."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services import audit
from models import Account, AuditAction, DomainError, SignIn, clock, db

from .passwords import matches, set_password
from .sign_ins import hashed

TRIES = 5
LOCK_MINUTES = 15


class SignInRefused(DomainError):
    """The login or password is wrong, or the account is locked or closed."""


class WrongPassword(SignInRefused):
    """The login or password is wrong, or the account is closed: the answer does not tell which."""


def sign_in(login: str, password: str, *, at: datetime | None = None) -> Account:
    """Return the account with a fresh token; raises ``SignInRefused``, to be committed too.

    The same words answer a wrong name, a wrong password and a closed account.
    """
    now = at or clock.utc_now()
    account = prove(login, password, at=now)
    with unscoped("nobody is signed in yet"):
        token = secrets.token_urlsafe(32)
        db.session.add(SignIn(account_id=account.id, token_hash=hashed(token), started_at=now))
        audit.record(AuditAction.SIGN_IN, Account.__tablename__, row=account, account_id=account.id)
        db.session.flush()
    account.token = token
    return account


def prove(login: str, password: str, *, at: datetime | None = None) -> Account:
    """Return the account of a login and its password, signing nobody in; the caller commits.

    Raises ``SignInRefused``, to be committed too: a failed try is traced and counts to the lock.
    """
    now, named = at or clock.utc_now(), login.replace("\x00", "").strip()
    with unscoped("whose password it is"):
        account: Account | None = db.session.scalar(
            select(Account).where(Account.login == named).with_for_update()
        )
        refusal = _refusal(account, password, now)
        if refusal is not None or account is None:
            audit.record(
                AuditAction.SIGN_IN_FAILED,
                Account.__tablename__,
                row=account,
                login_known=account is not None,
            )
            db.session.flush()
            raise refusal or SignInRefused()
        account.failed_sign_ins, account.locked_until = 0, None
        db.session.flush()
    return account


def change_password(login: str, current: str, new: str, *, at: datetime | None = None) -> None:
    """Change one's own password, which ends every sign-in; the caller commits either way.

    Raises ``SignInRefused`` for a wrong current password: guesses count towards the lock.
    """
    try:
        sign_in(login, current, at=at)
    except WrongPassword as refusal:
        raise WrongPassword(_("The current password is wrong.")) from refusal
    with unscoped("one's own account is changed"):
        account = db.session.scalars(select(Account).where(Account.login == login)).one()
        set_password(account, new)
        db.session.flush()  # here, where no permission is asked: one's own password needs none


def _refusal(account: Account | None, password: str, now: datetime) -> SignInRefused | None:
    if account is not None and account.locked_until and account.locked_until > now:
        return SignInRefused(
            _(
                "Too many wrong passwords: wait %(minutes)s minutes and try again.",
                minutes=LOCK_MINUTES,
            )
        )
    right = matches(account, password)
    if account is not None and right and account.active:
        return None
    if account is not None and not right:
        account.failed_sign_ins += 1
        if account.failed_sign_ins >= TRIES:
            account.failed_sign_ins = 0
            account.locked_until = now + timedelta(minutes=LOCK_MINUTES)
    return WrongPassword(_("The sign-in name or the password is wrong."))

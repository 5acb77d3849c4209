"""Signing in: proving one's password and code, and being made to wait."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services import audit
from models import Account, AuditAction, DomainError, SignIn, clock, db, keyring

from . import second_factor, tries
from .passwords import matches, set_password
from .sign_ins import hashed
from .tries import Client

NOWHERE = Client()


class SignInRefused(DomainError):
    """The login or password is wrong, or has to wait, or the account is closed."""


class WrongPassword(SignInRefused):
    """The login or password is wrong, or the account is closed: the answer does not tell which."""


class CodeNeeded(SignInRefused):
    """The password is right, and the code of the authenticator is still asked for."""

    def __init__(self, account: Account) -> None:
        super().__init__(_("Type the code that your authenticator shows."))
        self.account_id = account.id
        self.mark = _mark(account)


class WrongCode(SignInRefused):
    """The code of the authenticator is wrong or was used before."""


def sign_in(
    login: str,
    password: str,
    code: str = "",
    *,
    client: Client = NOWHERE,
    at: datetime | None = None,
) -> Account:
    """Return the account with a fresh token; raises ``SignInRefused``, to be committed too.

    The same words answer a wrong name, a wrong password and a closed account.
    """
    return begin(prove(login, password, code, client=client, at=at), client=client, at=at)


def begin(account: Account, *, client: Client = NOWHERE, at: datetime | None = None) -> Account:
    """Give who proved to be the account's owner a fresh token."""
    now = at or clock.utc_now()
    with unscoped("nobody is signed in yet"):
        tries.sweep(at=now)
        token = secrets.token_urlsafe(32)
        db.session.add(
            SignIn(
                account_id=account.id, token_hash=hashed(token), started_at=now, seen_at=now,
                proved_at=now, browser=client.browser, address=client.address,
            )
        )  # fmt: skip
        audit.record(AuditAction.SIGN_IN, Account.__tablename__, row=account, account_id=account.id)
        db.session.flush()
    account.token = token
    return account


def prove(
    login: str,
    password: str,
    code: str = "",
    *,
    client: Client = NOWHERE,
    at: datetime | None = None,
) -> Account:
    """Return the account of a login and its password, signing nobody in; the caller commits.

    Raises ``SignInRefused``, to be committed too: a failed try is traced and counts to the wait;
    ``CodeNeeded`` when the account has a second factor and no code is given.
    """
    now, named = at or clock.utc_now(), login.replace("\x00", "").strip()
    counted = tries.keys(named, client)
    with unscoped("whose password it is"):
        if minutes := tries.waits(counted, at=now):
            raise SignInRefused(tries.waiting(minutes))
        account: Account | None = db.session.scalar(
            select(Account).where(Account.login == named).with_for_update()
        )
        if not matches(account, password) or account is None or not account.active:
            _fail(account, counted, now)
            raise WrongPassword(_("The sign-in name or the password is wrong."))
        if account.has_second_factor and not code:
            raise CodeNeeded(account)
        _require_code(account, code, counted, now)
        tries.forgive(named, client)
        db.session.flush()
    return account


def prove_code(
    account_id: int,
    mark: str,
    code: str,
    *,
    client: Client = NOWHERE,
    at: datetime | None = None,
) -> Account:
    """Return the account whose password was proved a moment ago, by its code; see ``prove``.

    ``mark`` is what ``CodeNeeded`` told: with a password that was changed since, nothing is proved.
    """
    now = at or clock.utc_now()
    with unscoped("whose password it is"):
        account = db.session.get(Account, account_id, with_for_update=True)
        if account is None or not account.active or _mark(account) != mark:
            raise SignInRefused(_("The sign-in name or the password is wrong."))
        counted = tries.keys(account.login, client)
        if minutes := tries.waits(counted, at=now):
            raise SignInRefused(tries.waiting(minutes))
        _require_code(account, code, counted, now)
        tries.forgive(account.login, client)
        db.session.flush()
    return account


def prove_again(
    account: Account, password: str, *, client: Client = NOWHERE, at: datetime | None = None
) -> None:
    """Note that who is signed in typed the own password once more; the caller commits.

    Raises ``SignInRefused``, to be committed too: guesses count as at the door.
    """
    now = at or clock.utc_now()
    counted = tries.keys(account.login, client)
    with unscoped("one's own password"):
        if minutes := tries.waits(counted, at=now):
            raise SignInRefused(tries.waiting(minutes))
        found = db.session.get_one(Account, account.id)
        if not matches(found, password):
            _fail(found, counted, now)
            raise WrongPassword(_("The password is wrong."))
        db.session.get_one(SignIn, account.sign_in_id).proved_at = now
        db.session.flush()


def change_password(
    login: str,
    current: str,
    new: str,
    *,
    client: Client = NOWHERE,
    at: datetime | None = None,
) -> None:
    """Change one's own password, which ends every sign-in; the caller commits either way.

    Raises ``SignInRefused`` for a wrong current password: guesses count towards the wait.
    """
    now = at or clock.utc_now()
    counted = tries.keys(login, client)
    with unscoped("one's own account is changed"):
        if minutes := tries.waits(counted, at=now):
            raise SignInRefused(tries.waiting(minutes))
        account = db.session.scalars(select(Account).where(Account.login == login)).one()
        if not matches(account, current):
            _fail(account, counted, now)
            raise WrongPassword(_("The current password is wrong."))
        if current == new:
            raise DomainError(_("The new password is the one you have: choose another."))
        set_password(account, new)
        db.session.flush()  # here, where no permission is asked: one's own password needs none


def _mark(account: Account) -> str:
    """Return what tells one password of an account from the next, and nothing of it."""
    return keyring().blind(account.password_hash, "accounts.password_hash")


def _require_code(
    account: Account, code: str, counted: list[tuple[str, str]], now: datetime
) -> None:
    if account.has_second_factor and not second_factor.take(account, code, at=now):
        _fail(account, counted, now)
        raise WrongCode(_("The code is wrong or was used before: wait for the next one."))


def _fail(account: Account | None, counted: list[tuple[str, str]], at: datetime) -> None:
    turned_away = tries.fail(counted, at=at)
    audit.record(
        AuditAction.SIGN_IN_FAILED,
        Account.__tablename__,
        row=account,
        login_known=account is not None,
        **({"turned_away": turned_away} if turned_away else {}),
    )
    db.session.flush()

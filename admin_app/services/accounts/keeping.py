"""Accounts: opening, resetting and closing them."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from admin_app.policy import Access, unscoped
from models import (
    Account,
    Appointment,
    AppointmentDivision,
    DomainError,
    NotAllowed,
    Role,
    clock,
    db,
)

from .appointments import may_keep
from .passwords import OneTime, set_password
from .sign_ins import end_all

# What an account may do is read off its appointments, when no scope is declared yet.
WITH_PLACES = selectinload(Account.appointments).options(
    joinedload(Appointment.division),
    joinedload(Appointment.station),
    joinedload(Appointment.delegated_from).joinedload(Appointment.account),
    selectinload(Appointment.further).joinedload(AppointmentDivision.division),
)


def open_account(
    login: str, name: str, password: str | OneTime, *, must_change: bool = False
) -> Account:
    """Open an account without any appointment; it can sign in and sees nothing yet.

    A one-time password must be changed in any case.
    """
    login = login.strip()
    if not login or not login.isprintable() or " " in login:
        raise DomainError(_("Choose a sign-in name without spaces."))
    with unscoped("sign-in names are unique in the whole system"):
        if db.session.scalar(select(Account.id).where(Account.login == login)):
            raise DomainError(_("The sign-in name %(login)s is taken.", login=login))
        account = Account(login=login, name=name.strip() or login)
        if isinstance(password, OneTime):
            account.password_hash, account.must_change_password = password.hashed, True
        else:
            set_password(account, password, must_change=must_change)
        db.session.add(account)
        db.session.flush()  # the appointment that follows needs the number
    return account


def reset(
    account: Account, password: str, *, must_change: bool = False, by: Access | None = None
) -> None:
    """Give an account a new password, end its sign-ins and unlock it; ``by`` None is the system."""
    _require_keeper(account, by)
    with unscoped("who keeps an account was judged above"):
        set_password(account, password, must_change=must_change)
        db.session.flush()


def close(account: Account, *, by: Access | None = None) -> None:
    """Close an account and end its sign-ins; what it wrote keeps its name.

    Raises ``DomainError`` for the last account that can make others.
    """
    _require_keeper(account, by)
    with unscoped("who keeps an account was judged above"):
        others = (
            select(Appointment.id)
            .join(Account, Appointment.account_id == Account.id)
            .where(
                Account.active,
                Account.id != account.id,
                Appointment.role == Role.ADMINISTRATOR,
                Appointment.since <= clock.today(),
                or_(Appointment.until.is_(None), Appointment.until >= clock.today()),
            )
        )
        keeps = any(held.role is Role.ADMINISTRATOR for held in account.appointments)
        if keeps and db.session.scalar(others.limit(1)) is None:
            raise DomainError(_("This is the last administrator: appoint another one first."))
        account.active = False
        end_all(account)


def everyone() -> Sequence[Account]:
    """Return every account in reach with its appointments, in the order of the sign-in names."""
    query = select(Account).order_by(Account.login).options(WITH_PLACES)
    return db.session.scalars(query).all()


def by_login(login: str) -> Account:
    """Return the account of a sign-in name; raises ``DomainError`` when there is none."""
    with unscoped("an operator names an account"):
        account: Account | None = db.session.scalar(
            select(Account).where(Account.login == login).options(WITH_PLACES)
        )
    if account is None:
        raise DomainError(_("There is no account %(login)s.", login=login))
    return account


def _require_keeper(account: Account, by: Access | None) -> None:
    if by is not None and not (by.may("accounts:write") and may_keep(account, by)):
        raise NotAllowed(_("Your appointment does not carry this act at this place."))

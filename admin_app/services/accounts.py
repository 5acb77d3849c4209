"""Accounts and appointments: opening them, signing in, locking out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import joinedload, selectinload

from admin_app.policy import Access, Place, unscoped
from models import (
    STATION_ROLES,
    Account,
    Appointment,
    AppointmentDivision,
    AuditAction,
    Division,
    DomainError,
    NotAllowed,
    Role,
    SignIn,
    Station,
    clock,
    db,
)

from . import audit, divisions, stations

MIN_PASSWORD = 10
MAX_PASSWORD = 200
TRIES = 5
# From the county up accounts are made for what lies below; a township has fewer rights.
APPOINTING_LEVELS = ("county", "prefecture")
LOCK_MINUTES = 15

_hasher = PasswordHasher()
# Checked when the login is unknown, so that the answer takes as long as for a known one.
_DECOY = _hasher.hash(secrets.token_hex(16))

# What an account may do is read off its appointments, when no scope is declared yet.
WITH_PLACES = selectinload(Account.appointments).options(
    joinedload(Appointment.division),
    joinedload(Appointment.station),
    selectinload(Appointment.further).joinedload(AppointmentDivision.division),
)


# Asked before every page: said once, and in one statement.
_SIGNED_IN = (
    select(Account)
    .join(SignIn, SignIn.account_id == Account.id)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.ended_at.is_(None),
        SignIn.started_at > bindparam("oldest"),
        Account.active,
    )
    .options(
        joinedload(Account.appointments).options(
            joinedload(Appointment.division).load_only(Division.name, Division.level),
            joinedload(Appointment.station).load_only(Station.name),
            joinedload(Appointment.further)
            .joinedload(AppointmentDivision.division)
            .load_only(Division.name, Division.level),
        )
    )
)


class SignInRefused(DomainError):
    """The login or password is wrong, or the account is locked or closed."""


class WrongPassword(SignInRefused):
    """The login or password is wrong, or the account is closed: the answer does not tell which."""


def open_account(login: str, name: str, password: str) -> Account:
    """Open an account without any appointment; it can sign in and sees nothing yet."""
    login = login.strip()
    if not login or not login.isprintable() or " " in login:
        raise DomainError(_("Choose a sign-in name without spaces."))
    with unscoped("sign-in names are unique in the whole system"):
        if db.session.scalar(select(Account.id).where(Account.login == login)):
            raise DomainError(_("The sign-in name %(login)s is taken.", login=login))
        account = Account(login=login, name=name.strip() or login)
        set_password(account, password)
        db.session.add(account)
        db.session.flush()  # the appointment that follows needs the number
    return account


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


def appoint(
    account: Account,
    role: Role,
    place: Station | Division | None,
    *,
    by: Access | None,
    since: date | None = None,
    until: date | None = None,
) -> Appointment:
    """Appoint an account at a place; ``by`` None is the system.

    A station role needs a station, a supervisor a division; only the system appoints where
    ``by`` does not reach, and nobody appoints above himself.
    """
    _check_place(role, place)
    if by is not None:
        _check_reach(by, account, role, place)
    appointment = Appointment(
        account=account,
        role=role,
        station=place if isinstance(place, Station) else None,
        division=place if isinstance(place, Division) else None,
        since=since or clock.today(),
        until=until,
    )
    db.session.add(appointment)
    return appointment


def reach_further(
    appointment: Appointment, division: Station | Division | None, *, by: Access | None
) -> AppointmentDivision:
    """Let an appointment at a division hold at one more of them; the caller commits.

    Raises ``DomainError`` for an appointment at a station or in the whole system, for a station
    and for a division that it holds at already, ``NotAllowed`` beyond what ``by`` may appoint for.
    """
    if appointment.division is None or not isinstance(division, Division):
        raise DomainError(_("Only an appointment at a division is widened to further ones."))
    _check_place(appointment.role, division)
    if by is not None:
        _check_reach(by, appointment.account, appointment.role, division)
    if division in places_of(appointment):
        raise DomainError(
            _("The appointment holds at %(division)s already.", division=division.name)
        )
    more = AppointmentDivision(division=division, division_id=division.id)
    appointment.further.append(more)
    return more


def withdraw_from(
    appointment: Appointment, further: AppointmentDivision, *, by: Access | None
) -> None:
    """Take a further division off an appointment; the caller commits.

    Raises ``NotAllowed`` beyond what ``by`` may appoint for.
    """
    if by is not None:
        _check_reach(by, appointment.account, appointment.role, further.division)
    appointment.further.remove(further)


def places_of(appointment: Appointment) -> list[Station | Division | None]:
    """Return where an appointment holds, its first place first; None is the whole system."""
    first = appointment.station or appointment.division
    return [first, *(more.division for more in appointment.further)]


def may_keep(account: Account, by: Access) -> bool:
    """Tell whether every appointment of an account lies strictly within one's reach."""
    granting = by.places("accounts:write")
    if any(held.column is None for held in granting):
        return True
    if account.id == by.account_id:
        return False
    with unscoped("every appointment of the account is judged"):
        held_by = list(
            db.session.scalars(select(Appointment).where(Appointment.account_id == account.id))
        )
        places = [(held.role, place) for held in held_by for place in places_of(held)]
    return all(_is_below(granting, role, place) for role, place in places)


def may_open(by: Access) -> bool:
    """Tell whether one opens accounts at all: the system does, and a county for what is below."""
    return any(
        held.column is None or held.column in APPOINTING_LEVELS
        for held in by.places("accounts:write")
    )


def may_appoint(role: Role, place: Station | Division, by: Access) -> bool:
    """Tell whether one gives a role at a place, to whichever account one keeps."""
    granting = by.places("accounts:write")
    return any(held.column is None for held in granting) or _is_below(granting, role, place)


def sign_in(login: str, password: str, *, at: datetime | None = None) -> Account:
    """Return the account with a fresh token; raises ``SignInRefused``, to be committed too.

    The same words answer a wrong name, a wrong password and a closed account.
    """
    now = at or clock.utc_now()
    account = prove(login, password, at=now)
    with unscoped("nobody is signed in yet"):
        token = secrets.token_urlsafe(32)
        db.session.add(SignIn(account_id=account.id, token_hash=_hash(token), started_at=now))
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


def find(token: str, *, hours: int, at: datetime | None = None) -> Account | None:
    """Return the account whose sign-in a token proves, with its appointments, or None.

    The account comes detached: nothing the request loads later can widen or change it.
    """
    oldest = (at or clock.utc_now()) - timedelta(hours=hours)
    with unscoped("whose request this is"):
        found = db.session.scalars(_SIGNED_IN, {"token_hash": _hash(token), "oldest": oldest})
        account: Account | None = found.unique().one_or_none()
        if account is None:
            return None
        db.session.expunge_all()
    account.token = token
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


def sign_out(token: str, *, at: datetime | None = None) -> None:
    """End one sign-in."""
    with unscoped("one's own sign-in is ended"):
        found = db.session.scalar(select(SignIn).where(SignIn.token_hash == _hash(token)))
        if found is not None:
            found.ended_at = found.ended_at or at or clock.utc_now()
            audit.record(AuditAction.SIGN_OUT, Account.__tablename__, account_id=found.account_id)
            db.session.flush()


def end_all(account: Account) -> None:
    """End every sign-in of an account that is still open."""
    with unscoped("all sign-ins of an account are ended"):
        open_ = select(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
        for found in db.session.scalars(open_):
            found.ended_at = clock.utc_now()
        db.session.flush()


def reset(account: Account, password: str, *, by: Access | None = None) -> None:
    """Give an account a new password, end its sign-ins and unlock it; ``by`` None is the system."""
    _require_keeper(account, by)
    with unscoped("who keeps an account was judged above"):
        set_password(account, password)
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


def place_of(role: Role, code: str) -> Station | Division | None:
    """Return the place that an operator names for a role; an empty code is the whole system."""
    if not code:
        return None
    if role in STATION_ROLES or "-" in code:
        return stations.named_by(code)
    return divisions.by_code(code)


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


def _refusal(account: Account | None, password: str, now: datetime) -> SignInRefused | None:
    if account is not None and account.locked_until and account.locked_until > now:
        return SignInRefused(
            _(
                "Too many wrong passwords: wait %(minutes)s minutes and try again.",
                minutes=LOCK_MINUTES,
            )
        )
    right = _matches(account.password_hash if account else _DECOY, password)
    if account is not None and right and account.active:
        return None
    if account is not None and not right:
        account.failed_sign_ins += 1
        if account.failed_sign_ins >= TRIES:
            account.failed_sign_ins = 0
            account.locked_until = now + timedelta(minutes=LOCK_MINUTES)
    return WrongPassword(_("The sign-in name or the password is wrong."))


def _require_keeper(account: Account, by: Access | None) -> None:
    if by is not None and not (by.may("accounts:write") and may_keep(account, by)):
        raise NotAllowed(_("Your appointment does not carry this act at this place."))


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password[:MAX_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _check_place(role: Role, place: Station | Division | None) -> None:
    if role in STATION_ROLES and not isinstance(place, Station):
        raise DomainError(_("This role is held at a station: choose the station."))
    if role is Role.SUPERVISOR and not isinstance(place, Division):
        raise DomainError(_("A supervisor is appointed for a township, county or prefecture."))
    if isinstance(place, Division) and place.level not in ("township", "county", "prefecture"):
        raise DomainError(_("A supervisor is appointed for a township, county or prefecture."))
    if role is Role.ADMINISTRATOR and place is not None:
        raise DomainError(_("A system administrator has no place: leave it empty."))


def _check_reach(
    by: Access, account: Account, role: Role, place: Station | Division | None
) -> None:
    granting = by.places("accounts:write")
    if any(held.column is None for held in granting):
        return
    if not may_keep(account, by) or not _is_below(granting, role, place):
        raise NotAllowed(_("You appoint at the stations and divisions below your own only."))


def _is_below(granting: tuple[Place, ...], role: Role, place: Station | Division | None) -> bool:
    if role in (Role.ADMINISTRATOR, Role.AUDITOR) or place is None:
        return False
    return any(
        held.column in APPOINTING_LEVELS
        and getattr(place, f"{held.column}_id", None) == held.value
        and not (isinstance(place, Division) and place.id == held.value)
        for held in granting
    )

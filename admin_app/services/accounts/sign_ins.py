"""Sign-ins under way: whose request it is, and ending them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import joinedload

from admin_app.policy import unscoped
from admin_app.services import audit
from models import (
    Account,
    Appointment,
    AppointmentDivision,
    AuditAction,
    AuditEntry,
    Division,
    DomainError,
    SignIn,
    Station,
    clock,
    db,
)

# As much of the past as a person looks through.
HISTORY = 50

# Asked before every page: said once, and in one statement.
_SIGNED_IN = (
    select(Account, SignIn.id, SignIn.seen_at, SignIn.proved_at)
    .join(SignIn, SignIn.account_id == Account.id)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.ended_at.is_(None),
        SignIn.started_at > bindparam("oldest"),
        SignIn.seen_at > bindparam("seen_after"),
        Account.active,
    )
    .options(
        joinedload(Account.appointments).options(
            joinedload(Appointment.division).load_only(Division.name, Division.level),
            joinedload(Appointment.station).load_only(Station.name),
            joinedload(Appointment.delegated_from)
            .joinedload(Appointment.account)
            .load_only(Account.active),
            joinedload(Appointment.further)
            .joinedload(AppointmentDivision.division)
            .load_only(Division.name, Division.level),
        )
    )
)


def find(
    token: str, *, hours: int, idle_minutes: int | None = None, at: datetime | None = None
) -> Account | None:
    """Return the account whose sign-in a token proves, with its appointments, or None.

    The account comes detached: nothing the request loads later can widen or change it.
    """
    now = at or clock.utc_now()
    oldest = now - timedelta(hours=hours)
    seen_after = oldest if idle_minutes is None else now - timedelta(minutes=idle_minutes)
    told = {"token_hash": hashed(token), "oldest": oldest, "seen_after": seen_after}
    with unscoped("whose request this is"):
        found = db.session.execute(_SIGNED_IN, told).unique().one_or_none()
        if found is None:
            return None
        db.session.expunge_all()
    account: Account = found[0]
    account.token, account.sign_in_id, account.proved_at = token, found[1], found[3]
    account.seen_at = found[2]
    return account


def touch(sign_in_id: int, *, at: datetime) -> None:
    """Note that a person is still at work; the caller commits."""
    with unscoped("one's own sign-in is seen"):
        db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=at))


def sign_out(token: str, *, at: datetime | None = None) -> None:
    """End one sign-in."""
    with unscoped("one's own sign-in is ended"):
        found = db.session.scalar(select(SignIn).where(SignIn.token_hash == hashed(token)))
        if found is not None:
            found.ended_at = found.ended_at or at or clock.utc_now()
            audit.record(AuditAction.SIGN_OUT, Account.__tablename__, account_id=found.account_id)
            db.session.flush()


def end_all(account: Account, *, but: int | None = None) -> int:
    """End every sign-in of an account that is still open, all ``but`` one, and return how many."""
    with unscoped("all sign-ins of an account are ended"):
        open_ = select(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
        ended = [found for found in db.session.scalars(open_) if found.id != but]
        for found in ended:
            found.ended_at = clock.utc_now()
        db.session.flush()
    return len(ended)


def end_one(account: Account, sign_in_id: int) -> None:
    """End one sign-in of an account; raises ``DomainError`` for one that is not its."""
    with unscoped("one sign-in of an account is ended"):
        found = db.session.get(SignIn, sign_in_id)
        if found is None or found.account_id != account.id:
            raise DomainError(_("There is no such sign-in."))
        found.ended_at = found.ended_at or clock.utc_now()
        audit.record(AuditAction.SIGN_OUT, Account.__tablename__, row=account, sign_in=found.id)
        db.session.flush()


def of(account: Account, *, hours: int, at: datetime | None = None) -> list[SignIn]:
    """Return the sign-ins of an account under way, the one seen last first."""
    oldest = (at or clock.utc_now()) - timedelta(hours=hours)
    asked = select(SignIn).where(
        SignIn.account_id == account.id, SignIn.ended_at.is_(None), SignIn.started_at > oldest
    )
    with unscoped("who may see the sign-ins of an account was judged before"):
        return list(db.session.scalars(asked.order_by(SignIn.seen_at.desc(), SignIn.id.desc())))


@dataclass(frozen=True)
class Past:
    """What the trail tells of the door: when, what, and from where if that is still known."""

    at: datetime
    action: AuditAction


def history(account: Account) -> list[Past]:
    """Return the last sign-ins, sign-outs and failed tries of an account, the latest first."""
    asked = (
        select(AuditEntry.at, AuditEntry.action)
        .where(
            AuditEntry.register == Account.__tablename__,
            AuditEntry.row_id == account.id,
            AuditEntry.action.in_((AuditAction.SIGN_IN, AuditAction.SIGN_IN_FAILED)),
        )
        .order_by(AuditEntry.id.desc())
        .limit(HISTORY)
    )
    with unscoped("who may see the history of an account was judged before"):
        return [Past(*row) for row in db.session.execute(asked)]


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode()).hexdigest()

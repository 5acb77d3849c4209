"""Sign-ins under way: whose request it is, and ending them."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from admin_app.policy import unscoped
from admin_app.services import audit
from models import (
    Account,
    Appointment,
    AppointmentDivision,
    AuditAction,
    Division,
    SignIn,
    Station,
    clock,
    db,
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


def find(token: str, *, hours: int, at: datetime | None = None) -> Account | None:
    """Return the account whose sign-in a token proves, with its appointments, or None.

    The account comes detached: nothing the request loads later can widen or change it.
    """
    oldest = (at or clock.utc_now()) - timedelta(hours=hours)
    with unscoped("whose request this is"):
        found = db.session.scalars(_SIGNED_IN, {"token_hash": hashed(token), "oldest": oldest})
        account: Account | None = found.unique().one_or_none()
        if account is None:
            return None
        db.session.expunge_all()
    account.token = token
    return account


def sign_out(token: str, *, at: datetime | None = None) -> None:
    """End one sign-in."""
    with unscoped("one's own sign-in is ended"):
        found = db.session.scalar(select(SignIn).where(SignIn.token_hash == hashed(token)))
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


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode()).hexdigest()

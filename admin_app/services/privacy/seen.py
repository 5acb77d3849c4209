"""Who looked at what is kept about a person, as the trail tells it.

A list that was taken along is told of whoever reached the station with one of their appointments:
the person may have stood on it, and the trail does not name the lines of a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from admin_app.policy import unscoped
from models import (
    Account,
    Appointment,
    AuditAction,
    AuditEntry,
    Certificate,
    CertificateRequest,
    Registration,
    Release,
    ReleaseLine,
    ServiceEntry,
    Volunteer,
    db,
)

# Acts that show or hand something out; what changed is in the trail besides.
LOOKING = (AuditAction.SEARCH, AuditAction.SHOW, AuditAction.EXPORT, AuditAction.PRINT)
# Lists that hold a line of every volunteer of the station.
LISTS = (Volunteer.__tablename__, ServiceEntry.__tablename__, Registration.__tablename__)
OF_A_PERSON = (Certificate, CertificateRequest, Registration)
MOST = 500


@dataclass(frozen=True)
class Look:
    """One act by which somebody saw something; of a list, the person was one of many."""

    at: datetime
    by: str | None
    act: AuditAction
    register: str
    is_whole_list: bool


def looks(volunteer: Volunteer) -> tuple[Look, ...]:
    """Return who saw what of a person at his station, the latest first."""
    with unscoped("a person is told who looked at his data"):
        own = or_(*_own_rows(volunteer))
        lists = and_(
            AuditEntry.row_id.is_(None),
            AuditEntry.register.in_(LISTS),
            AuditEntry.action == AuditAction.EXPORT,
            AuditEntry.at >= volunteer.created_at,
            _may_hold(volunteer),
        )
        found = db.session.execute(
            select(
                AuditEntry.at, Account.name, AuditEntry.action, AuditEntry.register,
                AuditEntry.row_id,
            )
            .outerjoin(Account, Account.id == AuditEntry.account_id)
            .where(AuditEntry.action.in_(LOOKING), or_(own, lists))
            .order_by(AuditEntry.id.desc())
            .limit(MOST)
        )  # fmt: skip
        return tuple(Look(at, name, act, table, row is None) for at, name, act, table, row in found)


def _own_rows(volunteer: Volunteer) -> Iterator[ColumnElement[bool]]:
    yield and_(AuditEntry.register == Volunteer.__tablename__, AuditEntry.row_id == volunteer.id)
    released = select(ReleaseLine.release_id).where(ReleaseLine.volunteer_id == volunteer.id)
    yield and_(AuditEntry.register == Release.__tablename__, AuditEntry.row_id.in_(released))
    for model in OF_A_PERSON:
        table: Any = model.__table__
        numbers = select(table.c.id).where(table.c.volunteer_id == volunteer.id)
        yield and_(AuditEntry.register == model.__tablename__, AuditEntry.row_id.in_(numbers))


def _may_hold(volunteer: Volunteer) -> ColumnElement[bool]:
    """Return the condition for lists of those who reach the station: its own, and from above."""
    held: Any = Appointment.__table__
    above = (volunteer.township_id, volunteer.county_id, volunteer.prefecture_id)
    reaching = or_(
        held.c.station_id == volunteer.station_id,
        held.c.division_id.in_([number for number in above if number is not None]),
        and_(held.c.station_id.is_(None), held.c.division_id.is_(None)),
    )
    return AuditEntry.account_id.in_(select(held.c.account_id).where(reaching))

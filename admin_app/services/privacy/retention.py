"""Data whose time of keeping is over: listed, and deleted or kept by the leader; never by itself.

个人信息保护法 Art 19: no longer than needed. Order 67 names no number, so the number of months is a
figure that the prefecture sets; where none is set, nothing is due.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, select

from admin_app.policy import Access
from admin_app.services import audit, wording
from admin_app.services.figures import CODE_LENGTH, FiguresOfDay
from models import (
    Account,
    AuditAction,
    DomainError,
    FigureName,
    RetentionDecision,
    RetentionOutcome,
    RollState,
    Station,
    Volunteer,
    clock,
    db,
)

from . import erasing

SHOWN = 200
MOST_YEARS = 10
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class Keeping:
    """How long one station keeps the data of who left; None: no number is set there."""

    station: Station
    months: int | None
    basis: str | None
    due: tuple[Volunteer, ...]


def keeping(access: Access, *, on: date | None = None) -> list[Keeping]:
    """Return each station in reach with its number and whose data are due, the longest first."""
    day = on or clock.today()
    known = FiguresOfDay((FigureName.RETENTION_MONTHS,), on=day)
    told = []
    for station in db.session.scalars(select(Station).order_by(Station.code)):
        if not access.reaches("privacy:read", station):
            continue
        figure = known.at_code(station.code[:CODE_LENGTH], FigureName.RETENTION_MONTHS)
        number = figure.value if figure else None
        due = _due(station, last_left(day, number), day) if number is not None else ()
        told.append(Keeping(station, number, figure.basis if figure else None, tuple(due)))
    return told


def last_left(day: date, months: int | None) -> date:
    """Return the last day of leaving whose months are over on a day."""
    years, month = divmod(day.year * MONTHS_OF_A_YEAR + day.month - 1 - (months or 0),
                          MONTHS_OF_A_YEAR)  # fmt: skip
    if years < 1:
        return date.min
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def past(station: Station, last: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a line's time is over: its person left by a day."""
    return (
        Volunteer.station_id == station.id,
        Volunteer.state == RollState.LEFT,
        Volunteer.left_on <= last,
    )


def months(station: Station, day: date) -> int | None:
    """Return for how many months the station keeps data on a day; None: no number is set."""
    known = FiguresOfDay((FigureName.RETENTION_MONTHS,), on=day)
    figure = known.at_code(station.code[:CODE_LENGTH], FigureName.RETENTION_MONTHS)
    return figure.value if figure else None


def keep(volunteer: Volunteer, reason: str, until: date, *, by: Account, access: Access) -> None:
    """Keep the data of who left for a reason, and be asked again after a day; the caller commits.

    Raises ``DomainError`` without a reason, for a day gone by or beyond ten years, and for whose
    data are not due.
    """
    _require_due(volunteer, access)
    today = clock.today()
    if not today < until <= today.replace(year=today.year + MOST_YEARS, day=1):
        raise DomainError(_("Keep it until a day to come, at most ten years on: correct it."))
    row = _decision(volunteer, RetentionOutcome.KEPT, by)
    row.reason, row.until = wording.reason(reason), until
    _write(row)


def delete(volunteer: Volunteer, confirmed: str, *, by: Account, access: Access) -> None:
    """Delete the data of who left, ``confirmed`` by the roll number; the caller commits.

    Raises ``DomainError`` as a deletion does, and for whose data are not due.
    """
    _require_due(volunteer, access)
    if by.person_id is not None and by.person_id == volunteer.person_id:
        raise DomainError(_("These data are your own: another person decides."))
    if confirmed.strip() != volunteer.number:
        raise DomainError(
            _("Type the roll number %(number)s to delete: nothing brings it back.",
              number=volunteer.number)
        )  # fmt: skip
    row = _decision(volunteer, RetentionOutcome.DELETED, by)
    row.erased = erasing.erase(volunteer)
    _write(row)


def _due(station: Station, last: date, day: date) -> list[Volunteer]:
    kept = select(RetentionDecision.id).where(
        RetentionDecision.volunteer_id == Volunteer.id, RetentionDecision.until >= day
    )
    found = (
        select(Volunteer)
        .where(*past(station, last), Volunteer.erased_on.is_(None), ~kept.exists())
        .order_by(Volunteer.left_on, Volunteer.id)
        .limit(SHOWN)
    )
    return list(db.session.scalars(found).unique())


def _require_due(volunteer: Volunteer, access: Access) -> None:
    access.require("privacy:decide", volunteer)
    day = clock.today()
    number = months(volunteer.station, day)
    is_over = (
        number is not None
        and volunteer.state is RollState.LEFT
        and volunteer.left_on is not None
        and volunteer.left_on <= last_left(day, number)
    )
    if not is_over or volunteer.erased_on is not None:
        raise DomainError(_("The data of this line are not due: reload the page."))


def _decision(volunteer: Volunteer, outcome: RetentionOutcome, by: Account) -> RetentionDecision:
    return RetentionDecision(
        station=volunteer.station, volunteer=volunteer, outcome=outcome, decided_by_id=by.id,
        decided_at=clock.utc_now(),
    )  # fmt: skip


def _write(row: RetentionDecision) -> None:
    db.session.add(row)
    db.session.flush()  # the list read next is without it
    audit.record(
        AuditAction.DECIDE, Volunteer.__tablename__, row=row.volunteer, outcome=row.outcome
    )

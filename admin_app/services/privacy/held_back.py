"""Data past their time of keeping that stay all the same: whose, why, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from admin_app.policy import Access, unscoped
from models import Certificate, RetentionDecision, ServiceEntry, Station, Volunteer, clock, db

from . import erasing, retention


@dataclass(frozen=True)
class HeldBack:
    """A line past its time, and everything that holds it back.

    ``waiting`` names registers where something is to be settled first. Of a line whose data are
    deleted, ``entries`` and ``certificates`` stay, and the name while it stands on ``rolls``.
    """

    line: Volunteer
    decision: RetentionDecision | None
    waiting: tuple[Any, ...]
    is_merged: bool
    entries: int = 0
    certificates: int = 0
    rolls: int = 0


def count(station: Station, *, access: Access, on: date | None = None) -> int:
    """Return how many lines of a station are past their time and held back."""
    asked = _held(station, access, on or clock.today(), func.count(Volunteer.id))
    if asked is None:
        return 0
    with unscoped(WHY):
        return db.session.scalar(asked) or 0


def of(
    station: Station, *, first: int, most: int, access: Access, on: date | None = None
) -> list[HeldBack]:
    """Return some of the lines of a station that are held back, who left first at the top."""
    day = on or clock.today()
    reasons = (_kept(day), _merged(), _stay(ServiceEntry), _stay(Certificate), _rolls(), *_open())
    asked = _held(station, access, day, Volunteer, *reasons)
    if asked is None:
        return []
    asked = asked.order_by(Volunteer.left_on, Volunteer.id).offset(first).limit(most)
    with unscoped(WHY):
        rows = db.session.execute(asked).unique().all()
        numbers = [row[1] for row in rows if row[1] is not None]
        found = select(RetentionDecision).where(RetentionDecision.id.in_(numbers))
        decisions = {one.id: one for one in db.session.scalars(found)}
    return [_told(row, decisions.get(row[1])) for row in rows]


WHY = "what holds the data of a line back may lie with another station"


def _told(row: Row[Any], decision: RetentionDecision | None) -> HeldBack:
    line, _number, is_merged, entries, certificates, rolls, *waits = tuple(row)
    if line.erased_on is not None:
        return HeldBack(line, None, (), is_merged=False, entries=entries,
                        certificates=certificates, rolls=rolls)  # fmt: skip
    words = [words for words, _asked in erasing.waiting(Volunteer)]
    waiting = tuple(one for one, waits_on in zip(words, waits, strict=True) if waits_on)
    return HeldBack(line, decision, waiting, is_merged=bool(is_merged))


def _held(station: Station, access: Access, day: date, *what: Any) -> Select[Any] | None:
    """Return the statement on the lines held back, or None where no number of months is set."""
    access.require("privacy:read", station)
    months = retention.months(station, day)
    if months is None:
        return None
    there = and_(Volunteer.erased_on.is_(None), or_(_kept(day).is_not(None), _merged(), *_open()))
    gone = and_(
        Volunteer.erased_on.is_not(None),
        or_(_stay(ServiceEntry) > 0, _stay(Certificate) > 0, _rolls() > 0),
    )
    past = retention.past(station, retention.last_left(day, months))
    return select(*what).where(*past, or_(there, gone))


def _kept(day: date) -> ColumnElement[int | None]:
    """Return the number of the leader's latest decision that still keeps the line."""
    return (
        select(func.max(RetentionDecision.id))
        .where(RetentionDecision.volunteer_id == Volunteer.id, RetentionDecision.until >= day)
        .correlate(Volunteer)
        .scalar_subquery()
    )


def _merged() -> ColumnElement[bool]:
    return erasing.merged(Volunteer).correlate(Volunteer).exists()


def _open() -> Iterator[ColumnElement[bool]]:
    for _words, asked in erasing.waiting(Volunteer):
        yield asked.correlate(Volunteer).exists()


def _stay(model: type[ServiceEntry | Certificate]) -> ColumnElement[int]:
    rows = select(func.count(model.id)).where(model.volunteer_id == Volunteer.id)
    return rows.correlate(Volunteer).scalar_subquery()


def _rolls() -> ColumnElement[int]:
    """Return on how many other rolls the person of a line stands."""
    other = aliased(Volunteer)
    rows = select(func.count(other.id)).where(
        other.person_id == Volunteer.person_id, other.id != Volunteer.id, other.erased_on.is_(None)
    )
    return rows.correlate(Volunteer).scalar_subquery()

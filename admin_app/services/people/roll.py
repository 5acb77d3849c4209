"""The roll of a station, as a list that needs no second look at the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select

from admin_app.services import masking
from models import DomainError, Person, RollGap, RollState, ServiceEntry, Station, Volunteer, db

ONE_DAY = timedelta(days=1)
_gaps: Any = RollGap.__table__.c


@dataclass(frozen=True)
class Line:
    """One volunteer on a roll; the name masked, the minutes confirmed at this station."""

    number: str
    name: str
    state: RollState
    registered_on: date
    minutes: int


def of(station: Station) -> Iterator[Line]:
    """Yield the lines of a station's roll in the order of the roll numbers, in one query."""
    counted = and_(ServiceEntry.volunteer_id == Volunteer.id, ServiceEntry.counts)
    rows = db.session.execute(
        select(
            Volunteer.number,
            Person.name,
            Volunteer.state,
            Volunteer.registered_on,
            func.coalesce(func.sum(ServiceEntry.minutes), 0),
        )
        .join(Person, Volunteer.person_id == Person.id)
        .outerjoin(ServiceEntry, counted)
        .where(Volunteer.station_id == station.id)
        .group_by(Volunteer.id, Person.id)
        .order_by(Volunteer.number)
    )
    for number, name, state, registered_on, minutes in rows:
        yield Line(number, masking.name(name), state, registered_on, int(minutes))


def still_there(day: date) -> ColumnElement[bool]:
    """Return the condition that a volunteer had not left the roll before a day, or came back."""
    stays = or_(Volunteer.state == RollState.REGISTERED, Volunteer.left_on >= day)
    return and_(stays, ~away(day))


def there_at_the_end(day: date) -> ColumnElement[bool]:
    """Return the condition for who stands on a roll when a day ends.

    Who left that day does not; who left on a day that nobody wrote down never does.
    """
    stays = and_(Volunteer.left_on.is_(None), Volunteer.state == RollState.REGISTERED)
    return and_(
        Volunteer.registered_on <= day, or_(Volunteer.left_on > day, stays),
        ~away(day, at_the_end=True),
    )  # fmt: skip


def away(day: date, *, at_the_end: bool = False) -> ColumnElement[bool]:
    """Return the condition that a day lies between a volunteer's leaving and coming back.

    The last day counts as on the roll, unless it is asked for its end.
    """
    gone = _gaps.left_on <= day if at_the_end else _gaps.left_on < day
    return Volunteer.id.in_(select(_gaps.volunteer_id).where(gone, _gaps.back_on > day))


def last_before(volunteer_id: Any, day: Any) -> Any:
    """Return the last day on the roll of who was away on a day, both columns; None of others."""
    return (
        select(func.max(_gaps.left_on))
        .where(_gaps.volunteer_id == volunteer_id, _gaps.left_on < day, _gaps.back_on > day)
        .scalar_subquery()
    )


def was_there(volunteer: Volunteer, day: date) -> bool:
    """Tell whether a volunteer stood on the roll on a day, the last one included."""
    return any(since <= day and (last is None or day <= last) for since, last in periods(volunteer))


def periods(volunteer: Volunteer) -> list[tuple[date, date | None]]:
    """Return each stay on the roll, its last day included; None: still there, or nobody said."""
    held: list[tuple[date, date | None]] = []
    since = volunteer.registered_on
    for left_on, back_on in _gaps_of(volunteer):
        held.append((since, left_on))
        since = back_on
    return [*held, (since, volunteer.left_on)]


def since(volunteer: Volunteer) -> date:
    """Return the first day of the last stay."""
    return periods(volunteer)[-1][0]


def require_last_day(volunteer: Volunteer, day: date | None) -> None:
    """Raise ``DomainError`` for a last day before the person came, or came back."""
    if day is not None and day < (first := since(volunteer)):
        raise DomainError(
            _("The person is on the roll since %(day)s: the last day lies after it.", day=first)
        )


def come_back(volunteer: Volunteer, day: date) -> None:
    """Put who left back on the roll from a day on; the days between do not count."""
    left_on = volunteer.left_on
    volunteer.state, volunteer.left_on = RollState.REGISTERED, None
    if left_on is not None and left_on < day:
        db.session.add(
            RollGap(
                station=volunteer.station, volunteer_id=volunteer.id, left_on=left_on, back_on=day
            )
        )


def join(volunteer: Volunteer, other: Volunteer) -> None:
    """Let one line stand for all the days of either, and the other line for none."""
    days = sorted([*periods(volunteer), *periods(other)], key=lambda one: one[0])
    joined = [days[0]]
    for since, last in days[1:]:
        first, ended = joined[-1]
        if ended is None or since <= ended + ONE_DAY:
            joined[-1] = first, None if ended is None or last is None else max(ended, last)
        else:
            joined.append((since, last))
    lines = (volunteer.id, other.id)
    for gap in db.session.scalars(select(RollGap).where(RollGap.volunteer_id.in_(lines))):
        db.session.delete(gap)
    volunteer.registered_on, volunteer.left_on = joined[0][0], joined[-1][1]
    for (_first, left_on), (back_on, _last) in pairwise(joined):
        assert left_on is not None  # noqa: S101  # a stay without an end swallows what follows
        db.session.add(
            RollGap(
                station=volunteer.station, volunteer_id=volunteer.id, left_on=left_on,
                back_on=back_on,
            )
        )  # fmt: skip


def _gaps_of(volunteer: Volunteer) -> list[tuple[date, date]]:
    asked = select(_gaps.left_on, _gaps.back_on).where(_gaps.volunteer_id == volunteer.id)
    return [(left, back) for left, back in db.session.execute(asked.order_by(_gaps.left_on))]


def with_serials(station_id: int, day: date) -> Any:
    """Return the statement for the roll of a day: key and serial, as printed sheets count them.

    The serial is the place by roll number: who is registered later comes after, and who left
    since keeps it, so that a printed sheet stays true.
    """
    serial = func.row_number().over(order_by=Volunteer.number).label("serial")
    was_there = and_(
        Volunteer.station_id == station_id, Volunteer.registered_on <= day, still_there(day)
    )
    return select(Volunteer.id, serial).where(was_there)


def by_serial(station_id: int, day: date, serials: Sequence[int]) -> dict[int, int]:
    """Return the keys of the volunteers with some serials of the day's sheet."""
    listed = with_serials(station_id, day).subquery()
    asked = select(listed.c.serial, listed.c.id).where(listed.c.serial.in_(serials))
    return {serial: id_ for serial, id_ in db.session.execute(asked)}

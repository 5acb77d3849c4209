"""The roll of a station, as a list that needs no second look at the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from admin_app.services import masking
from models import Person, RollState, ServiceEntry, Station, Volunteer, db


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
    """Return the condition that a volunteer had not left the roll before a day."""
    return or_(Volunteer.state == RollState.REGISTERED, Volunteer.left_on >= day)


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

"""The roll of a station, as a list that needs no second look at the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select

from models import Person, RollState, ServiceEntry, Station, Volunteer, db

from . import masking


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

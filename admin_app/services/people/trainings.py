"""Trainings (培训): who was there, and who is backbone and so invited (附件4 Art 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from admin_app.policy import Access, unscoped
from admin_app.services import figures
from admin_app.services.exchange import cells
from models import (
    DomainError,
    FigureName,
    Person,
    PersonYear,
    ServiceEntry,
    Station,
    Training,
    TrainingAttendee,
    Volunteer,
    clock,
    db,
)

from . import roll

MOST_AT_ONCE = 300
HOUR, SERIAL = 60, 5
_BETWEEN = re.compile(r"[\r\n\t,，、;；]+")


@dataclass(frozen=True)
class Backbone:
    """One volunteer who qualifies: how much he served that year, and what he was taught."""

    volunteer_id: int
    number: str
    name: str
    minutes: int
    trainings: int
    trained: int


def require_sound(row: Training) -> None:
    """Raise ``DomainError`` for a training that was not held yet, or that took no time."""
    if row.held_on > clock.today():
        raise DomainError(_("A training is recorded once it was held: correct the day."))
    if row.minutes <= 0:
        raise DomainError(_("Type how long it took."))


def add(training: Training, volunteers: Iterable[Volunteer], *, access: Access) -> int:
    """Write down who was there and return how many are new; the caller commits.

    Raises ``DomainError`` for who was not on the roll that day.
    """
    access.require("trainings:write", training)
    there = {one.volunteer_id for one in training.attendees}
    coming = [one for one in dict.fromkeys(volunteers) if one.id not in there]
    if len(there) + len(coming) > MOST_AT_ONCE:
        raise DomainError(_("A training has %(most)s people at most.", most=MOST_AT_ONCE))
    for volunteer in coming:
        if volunteer.station_id != training.station_id:
            raise DomainError(_("This volunteer is on another station's roll."))
        if not roll.was_there(volunteer, training.held_on):
            raise DomainError(
                _("%(name)s was not on the roll on %(day)s.",
                  name=volunteer.person.name, day=training.held_on)
            )  # fmt: skip
        training.attendees.append(TrainingAttendee(volunteer=volunteer, station=training.station))
    db.session.flush()
    return len(coming)


def take_off(training: Training, attendee_id: int, *, access: Access) -> None:
    """Take back that somebody was there; the trail keeps it."""
    access.require("trainings:write", training)
    found = [one for one in training.attendees if one.id == attendee_id]
    for one in found:
        training.attendees.remove(one)
    db.session.flush()


def backbone_hours(station: Station, *, on: date) -> int | None:
    """Return how many hours a year make a backbone volunteer at a station; None: not set."""
    return figures.at_code(station.code[: figures.CODE_LENGTH], FigureName.BACKBONE_HOURS, on=on)


def backbone(station: Station, *, on: date) -> Sequence[Backbone] | None:
    """Return who qualifies at a station on a day by what counted in its year; None: not set.

    It is read from the kept totals of the year, less what was served after the day; the most hours
    first.
    """
    asked = backbone_hours(station, on=on)
    if asked is None:
        return None
    taught = (
        select(
            TrainingAttendee.volunteer_id,
            func.count().label("trainings"),
            func.sum(Training.minutes).label("trained"),
        )
        .join(Training, Training.id == TrainingAttendee.training_id)
        .where(
            TrainingAttendee.station_id == station.id,
            Training.held_on.between(on.replace(month=1, day=1), on),
        )
        .group_by(TrainingAttendee.volunteer_id)
        .subquery()
    )
    after = (
        select(func.coalesce(func.sum(ServiceEntry.minutes), 0))
        .where(
            ServiceEntry.person_id == Volunteer.person_id,
            ServiceEntry.station_id == station.id,
            ServiceEntry.counts,
            ServiceEntry.served_on > on,
            ServiceEntry.served_on <= on.replace(month=12, day=31),
        )
        .scalar_subquery()
    )
    minutes = PersonYear.minutes - after
    found = (
        select(
            Volunteer.id, Volunteer.number, Person.name, minutes,
            func.coalesce(taught.c.trainings, 0), func.coalesce(taught.c.trained, 0),
        )
        .join(Person, Person.id == Volunteer.person_id)
        .join(
            PersonYear,
            (PersonYear.person_id == Volunteer.person_id)
            & (PersonYear.station_id == Volunteer.station_id),
        )
        .outerjoin(taught, taught.c.volunteer_id == Volunteer.id)
        .where(
            Volunteer.station_id == station.id, Volunteer.registered_on <= on, roll.still_there(on),
            PersonYear.year == on.year, PersonYear.minutes >= asked * HOUR,
            minutes >= asked * HOUR,
        )
        .order_by(minutes.desc(), Volunteer.number)
    )  # fmt: skip
    with unscoped("the kept totals of the people of a station that is in reach"):
        return [Backbone(*row) for row in db.session.execute(found)]


def meant(training: Training, text: str) -> tuple[list[Volunteer], list[str]]:
    """Return whom lines or words name on the station's roll, and what names nobody or several.

    A line is a name, or a roll number or its last digits.
    """
    said = list(dict.fromkeys(filter(None, map(cells.name, _BETWEEN.split(text)))))[:MOST_AT_ONCE]
    there = select(Volunteer).where(
        Volunteer.station_id == training.station_id,
        Volunteer.registered_on <= training.held_on,
        roll.still_there(training.held_on),
    )
    keys = [cells.key(word) for word in said]
    named: dict[str, list[Volunteer]] = {}
    for one in db.session.scalars(there.where(Volunteer.person.has(Person.name_key.in_(keys)))):
        named.setdefault(one.person.name_key, []).append(one)
    found, left = list[Volunteer](), list[str]()
    for word in said:
        same = named.get(cells.key(word), [])
        if not same and word[-1].isdigit():
            number = Volunteer.number.endswith(f"-{word.rpartition('-')[2].zfill(SERIAL)}")
            same = list(db.session.scalars(there.where(number)))
        if len(same) == 1:
            found += same
        else:
            left.append(word)
    return found, left

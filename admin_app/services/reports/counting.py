"""The sums a monthly report is made of: a fixed number of statements, whatever the place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, extract, func, or_, select

from admin_app.services.people import roll
from models import (
    Activity,
    Category,
    ServiceEntry,
    Volunteer,
    db,
    was_volunteering,
)

from .areas import Place, within
from .month_report import ActivityRow
from .months import Month

TREND_MONTHS = 6


@dataclass(frozen=True)
class Served:
    """What was served at one station in one category."""

    attendances: int
    minutes: int
    # Confirmed by who recorded it, where the county lets one person do both, or by a command.
    single_handed: int


@dataclass(frozen=True)
class Held:
    """What one station held in one category."""

    activities: int
    desk_duties: int


@dataclass(frozen=True)
class Registered:
    """How many came onto a roll in the month, and stood on it at its end."""

    new: int
    total: int


def served(place: Place, month: Month) -> Mapping[tuple[int, Category], Served]:
    """Return what was served by station and category."""
    found = db.session.execute(
        select(
            ServiceEntry.station_id,
            ServiceEntry.category,
            func.count(),
            func.sum(ServiceEntry.minutes),
            func.sum(case((ServiceEntry.is_single_handed, 1), else_=0)),
        )
        .where(*_counted(place, month, month))
        .group_by(ServiceEntry.station_id, ServiceEntry.category)
    )
    return {
        (station, category): Served(n, int(sum_), int(single))
        for station, category, n, sum_, single in found
    }


def participants(place: Place, month: Month) -> tuple[Mapping[int, int], int]:
    """Return the distinct persons by station, and those of the whole place."""
    persons = func.count(distinct(ServiceEntry.person_id))
    counted = _counted(place, month, month)
    by_station = db.session.execute(
        select(ServiceEntry.station_id, persons).where(*counted).group_by(ServiceEntry.station_id)
    )
    total = db.session.scalar(select(persons).where(*counted))
    return {station: n for station, n in by_station}, total or 0


def trend(place: Place, month: Month) -> Mapping[Month, int]:
    """Return the minutes of each of the last months, this one included; none are left out."""
    since = month.shifted(1 - TREND_MONTHS)
    year = extract("year", ServiceEntry.served_on)
    number = extract("month", ServiceEntry.served_on)
    found = db.session.execute(
        select(year, number, func.sum(ServiceEntry.minutes))
        .where(*_counted(place, since, month))
        .group_by(year, number)
    )
    minutes = {since.shifted(n): 0 for n in range(TREND_MONTHS)}
    return minutes | {Month(int(y), int(n)): int(sum_) for y, n, sum_ in found}


def held(place: Place, month: Month) -> Mapping[tuple[int, Category], Held]:
    """Return the activities held by station and category, desk duty apart."""
    desk = func.sum(case((Activity.desk_duty, 1), else_=0))
    found = db.session.execute(
        select(Activity.station_id, Activity.category, func.count(), desk)
        .where(*_held(place, month))
        .group_by(Activity.station_id, Activity.category)
    )
    return {
        (station, category): Held(n - int(duties), int(duties))
        for station, category, n, duties in found
    }


def registered(place: Place, month: Month) -> tuple[Mapping[int, Registered], Registered]:
    """Return the volunteers by station, and the distinct persons of the whole place.

    A person is new to the place who came onto a roll of it this month and stood on none of it
    before; a station counts the rows of its own roll.
    """
    came, before, stands = (
        func.max(case((condition, 1), else_=0))
        for condition in (
            Volunteer.registered_on >= month.first,
            roll.there_at_the_end(month.first - timedelta(days=1)),
            roll.there_at_the_end(month.last),
        )
    )
    here = (within(Volunteer, place), Volunteer.registered_on <= month.last)
    by_station = db.session.execute(
        select(
            Volunteer.station_id,
            func.sum(case((Volunteer.registered_on >= month.first, 1), else_=0)),
            func.sum(case((roll.there_at_the_end(month.last), 1), else_=0)),
        )
        .where(*here)
        .group_by(Volunteer.station_id)
    )
    persons = (
        select(came.label("came"), before.label("before"), stands.label("stands"))
        .where(*here)
        .group_by(Volunteer.person_id)
        .subquery()
    )
    new = case((and_(persons.c.came == 1, persons.c.before == 0), 1), else_=0)
    whole = db.session.execute(select(func.sum(new), func.sum(persons.c.stands))).one()
    return (
        {station: Registered(int(new), int(total)) for station, new, total in by_station},
        Registered(int(whole[0] or 0), int(whole[1] or 0)),
    )


def activities(place: Place, month: Month) -> tuple[ActivityRow, ...]:
    """Return the activities held, and any other that counted service belongs to, by day."""
    sums = (
        select(
            ServiceEntry.activity_id,
            func.count().label("attendances"),
            func.sum(ServiceEntry.minutes).label("minutes"),
        )
        .where(*_counted(place, month, month))
        .group_by(ServiceEntry.activity_id)
        .subquery()
    )
    found = db.session.execute(
        select(
            Activity.id, Activity.held_on, Activity.name, Activity.category, Activity.place,
            Activity.desk_duty, sums.c.attendances, sums.c.minutes,
        )
        .outerjoin(sums, sums.c.activity_id == Activity.id)
        .where(or_(and_(*_held(place, month)), sums.c.activity_id.is_not(None)))
        .where(within(Activity, place))
        .order_by(Activity.held_on, Activity.id)
    )  # fmt: skip
    return tuple(
        ActivityRow(id_, day, name, category, site or "", desk, n or 0, int(minutes or 0))
        for id_, day, name, category, site, desk, n, minutes in found
    )


def totals(rows: Mapping[tuple[int, Category], Any], by: int, name: str) -> Mapping[Any, int]:
    """Return one number of ``served`` or ``held`` summed by station (0) or by category (1)."""
    sums: dict[Any, int] = defaultdict(int)
    for key, row in rows.items():
        sums[key[by]] += getattr(row, name)
    return sums


def _counted(place: Place, since: Month, until: Month) -> tuple[Any, ...]:
    # Only what was confirmed counts, on the day it was served.
    return (
        within(ServiceEntry, place),
        ServiceEntry.served_on >= since.first,
        ServiceEntry.served_on <= until.last,
        ServiceEntry.counts,
    )


def _held(place: Place, month: Month) -> tuple[ColumnElement[bool], ...]:
    return (
        within(Activity, place),
        Activity.held_on >= month.first,
        Activity.held_on <= month.last,
        was_volunteering(),
    )

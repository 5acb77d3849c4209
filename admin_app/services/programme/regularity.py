"""How many projects are regular and how many teams active, told by the database at one stroke."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select

from admin_app.services.reports.areas import Place, within
from models import Choice, Division, Level, Station, db, is_asked_of_stations

from .measures import ACTIVITIES, PROJECTS, TEAMS, Asked, Measure

ByPlace = dict[int, int | None]


class Answer(Choice):
    """Whether a project is regular, or a team active, on a day."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    AWAY = "away", _("Ended, or not begun")
    UNSET = "unset", _("not set")


def regular_by_station(place: Place, *, on: date) -> ByPlace:
    """Return how many regular projects each station of a place has; None where that is not set."""
    return _by_station(PROJECTS, place, on)


def active_by_station(place: Place, *, on: date) -> ByPlace:
    """Return how many active teams each station of a place has; None where that is not set."""
    return _by_station(TEAMS, place, on)


def regular_by_community(place: Place, *, on: date) -> ByPlace:
    """Return how many regular projects the stations of each community have together.

    A community without a station is left out.
    """
    return _by_community(PROJECTS, place, on)


def active_by_community(place: Place, *, on: date) -> ByPlace:
    """Return how many active teams the stations of each community have together."""
    return _by_community(TEAMS, place, on)


def condition(measure: Measure, answer: Answer, on: date) -> ColumnElement[bool]:
    """Return the condition for the projects or teams that stand so on a day."""
    is_there = measure.is_there(on)
    if answer is Answer.AWAY:
        return not_(is_there)
    if answer is Answer.UNSET:
        return and_(is_there, _unset(measure, on, measure.model))
    if answer is Answer.YES:
        return holds(measure, on)
    return and_(is_there, not_(_unset(measure, on, measure.model)), not_(holds(measure, on)))


def holds(measure: Measure, on: date) -> ColumnElement[bool]:
    """Return the condition for the projects that are regular, or teams active, on a day."""
    enough = [
        and_(area, _held(measure, asked, on) >= asked.least)
        for asked, area in measure.regimes(measure.model, on)
        if asked.is_set
    ]
    return and_(measure.is_there(on), or_(false(), *enough))


def counted(asked: Asked, on: date) -> ColumnElement[bool]:
    """Return the condition for the activities that are counted on a day.

    They were held in the last days; desk duty and what is no volunteering are left out.
    """
    column = ACTIVITIES.c
    return and_(
        column.held_on > on - timedelta(days=asked.days or 0),
        column.held_on <= on,
        is_asked_of_stations(column),
    )


def _held(measure: Measure, asked: Asked, on: date) -> Any:
    # Through the table: how many were held is told to whoever reads the row.
    held = select(func.count()).select_from(ACTIVITIES)
    return held.where(measure.link == measure.model.id, counted(asked, on)).scalar_subquery()


def _unset(measure: Measure, on: date, model: Any) -> ColumnElement[bool]:
    regimes = measure.regimes(model, on)
    return or_(false(), *(area for asked, area in regimes if not asked.is_set))


def _by_station(measure: Measure, place: Place, on: date) -> ByPlace:
    return _counted_at(measure, place, on, select(Station.id, Station.id))


def _by_community(measure: Measure, place: Place, on: date) -> ByPlace:
    communities = select(Station.id, Station.division_id).join(Station.division)
    return _counted_at(measure, place, on, communities.where(Division.level == Level.COMMUNITY))


def _counted_at(
    measure: Measure, place: Place, on: date, stations: Select[int, int]
) -> ByPlace:  # fmt: skip
    """Count what holds by where the stations belong; None where one of them has no figures."""
    model = measure.model
    found = select(model.station_id, func.count()).where(within(model, place), holds(measure, on))
    rows = db.session.execute(found.group_by(model.station_id))
    counts = {station: count for station, count in rows}
    not_set = select(Station.id).where(within(Station, place), _unset(measure, on, Station))
    untold = set(db.session.scalars(not_set))
    told: ByPlace = {}
    for station, where in db.session.execute(stations.where(within(Station, place))):
        so_far = told.get(where, 0)
        known = so_far is not None and station not in untold
        told[where] = (so_far or 0) + counts.get(station, 0) if known else None
    return told

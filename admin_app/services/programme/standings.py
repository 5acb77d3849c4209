"""How single projects and teams stand on a day, and why; what no figure sets is not told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import ngettext
from sqlalchemy import func, select

from models import Activity, ActivityState, Project, Team, db

from .measures import ACTIVITIES, PROJECTS, TEAMS, Asked, Measure
from .regularity import counted

SHOWN = 10


@dataclass(frozen=True)
class Standing:
    """How a project or team stands on a day: what is asked, what was held, what comes next."""

    measure: Measure
    asked: Asked
    held: int
    next_on: date | None
    # Why it is not there at all on the day; None when it is.
    away: str | None

    @property
    def holds(self) -> bool | None:
        """Tell whether the project is regular, or the team active; None where that is not set."""
        if self.away is not None:
            return False
        least, days = self.asked
        return None if least is None or days is None else self.held >= least

    @property
    def reason(self) -> str:
        """Say in one sentence what the answer rests on."""
        if self.away is not None:
            return self.away
        return _in_words(self) if self.asked.is_set else str(self.measure.not_set)


def regular(projects: Iterable[Project], *, on: date) -> dict[int, Standing]:
    """Return by number how projects stand on a day."""
    return _standings(PROJECTS, list(projects), on)


def active(teams: Iterable[Team], *, on: date) -> dict[int, Standing]:
    """Return by number how teams stand on a day."""
    return _standings(TEAMS, list(teams), on)


def standing(measure: Measure, row: Any, *, on: date) -> Standing:
    """Return how one project or team stands on a day."""
    return _standings(measure, [row], on)[row.id]


def recent(measure: Measure, row: Any, *, most: int = SHOWN) -> Sequence[Activity]:
    """Return the latest activities of a project or team that the person may read."""
    link = getattr(Activity, measure.link.name)
    found = select(Activity).where(link == row.id)
    latest = found.order_by(Activity.held_on.desc(), Activity.id.desc()).limit(most)
    return db.session.scalars(latest).all()


def carried(team: Team) -> Sequence[Project]:
    """Return the projects of a team that the person may read, the latest first."""
    found = select(Project).where(Project.team_id == team.id)
    return db.session.scalars(found.order_by(Project.opens_on.desc(), Project.id.desc())).all()


def of_station(model: type[Project] | type[Team], station_id: int) -> Sequence[Any]:
    """Return the projects or teams of a station that the person may read, by name."""
    found = select(model).where(model.station_id == station_id)
    return db.session.scalars(found.order_by(model.name, model.id)).all()


def _standings(measure: Measure, rows: Sequence[Any], on: date) -> dict[int, Standing]:
    figures = measure.figures(on)
    asked = {row.id: measure.asked(figures, row.station.code) for row in rows}
    held: dict[int, int] = {}
    for one in {one for one in asked.values() if one.is_set}:
        held |= _held(measure, [id_ for id_ in asked if asked[id_] == one], one, on)
    coming = _next_days(measure, [*asked], on)
    return {
        row.id: Standing(
            measure, asked[row.id], held.get(row.id, 0), coming.get(row.id), measure.away(row, on)
        )
        for row in rows
    }


# Through the table: how many were held, and when the next is, is told to whoever reads the row.


def _held(measure: Measure, ids: Sequence[int], asked: Asked, on: date) -> dict[int, int]:
    found = select(measure.link, func.count()).where(measure.link.in_(ids), counted(asked, on))
    return {id_: held for id_, held in db.session.execute(found.group_by(measure.link))}


def _next_days(measure: Measure, ids: Sequence[int], on: date) -> dict[int, date]:
    column = ACTIVITIES.c
    planned = column.state == ActivityState.PLANNED, column.held_on >= on
    found = select(measure.link, func.min(column.held_on)).where(measure.link.in_(ids), *planned)
    return {id_: day for id_, day in db.session.execute(found.group_by(measure.link))}


def _in_words(standing: Standing) -> str:
    asked = standing.asked
    told: dict[str, Any] = {"num": asked.least, "days": asked.days, "held": standing.held}
    if standing.next_on is None:
        words = ngettext(
            "%(num)d activity asked in the last %(days)d days, %(held)d held; none is planned.",
            "%(num)d activities asked in the last %(days)d days, %(held)d held; none is planned.",
            **told,
        )
    else:
        words = ngettext(
            "%(num)d activity asked in the last %(days)d days, %(held)d held; next on %(day)s.",
            "%(num)d activities asked in the last %(days)d days, %(held)d held; next on %(day)s.",
            day=standing.next_on, **told,
        )  # fmt: skip
    return str(words)

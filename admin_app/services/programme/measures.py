"""What makes a project regular and a team active: how many activities in how many days, where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, or_, select, true

from admin_app.services.figures import FiguresOfDay
from models import PREFIX_LENGTH, Activity, Division, FigureName, Level, Project, Station, Team, db

ACTIVITIES: Any = Activity.__table__
# Whatever lies at a station has a column for each of these.
AREAS = (Level.PREFECTURE, Level.COUNTY, Level.TOWNSHIP)


class Asked(NamedTuple):
    """So many activities are asked in so many days; what no figure sets is None."""

    least: int | None
    days: int | None

    @property
    def is_set(self) -> bool:
        """Tell whether figures say what is asked."""
        return None not in self


@dataclass(frozen=True)
class Measure:
    """What is asked of the rows of a register, by which figures, and how that reads."""

    model: Any
    link: Any
    since: Any
    until: Any
    days: FigureName
    # None: one activity will do.
    least: FigureName | None
    too_early: Any
    too_late: Any
    not_set: Any

    def figures(self, on: date) -> FiguresOfDay:
        """Return the figures that the measure goes by on a day."""
        return FiguresOfDay([name for name in (self.days, self.least) if name], on=on)

    def asked(self, figures: FiguresOfDay, code: str) -> Asked:
        """Return what is asked at the code of a division or station."""
        days = figures.at_code(code, self.days)
        least = figures.at_code(code, self.least) if self.least else None
        value = least.value if least else None
        return Asked(value if self.least else 1, days.value if days else None)

    def is_there(self, on: date) -> ColumnElement[bool]:
        """Return the condition for the rows that are open on a day."""
        begun = or_(self.since.is_(None), self.since <= on)
        return and_(begun, or_(self.until.is_(None), self.until >= on))

    def days_of(self, row: Any) -> tuple[date | None, date | None]:
        """Return the first and the last day of a row; None is open to that side."""
        return getattr(row, self.since.key), getattr(row, self.until.key)

    def away(self, row: Any, on: date) -> str | None:
        """Say why a row is not there on a day, or return None when it is."""
        since, until = self.days_of(row)
        if since is not None and on < since:
            return str(self.too_early) % {"day": since}
        if until is not None and on > until:
            return str(self.too_late) % {"day": until}
        return None

    def regimes(self, model: Any, on: date) -> Iterator[tuple[Asked, ColumnElement[bool]]]:
        """Yield what is asked with the condition for the rows of a model where just that is.

        The areas share nothing and leave nothing out.
        """
        figures = self.figures(on)
        found = db.session.scalars(select(Division).where(Division.code.in_(figures.places())))
        places = found.all()
        yield self.asked(figures, ""), and_(true(), *_outside(model, places))
        for place in places:
            deeper = [one for one in places if one is not place and _lies_in(one, place)]
            area = and_(_inside(model, place), *_outside(model, deeper))
            yield self.asked(figures, place.code), area


def _inside(model: Any, place: Division) -> ColumnElement[bool]:
    if place.level in AREAS:
        condition: ColumnElement[bool] = getattr(model, f"{place.level}_id") == place.id
        return condition
    return and_(_station_id(model).in_(_stations_in(place)))


def _outside(model: Any, places: Sequence[Division]) -> Iterator[ColumnElement[bool]]:
    for place in places:
        if place.level in AREAS:
            # A station of a county lies in no township: nothing is not that township.
            yield getattr(model, f"{place.level}_id").is_distinct_from(place.id)
        else:
            yield _station_id(model).not_in(_stations_in(place))


def _station_id(model: Any) -> Any:
    return model.id if model is Station else model.station_id


def _stations_in(place: Division) -> Any:
    stations: Any = Station.__table__
    divisions: Any = Division.__table__
    prefix = place.code[: PREFIX_LENGTH[place.level]]
    joined = stations.join(divisions, divisions.c.id == stations.c.division_id)
    inside = divisions.c.code.startswith(prefix, autoescape=True)
    return select(stations.c.id).select_from(joined).where(inside)


def _lies_in(place: Division, other: Division) -> bool:
    return place.code.startswith(other.code[: PREFIX_LENGTH[other.level]])


PROJECTS = Measure(
    Project, ACTIVITIES.c.project_id, Project.opens_on, Project.closes_on,
    FigureName.REGULAR_PROJECT_DAYS, FigureName.REGULAR_PROJECT_ACTIVITIES,
    too_early=_("It opens on %(day)s."),
    too_late=_("It closed on %(day)s."),
    not_set=_("Not set: no figure says here when a project is regular."),
)  # fmt: skip
TEAMS = Measure(
    Team, ACTIVITIES.c.team_id, Team.founded_on, Team.disbanded_on,
    FigureName.TEAM_ACTIVE_DAYS, None,
    too_early=_("It is founded on %(day)s."),
    too_late=_("It was disbanded on %(day)s."),
    not_set=_("Not set: no figure says here when a team is active."),
)  # fmt: skip

"""What setting a figure would change: the value, where it does not reach, and whom it touches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, func, not_, or_, select, true

from admin_app.policy import Access, unscoped
from admin_app.services import figures
from admin_app.services.places import divisions, population
from models import (
    Activity,
    Division,
    Figure,
    FigureName,
    Level,
    PersonYear,
    Station,
    clock,
    db,
    is_asked_of_stations,
)

from .figures import Setting
from .reports.months import Month
from .standards import registered

HOUR = 60


@dataclass(frozen=True)
class Change:
    """A number of the registers by the value in force and by the new one; None: not set."""

    label: Any
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Effect:
    """All that a person should know before a figure is kept."""

    name: FigureName
    place: Division | None
    value: int
    since: date
    # What is in force at the place on that day now.
    before: Setting
    # Where the place's own figure of a later day takes its place again.
    until: Setting | None
    # Divisions below that keep a figure of their own from that day on.
    overridden: list[tuple[Division, Setting]]
    divisions: int
    stations: int
    changes: list[Change] = field(default_factory=list)


def of(
    name: FigureName, place: Division | None, value: int | None, *, since: date, by: Access,
    but: Figure | None = None,
) -> Effect:  # fmt: skip
    """Return what a figure would change if ``by`` set it; nothing is kept.

    ``but`` is the figure itself when it is being changed. Raises as setting it does.
    """
    figures.require_settable(name, place, value, since=since, by=by, but=but)
    assert value is not None  # noqa: S101  # a sound value is one
    code = place.code if place else ""
    before = figures.setting(code, name, on=since, but=but)
    below = figures.set_below(code, name, on=since)
    reach = _Reach(place, [division.prefix for division, _setting in below])
    with unscoped("what a figure touches is counted, in the places that the person sets it for"):
        return Effect(
            name, place, value, since, before, figures.next_at(code, name, after=since, but=but),
            below, reach.communities(since), reach.stations(since),
            list(_changes(reach, name, before.value, value, since)),
        )  # fmt: skip


class _Reach:
    """The places that a figure set at a division comes to hold in."""

    def __init__(self, place: Division | None, without: list[str]) -> None:
        self.place, self._without = place, without

    def holds(self) -> ColumnElement[bool]:
        """Return the condition for the divisions that it holds in."""
        inside = divisions.inside(self.place) if self.place else true()
        spared = (Division.code.startswith(prefix, autoescape=True) for prefix in self._without)
        return and_(inside, *(not_(condition) for condition in spared))

    def communities(self, on: date) -> int:
        """Return how many communities count there on a day."""
        return _count(select(Division.id).where(self.holds(), _counts_on(on)))

    def stations(self, on: date) -> int:
        """Return how many stations are open there on a day."""
        return _count(self.open_stations(on))

    def open_stations(self, on: date) -> Any:
        """Return the statement for the keys of the stations that are open there on a day."""
        is_open = or_(Station.closed_on.is_(None), Station.closed_on > on)
        return (
            select(Station.id).join(Division, Station.division_id == Division.id)
            .where(self.holds(), is_open)
        )  # fmt: skip


def _changes(
    reach: _Reach, name: FigureName, before: int | None, after: int, since: date
) -> Iterator[Change]:
    count = _COUNTS.get(name)
    if count is not None:
        label, rule = count
        told = [None if value is None else rule(reach, value, since) for value in (before, after)]
        if told[1] is not None:
            yield Change(label, *told)


def _backbones(reach: _Reach, hours: int, _since: date) -> int:
    """Count who served so much this year in one community already (Zhanjiang 2018, annex 4)."""
    served = (
        select(PersonYear.person_id)
        .join(Station, Station.id == PersonYear.station_id)
        .join(Division, Division.id == Station.division_id)
        .where(reach.holds(), PersonYear.year == clock.today().year)
        .group_by(PersonYear.person_id, Division.id)
        .having(func.sum(PersonYear.minutes) >= hours * HOUR)
    )
    return _count(served)


def _below_minimum(reach: _Reach, least: int, _since: date) -> int:
    """Count the stations that held less than that in the running month."""
    month = Month.of(clock.today())
    held = (
        select(Activity.station_id)
        .where(
            Activity.held_on.between(month.first, month.last),
            is_asked_of_stations(),
        )
        .group_by(Activity.station_id)
        .having(func.count() >= least)
    )
    return _count(reach.open_stations(clock.today()).where(Station.id.not_in(held)))


def _uncovered(reach: _Reach, percent: int, since: date) -> int:
    """Count the communities that lack a station for that share."""
    counted = and_(reach.holds(), Division.level == Level.COMMUNITY, _counts_on(since))
    is_open = or_(Station.closed_on.is_(None), Station.closed_on > since)
    covered = (
        select(Station.division_id).join(Division, Station.division_id == Division.id)
        .where(counted, is_open).distinct()
    )  # fmt: skip
    return _short(_count(select(Division.id).where(counted)), percent, _count(covered))


def _unregistered(reach: _Reach, percent: int, since: date) -> int | None:
    """Count the residents that lack for that share; None where nobody knows the residents."""
    if reach.place is None:
        return None
    living = population.residents(reach.place, on=since).people
    if living is None:
        return None
    return _short(living, percent, registered.at(reach.place, on=since).people)


def _short(whole: int, percent: int, there: int) -> int:
    return max(0, -(-whole * percent // 100) - there)


_COUNTS: dict[FigureName, tuple[Any, Callable[[_Reach, int, date], int | None]]] = {
    FigureName.BACKBONE_HOURS: (_("Backbone volunteers by this year's hours so far"), _backbones),
    FigureName.MONTHLY_ACTIVITIES_MIN: (
        _("Stations with too few activities this month so far"), _below_minimum,
    ),
    FigureName.COVERAGE_PERCENT: (_("Communities that still lack a station"), _uncovered),
    FigureName.REGISTERED_PERCENT: (_("Registered people who are still missing"), _unregistered),
}  # fmt: skip


def _counts_on(day: date) -> ColumnElement[bool]:
    until = Division.community_until
    return and_(Division.community_since <= day, or_(until.is_(None), until >= day))


def _count(asked: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(asked.subquery())) or 0

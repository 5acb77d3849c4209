"""What the board is made of: the communities of a division and the stations open in it on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select

from admin_app.policy import unscoped
from admin_app.services import programme
from admin_app.services.figures import FiguresOfDay
from admin_app.services.ledger import deadlines
from admin_app.services.ledger.deadlines import Tally
from admin_app.services.places import divisions, managers, population
from admin_app.services.places.population import Residents
from admin_app.services.reports import Month
from admin_app.services.reports.areas import within
from admin_app.services.standards import registered
from admin_app.services.standards.registered import Registered
from models import (
    Activity,
    ActivityState,
    ChecklistResult,
    Division,
    FigureName,
    Level,
    Station,
    StationKind,
    Team,
    db,
    is_asked_of_stations,
)

# The Diqing plan of 2022, section 1: a station or point, a site of civilization practice, or a Lei
# Feng station covers a community. A social work station of a township is what one may lean on.
COVERING = frozenset(StationKind) - {StationKind.SOCIAL_WORK}
FIGURES = (
    FigureName.COVERAGE_PERCENT,
    FigureName.REGISTERED_PERCENT,
    FigureName.REGULAR_PROJECTS_MIN,
    FigureName.MONTHLY_ACTIVITIES_MIN,
)
NOTHING = (0, Tally(0, 0, 0))


class Site(NamedTuple):
    """One station that is open on the day, with what it holds."""

    id: int
    code: str
    name: str
    division_id: int
    township_id: int | None
    county_id: int | None
    covers: bool
    has_manager: bool
    teams: int
    # None: no figure of the place says when a project is regular.
    regular_projects: int | None
    activities: int
    # How many are asked of it in a month; None: not set.
    activities_asked: int | None
    on_time: Tally
    # Items met and asked of its checklist in the last month that was over; None: not kept.
    score: tuple[int, int] | None

    @property
    def passes(self) -> bool:
        """Tell whether every item of its checklist was met."""
        return self.score is not None and self.score[0] == self.score[1]

    @property
    def activities_missing(self) -> int:
        """Return how many activities it still has to hold in the month; 0 where none are asked."""
        return max(0, (self.activities_asked or 0) - self.activities)


class Community(NamedTuple):
    """One division that counts as a community on the day, and the stations open in it."""

    id: int
    code: str
    name: str
    township_id: int | None
    county_id: int | None
    residents: Residents
    registered: Registered
    registered_asked: int | None
    projects_asked: int | None
    sites: tuple[Site, ...] = ()
    # Whether a station of an accepted kind is open here, however many there are.
    is_covered: bool = False
    # Those of all its stations; None where one of them has no figures.
    regular_projects: int | None = 0

    @property
    def projects_missing(self) -> int:
        """Return how many regular projects it lacks; 0 where none are asked or none can be told."""
        if self.projects_asked is None or self.regular_projects is None:
            return 0
        return max(0, self.projects_asked - self.regular_projects)

    @property
    def people_missing(self) -> int | None:
        """Return how many more are to be registered; None where residents or target are unknown."""
        return people_missing(self.registered, self.residents, self.registered_asked)


@dataclass(frozen=True)
class Grounds:
    """All that the lines of a board are summed from, read in a fixed number of statements."""

    place: Division
    on: date
    month: Month
    # The last month that was over by the day: its checklists are kept.
    scored: Month
    communities: Mapping[int, Community]
    sites: list[Site]
    residents: Mapping[int, Residents]
    registered: Mapping[int, Registered]
    figures: FiguresOfDay


def people_missing(registered: Registered, residents: Residents, asked: int | None) -> int | None:
    """Return how many people more make the asked percent of the residents, rounded up."""
    if asked is None or residents.people is None:
        return None
    return max(0, -(-residents.people * asked // 100) - registered.people)


def is_open(on: date) -> ColumnElement[bool]:
    """Return the condition for the stations that are open on a day: not the day they closed."""
    return and_(
        or_(Station.opened_on.is_(None), Station.opened_on <= on),
        or_(Station.closed_on.is_(None), Station.closed_on > on),
    )


def grounds(place: Division, on: date) -> Grounds:
    """Read what the board of a division shows on a day; who asks must reach the place."""
    month, scored = Month.of(on), Month.of(on + timedelta(days=1)).shifted(-1)
    # One statement costs half without the conditions of a person's reach, which holds it all.
    with unscoped("a board counts what lies in a place within reach, and names no person"):
        figures = FiguresOfDay(FIGURES, on=on)
        asked = _Asked(figures, place)
        residents = population.by_division(place, on=on)
        people = registered.by_division(place, on=on)
        sites = list(_sites(place, on, scored, asked))
        found = _communities(place, on)
    at: dict[int, list[Site]] = defaultdict(list)
    for site in sites:
        at[site.division_id].append(site)
    nobody = Registered()
    communities = {
        key: Community(
            key,
            code,
            name,
            township,
            county,
            residents[key],
            people.get(key, nobody),
            asked.of(code, FigureName.REGISTERED_PERCENT),
            asked.of(code, FigureName.REGULAR_PROJECTS_MIN),
            *_of_sites(at.get(key, ())),
        )
        for key, code, name, township, county in found
    }
    return Grounds(place, on, month, scored, communities, sites, residents, people, figures)


def _of_sites(sites: Sequence[Site]) -> tuple[tuple[Site, ...], bool, int | None]:
    """Return some stations of one community, whether they cover it, and their regular projects."""
    projects: int | None = 0
    for site in sites:
        if projects is not None:
            projects = None if site.regular_projects is None else projects + site.regular_projects
    return tuple(sites), any(site.covers for site in sites), projects


class _Asked:
    """The figures of many places below one, looked up once where nothing below sets its own."""

    def __init__(self, figures: FiguresOfDay, place: Division) -> None:
        self._figures = figures
        below = (code for code in figures.places() if code != place.code)
        self._varies = any(code.startswith(place.prefix) for code in below)
        self._here = {name: self._at(place.code, name) for name in FIGURES}

    def of(self, code: str, name: FigureName) -> int | None:
        return self._at(code, name) if self._varies else self._here[name]

    def _at(self, code: str, name: FigureName) -> int | None:
        found = self._figures.at_code(code, name)
        return found.value if found else None


def _read(statement: Any) -> Sequence[Any]:
    """Return thousands of plain rows: past the session, which has no objects to make of them."""
    return db.session.connection().execute(statement).all()


def _communities(place: Division, on: date) -> Sequence[Row[int, str, str, int | None, int | None]]:
    counts = and_(
        Division.community_since <= on,
        or_(Division.community_until.is_(None), Division.community_until >= on),
    )
    return _read(
        select(Division.id, Division.code, Division.name, Division.township_id, Division.county_id)
        .where(divisions.inside(place), Division.level == Level.COMMUNITY, counts)
        .order_by(Division.code)
    )


def _sites(place: Division, on: date, scored: Month, asked: _Asked) -> Iterator[Site]:
    projects = programme.regular_by_station(place, on=on)
    teams, activities = _teams(place, on), _activities(place, on, Month.of(on))
    scores, managed = _scores(place, scored), managers.differing(on)
    found = _read(
        select(
            Station.id, Station.code, Station.name, Station.division_id, Station.township_id,
            Station.county_id, Station.kind, Station.has_manager,
        )
        .where(within(Station, place), is_open(on))
        .order_by(Station.code)
    )  # fmt: skip
    for id_, code, name, division, township, county, kind, manager in found:
        held, on_time = activities.get(id_, NOTHING)
        yield Site(
            id_, code, name, division, township, county, kind in COVERING,
            managed.get(id_, manager),
            teams.get(id_, 0), projects.get(id_), held,
            asked.of(code[:12], FigureName.MONTHLY_ACTIVITIES_MIN),
            on_time, scores.get(id_),
        )  # fmt: skip


def _teams(place: Division, on: date) -> Mapping[int, int]:
    found = _read(
        select(Team.station_id, func.count())
        .where(within(Team, place), programme.TEAMS.is_there(on))
        .group_by(Team.station_id)
    )
    return {station: count for station, count in found}


def _scores(place: Division, month: Month) -> Mapping[int, tuple[int, int]]:
    row = ChecklistResult
    found = _read(
        select(row.station_id, row.met, row.total).where(
            within(row, place), row.month == month.first
        )
    )
    return {station: (met, total) for station, met, total in found}


def _activities(place: Division, on: date, month: Month) -> Mapping[int, tuple[int, Tally]]:
    """Return what each station held in the month up to the day, and how it kept to the clock.

    Desk duty is none of the activities that are asked, and to be recorded all the same.
    """
    counts = and_(Activity.held_on <= on, is_asked_of_stations())
    found = _read(
        select(Activity.station_id, func.count(case((counts, 1))), *deadlines.tally(on))
        .where(
            within(Activity, place),
            Activity.held_on.between(month.first, month.last),
            Activity.state == ActivityState.HELD,
        )
        .group_by(Activity.station_id)
    )
    return {station: (count, Tally(*tally)) for station, count, *tally in found}

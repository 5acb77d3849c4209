"""The board itself: a division and what lies right below it, a line each, and who is behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from admin_app.services.ledger.deadlines import Tally
from admin_app.services.places.population import Residents
from admin_app.services.standards.registered import Registered
from models import Division, FigureName, Level, db

from .sites import Community, Grounds, Site, grounds, people_missing

# Where the communities and stations of a line lie, by the level of the line.
BELOW = {Level.PREFECTURE: "county_id", Level.COUNTY: "township_id", Level.TOWNSHIP: "id"}


@dataclass(frozen=True)
class Line:
    """The numbers of one division on the day; percents are of 100, None where not known or set."""

    place: Division
    communities: int
    covered: int
    coverage_target: int | None
    residents: Residents
    registered: Registered
    registered_target: int | None
    # How many regular projects there are, in how many communities enough of those asked.
    regular_projects: int | None
    projects_asked_of: int
    projects_enough: int
    stations: int
    activities: int
    activities_asked_of: int
    activities_enough: int
    with_manager: int
    with_team: int
    on_time: Tally
    # Stations whose checklist of the last full month was kept, and those that met all of it.
    scored: int
    passed: int

    @property
    def coverage(self) -> float | None:
        """Return the percent of the communities with a station."""
        return 100 * self.covered / self.communities if self.communities else None

    @property
    def coverage_missing(self) -> int:
        """Return how many communities more need a station to reach the target."""
        if self.coverage_target is None:
            return 0
        return max(0, -(-self.communities * self.coverage_target // 100) - self.covered)

    @property
    def registered_share(self) -> float | None:
        """Return the percent of the residents who are registered; None while some are unknown."""
        people = self.residents.people
        return 100 * self.registered.people / people if people and self.residents.is_whole else None

    @property
    def people_missing(self) -> int | None:
        """Return how many people more must register to reach the target."""
        if not self.residents.is_whole:
            return None
        return people_missing(self.registered, self.residents, self.registered_target)


@dataclass(frozen=True)
class Board:
    """A division on a day: itself, what lies right below it, and the grounds of both."""

    whole: Line
    below: Sequence[Line]
    grounds: Grounds

    @property
    def place(self) -> Division:
        """Return the division that the board is of."""
        return self.grounds.place

    @property
    def uncovered(self) -> list[Community]:
        """Return the communities without a station."""
        return [one for one in self.grounds.communities.values() if not one.is_covered]

    @property
    def short_of_people(self) -> list[Community]:
        """Return the communities with too few registered people, the widest gap first."""
        short = [one for one in self.grounds.communities.values() if one.people_missing]
        return sorted(short, key=lambda one: (-(one.people_missing or 0), one.code))

    @property
    def short_of_projects(self) -> list[Community]:
        """Return the communities with too few regular projects."""
        return [one for one in self.grounds.communities.values() if one.projects_missing]

    @property
    def short_of_activities(self) -> list[Site]:
        """Return the stations that held too few activities in the month so far."""
        return [one for one in self.grounds.sites if one.activities_missing]

    @property
    def without_manager(self) -> list[Site]:
        """Return the stations without a manager."""
        return [one for one in self.grounds.sites if not one.has_manager]

    @property
    def without_team(self) -> list[Site]:
        """Return the stations without a team."""
        return [one for one in self.grounds.sites if not one.teams]

    @property
    def short_of_items(self) -> list[Site]:
        """Return the stations that did not meet all of their checklist in the last full month."""
        return [one for one in self.grounds.sites if one.score is not None and not one.passes]

    @property
    def late(self) -> list[Site]:
        """Return the stations with activities of the month that were not recorded in time."""
        return [one for one in self.grounds.sites if one.on_time.late]


def board(place: Division, *, on: date) -> Board:
    """Return the board of a division on a day; a past day gives that day's board.

    A community counts once however many stations it has, a person once however many rolls name
    it, and a station until the day before it closed. Whether the place is in reach is the
    caller's question.
    """
    known = grounds(place, on)
    column = BELOW.get(place.level)
    groups: dict[int, tuple[list[Community], list[Site]]] = defaultdict(lambda: ([], []))
    if column is not None:
        for community in known.communities.values():
            groups[getattr(community, column)][0].append(community)
        for site in known.sites:
            key = site.division_id if column == "id" else getattr(site, column)
            groups[key][1].append(site)
    children = db.session.scalars(
        select(Division).where(Division.parent_id == place.id).order_by(Division.code)
    )
    below = [_line(known, child, *groups[child.id]) for child in children if child.id in groups]
    whole = _line(known, place, list(known.communities.values()), known.sites)
    return Board(whole, below, known)


def _line(
    known: Grounds, place: Division, communities: Sequence[Community], sites: Sequence[Site]
) -> Line:
    asked = {
        name: found.value
        for name in (FigureName.COVERAGE_PERCENT, FigureName.REGISTERED_PERCENT)
        if (found := known.figures.at_code(place.code, name)) is not None
    }
    judged = [
        one for one in communities
        if one.projects_asked is not None and one.regular_projects is not None
    ]  # fmt: skip
    active = [one for one in sites if one.activities_asked is not None]
    return Line(
        place=place,
        communities=len(communities),
        covered=sum(one.is_covered for one in communities),
        coverage_target=asked.get(FigureName.COVERAGE_PERCENT),
        residents=known.residents.get(place.id, Residents()),
        registered=known.registered.get(place.id, Registered()),
        registered_target=asked.get(FigureName.REGISTERED_PERCENT),
        regular_projects=_sum(one.regular_projects for one in sites),
        projects_asked_of=len(judged),
        projects_enough=sum(not one.projects_missing for one in judged),
        stations=len(sites),
        activities=sum(one.activities for one in sites),
        activities_asked_of=len(active),
        activities_enough=sum(not one.activities_missing for one in active),
        with_manager=sum(one.has_manager for one in sites),
        with_team=sum(bool(one.teams) for one in sites),
        on_time=_together(one.on_time for one in sites),
        scored=sum(one.score is not None for one in sites),
        passed=sum(one.passes for one in sites),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    """Return the sum of what is known; None where nothing is, and there is something to know."""
    every = list(counts)
    known = [count for count in every if count is not None]
    return sum(known) if known or not every else None


def _together(tallies: Iterable[Tally]) -> Tally:
    held = on_time = running = 0
    for tally in tallies:
        held += tally.held
        on_time += tally.on_time
        running += tally.running
    return Tally(held, on_time, running)

"""What hours make of a person: stars by the whole life, backbone by a community's year.

Stars here are what the hours entitle to (Z21): awarding one takes verification, which is another
act. The thresholds are figures; where none is set, nothing follows from hours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select

from admin_app.policy import unscoped
from admin_app.services.figures import FiguresOfDay
from models import (
    Division,
    FigureName,
    PersonLife,
    PersonYear,
    StandingChange,
    StandingKind,
    Station,
    Volunteer,
    clock,
    db,
)

STARS = (
    FigureName.STAR_1_HOURS, FigureName.STAR_2_HOURS, FigureName.STAR_3_HOURS,
    FigureName.STAR_4_HOURS, FigureName.STAR_5_HOURS,
)  # fmt: skip
HOUR = 60
IN_ONE_QUESTION = 5_000

# Minutes moved by (person, station, year), as the totals keep them.
Years = Mapping[tuple[int, ...], Sequence[int]]


@dataclass(frozen=True)
class Standing:
    """What a volunteer has served, and what follows from it; minutes are whole."""

    minutes: int
    by_year_station: tuple[tuple[int, str, int], ...]
    stars: int
    backbone_years: tuple[int, ...]


def stars(minutes: int, thresholds: Iterable[int | None]) -> int:
    """Return the star level that minutes entitle to; a threshold that is not set gives none."""
    reached = [n for n, hours in enumerate(thresholds, 1)
               if hours is not None and minutes >= hours * HOUR]  # fmt: skip
    return max(reached, default=0)


def is_backbone(minutes: int, hours: int | None) -> bool:
    """Tell whether a year's minutes in one community make a backbone (Zhanjiang 2018, annex 4)."""
    return hours is not None and minutes >= hours * HOUR


def of(volunteer: Volunteer) -> Standing:
    """Return the standing of a person by the figures of the volunteer's own community."""
    with unscoped("a person's hours count in whatever station they were served"):
        life = db.session.get(PersonLife, volunteer.person_id)
        lines = db.session.execute(
            select(PersonYear.year, Station.code, PersonYear.minutes)
            .join(Station, Station.id == PersonYear.station_id)
            .where(PersonYear.person_id == volunteer.person_id, PersonYear.entries > 0)
            .order_by(PersonYear.year, Station.code)
        ).all()
        home = volunteer.station.division
        communities = _years_of([volunteer.person_id])
    minutes = life.minutes if life else 0
    figures = _Figures()
    years = sorted(
        {
            year
            for (_person, division, code, year), served in communities.items()
            if division == home.id and is_backbone(served, figures.backbone(code, year))
        }
    )
    return Standing(
        minutes,
        tuple((year, code, served) for year, code, served in lines),
        stars(minutes, figures.stars(home.code)),
        tuple(years),
    )


def note(lives: Mapping[int, int], years: Years) -> None:
    """Keep which thresholds were passed by minutes just moved; the totals hold them already."""
    figures, now = _Figures(), clock.utc_now()
    changes = [*_star_changes(lives, years, figures), *_backbone_changes(years, figures)]
    if changes:
        told = [change | {"at": now} for change in changes]
        db.session.connection().execute(insert(StandingChange), told)


class _Figures:
    """The thresholds in force, each day and place asked once."""

    def __init__(self) -> None:
        self._today = clock.today()
        self._stars = FiguresOfDay(STARS, on=self._today)
        self._backbone: dict[int, FiguresOfDay] = {}

    def stars(self, code: str) -> list[int | None]:
        found = (self._stars.at_code(code, name) for name in STARS)
        return [one.value if one else None for one in found]

    def backbone(self, code: str, year: int) -> int | None:
        """Return the hours asked of a year: those in force at its end, or today."""
        if year not in self._backbone:
            day = min(date(year, 12, 31), self._today)
            self._backbone[year] = FiguresOfDay([FigureName.BACKBONE_HOURS], on=day)
        found = self._backbone[year].at_code(code, FigureName.BACKBONE_HOURS)
        return found.value if found else None


Change = dict[str, object]


def _star_changes(lives: Mapping[int, int], years: Years, figures: _Figures) -> Iterator[Change]:
    homes = _codes({station for _person, station, _year in years})
    station_of = {person: station for person, station, _year in years}
    for person, minutes in _lives_of(sorted(lives)):
        asked = figures.stars(homes[station_of[person]][1])
        before, after = stars(minutes - lives[person], asked), stars(minutes, asked)
        if before != after:
            yield {
                "person_id": person, "kind": StandingKind.STAR, "division_id": None, "year": None,
                "before": before, "after": after,
            }  # fmt: skip


def _backbone_changes(years: Years, figures: _Figures) -> Iterator[Change]:
    homes = _codes({station for _person, station, _year in years})
    moved: dict[tuple[int, int, int], int] = defaultdict(int)
    for (person, station, year), sums in years.items():
        moved[person, homes[station][0], year] += sums[0]
    persons = sorted({person for person, _station, _year in years})
    for (person, division, code, year), minutes in _years_of(persons).items():
        if (person, division, year) not in moved:
            continue
        hours = figures.backbone(code, year)
        before = is_backbone(minutes - moved[person, division, year], hours)
        after = is_backbone(minutes, hours)
        if before != after:
            yield {
                "person_id": person, "kind": StandingKind.BACKBONE, "division_id": division,
                "year": year, "before": int(before), "after": int(after),
            }  # fmt: skip


def _codes(stations: Iterable[int]) -> dict[int, tuple[int, str]]:
    """Return the community of each station: its number and code."""
    found = db.session.execute(
        select(Station.id, Division.id, Division.code)
        .join(Division, Division.id == Station.division_id)
        .where(Station.id.in_(sorted(stations)))
    )
    return {station: (division, code) for station, division, code in found}


def _lives_of(persons: Sequence[int]) -> Iterator[Sequence[int]]:
    for part in _parts(persons):
        asked = select(PersonLife.person_id, PersonLife.minutes)
        yield from db.session.execute(asked.where(PersonLife.person_id.in_(part)))


def _years_of(persons: Sequence[int]) -> dict[tuple[int, int, str, int], int]:
    """Return the minutes by person, community (number and code) and year."""
    found: dict[tuple[int, int, str, int], int] = {}
    for part in _parts(persons):
        sums = (
            select(
                PersonYear.person_id, Division.id, Division.code, PersonYear.year,
                func.sum(PersonYear.minutes),
            )
            .join(Station, Station.id == PersonYear.station_id)
            .join(Division, Division.id == Station.division_id)
            .where(PersonYear.person_id.in_(part))
            .group_by(PersonYear.person_id, Division.id, Division.code, PersonYear.year)
        )  # fmt: skip
        for person, division, code, year, minutes in db.session.execute(sums):
            found[person, division, code, year] = int(minutes)
    return found


def _parts(persons: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(persons), IN_ONE_QUESTION):
        yield persons[start : start + IN_ONE_QUESTION]

"""The monthly report as one value: screen, paper, workbook and JSON all say what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models import Category

from .months import Month

STATION = "station"


@dataclass(frozen=True)
class Asked:
    """How many activities a month a rule asks of a station, and which rule."""

    low: int
    high: int | None
    basis: str

    def missing(self, activities: int) -> int:
        """Return how many activities are still asked."""
        return max(self.low - activities, 0)


@dataclass(frozen=True)
class Counts:
    """The numbers of one place; participants and registered volunteers are distinct persons."""

    activities: int = 0
    # Umbrella, medicine and the like: held, but none of the activities that are asked.
    desk_duties: int = 0
    attendances: int = 0
    participants: int = 0
    minutes: int = 0
    # Of the attendances, how many one person recorded and confirmed.
    single_handed: int = 0
    registered_new: int = 0
    registered_total: int = 0

    @property
    def minutes_each(self) -> int:
        """Return the minutes a participant, rounded half up."""
        if not self.participants:
            return 0
        return (2 * self.minutes + self.participants) // (2 * self.participants)


@dataclass(frozen=True)
class StationRow:
    """One station of the place."""

    id: int
    code: str
    name: str
    # The county or township between the place and the station; empty where there is none.
    area: str
    # None where no rule asks anything: neither reached nor missed.
    asked: Asked | None
    counts: Counts
    minutes_by_category: Mapping[Category, int]

    @property
    def reaches(self) -> bool:
        """Tell whether the station held what is asked of it."""
        return self.asked is not None and not self.asked.missing(self.counts.activities)


@dataclass(frozen=True)
class CategoryRow:
    """One category of service in which something happened."""

    category: Category
    activities: int
    attendances: int
    minutes: int


@dataclass(frozen=True)
class ActivityRow:
    """One activity of a station."""

    id: int
    held_on: date
    name: str
    category: Category
    site: str
    desk_duty: bool
    attendances: int
    minutes: int


@dataclass(frozen=True)
class ReportPlace:
    """The station or division a report is about."""

    id: int
    code: str
    # As the head of the paper names it.
    name: str
    # "station", or the level of the division.
    level: str
    phone: str

    @property
    def is_station(self) -> bool:
        """Tell whether it is a station and not a division."""
        return self.level == STATION


@dataclass(frozen=True)
class MonthReport:
    """What a station, or all stations of a division, did in one month."""

    place: ReportPlace
    month: Month
    compiled_on: date
    asked: Asked | None
    counts: Counts
    # Every station that stood in the month or has anything to show, by code.
    stations: tuple[StationRow, ...]
    # By national code, only what happened.
    categories: tuple[CategoryRow, ...]
    # Minutes of the last months, oldest first, this month last.
    trend: tuple[tuple[Month, int], ...]
    # Of a single station only, by day.
    activities: tuple[ActivityRow, ...]

    @property
    def is_finished(self) -> bool:
        """Tell whether the month was over when the report was compiled."""
        return self.compiled_on > self.month.last

    @property
    def missing(self) -> int:
        """Return how many activities are still asked of a single station."""
        return self.asked.missing(self.counts.activities) if self.asked else 0

    @property
    def stations_asked(self) -> int:
        """Return how many stations a rule asks something of."""
        return sum(row.asked is not None for row in self.stations)

    @property
    def stations_reaching(self) -> int:
        """Return how many stations held what is asked of them."""
        return sum(row.reaches for row in self.stations)

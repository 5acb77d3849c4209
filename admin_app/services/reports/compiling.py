"""Compiling a monthly report: the sums, put together into one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from admin_app.policy import Access, declared, unscoped
from admin_app.services import figures
from models import Category, Division, FigureName, Level, Station, clock, db

from . import counting
from .areas import Place, full_name, within
from .counting import Registered
from .month_report import (
    STATION,
    Asked,
    CategoryRow,
    Counts,
    MonthReport,
    ReportPlace,
    StationRow,
)
from .months import Month
from .places import OutOfReach, reaches

ASKED = (FigureName.MONTHLY_ACTIVITIES_MIN, FigureName.MONTHLY_ACTIVITIES_MAX)


def month(place: Place, month: Month) -> MonthReport:
    """Return what a station, or all stations of a division, did in a month.

    Only confirmed entries count, on the day served. In a division participants and registered
    volunteers are distinct persons, so its numbers may be less than the sum of its stations.
    Raises ``OutOfReach`` where the person who asks does not read reports.
    """
    scope = declared()
    if isinstance(scope, Access) and not reaches(scope, place):
        raise OutOfReach
    with unscoped("totals name no person"):
        return _Compilation(place, month).report()


class _Compilation:
    """One report under way."""

    def __init__(self, place: Place, month: Month) -> None:
        self.place, self.month = place, month
        self.served = counting.served(place, month)
        self.held = counting.held(place, month)
        self.persons, self.all_persons = counting.participants(place, month)
        self.rolls, self.whole_roll = counting.registered(place, month)
        self.figures = figures.FiguresOfDay(ASKED, on=month.last)
        self.by_station = {
            "attendances": counting.totals(self.served, 0, "attendances"),
            "minutes": counting.totals(self.served, 0, "minutes"),
            "single_handed": counting.totals(self.served, 0, "single_handed"),
            "activities": counting.totals(self.held, 0, "activities"),
            "desk_duties": counting.totals(self.held, 0, "desk_duties"),
        }

    def report(self) -> MonthReport:
        """Put the parts together."""
        is_station = isinstance(self.place, Station)
        return MonthReport(
            place=self._named(),
            month=self.month,
            compiled_on=clock.today(),
            asked=self._asked(_division_code(self.place)),
            counts=self._counts(),
            stations=tuple(self._stations()),
            categories=tuple(self._categories()),
            trend=tuple(sorted(counting.trend(self.place, self.month).items())),
            activities=counting.activities(self.place, self.month) if is_station else (),
        )

    def _named(self) -> ReportPlace:
        place = self.place
        return ReportPlace(
            id=place.id,
            code=place.code,
            name=full_name(place),
            level=STATION if isinstance(place, Station) else place.level.value,
            phone=(place.phone or "") if isinstance(place, Station) else "",
        )

    def _asked(self, code: str) -> Asked | None:
        low, high = (self.figures.at_code(code, name) for name in ASKED)
        # An upper end alone asks nothing that a station could fall short of.
        return Asked(low.value, high.value if high else None, low.basis) if low else None

    def _counts(self) -> Counts:
        sums = {name: sum(numbers.values()) for name, numbers in self.by_station.items()}
        return Counts(
            participants=self.all_persons,
            registered_new=self.whole_roll.new,
            registered_total=self.whole_roll.total,
            **sums,
        )

    def _counts_of(self, station_id: int) -> Counts:
        roll = self.rolls.get(station_id, Registered(0, 0))
        return Counts(
            participants=self.persons.get(station_id, 0),
            registered_new=roll.new,
            registered_total=roll.total,
            **{name: numbers.get(station_id, 0) for name, numbers in self.by_station.items()},
        )

    def _stations(self) -> Iterator[StationRow]:
        minutes = self._minutes_by_category()
        for station, division_code, area in _stations_of(self.place):
            counts = self._counts_of(station.id)
            stands = _stood_in(station, self.month)
            if not stands and counts == Counts():
                continue
            yield StationRow(
                id=station.id,
                code=station.code,
                name=station.name,
                area=area,
                asked=self._asked(division_code) if stands else None,
                counts=counts,
                minutes_by_category=minutes.get(station.id, {}),
            )

    def _minutes_by_category(self) -> Mapping[int, dict[Category, int]]:
        minutes: dict[int, dict[Category, int]] = {}
        for (station_id, category), row in sorted(self.served.items()):
            minutes.setdefault(station_id, {})[category] = row.minutes
        return minutes

    def _categories(self) -> Iterator[CategoryRow]:
        held = counting.totals(self.held, 1, "activities")
        attendances = counting.totals(self.served, 1, "attendances")
        minutes = counting.totals(self.served, 1, "minutes")
        for category in Category:
            row = CategoryRow(
                category,
                held.get(category, 0),
                attendances.get(category, 0),
                minutes.get(category, 0),
            )
            if row.activities or row.attendances:
                yield row


def _division_code(place: Place) -> str:
    return place.division.code if isinstance(place, Station) else place.code


def _stations_of(place: Place) -> Iterator[tuple[Any, str, str]]:
    """Yield every station of the place with its division's code and the area between."""
    township, county = aliased(Division), aliased(Division)
    found = db.session.execute(
        select(
            Station.id, Station.code, Station.name, Station.opened_on, Station.closed_on,
            Division.code.label("division_code"),
            township.name.label("township"), county.name.label("county"),
        )
        .join(Division, Division.id == Station.division_id)
        .outerjoin(township, township.id == Station.township_id)
        .outerjoin(county, county.id == Station.county_id)
        .where(within(Station, place))
        .order_by(Station.code)
    )  # fmt: skip
    shown = () if isinstance(place, Station) else _BETWEEN.get(place.level, ())
    for row in found:
        area = "".join(getattr(row, name) or "" for name in shown)
        yield row, row.division_code, area


_BETWEEN = {Level.COUNTY: ("township",), Level.PREFECTURE: ("county", "township")}


def _stood_in(station: Any, month: Month) -> bool:
    opened, closed = station.opened_on, station.closed_on
    return (opened is None or opened <= month.last) and (closed is None or closed >= month.first)

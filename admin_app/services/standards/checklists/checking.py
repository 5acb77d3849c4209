"""Checking a station, or all stations of a place, against the checklists that hold there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import case, func, select
from sqlalchemy.orm import selectinload

from admin_app.policy import Access, declared, unscoped
from admin_app.services.reports.areas import Place, within
from admin_app.services.reports.months import MONTHS, Month
from admin_app.services.reports.places import OutOfReach
from models import Checklist, ChecklistResult, DomainError, PartName, Station, clock, db

from .choosing import Holding
from .grounds import Grounds
from .parts import PARTS, Finding
from .results import ItemResult, PartResult, Result, read, together

READ = "standards:read"
WHY = "whether a checklist is met tells of no person"


@dataclass(frozen=True)
class Share:
    """How many stations of a place pass their checklist in a month, of those that have one."""

    passed: int
    stations: int

    @property
    def share(self) -> float | None:
        """Return the part that passes, 0 to 1; None where no station has a checklist."""
        return self.passed / self.stations if self.stations else None


def check(station: Station, month: Month, *, on: date | None = None) -> Result:
    """Return how a station stands in a month: as it was kept, or else as the registers say.

    The running month is told up to today, or up to a day before. Raises ``DomainError`` for a
    month that has not begun, ``OutOfReach`` where the person who asks reads no checklist.
    """
    until = _until(month, on)
    _require_reach(station)
    with unscoped(WHY):
        found = _kept(station, month) if on is None else {}
        if station.id in found:
            return found[station.id]
        [result] = _told(Grounds(station, month, until))
        return result


def results(place: Place, month: Month, *, on: date | None = None) -> list[Result]:
    """Return how each station of a place stood in a month, by code; each as ``check`` tells it."""
    until = _until(month, on)
    _require_reach(place)
    with unscoped(WHY):
        found = _kept(place, month) if on is None else {}
        grounds = Grounds(place, month, until)
        if found and all(station.id in found for station in grounds.stations):
            return [found[station.id] for station in grounds.stations]
        return [found.get(result.station_id, result) for result in _told(grounds)]


def pass_share(place: Place, month: Month, *, on: date | None = None) -> Share:
    """Return how many stations of a place pass in a month, of those with a checklist.

    A month that was kept is counted by one statement; any other from the registers.
    """
    until = _until(month, on)
    _require_reach(place)
    with unscoped(WHY):
        row = ChecklistResult
        if on is None and month < Month.of(clock.today()):
            passed = func.sum(case((row.met == row.total, 1), else_=0))
            asked = select(func.count(), passed).where(within(row, place), row.month == month.first)
            kept, whole = db.session.execute(asked).one()
            if kept:
                return Share(int(whole or 0), kept)
        return _counted(Grounds(place, month, until))


def history(station: Station, *, before: Month) -> list[Result]:
    """Return the kept months of a year up to a month, the earliest first."""
    _require_reach(station)
    row = ChecklistResult
    with unscoped(WHY):
        rows = db.session.scalars(
            select(row)
            .options(selectinload(row.checklist).selectinload(Checklist.items))
            .where(
                row.station_id == station.id,
                row.month.between(before.shifted(1 - MONTHS).first, before.first),
            )
            .order_by(row.month)
        ).all()
    return [_read(one, station.code, station.name) for one in rows]


def _until(month: Month, on: date | None) -> date:
    """Return the day up to which a month is told."""
    day = on or clock.today()
    if day < month.first:
        raise DomainError(_("The month has not begun: choose an earlier one."))
    return min(day, month.last)


def _require_reach(place: Place) -> None:
    scope = declared()
    if isinstance(scope, Access) and not scope.reaches(READ, place):
        raise OutOfReach


def _kept(place: Place, month: Month) -> Mapping[int, Result]:
    row = ChecklistResult
    found = db.session.execute(
        select(row, Station.code, Station.name)
        .join(Station, Station.id == row.station_id)
        .options(selectinload(row.checklist).selectinload(Checklist.items))
        .where(within(row, place), row.month == month.first)
    )
    return {one.station_id: _read(one, code, name) for one, code, name in found}


def _read(row: ChecklistResult, code: str, name: str) -> Result:
    return Result(
        row.station_id, code, name, Month.of(row.month), row.checklist,
        read(row.items, row.checklist), is_kept=True,
    )  # fmt: skip


def _told(grounds: Grounds) -> Iterator[Result]:
    for station, checklist, answers in _answers(grounds):
        items = () if checklist is None else tuple(_items(checklist, answers))
        yield Result(station.id, station.code, station.name, grounds.month, checklist, items)


def _answers(grounds: Grounds) -> Iterator[tuple[Any, Checklist | None, dict[str, Finding]]]:
    """Yield each station with its checklist and what was found of each part."""
    holding = Holding(grounds.until)
    asked: dict[int, list[tuple[str, Any]]] = {}
    for station in grounds.stations:
        choice = holding.at_code(station.division_code)
        if choice is None:
            yield station, None, {}
            continue
        checklist = choice.checklist
        if checklist.id not in asked:
            names = dict.fromkeys(name for item in checklist.items for name in item.parts)
            asked[checklist.id] = [(name, PARTS[PartName(name)]) for name in names]
        yield (
            station,
            checklist,
            {name: test(station, grounds) for name, test in asked[checklist.id]},
        )


def _items(checklist: Checklist, answers: Mapping[str, Finding]) -> Iterator[ItemResult]:
    for item in checklist.items:
        parts = tuple(PartResult(PartName(name), answers[name]) for name in item.parts)
        yield ItemResult(item.key, item.title, item.article, parts)


def _counted(grounds: Grounds) -> Share:
    asked: Sequence[bool | None] = [
        together(found.met for found in answers.values())
        for _station, checklist, answers in _answers(grounds)
        if checklist is not None
    ]
    return Share(sum(met is True for met in asked), len(asked))

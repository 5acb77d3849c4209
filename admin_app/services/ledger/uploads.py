"""How much of what counts stands in the official system: kept by station and month, told by place.

No rule says by which day an entry is to be there, so nothing is late here: only how much waits,
and since when.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from admin_app.services.reports.areas import Place, within
from admin_app.services.reports.months import Month
from models import (
    AreaMonth,
    Choice,
    EntryState,
    OfficialState,
    ServiceEntry,
    Station,
    UploadMonth,
    db,
)

from . import totals

_COUNTED: Any = AreaMonth.__table__.c
_THERE: Any = UploadMonth.__table__.c


class Upload(Choice):
    """What is to be done about an entry in the official system, or was done."""

    WAITS = "waits", _("Not there yet")
    UPLOADED = "uploaded", _("Uploaded")
    TO_TAKE_BACK = "to_take_back", _("To be taken back there")


@dataclass(frozen=True)
class Standing:
    """Of so many entries that count, how many are there, how many went and stand there still."""

    counted: int = 0
    uploaded: int = 0
    to_take_back: int = 0
    # The earliest month of which an entry waits.
    since: Month | None = None

    @property
    def waiting(self) -> int:
        """Return how many are to be entered there."""
        return self.counted - self.uploaded


@dataclass(frozen=True)
class StationStanding(Standing):
    """How one station stands."""

    id: int = 0
    name: str = ""


@contextmanager
def kept(entries: Sequence[ServiceEntry]) -> Iterator[None]:
    """Move the kept sums by what the block does to entries; it flushes them itself."""
    before = _sums(entries)
    yield
    moved = _sums(entries)
    for key, numbers in before.items():
        moved[key] = [now - then for now, then in zip(moved[key], numbers, strict=True)]
    changed = {key: numbers for key, numbers in moved.items() if any(numbers)}
    if changed:
        totals.grow(UploadMonth, changed)


def _sums(entries: Iterable[ServiceEntry]) -> totals.Sums:
    sums: totals.Sums = defaultdict(lambda: [0, 0])
    for entry in entries:
        if entry.official_state is OfficialState.UPLOADED:
            key = entry.station_id, totals.month_of(entry.served_on)
            sums[key][0 if entry.counts else 1] += 1
    return sums


def condition(upload: Upload) -> ColumnElement[bool]:
    """Return the condition for the entries of which that is so."""
    stands_there = ServiceEntry.official_state == OfficialState.UPLOADED
    is_missing = or_(ServiceEntry.official_state.is_(None), ~stands_there)
    return {
        Upload.WAITS: and_(ServiceEntry.counts, is_missing),
        Upload.UPLOADED: and_(ServiceEntry.counts, stands_there),
        Upload.TO_TAKE_BACK: and_(
            ServiceEntry.state == EntryState.CONFIRMED,
            ServiceEntry.reversed_by_id.is_not(None), stands_there,
        ),
    }[upload]  # fmt: skip


def by_station(place: Place) -> list[StationStanding]:
    """Return how each station of a place stands of which anything was ever confirmed."""
    asked = _asked(place, Station.id, Station.name).order_by(Station.code)
    return [
        StationStanding(*_numbers(row), id=row.id, name=row.name)
        for row in db.session.execute(asked)
    ]


def by_month(place: Place) -> list[tuple[Month, Standing]]:
    """Return how the months of a place stand of which something is to be done, oldest first."""
    month = _COUNTED.month.label("of")
    told = [
        (_month(row.of), Standing(*_numbers(row)))
        for row in db.session.execute(_asked(place, month).order_by(month))
    ]
    return [(one, its) for one, its in told if its.waiting or its.to_take_back]


def total(standings: Iterable[Standing]) -> Standing:
    """Return several standings as one."""
    found = list(standings)
    months = [one.since for one in found if one.since is not None]
    return Standing(
        sum(one.counted for one in found), sum(one.uploaded for one in found),
        sum(one.to_take_back for one in found), min(months, default=None),
    )  # fmt: skip


def oldest(standings: Iterable[StationStanding]) -> dict[int, date]:
    """Return on which day the oldest entry was served that waits, by station."""
    within_month = [
        and_(
            ServiceEntry.station_id == one.id,
            ServiceEntry.served_on.between(one.since.first, one.since.last),
        )
        for one in standings
        if one.since is not None
    ]
    if not within_month:
        return {}
    asked = (
        select(ServiceEntry.station_id, func.min(ServiceEntry.served_on))
        .where(or_(*within_month), condition(Upload.WAITS))
        .group_by(ServiceEntry.station_id)
    )
    return {station: day for station, day in db.session.execute(asked)}


def _asked(place: Place, *grouped: Any) -> Select[Any]:
    """Return what sums the kept lines of a place; a station has one a month, and its categories."""
    there = func.coalesce(_THERE.uploaded, 0)
    is_missing = case((_COUNTED.entries > there, _COUNTED.month))
    return (
        select(
            *grouped, func.sum(_COUNTED.entries).label("counted"), func.sum(there).label("there"),
            func.sum(func.coalesce(_THERE.to_take_back, 0)).label("to_take_back"),
            func.min(is_missing).label("since"),
        )
        .select_from(Station)
        .join(AreaMonth.__table__, and_(_COUNTED.level == "station",
              _COUNTED.place_id == Station.id, _COUNTED.category == totals.ALL))
        .outerjoin(UploadMonth.__table__, and_(_THERE.station_id == _COUNTED.place_id,
                   _THERE.month == _COUNTED.month))
        .where(within(Station, place))
        .group_by(*grouped)
    )  # fmt: skip


def _numbers(row: Any) -> tuple[int, int, int, Month | None]:
    since = None if row.since is None else _month(row.since)
    return int(row.counted), int(row.there), int(row.to_take_back), since


def _month(number: int) -> Month:
    return Month(number // 100, number % 100)

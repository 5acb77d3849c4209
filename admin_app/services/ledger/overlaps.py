"""One person's time taken twice: pairs of entries that overlap, in whatever stations they lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, not_, or_, select, true

from admin_app.services.reports.areas import Place, within
from models import EntryState, Person, ServiceEntry, Station, Volunteer, db

# What says that its person was there; a declined or reversed entry says nothing any more.
CLAIMING = (EntryState.DRAFT, EntryState.SUBMITTED, EntryState.CONFIRMED)

_SHOWN = (
    "id", "station_id", "township_id", "county_id", "prefecture_id", "state", "started_at",
    "ended_at",
)  # fmt: skip


@dataclass(frozen=True)
class Period:
    """A stretch of days of service, both ends included; an end left out is open."""

    since: date | None = None
    until: date | None = None

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Return the condition for the days of a column that lie in the period."""
        return and_(
            true() if self.since is None else column >= self.since,
            true() if self.until is None else column <= self.until,
        )


@dataclass(frozen=True)
class Side:
    """One of two entries that overlap, with what places it and how its station calls it."""

    id: int
    station_id: int
    township_id: int | None
    county_id: int | None
    prefecture_id: int | None
    state: EntryState
    started_at: datetime
    ended_at: datetime
    code: str
    station: str
    number: str


@dataclass(frozen=True)
class Overlap:
    """Two entries of one person that share time; the first lies in the place asked about."""

    name: str
    first: Side
    second: Side

    @property
    def minutes(self) -> int:
        """Return how many minutes both entries claim."""
        began = max(self.first.started_at, self.second.started_at)
        ended = min(self.first.ended_at, self.second.ended_at)
        return int((ended - began).total_seconds()) // 60

    @property
    def is_same(self) -> bool:
        """Tell whether both say the very same times, as a row does that was recorded twice."""
        return (self.first.started_at, self.first.ended_at) == (
            self.second.started_at,
            self.second.ended_at,
        )


def find(place: Place, period: Period) -> Iterator[Overlap]:
    """Yield every pair that overlaps, by day, if one of both lies in the place and period.

    The first of a pair is in reach of who asks; the second may be any station's, and whoever
    shows it must ask whether it is in reach.
    """
    yield from shown(pairs(place, period))


def pairs(place: Place, period: Period, states: tuple[EntryState, ...] = CLAIMING) -> Select[Any]:
    """Return the statement of the numbers of both entries, each pair once, the later number last.

    ``states`` are those of the first entry; the second one always claims its time. Stretches are
    half-open: where one ends and the other begins they share nothing.
    """
    other = ServiceEntry.__table__.alias("other")
    here = and_(within(ServiceEntry, place), period.holds(ServiceEntry.served_on))
    there = and_(within(other.c, place), period.holds(other.c.served_on), other.c.state.in_(states))
    return (
        select(ServiceEntry.id.label("entry"), other.c.id.label("other"))
        .join(
            other,
            and_(
                other.c.person_id == ServiceEntry.person_id,
                # The guards of the database look as far; the index finds a handful of rows.
                other.c.served_on >= neighbour(ServiceEntry.served_on, -1),
                other.c.served_on <= neighbour(ServiceEntry.served_on, +1),
                other.c.started_at < ServiceEntry.ended_at,
                other.c.ended_at > ServiceEntry.started_at,
                other.c.id != ServiceEntry.id,
            ),
        )
        .where(
            here,
            ServiceEntry.state.in_(states),
            ServiceEntry.reversed_by_id.is_(None),
            claiming(other.c),
            # A pair with both ends here would be met from either of them.
            or_(other.c.id > ServiceEntry.id, not_(func.coalesce(there, False))),
        )
    )


def claiming(columns: Any) -> ColumnElement[bool]:
    """Return the condition for entries that claim their person's time."""
    return and_(columns.state.in_(CLAIMING), columns.reversed_by_id.is_(None))


def neighbour(column: Any, days: int) -> Any:
    """Return a day so many later, in the words of the engine."""
    if db.engine.dialect.name == "sqlite":
        return func.date(column, f"{days:+} day")
    return column + days


def shown(pairs: Select[Any]) -> Iterator[Overlap]:
    """Yield what pairs of numbers stand for, in the order of their days."""
    pair = pairs.subquery()
    first, stations, rolls = _joined("first")
    second, other_stations, other_rolls = _joined("second")
    asked = (
        select(
            Person.__table__.c.name,
            *_columns(first, stations, rolls),
            *_columns(second, other_stations, other_rolls),
        )
        .select_from(pair)
        .join(first, first.c.id == pair.c.entry)
        .join(second, second.c.id == pair.c.other)
        .join(Person.__table__, Person.__table__.c.id == first.c.person_id)
        .join(stations, stations.c.id == first.c.station_id)
        .join(other_stations, other_stations.c.id == second.c.station_id)
        .join(rolls, rolls.c.id == first.c.volunteer_id)
        .join(other_rolls, other_rolls.c.id == second.c.volunteer_id)
        .order_by(first.c.served_on, first.c.id, second.c.id)
    )
    width = len(_SHOWN) + 3
    for row in db.session.execute(asked):
        yield Overlap(row[0], _side(row[1 : 1 + width]), _side(row[1 + width :]))


def _joined(name: str) -> tuple[FromClause, FromClause, FromClause]:
    tables: list[Any] = [ServiceEntry.__table__, Station.__table__, Volunteer.__table__]
    entries, stations, rolls = (table.alias(f"{name}_{table.name}") for table in tables)
    return entries, stations, rolls


def _columns(entries: FromClause, stations: FromClause, rolls: FromClause) -> list[Any]:
    own = [entries.c[name] for name in _SHOWN]
    return [*own, stations.c.code, stations.c.name, rolls.c.number]


def _side(values: Any) -> Side:
    id_, station, township, county, prefecture, state, began, ended, *told = values
    return Side(id_, station, township, county, prefecture, state, began, ended, *told)

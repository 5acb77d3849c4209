"""The totals of counted service, moved in the transaction that makes an entry count or not.

Locks are taken in the order of the keys: persons first, then areas. Whoever holds a person's line
has the person's months to himself, so that a person is told once among the people of an area.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from admin_app.policy import unscoped
from models import AreaMonth, Category, Model, PersonLife, PersonYear, ServiceEntry, db

from . import standings

LEVELS = ("station", "township", "county", "prefecture")
ALL = ""
PERSONS_AT_ONCE = 500

Key = tuple[Any, ...]
# A month, a category, and the station, township, county and prefecture.
Spot = tuple[Any, ...]
Sums = dict[Key, list[int]]


class Counted(NamedTuple):
    """What the totals need to know of an entry."""

    person_id: int
    category: Category
    served_on: date
    minutes: int
    station_id: int
    township_id: int | None
    county_id: int | None
    prefecture_id: int | None

    @property
    def spot(self) -> Spot:
        """Return what entries share that count in the same lines of the areas."""
        return month_of(self.served_on), self.category, *self[4:]


def month_of(day: date) -> int:
    """Return the number under which a day's month is kept."""
    return day.year * 100 + day.month


def of(entry: ServiceEntry) -> Counted:
    """Return what counts of an entry."""
    return Counted(*(getattr(entry, name) for name in Counted._fields))


def add(entries: Iterable[Counted]) -> None:
    """Count entries that have just come to count; their rows are written already."""
    _move(list(entries), 1)


def take_back(entries: Iterable[Counted]) -> None:
    """Count entries no longer that have just been reversed; their rows say so already."""
    _move(list(entries), -1)


def _move(entries: Sequence[Counted], sign: int) -> None:
    if not entries:
        return
    lives: Sums = defaultdict(lambda: [0, 0])
    years: Sums = defaultdict(lambda: [0, 0])
    spots: Sums = defaultdict(lambda: [0, 0])
    for one in entries:
        moved = (sign * one.minutes, sign)
        _grow(lives[one.person_id,], moved)
        _grow(years[one.person_id, one.station_id, one.served_on.year], moved)
        _grow(spots[one.spot], moved)
    areas: Sums = defaultdict(lambda: [0, 0, 0])
    for spot, sums in spots.items():
        for key in _areas(spot):
            _grow(areas[key], sums)
    with unscoped("totals count whatever place an entry lies at"):
        grow(PersonLife, lives)  # holds the persons: what follows reads their months alone
        for key, people in _people(entries, sign):
            areas[key][2] += people
        grow(PersonYear, years)
        grow(AreaMonth, areas)
        standings.note({person: sums[0] for (person,), sums in lives.items()}, years)


def _grow(sums: list[int], moved: Iterable[int]) -> None:
    for place, number in enumerate(moved):
        sums[place] += number


def _areas(spot: Spot) -> Iterator[Key]:
    """Yield the keys of the area totals that an entry stands in."""
    month, category, *places = spot
    for level, place in zip(LEVELS, places, strict=True):
        if place is not None:
            yield level, place, month, ALL
            yield level, place, month, category.value


def _people(entries: Sequence[Counted], sign: int) -> Iterator[tuple[Key, int]]:
    """Yield where an area has one person more, or less: first entries come, last ones go."""
    changed: dict[int, Counter[Spot]] = defaultdict(Counter)
    for one in entries:
        changed[one.person_id][one.spot] += 1
    for person, stand in _months_of(entries):
        after, times = _by_area(stand), _by_area(changed[person])
        for key, moved in times.items():
            more = (after[key] > 0) - (after[key] - sign * moved > 0)
            if more:
                yield key, more


def _by_area(spots: Mapping[Spot, int]) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for spot, times in spots.items():
        for key in _areas(spot):
            found[key] += times
    return found


def _months_of(entries: Sequence[Counted]) -> Iterator[tuple[int, Counter[Spot]]]:
    """Yield each person of the entries with all that counts from their first to last month."""
    first = min(one.served_on for one in entries).replace(day=1)
    last = month_of(max(one.served_on for one in entries))
    until = date(last // 100 + last % 100 // 12, last % 100 % 12 + 1, 1)
    table = ServiceEntry.__table__.c
    asked = select(*(table[name] for name in Counted._fields)).where(
        ServiceEntry.counts, table.served_on >= first, table.served_on < until
    )
    persons = sorted({one.person_id for one in entries})
    for start in range(0, len(persons), PERSONS_AT_ONCE):
        part = persons[start : start + PERSONS_AT_ONCE]
        stand: dict[int, Counter[Spot]] = {person: Counter() for person in part}
        for row in db.session.execute(asked.where(table.person_id.in_(part))):
            one = Counted(*row)
            stand[one.person_id][one.spot] += 1
        yield from stand.items()


def grow(model: type[Model], sums: Sums) -> None:
    """Add sums to the lines of a table, in the order of their keys."""
    connection = db.session.connection()
    statement, names = _adding(model, connection.dialect.name)
    rows = [
        dict(zip(names, (*key, *numbers), strict=True)) for key, numbers in sorted(sums.items())
    ]
    connection.execute(statement, rows)


@lru_cache
def _adding(model: type[Model], dialect: str) -> tuple[Any, tuple[str, ...]]:
    """Return the statement that adds to a line or begins it, and the columns in its order."""
    table: Any = model.__table__
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key]
    numbers = [column.name for column in table.c if column.name not in keys]
    begun = insert(table)
    grown = {name: table.c[name] + begun.excluded[name] for name in numbers}
    statement = begun.on_conflict_do_update(index_elements=keys, set_=grown)
    return statement, (*keys, *numbers)

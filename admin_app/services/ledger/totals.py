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
IN_ONE_QUESTION = 5_000

Key = tuple[Any, ...]
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
    def month(self) -> int:
        """Return the month of the service, such as 202610."""
        return month_of(self.served_on)


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
    areas: Sums = defaultdict(lambda: [0, 0, 0])
    for one in entries:
        moved = (sign * one.minutes, sign)
        _grow(lives[one.person_id,], moved)
        _grow(years[one.person_id, one.station_id, one.served_on.year], moved)
        for key in _areas(one):
            _grow(areas[key], moved)
    with unscoped("totals count whatever place an entry lies at"):
        _write(PersonLife, lives)  # holds the persons: what follows reads their months alone
        for key, people in _people(entries, sign).items():
            areas[key][2] += people
        _write(PersonYear, years)
        _write(AreaMonth, areas)
        standings.note({person: sums[0] for (person,), sums in lives.items()}, years)


def _grow(sums: list[int], moved: Iterable[int]) -> None:
    for place, number in enumerate(moved):
        sums[place] += number


def _areas(one: Counted) -> Iterator[Key]:
    """Yield the keys of the area totals that an entry stands in."""
    for level in LEVELS:
        place = getattr(one, f"{level}_id")
        if place is not None:
            for category in (ALL, one.category.value):
                yield level, place, one.month, category


def _people(entries: Sequence[Counted], sign: int) -> Mapping[Key, int]:
    """Return how many persons more, or less, each area has: first entries come, last ones go."""
    changed = Counter((one.person_id, key) for one in entries for key in _areas(one))
    stands = Counter(
        (one.person_id, key)
        for one in _months_of(entries)
        for key in _areas(one)
        if (one.person_id, key) in changed
    )
    moved: dict[Key, int] = defaultdict(int)
    for (person, key), times in changed.items():
        after = stands[person, key]
        moved[key] += (after > 0) - (after - sign * times > 0)
    return moved


def _months_of(entries: Sequence[Counted]) -> Iterator[Counted]:
    """Yield all that counts of the entries' persons from their first to their last month."""
    first = min(one.served_on for one in entries).replace(day=1)
    last = month_of(max(one.served_on for one in entries))
    until = date(last // 100 + last % 100 // 12, last % 100 % 12 + 1, 1)
    table = ServiceEntry.__table__.c
    asked = select(*(table[name] for name in Counted._fields)).where(
        ServiceEntry.counts, table.served_on >= first, table.served_on < until
    )
    persons = sorted({one.person_id for one in entries})
    for start in range(0, len(persons), IN_ONE_QUESTION):
        part = persons[start : start + IN_ONE_QUESTION]
        for row in db.session.execute(asked.where(table.person_id.in_(part))):
            yield Counted(*row)


def _write(model: type[Model], sums: Sums) -> None:
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

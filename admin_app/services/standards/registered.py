"""Registered volunteers by where they live, each human being once, exact for any day.

Counting 300,000 lines of rolls takes an index longer than a page may take, so the counts are kept:
one sum a division, and what changes it day by day. Both move in the transaction that changes a roll
or a residence: the session does it by itself, a bulk insert says ``following``.

A person is registered from the day of registration to the day before the one on which the last
roll was left; days between leaving and coming back are left out. Official is who stands that day on
a roll with a number in the official system; when the number was given is not on file, so it holds
for all of that roll's days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, event, func, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from admin_app.policy import unscoped
from admin_app.services.places import divisions
from models import Division, Person, RegisteredChange, RegisteredCount, RollGap, Volunteer, db

IN_ONE_STATEMENT = 5_000
BEFORE, KEY = "registered_before", "person_id"

_people: Any = Person.__table__
_rolls: Any = Volunteer.__table__
_counts: Any = RegisteredCount.__table__
_changes: Any = RegisteredChange.__table__
_gaps: Any = RollGap.__table__
_divisions: Any = Division.__table__


class Registered(NamedTuple):
    """How many people, and how many of them with a number in the official system."""

    people: int = 0
    official: int = 0

    @property
    def local(self) -> int:
        """Return how many stand on local rolls only."""
        return self.people - self.official


class Stretch(NamedTuple):
    """The days of one roll: from ``since`` to the day before ``until``."""

    since: date
    until: date | None
    is_official: bool


# Of a line of a roll: the last day before each absence, and the first day back.
Away = dict[int, list[tuple[date, date]]]
# Of a division on a day: how many people more, and how many official ones.
Moves = dict[tuple[date, int], list[int]]


def at(place: Division, *, on: date) -> Registered:
    """Return how many people who live in a division, or below it, are registered on a day."""
    return by_division(place, on=on).get(place.id, Registered())


def by_division(place: Division, *, on: date) -> dict[int, Registered]:
    """Return the registered people of a place and of every division below it, by its number.

    Each holds those of the divisions below; one without anybody is not there. Whether the place
    is in reach is the caller's question: these are counts and no persons.
    """
    with unscoped("registered people are counted, not shown"):
        moved, since_then = _moved(on)
        rows = db.session.execute(_stood(place)).all()
    depth, top, nothing = len(_above(place)), place.id, (0, 0)
    told: dict[int, tuple[int, int]] = {}
    # Many lie in the same areas: their sums are added to those once.
    lying: dict[tuple[int, ...], tuple[int, int]] = {}
    for key, people, official, *areas in rows:
        more = moved.get(key, nothing)
        counts = (people - more[0], official - more[1]) if since_then else more
        # What lies above the place is told of it as a whole by nobody.
        around = (top, *areas[depth:])
        if key not in around:
            told[key] = counts
        so_far = lying.get(around, nothing)
        lying[around] = (so_far[0] + counts[0], so_far[1] + counts[1])
    for around, counts in lying.items():
        for area in {*around} - {_NOWHERE}:
            so_far = told.get(area, nothing)
            told[area] = (so_far[0] + counts[0], so_far[1] + counts[1])
    return {area: Registered(*sums) for area, sums in told.items() if any(sums)}


_NOWHERE = 0


def _stood(place: Division) -> Any:
    """Return the statement for the counts of a place, each with the areas that it lies in."""
    areas = ("prefecture_id", "county_id", "township_id")
    return (
        select(
            _counts.c.division_id, _counts.c.people, _counts.c.official,
            *(func.coalesce(_divisions.c[area], _NOWHERE) for area in areas),
        )
        .join(_divisions, _divisions.c.id == _counts.c.division_id)
        .where(divisions.inside(place, _divisions.c))
    )  # fmt: skip


def _moved(on: date) -> tuple[dict[int, tuple[int, int]], bool]:
    """Return what moved each division's counts after a day, or up to it: whichever is less."""
    # Asked one by one: of both at once SQLite reads every line.
    first, last = (db.session.scalar(select(end(_changes.c.day))) for end in (func.min, func.max))
    since_then = first is None or last is None or last - on < on - first
    when = _changes.c.day > on if since_then else _changes.c.day <= on
    asked = (
        select(_changes.c.division_id, func.sum(_changes.c.people), func.sum(_changes.c.official))
        .where(when)
        .group_by(_changes.c.division_id)
    )
    found = db.session.execute(asked)
    return {key: (int(people), int(official)) for key, people, official in found}, since_then


def _above(place: Division) -> list[int]:
    """Return which of prefecture, county and township lie above a place or are it."""
    areas = (place.prefecture_id, place.county_id, place.township_id)
    return [area for area in areas if area is not None]


# Keeping the counts


@contextmanager
def following(connection: Connection, known: Iterable[int]) -> Iterator[set[int]]:
    """Count anew, at its end, the people whose rolls or residence a bulk statement changes.

    Takes the persons that were on file before; those who come are added to the yielded set.
    """
    touched = set(known)
    before = _standing(connection, touched)
    yield touched
    _move(connection, before, _standing(connection, touched))


def recount(connection: Connection) -> None:
    """Count everything anew from the rolls."""
    connection.execute(_changes.delete())
    connection.execute(_counts.delete())
    _add(connection, _whole(connection))


def differences(connection: Connection) -> int:
    """Return how many lines of the kept counts are not what the rolls say."""
    moves = _whole(connection)
    kept = {
        (day, division): [people, official]
        for day, division, people, official in connection.execute(select(_changes))
    }
    sums = _by_division(moves)
    stood = {
        division: [people, official]
        for division, people, official in connection.execute(select(_counts))
    }
    return _apart(moves, kept) + _apart(sums, stood)


def moves_of(stretches: Iterable[Stretch], division: int) -> Moves:
    """Return how one person's rolls move the counts of the division the person lives in."""
    moves: Moves = defaultdict(lambda: [0, 0])
    every = sorted(stretches, key=lambda one: one.since)
    for place, kept in enumerate((every, [one for one in every if one.is_official])):
        for since, until in _joined(kept):
            moves[since, division][place] += 1
            if until is not None:
                moves[until, division][place] -= 1
    return moves


def _joined(stretches: Iterable[Stretch]) -> Iterator[tuple[date, date | None]]:
    """Yield the stretches of days that some roll, in order of its start, holds without a gap."""
    begins: date | None = None
    ends: date | None = None
    for since, until, _official in stretches:
        if until is not None and until <= since:
            continue
        if begins is None:
            begins, ends = since, until
        elif ends is None or since <= ends:
            ends = None if ends is None or until is None else max(ends, until)
        else:
            yield begins, ends
            begins, ends = since, until
    if begins is not None:
        yield begins, ends


def _standing(connection: Connection, persons: Iterable[int]) -> Moves:
    """Return what the counts hold because of some persons; those are held until the commit."""
    ordered, moves = sorted(persons), defaultdict[tuple[date, int], list[int]](lambda: [0, 0])
    for first in range(0, len(ordered), IN_ONE_STATEMENT):
        these = _people.c.id.in_(ordered[first : first + IN_ONE_STATEMENT])
        # Of two who put one person on two rolls at once, the second must see what the first did.
        connection.execute(
            select(_people.c.id).where(these).order_by(_people.c.id).with_for_update()
        )
        lines = connection.execute(_asked().where(these)).all()
        _gather(moves, lines, _away(connection, [line[5] for line in lines]))
    return moves


def _whole(connection: Connection) -> Moves:
    moves: Moves = defaultdict(lambda: [0, 0])
    _gather(moves, connection.execute(_asked()), _away(connection))
    return moves


def _asked() -> Any:
    official = func.coalesce(_rolls.c.official_number, "") != ""
    return (
        select(
            _people.c.id,
            _people.c.lives_in_id,
            _rolls.c.registered_on,
            _rolls.c.left_on,
            official,
            _rolls.c.id,
        )
        .join(_rolls, _rolls.c.person_id == _people.c.id)
        .where(_people.c.lives_in_id.is_not(None))
        .order_by(_people.c.id)
    )


def _away(connection: Connection, lines: Sequence[int] | None = None) -> Away:
    """Return the absences that ended, by line of a roll; few lines have any."""
    asked = select(_gaps.c.volunteer_id, _gaps.c.left_on, _gaps.c.back_on)
    if lines is not None:
        asked = asked.where(_gaps.c.volunteer_id.in_(lines))
    found: Away = defaultdict(list)
    for line, left_on, back_on in connection.execute(asked.order_by(_gaps.c.left_on)):
        found[line].append((left_on, back_on))
    return found


def _stretches(line: Any, away: Away) -> Iterator[Stretch]:
    _person, _division, since, until, official, number = line
    for left_on, back_on in away.get(number, ()):
        yield Stretch(since, left_on, bool(official))
        since = back_on
    yield Stretch(since, until, bool(official))


def _gather(moves: Moves, rows: Iterable[Any], away: Away) -> None:
    for (_person, division), lines in groupby(rows, key=lambda row: (row[0], row[1])):
        mine = moves_of((one for line in lines for one in _stretches(line, away)), division)
        for key, sums in mine.items():
            for place, number in enumerate(sums):
                moves[key][place] += number


def _move(connection: Connection, before: Moves, after: Moves) -> None:
    moved: Moves = defaultdict(lambda: [0, 0])
    for sign, moves in ((-1, before), (1, after)):
        for key, sums in moves.items():
            for place, number in enumerate(sums):
                moved[key][place] += sign * number
    _add(connection, {key: sums for key, sums in moved.items() if any(sums)})


def _add(connection: Connection, moves: Moves) -> None:
    """Add moves to the kept lines, in the order of their keys."""
    if not moves:
        return
    sums = _by_division(moves)
    rows: list[dict[str, Any]] = [
        {"division_id": division, "people": people, "official": official}
        for division, (people, official) in sorted(sums.items())
    ]
    _upsert(connection, _counts, ["division_id"], rows)
    rows = [
        {"day": day, "division_id": division, "people": people, "official": official}
        for (day, division), (people, official) in sorted(moves.items())
    ]
    _upsert(connection, _changes, ["day", "division_id"], rows)


def _upsert(
    connection: Connection, table: Any, keys: list[str], rows: list[dict[str, Any]]
) -> None:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    begun = insert(table)
    grown = {name: table.c[name] + begun.excluded[name] for name in ("people", "official")}
    statement = begun.on_conflict_do_update(index_elements=keys, set_=grown)
    for first in range(0, len(rows), IN_ONE_STATEMENT):
        connection.execute(statement, rows[first : first + IN_ONE_STATEMENT])


def _by_division(moves: Moves) -> dict[int, list[int]]:
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for (_day, division), numbers in moves.items():
        for place, number in enumerate(numbers):
            sums[division][place] += number
    return sums


def _apart(told: Mapping[Any, list[int]], kept: Mapping[Any, list[int]]) -> int:
    nothing = [0, 0]
    return sum(told.get(key, nothing) != kept.get(key, nothing) for key in {*told, *kept})


# What the session writes is followed by itself


@event.listens_for(db.session, "before_flush")
def _note(session: Session, _context: Any, _instances: Any) -> None:
    """Remember the people that the flush touches, and how they count before it."""
    session.info.pop(BEFORE, None)  # of a flush that failed
    rolls = [row for row in (*session.new, *session.deleted) if isinstance(row, Volunteer)]
    persons: set[int] = set()
    for row in session.dirty:
        if isinstance(row, Person) and _changed(row, "lives_in_id", "lives_in"):
            persons.add(row.id)
        elif isinstance(row, Volunteer) and _changed(
            row, "registered_on", "left_on", "official_number", KEY, "person"
        ):
            rolls.append(row)
            was = inspect(row)
            persons.update(filter(None, [*was.attrs.person_id.history.deleted, was.dict.get(KEY)]))
    gaps = [
        row for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, RollGap)
    ]
    with session.no_autoflush:
        # A line whose absence is noted is on file: its person has a number.
        persons.update(session.get_one(Volunteer, gap.volunteer_id).person_id for gap in gaps)
        persons.update(key for row in rolls if (key := _person_of(row)) is not None)
    if rolls or persons:
        before = _standing(session.connection(), persons)
        session.info[BEFORE] = (rolls, persons, before)


@event.listens_for(db.session, "after_flush")
def _follow(session: Session, _context: Any) -> None:
    """Count the touched people anew; who came with this flush has a number now."""
    rolls, persons, before = session.info.pop(BEFORE, ((), set(), {}))
    if rolls or persons:
        touched = persons | {key for row in rolls if (key := _person_of(row)) is not None}
        _move(session.connection(), before, _standing(session.connection(), touched))


def _person_of(row: Volunteer) -> int | None:
    person = inspect(row).dict.get("person")
    return person.id if person is not None else row.person_id


def _changed(row: Any, *names: str) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in names)

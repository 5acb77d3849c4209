"""Checking the totals: everything is counted anew from the entries and compared."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    distinct,
    extract,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.types import NullType

from admin_app.policy import unscoped
from models import (
    AreaMonth,
    DomainError,
    EntryState,
    Model,
    OfficialState,
    PersonLife,
    PersonYear,
    ServiceEntry,
    UploadMonth,
    db,
)

from . import counting
from .totals import ALL, LEVELS


@dataclass(frozen=True)
class Difference:
    """One line of a total that the entries do not bear out; None where a side has no such line."""

    total: str
    key: dict[str, Any]
    kept: dict[str, Any] | None
    counted: dict[str, int] | None


@dataclass(frozen=True)
class Verdict:
    """How many entries were looked at, and what differs."""

    entries: int
    differences: tuple[Difference, ...]


def verify() -> Verdict:
    """Count everything anew; nothing is written.

    Raises ``DomainError`` when there is no entry in sight: that is no clean ledger, but none.
    """
    with unscoped("the whole ledger is counted anew"):
        entries = db.session.scalar(select(func.count()).select_from(ServiceEntry.__table__)) or 0
        if not entries:
            raise DomainError(
                _("There is no entry in sight, so nothing was verified: is this the right office?")
            )
        found = [*_counted_otherwise(), *_over_caps()]
        for model in (PersonYear, PersonLife, UploadMonth, AreaMonth):
            found += _strange(model)
        found += [
            difference
            for model, counted in (
                (PersonYear, _years()),
                (PersonLife, _lives()),
                (UploadMonth, _uploads()),
            )
            for difference in _compared(model, counted)
        ]
        for level in LEVELS:
            for by_category in (False, True):
                counted = _months(level, by_category=by_category)
                found += _compared(AreaMonth, counted, level=level, by_category=by_category)
    return Verdict(entries, tuple(found))


def _counted_otherwise() -> Iterator[Difference]:
    """Yield the live entries whose minutes are not what their rule makes of start and end.

    Where a cap applies, less may stand, as other service took the room; for more: ``_over_caps``.
    """
    served = _minutes_served()
    asked = select(_TABLE.id, served, _TABLE.minutes, _TABLE.rule).where(
        ServiceEntry.is_live, or_(_RULED, _TABLE.minutes != served)
    )
    for id_, raw, minutes, code in db.session.execute(asked, execution_options=_STREAM):
        rule = _rule(code)
        whole = rule.rounded(int(raw)) if rule else None
        if whole is None or minutes > whole or (minutes < whole and rule and not rule.has_cap):
            told = None if whole is None else {"minutes": whole}
            yield Difference("service_entries", {"id": id_}, {"minutes": minutes}, told)


def _over_caps() -> Iterator[Difference]:
    """Yield the persons' days and activities at which more counts than the widest of their caps.

    Each entry was confirmed within its own cap, beside all that counted already.
    """
    if db.session.scalar(select(_TABLE.id).where(_RULED).limit(1)) is None:
        return  # the ledger is not put in order for nothing
    for name, cap_of in (("served_on", _day_cap), ("activity_id", _activity_cap)):
        keys = (_TABLE.person_id, _TABLE[name])
        asked = select(*keys, _TABLE.minutes, _TABLE.rule).where(ServiceEntry.counts, _RULED)
        rows = db.session.execute(asked.order_by(*keys), execution_options=_STREAM)
        for (person, of), group in groupby(rows, key=itemgetter(0, 1)):
            total = most = 0
            for *_key, minutes, code in group:
                if (cap := cap_of(_rule(code) or counting.AS_SERVED)) is not None:
                    total, most = total + minutes, max(most, cap)
            if total > most:
                key = {"person_id": person, name: of if isinstance(of, int) else str(of)}
                yield Difference("service_entries", key, {"minutes": total}, {"minutes": most})


def _day_cap(rule: counting.Counting) -> int | None:
    return rule.day_cap


def _activity_cap(rule: counting.Counting) -> int | None:
    return rule.activity_cap


def _rule(code: str | None) -> counting.Counting | None:
    """Return the rule that an entry keeps, or None for one that nobody wrote."""
    try:
        return counting.of_code(code)
    except ValueError:
        return None


def _minutes_served() -> ColumnElement[int]:
    if db.session.connection().dialect.name == "sqlite":
        began, ended = (
            cast(func.strftime("%s", moment), Integer)
            for moment in (_TABLE.started_at, _TABLE.ended_at)
        )
        return (ended - began) // 60
    return cast(func.date_part("epoch", _TABLE.ended_at - _TABLE.started_at), Integer) // 60


_TABLE = ServiceEntry.__table__.c
_RULED = _TABLE.rule.is_not(None)
_YEAR = extract("year", _TABLE.served_on)
_MONTH = _YEAR * 100 + extract("month", _TABLE.served_on)
_SUMS = (func.sum(_TABLE.minutes), func.count())
ROWS_AT_ONCE = 10_000
_STREAM = {"yield_per": ROWS_AT_ONCE}

Key = tuple[Any, ...]
Numbers = tuple[int, ...]


def _years() -> Select[Any]:
    keys = (_TABLE.person_id, _TABLE.station_id, _YEAR)
    return select(*keys, *_SUMS).where(ServiceEntry.counts).group_by(*keys).order_by(*keys)


def _lives() -> Select[Any]:
    person = _TABLE.person_id
    return select(person, *_SUMS).where(ServiceEntry.counts).group_by(person).order_by(person)


def _uploads() -> Select[Any]:
    keys = (_TABLE.station_id, _MONTH)
    is_reversed = _TABLE.reversed_by_id.is_not(None)
    sums = (func.sum(case((flag, 1), else_=0)) for flag in (~is_reversed, is_reversed))
    stands_there = and_(
        _TABLE.state == EntryState.CONFIRMED, _TABLE.official_state == OfficialState.UPLOADED
    )
    return select(*keys, *sums).where(stands_there).group_by(*keys).order_by(*keys)


def _months(level: str, *, by_category: bool) -> Select[Any]:
    place = _TABLE[f"{level}_id"]
    category = _TABLE.category if by_category else literal(ALL, String)
    grouped = (place, _MONTH, *((category,) if by_category else ()))
    people = func.count(distinct(_TABLE.person_id))
    return (
        select(literal(level, String), place, _MONTH, category, *_SUMS, people)
        .where(and_(ServiceEntry.counts, place.is_not(None)))
        .group_by(*grouped)
        .order_by(*grouped)
    )


def _compared(
    model: type[Model], counted: Select[Any], *, level: str = "", by_category: bool = False
) -> Iterator[Difference]:
    """Yield where the lines of a total and a count of the entries differ."""
    table: Any = model.__table__
    keys = list(table.primary_key.columns)
    kept = select(*table.c).where(_is_sound(table)).order_by(*keys)
    if level:
        whole = table.c.category == ALL
        kept = kept.where(table.c.level == level, ~whole if by_category else whole)
    names = [column.name for column in table.c]
    for key, line, numbers in _side_by_side(kept, counted, len(keys)):
        if line != numbers and any(line or numbers or ()):  # nothing may stand at zero
            yield Difference(
                table.name,
                dict(zip(names[: len(keys)], key, strict=True)),
                _told(names[len(keys) :], line),
                _told(names[len(keys) :], numbers),
            )


def _strange(model: type[Model]) -> Iterator[Difference]:
    """Yield the lines of a total that no entry could have made: an unknown level, half a minute."""
    table: Any = model.__table__
    names = [column.name for column in table.c]
    width = len(table.primary_key.columns)
    for row in db.session.execute(select(*map(_as_it_stands, table.c)).where(~_is_sound(table))):
        told = dict(zip(names, row, strict=True))
        key = {name: told.pop(name) for name in names[:width]}
        yield Difference(table.name, key, told, None)


def _is_sound(table: Any) -> ColumnElement[bool]:
    """Return the condition that a line holds what its columns say; SQLite keeps anything."""
    sound = [table.c.level.in_(LEVELS)] if "level" in table.c else [true()]
    if db.session.connection().dialect.name == "sqlite":
        sound += [
            func.typeof(column) == ("text" if isinstance(column.type, String) else "integer")
            for column in table.c
        ]
    return and_(*sound)


def _as_it_stands(column: Any) -> ColumnElement[Any]:
    """Return a column past its type, which reads no text as a number and no word as a category."""
    return type_coerce(column, NullType())


def _side_by_side(
    kept: Select[Any], counted: Select[Any], width: int
) -> Iterator[tuple[Key, Numbers | None, Numbers | None]]:
    """Yield each key with its numbers on both sides; both are read in one order, none is held."""
    merged = heapq.merge(_rows(kept, width, 0), _rows(counted, width, 1))
    for key, lines in groupby(merged, key=itemgetter(0)):
        sides: dict[int, Numbers] = {side: numbers for _key, side, numbers in lines}
        yield key, sides.get(0), sides.get(1)


def _rows(query: Select[Any], width: int, side: int) -> Iterator[tuple[Key, int, Numbers]]:
    for row in db.session.execute(query.execution_options(**_STREAM)):
        yield tuple(map(_plain, row[:width])), side, tuple(map(int, row[width:]))


def _plain(value: Any) -> Any:
    """Return a key as the totals keep it: a category is its code, a year is whole."""
    return str(getattr(value, "value", value)) if isinstance(value, str) else int(value)


def _told(names: list[str], numbers: Numbers | None) -> dict[str, int] | None:
    return None if numbers is None else dict(zip(names, numbers, strict=True))

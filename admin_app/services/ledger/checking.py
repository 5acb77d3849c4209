"""Checking the totals: everything is counted anew from the entries and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, String, and_, distinct, extract, func, literal, select

from admin_app.policy import unscoped
from models import AreaMonth, DomainError, Model, PersonLife, PersonYear, ServiceEntry, db

from .totals import ALL, LEVELS


@dataclass(frozen=True)
class Difference:
    """One line of a total that the entries do not bear out; None where a side has no such line."""

    total: str
    key: dict[str, Any]
    kept: dict[str, int] | None
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
        found = [
            difference
            for model, counted in ((PersonYear, _years()), (PersonLife, _lives()))
            for difference in _compared(model, counted)
        ]
        for level in LEVELS:
            for by_category in (False, True):
                counted = _months(level, by_category=by_category)
                found += _compared(AreaMonth, counted, level=level, by_category=by_category)
    return Verdict(entries, tuple(found))


_TABLE = ServiceEntry.__table__.c
_YEAR = extract("year", _TABLE.served_on)
_MONTH = _YEAR * 100 + extract("month", _TABLE.served_on)
_SUMS = (func.sum(_TABLE.minutes), func.count())


def _years() -> Select[Any]:
    keys = (_TABLE.person_id, _TABLE.station_id, _YEAR)
    return select(*keys, *_SUMS).where(ServiceEntry.counts).group_by(*keys)


def _lives() -> Select[Any]:
    return select(_TABLE.person_id, *_SUMS).where(ServiceEntry.counts).group_by(_TABLE.person_id)


def _months(level: str, *, by_category: bool) -> Select[Any]:
    place = _TABLE[f"{level}_id"]
    category = _TABLE.category if by_category else literal(ALL, String)
    grouped = (place, _MONTH, *((category,) if by_category else ()))
    return (
        select(
            literal(level, String), place, _MONTH, category, *_SUMS,
            func.count(distinct(_TABLE.person_id)),
        )
        .where(and_(ServiceEntry.counts, place.is_not(None)))
        .group_by(*grouped)
    )  # fmt: skip


def _compared(
    model: type[Model], counted: Select[Any], *, level: str = "", by_category: bool = False
) -> Iterator[Difference]:
    """Yield where the lines of a total and a count of the entries differ.

    Both are read in whole and compared here: a total has far fewer lines than the ledger.
    """
    table: Any = model.__table__
    width = len(table.primary_key.columns)
    names = [column.name for column in table.c]
    kept_lines = select(*table.c)
    if level:
        whole = table.c.category == ALL
        kept_lines = kept_lines.where(table.c.level == level, ~whole if by_category else whole)
    kept = {tuple(row[:width]): tuple(row[width:]) for row in db.session.execute(kept_lines)}
    for row in db.session.execute(counted):
        key = tuple(_plain(value) for value in row[:width])
        numbers = tuple(int(value) for value in row[width:])
        if (line := kept.pop(key, None)) != numbers:
            yield _difference(table.name, names, key, line, numbers)
    for key, line in kept.items():
        if any(line):  # what has no entry left may stand at zero
            yield _difference(table.name, names, key, line, None)


def _plain(value: Any) -> Any:
    """Return a key as the totals keep it: engines count years in decimals too."""
    if isinstance(value, str):
        return str(value.value) if hasattr(value, "value") else value
    return int(value)


def _difference(
    total: str,
    names: list[str],
    key: tuple[Any, ...],
    kept: tuple[int, ...] | None,
    counted: tuple[int, ...] | None,
) -> Difference:
    def told(numbers: tuple[int, ...] | None) -> dict[str, int] | None:
        return None if numbers is None else dict(zip(names[len(key) :], numbers, strict=True))

    return Difference(
        total, dict(zip(names[: len(key)], key, strict=True)), told(kept), told(counted)
    )

"""The numbers of the rules, looked up at a place on a day and inherited from above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Connection, Select, bindparam, or_, select

from admin_app.policy import Access
from models import PREFIX_LENGTH, Division, DomainError, Figure, FigureName, NotAllowed, db

CODE_LENGTH = 12


@dataclass(frozen=True)
class InForce:
    """A figure in force, with the rule it rests on."""

    value: int
    basis: str


@dataclass(frozen=True)
class Setting:
    """A figure as it stands at a place on a day; without a value it is not set."""

    name: FigureName
    value: int | None = None
    since: date | None = None
    basis: str | None = None
    # The code it was set at, empty for the country; None where it is not set.
    code: str | None = None


class FiguresOfDay:
    """The figures of some names on one day, read once and then looked up at many places."""

    def __init__(self, names: Iterable[FigureName], *, on: date) -> None:
        found = db.session.execute(_all_of(tuple(names)), {"day": on})
        # The latest start overwrites.
        self._set = {(name, place): InForce(value, basis) for name, place, value, basis in found}

    def places(self) -> set[str]:
        """Return the codes of the divisions at which any of the figures is set."""
        return {place for _name, place in self._set if place}

    def at_code(self, code: str, name: FigureName) -> InForce | None:
        """Return the figure in force at a 12-digit code, as ``at`` does for a division."""
        places = from_here_up(code)
        return next((self._set[name, p] for p in places if (name, p) in self._set), None)


@lru_cache
def _all_of(names: tuple[FigureName, ...]) -> Select[FigureName, str, int, str]:
    return (
        select(Figure.name, Figure.division_code, Figure.value, Figure.basis)
        # Names side by side: a list of any length is written out anew each time, which takes
        # as long as asking.
        .where(or_(*(Figure.name == name for name in names)), Figure.since <= bindparam("day"))
        .order_by(Figure.since)
    )


class FigureOverTime:
    """All that was ever set of one figure, read once and looked up at many places and days."""

    def __init__(self, connection: Connection, name: FigureName) -> None:
        table: Any = Figure.__table__
        asked = select(table.c.division_code, table.c.since, table.c.value)
        # The latest start stands last.
        self._set: dict[str, list[tuple[date, int]]] = {}
        for place, since, value in connection.execute(
            asked.where(table.c.name == name).order_by(table.c.since)
        ):
            self._set.setdefault(place, []).append((since, value))

    def days_at(self, code: str) -> list[date]:
        """Return the days from which the figure changes at a 12-digit code, the earliest first."""
        days = {since for place in from_here_up(code) for since, _ in self._set.get(place, ())}
        values = [(day, self.at_code(code, on=day)) for day in sorted(days)]
        return [day for n, (day, value) in enumerate(values) if not n or value != values[n - 1][1]]

    def at_code(self, code: str, *, on: date) -> int | None:
        """Return the figure in force at a 12-digit code, as ``at`` does for a division."""
        for place in from_here_up(code):
            in_force = [value for since, value in self._set.get(place, ()) if since <= on]
            if in_force:
                return in_force[-1]
        return None


def at(division: Division | None, name: FigureName, *, on: date) -> int | None:
    """Return the figure in force at a division on a day, or None where none is set.

    The nearest division above wins, then the country; within one place the latest start.
    """
    return at_code(division.code if division else "", name, on=on)


def at_code(code: str, name: FigureName, *, on: date) -> int | None:
    """Return the figure in force at a 12-digit code, as ``at`` does for a division."""
    places = from_here_up(code)
    found = db.session.execute(
        select(Figure.division_code, Figure.value)
        .where(Figure.name == name, Figure.since <= on, Figure.division_code.in_(places))
        .order_by(Figure.since)
    ).all()
    in_force = {place: value for place, value in found}  # the latest start overwrites
    return next((in_force[place] for place in places if place in in_force), None)


def in_force(code: str, *, on: date) -> list[Setting]:
    """Return every figure as it stands at a 12-digit code, or in the country, on a day."""
    places = from_here_up(code)
    asked = select(Figure).where(Figure.since <= on, Figure.division_code.in_(places))
    found = {
        (row.name, row.division_code): row
        for row in db.session.scalars(asked.order_by(Figure.since))  # the latest overwrites
    }
    told = []
    for name in FigureName:
        row = next((found[name, place] for place in places if (name, place) in found), None)
        told.append(_setting(row) if row else Setting(name))
    return told


def setting(code: str, name: FigureName, *, on: date, but: Figure | None = None) -> Setting:
    """Return one figure as it stands at a code on a day, as if ``but`` were not there."""
    places = from_here_up(code)
    asked = _of(name, but).where(Figure.since <= on, Figure.division_code.in_(places))
    found = {row.division_code: row for row in db.session.scalars(asked)}
    return next((_setting(found[place]) for place in places if place in found), Setting(name))


def next_at(code: str, name: FigureName, *, after: date, but: Figure | None) -> Setting | None:
    """Return what a place itself has set from a later day on, the nearest; None if nothing."""
    asked = _of(name, but).where(Figure.since > after, Figure.division_code == code)
    found = db.session.scalars(asked.limit(1)).first()
    return _setting(found) if found else None


def set_below(code: str, name: FigureName, *, on: date) -> list[tuple[Division, Setting]]:
    """Return the divisions below a code with a figure of their own in force on a day."""
    asked = (
        select(Division, Figure)
        .join(Division, Division.code == Figure.division_code)
        .where(Figure.name == name, Figure.since <= on, Figure.division_code != code)
        .order_by(Division.code, Figure.since)
    )
    if code:
        asked = asked.where(Figure.division_code.startswith(prefix_of(code), autoescape=True))
    found = {division.code: (division, row) for division, row in db.session.execute(asked)}
    return [(division, _setting(row)) for division, row in found.values()]


def prefix_of(code: str) -> str:
    """Return the digits that all codes below share with a division's."""
    place = db.session.scalar(select(Division).where(Division.code == code))
    return place.prefix if place is not None else code


def _of(name: FigureName, but: Figure | None) -> Select[Figure]:
    asked = select(Figure).where(Figure.name == name).order_by(Figure.since)
    return asked.where(Figure.id != but.id) if but is not None else asked


def _setting(row: Figure) -> Setting:
    return Setting(row.name, row.value, row.since, row.basis, row.division_code)


def set_from(
    name: FigureName,
    division: Division | None,
    value: int | None,
    *,
    since: date,
    basis: str,
    by: Access,
) -> Figure:
    """Set a figure at a division, or for the whole country, from a day on; the caller commits.

    Raises ``NotAllowed`` beyond the places that ``by`` sets figures for, ``DomainError`` for a
    value that cannot be and for a day from which the place has the figure already.
    """
    require_settable(name, division, value, since=since, by=by)
    code = division.code if division else ""
    row = Figure(name=name, division_code=code, value=value, since=since, basis=basis)
    db.session.add(row)
    return row


def require_settable(
    name: FigureName,
    division: Division | None,
    value: int | None,
    *,
    since: date,
    by: Access,
    but: Figure | None = None,
) -> None:
    """Raise what setting a figure raises, or changing ``but`` to it."""
    code = division.code if division else ""
    if not may_set(code, by):
        raise NotAllowed(_("You set figures for your own prefecture: choose a place in it."))
    require_sound(name, value)
    same = _of(name, but).where(Figure.division_code == code, Figure.since == since)
    if db.session.scalars(same).first() is not None:
        raise DomainError(_("This figure is set there from that day already: choose another day."))


def may_set(code: str, by: Access) -> bool:
    """Tell whether a person sets figures at a code; the empty one is the whole country."""
    places = by.places("figures:write")
    if any(place.column is None for place in places):
        return True
    own = (db.session.get(Division, p.value) for p in places if p.column == "prefecture")
    return bool(code) and any(code.startswith(place.prefix) for place in own if place)


def require_sound(name: FigureName, value: int | None) -> None:
    """Raise ``DomainError`` for a value that the figure cannot have."""
    least, most = _BOUNDS.get(name, (0, MOST))
    if value is None or not least <= value <= most:
        raise DomainError(
            _("“%(figure)s” lies between %(least)s and %(most)s.",
              figure=name.label, least=least, most=most)
        )  # fmt: skip


MOST = 1_000_000
DAY = 24 * 60
_BOUNDS = {
    FigureName.COVERAGE_PERCENT: (0, 100),
    FigureName.REGISTERED_PERCENT: (0, 100),
    FigureName.REGULAR_PROJECT_ACTIVITIES: (1, 366),
    FigureName.REGULAR_PROJECT_DAYS: (1, 366),
    FigureName.TEAM_ACTIVE_DAYS: (1, 366),
    FigureName.COUNT_UNIT_MINUTES: (1, DAY),
    FigureName.COUNT_ROUNDING: (0, 2),
    FigureName.DAY_CAP_MINUTES: (1, DAY),
    FigureName.ACTIVITY_CAP_MINUTES: (1, DAY),
    FigureName.GRACE_MINUTES: (0, DAY),
    FigureName.PAST_MIDNIGHT: (0, 1),
    FigureName.NOTICE_DAYS: (1, 365),
    FigureName.PUBLICISED_ONLY: (0, 1),
    FigureName.RETENTION_MONTHS: (1, 1200),
}


def from_here_up(code: str) -> list[str]:
    """Return the codes of a division and of everything above it, the country (empty) last."""
    lengths = sorted(PREFIX_LENGTH.values(), reverse=True)
    above = [code[:length].ljust(CODE_LENGTH, "0") for length in lengths] if code else []
    return [*dict.fromkeys(above), ""]

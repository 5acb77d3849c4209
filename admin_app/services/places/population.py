"""Resident population: who writes it down, and how many people live at a place on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import and_, case, func, or_, select

from admin_app.policy import Access, Place
from models import Division, DomainError, NotAllowed, Population, clock, db

from . import divisions

# A township and a station take the figure from above: the county answers for its statistics.
KEEPERS = (None, "prefecture", "county")
FIRST_YEAR = 1949
MOST = 2_000_000_000

_divisions: Any = Division.__table__
_populations: Any = Population.__table__


class Residents(NamedTuple):
    """How many people live at a place, as far as the register says.

    ``people`` is None where nothing below is known either. A sum over what lies below tells how
    many of its communities are ``missing``: with any, it is no whole.
    """

    people: int | None = None
    missing: int = 0
    # The years that the numbers are of; one number has one year.
    first_year: int | None = None
    last_year: int | None = None
    # Whether the place's own number stands here, not a sum.
    is_own: bool = False

    @property
    def is_whole(self) -> bool:
        """Tell whether everybody who lives there is in the number."""
        return self.people is not None and not self.missing


_NOBODY, _LACKING = Residents(), Residents(missing=1)


def residents(division: Division, *, on: date) -> Residents:
    """Return how many people live in a division on a day.

    The latest number of that year or before counts; without one of its own, a division holds what
    its children hold, each in the same way.
    """
    return by_division(division, on=on)[division.id]


def by_division(place: Division, *, on: date) -> dict[int, Residents]:
    """Return the residents of a place and of every division below it, in two queries."""
    own = {
        division: Residents(people, 0, year, year, is_own=True)
        for division, year, people in db.session.execute(_latest(place, on.year)).all()
    }
    since, until = _divisions.c.community_since, _divisions.c.community_until
    counts = and_(since.is_not(None), since <= on, or_(until.is_(None), until >= on))
    below = (
        select(_divisions.c.id, _divisions.c.parent_id, case((counts, 1), else_=0))
        .where(divisions.inside(place, _divisions.c))
        .order_by(_divisions.c.code)
    )
    children: dict[int, list[int]] = defaultdict(list)
    alone: dict[int, Residents] = {}
    for key, parent, is_counted in db.session.execute(below).all():
        if key != place.id:
            children[parent].append(key)
        alone[key] = _LACKING if is_counted else _NOBODY
    told: dict[int, Residents] = {}
    for key in _deepest_first(place.id, children):
        told[key] = own.get(key) or _sum([told[child] for child in children[key]], alone[key])
    return told


def _latest(place: Division, year: int) -> Any:
    """Return the statement for the last numbers up to a year of a place and what lies below."""
    inside = divisions.inside(place, _divisions.c)
    last = (
        select(_populations.c.division_id, func.max(_populations.c.year).label("year"))
        .join(_divisions, _divisions.c.id == _populations.c.division_id)
        .where(inside, _populations.c.year <= year)
        .group_by(_populations.c.division_id)
        .subquery()
    )
    same = and_(
        _populations.c.division_id == last.c.division_id, _populations.c.year == last.c.year
    )
    return select(last, _populations.c.residents).join(_populations, same)


def _deepest_first(top: int, children: dict[int, list[int]]) -> Iterator[int]:
    ordered = [top]
    for key in ordered:
        ordered.extend(children[key])
    return reversed(ordered)


def _sum(below: list[Residents], alone: Residents) -> Residents:
    """Return what some divisions hold together; one without any below stands alone."""
    if not below:
        return alone
    known = [one for one in below if one.people is not None]
    years = [year for one in known for year in (one.first_year, one.last_year) if year is not None]
    return Residents(
        sum(one.people or 0 for one in known) if known else None,
        alone.missing + sum(one.missing for one in below),
        min(years, default=None),
        max(years, default=None),
    )


# Writing it down


def keeping_places(access: Access, act: str = "write") -> tuple[Place, ...]:
    """Return the places for which a person keeps the population: a county's, or higher ones."""
    places = access.places(f"population:{act}")
    return tuple(place for place in places if place.column in KEEPERS)


def may_keep(access: Access, row: Population | Division, act: str = "write") -> bool:
    """Tell whether a person keeps the population of a division."""
    return any(
        place.column is None or getattr(row, f"{place.column}_id") == place.value
        for place in keeping_places(access, act)
    )


def require_sound(year: int | None, residents: int | None) -> None:
    """Raise ``DomainError`` for a year or a number that cannot be."""
    this_year = clock.today().year
    if year is None or not FIRST_YEAR <= year <= this_year:
        raise DomainError(
            _("The year lies between %(first)s and %(last)s.", first=FIRST_YEAR, last=this_year)
        )
    if residents is None or not 0 < residents <= MOST:
        raise DomainError(_("The number of residents is a whole number above zero."))


def note(
    division: Division | None, year: int | None, residents: int | None, source: str, *, by: Access
) -> Population:
    """Write down how many people live in a division by the end of a year; the caller commits.

    Raises ``NotAllowed`` beyond the places that ``by`` keeps, ``DomainError`` for a number that
    cannot be and for a year that the division has a number of.
    """
    if division is None:
        raise DomainError(_("Choose the division that the number is of."))
    if not may_keep(by, division):
        raise NotAllowed(_("You keep the population of your own county or prefecture alone."))
    require_sound(year, residents)
    same = select(Population.id).filter_by(division_id=division.id, year=year)
    if db.session.scalar(same) is not None:
        raise DomainError(
            _("%(division)s has a number of %(year)s already: change that one.",
              division=division.name, year=year)
        )  # fmt: skip
    row = Population(division=division, year=year, residents=residents, source=source)
    db.session.add(row)
    return row

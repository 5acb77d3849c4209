"""Which checklist holds at a place on a day, and who chooses it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_app.policy import Access
from admin_app.services.figures import from_here_up
from models import Checklist, ChecklistChoice, Division, DomainError, NotAllowed, clock, db

KEEPERS = (None, "prefecture")


class Holding:
    """The checklists in force on a day, read once and then looked up at many places."""

    def __init__(self, on: date) -> None:
        found = db.session.scalars(
            select(ChecklistChoice)
            .options(joinedload(ChecklistChoice.checklist).selectinload(Checklist.items))
            .where(ChecklistChoice.since <= on)
            .order_by(ChecklistChoice.since)
        )
        # The latest start overwrites.
        self._set = {choice.division_code: choice for choice in found}
        self._known: dict[str, ChecklistChoice | None] = {}

    def at_code(self, code: str) -> ChecklistChoice | None:
        """Return the choice in force at a 12-digit code; None where none is made."""
        if code not in self._known:
            places = from_here_up(code)
            self._known[code] = next((self._set[p] for p in places if p in self._set), None)
        return self._known[code]


def holding(code: str, *, on: date) -> ChecklistChoice | None:
    """Return the choice in force at a 12-digit code on a day: the nearest division wins."""
    return Holding(on).at_code(code)


def at(division: Division, *, on: date) -> Checklist | None:
    """Return the checklist that holds at a division on a day; None where none is chosen."""
    choice = holding(division.code, on=on)
    return choice.checklist if choice else None


def every() -> Sequence[Checklist]:
    """Return the checklists there are to choose from."""
    asked = select(Checklist).options(selectinload(Checklist.items))
    return db.session.scalars(asked.order_by(Checklist.since, Checklist.id)).all()


def choose(
    division: Division, checklist: Checklist, *, since: date, by: Access | None
) -> ChecklistChoice:
    """Let a checklist hold at a division and below from a day on; the caller commits.

    What was scored before stays: the day lies in the running month or later.
    """
    if by is not None and not may_choose(division, by):
        raise NotAllowed(_("A prefecture chooses the checklist of its own places."))
    if since < clock.today().replace(day=1):
        raise DomainError(_("The months before are scored already: choose a day from now on."))
    if since < checklist.since:
        raise DomainError(
            _("“%(checklist)s” is in force from %(day)s.",
              checklist=checklist.name, day=checklist.since)
        )  # fmt: skip
    same = select(ChecklistChoice).filter_by(division_code=division.code, since=since)
    if (there := db.session.scalar(same)) is not None:
        raise DomainError(
            _("“%(checklist)s” was chosen there from that day already: choose another day.",
              checklist=there.checklist.name)
        )  # fmt: skip
    row = ChecklistChoice(division_code=division.code, checklist=checklist, since=since)
    db.session.add(row)
    db.session.flush()  # the page after it lists what holds
    return row


def unchoose(row: ChecklistChoice, *, by: Access) -> None:
    """Take a choice back that is not in force yet; the caller commits."""
    if not may_choose(row.division, by):
        raise NotAllowed(_("A prefecture chooses the checklist of its own places."))
    if row.since <= clock.today():
        raise DomainError(_("What is in force stays: choose another checklist from a day on."))
    db.session.delete(row)


def may_choose(division: Division | None, by: Access) -> bool:
    """Tell whether a person chooses the checklist of a division; None is the whole country."""
    for place in by.places("standards:choose"):
        if place.column is None:
            return True
        if place.column in KEEPERS and division is not None:
            own = db.session.get(Division, place.value)
            if own is not None and division.code.startswith(own.prefix):
                return True
    return False

"""The numbers that await a person today, each within that person's reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from admin_app.policy import Access
from models import (
    Activity,
    ActivityState,
    EntryState,
    RollState,
    ServiceEntry,
    Station,
    Volunteer,
    clock,
    db,
)


@dataclass(frozen=True)
class Number:
    """A count by its name; ``NUMBERS`` says of what."""

    name: str
    count: int


def numbers(access: Access, *, on: date | None = None) -> list[Number]:
    """Return the counts of the registers that open for the person, most urgent first."""
    day = on or clock.today()
    return [
        Number(name, db.session.scalar(query(day)) or 0)
        for name, (permission, query) in NUMBERS.items()
        if access.may(permission)
    ]


def _to_confirm(_day: date) -> Select[Any]:
    return select(func.count(ServiceEntry.id)).where(ServiceEntry.state == EntryState.SUBMITTED)


def _activities(day: date) -> Select[Any]:
    return select(func.count(Activity.id)).where(
        Activity.held_on.between(day.replace(day=1), day),
        Activity.state == ActivityState.HELD,
        Activity.desk_duty.is_(False),
    )


def _volunteers(_day: date) -> Select[Any]:
    return select(func.count(Volunteer.id)).where(Volunteer.state == RollState.REGISTERED)


def _stations(_day: date) -> Select[Any]:
    return select(func.count(Station.id)).where(Station.closed_on.is_(None))


NUMBERS: dict[str, tuple[str, Callable[[date], Select[Any]]]] = {
    "to_confirm": ("ledger:read", _to_confirm),
    "activities": ("activities:read", _activities),
    "volunteers": ("volunteers:read", _volunteers),
    "stations": ("stations:read", _stations),
}

"""The official system: what is to be entered there of an activity, and what is noted of it.

志愿服务条例 Art 19, 民政部令第67号 Art 4: what was recorded elsewhere is entered there too, by its
standard. The office types or pastes it by hand; nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from admin_app.policy import Access, unscoped
from models import (
    Activity,
    DomainError,
    EntryState,
    OfficialState,
    ServiceEntry,
    clock,
    db,
)

from . import uploads

# The national system counts in hundredths of an hour.
HOUR = 60
MAX_NUMBER = 40
_ENTRIES: Any = ServiceEntry.__table__


def entries(activity: Activity) -> list[ServiceEntry]:
    """Return what counts of an activity, and what is to be taken back there, by name and time."""
    found = (
        select(ServiceEntry)
        .where(ServiceEntry.activity_id == activity.id, _is_to_do(ServiceEntry))
        .options(joinedload(ServiceEntry.person), joinedload(ServiceEntry.volunteer))
        .order_by(ServiceEntry.started_at, ServiceEntry.id)
    )
    return list(db.session.scalars(found))


def waits() -> ColumnElement[bool]:
    """Return the condition that something of an activity is to be entered or taken back there.

    Whoever sees the activity: as ``uploaded_on``, it follows from all its entries.
    """
    to_do = exists().where(_ENTRIES.c.activity_id == Activity.id, _is_to_do(_ENTRIES.c))
    return and_(Activity.uploaded_on.is_(None), to_do)


def _is_to_do(entry: Any) -> ColumnElement[bool]:
    """Return the condition that an entry counts, or was reversed and still stands there."""
    stands_there = entry.official_state == OfficialState.UPLOADED
    return and_(
        entry.state == EntryState.CONFIRMED, or_(entry.reversed_by_id.is_(None), stands_there)
    )


def line(entry: ServiceEntry) -> tuple[str, ...]:
    """Return what is typed there of an entry: no identity number, hours in two decimals."""
    return (
        entry.person.name,
        entry.volunteer.number,
        f"{entry.served_on:%Y-%m-%d}",
        f"{entry.started_at:%H:%M}",
        f"{entry.ended_at:%H:%M}",
        f"{entry.minutes / HOUR:.2f}",
        " ".join((entry.content or entry.activity.name).split()),
    )


def note(
    chosen: Sequence[ServiceEntry], state: OfficialState, numbers: str, *, on: date, by: Access
) -> int:
    """Note what became of entries there and return how many; all or none, the caller commits.

    ``numbers`` holds their numbers there, a line an entry in the order of the list, or nothing.
    Raises ``DomainError`` for another count of numbers, a day to come, and a wrong state.
    """
    if not chosen:
        raise DomainError(_("Tick the entries first."))
    if on > clock.today():
        raise DomainError(_("The day lies in the future: correct it."))
    told = [number.strip() for number in numbers.splitlines() if number.strip()]
    if told and len(told) != len(chosen):
        raise DomainError(
            _("%(numbers)s numbers for %(entries)s entries: give a line to each, or none.",
              numbers=len(told), entries=len(chosen))
        )  # fmt: skip
    if too_long := next((number for number in told if len(number) > MAX_NUMBER), None):
        raise DomainError(_("“%(number)s” is no number there: too long.", number=too_long[:50]))
    with uploads.kept(chosen):
        for entry, number in zip(chosen, told or [""] * len(chosen), strict=True):
            by.require("ledger:upload", entry)
            _require_fitting(entry, state)
            entry.official_state, entry.official_on = state, on
            entry.official_number = number or entry.official_number
        db.session.flush()  # the activities are settled by what the entries say now
    for activity in {entry.activity for entry in chosen}:
        settle(activity)
    return len(chosen)


def settle(activity: Activity) -> None:
    """Keep from which day all that counts of an activity is in the official system."""
    stand = [
        (entry.counts, entry.official_state is OfficialState.UPLOADED, entry.official_on)
        for entry in entries(activity)
    ]
    # Nothing counts that is missing there, and nothing stands there that does not count.
    is_whole = bool(stand) and all(counts and there for counts, there, _on in stand)
    last = max((on for _counts, _there, on in stand if on), default=None)
    _keep(activity, last if is_whole else None)


def reopen(activities: Iterable[Activity]) -> None:
    """Let activities wait for their upload again, as entries came to count."""
    for activity in activities:
        _keep(activity, None)


def _keep(activity: Activity, day: date | None) -> None:
    if activity.uploaded_on == day:
        return
    db.session.flush()  # judged by the person's own rights; what follows is not
    with unscoped("an activity follows from its entries, whoever keeps it"):
        activity.uploaded_on = day
        db.session.flush()


def _require_fitting(entry: ServiceEntry, state: OfficialState) -> None:
    """Raise ``DomainError`` for a reversed entry that is not taken back, or the other way."""
    if (state is OfficialState.TAKEN_BACK) is entry.counts:
        raise DomainError(
            _("Entry %(id)s counts, so it is not taken back there.", id=entry.id)
            if entry.counts
            else _("Entry %(id)s was reversed: it is taken back there, not uploaded.", id=entry.id)
        )

"""When an activity's hours and their quality were all recorded: kept with the entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any

from sqlalchemy import Connection, bindparam, case, event, func, inspect, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from models import Activity, EntryState, ServiceEntry, clock, db

IN_ONE_QUESTION = 5_000
LIVE = {EntryState.SUBMITTED, EntryState.CONFIRMED}
TURNING = ("activity_id", "quality", "rated_at", "reversed_by_id")

_ACTIVITIES: Any = Activity.__table__
_ENTRIES: Any = ServiceEntry.__table__


# Locked before the entries are read: of two who write entries of one activity at a time, the
# second must see those of the first. The key stays free, or entries could not name it.
_LOCKED = (
    select(_ACTIVITIES.c.id, _ACTIVITIES.c.recorded_on)
    .where(_ACTIVITIES.c.id.in_(bindparam("numbers", expanding=True)))
    .order_by(_ACTIVITIES.c.id)
    .with_for_update(key_share=True)
)


def settle(
    connection: Connection, activity_ids: Iterable[int], open_: Set[int] = frozenset()
) -> None:
    """Write down on which day the last live entry was complete; nothing while one is not.

    Saved entries need not call this, bulk inserts must. ``open_`` are those activities of which
    the caller knows that an entry is not complete.
    """
    numbers = sorted(set(activity_ids))
    for first in range(0, len(numbers), IN_ONE_QUESTION):
        _settle(connection, numbers[first : first + IN_ONE_QUESTION], open_)


def _settle(connection: Connection, numbers: list[int], open_: Set[int]) -> None:
    kept = connection.execute(_LOCKED, {"numbers": numbers}).all()
    if not any(day or number not in open_ for number, day in kept):
        return  # they read as open already, and counting ten thousand entries would tell no more
    complete = func.coalesce(_ENTRIES.c.rated_at, _ENTRIES.c.recorded_at)
    # A draft is not recorded yet, whatever it says.
    is_draft = _ENTRIES.c.state == EntryState.DRAFT
    rated = case((is_draft, None), else_=func.nullif(_ENTRIES.c.quality, ""))
    found = connection.execute(
        select(_ENTRIES.c.activity_id, func.count(), func.count(rated), func.max(complete))
        .where(_ENTRIES.c.activity_id.in_(numbers), or_(ServiceEntry.is_live, is_draft))
        .group_by(_ENTRIES.c.activity_id)
    )
    days = {
        number: clock.office_time(last).date()
        for number, entries, rated, last in found
        if entries == rated
    }
    changed = [
        {"number": number, "day": days.get(number)}
        for number, day in kept
        if day != days.get(number)
    ]
    if changed:
        connection.execute(
            # Nobody changed the activity itself: its moment of change stays.
            update(_ACTIVITIES)
            .where(_ACTIVITIES.c.id == bindparam("number"))
            .values(recorded_on=bindparam("day"), updated_at=_ACTIVITIES.c.updated_at),
            changed,
        )


@event.listens_for(db.session, "after_flush")
def _settle_touched(session: Session, _context: Any) -> None:
    touched = set(_touched(session))
    if not touched:
        return
    open_ = {row.activity_id for row in session.new if _is_incomplete(row)}
    settle(session.connection(), touched, open_)
    for number in touched:
        activity = session.identity_map.get(identity_key(Activity, number))
        if activity is not None:
            session.expire(activity, ["recorded_on"])


def _touched(session: Session) -> Iterator[int]:
    """Yield the activities whose entries came, went, or turned complete or incomplete."""
    for row in (*session.new, *session.deleted):
        if isinstance(row, ServiceEntry):
            yield row.activity_id
    for row in session.dirty:
        if isinstance(row, ServiceEntry) and _turns(row):
            yield from inspect(row).attrs.activity_id.history.sum()


def _is_incomplete(row: object) -> bool:
    return isinstance(row, ServiceEntry) and row.state in LIVE and not row.quality


def _turns(entry: ServiceEntry) -> bool:
    attributes = inspect(entry).attrs
    if any(attributes[name].history.has_changes() for name in TURNING):
        return True
    # Confirming changes nothing here: ten thousand entries need not be looked at again.
    state = attributes["state"].history
    return bool(state.has_changes()) and not LIVE.issuperset(state.sum())

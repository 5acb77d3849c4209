"""Whether stations had a manager on a past day, kept by itself as the register changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from models import ManagerChange, Station, clock, db

_changes: Any = ManagerChange.__table__
TOLD_BY = ("manager_name", "managers_full_time", "managers_part_time")


def differing(on: date) -> Mapping[int, bool]:
    """Return how stations stood at the end of a day, of those whose answer changed since."""
    found = db.session.connection().execute(
        select(_changes.c.station_id, _changes.c.had)
        .where(_changes.c.changed_on > on)
        .order_by(_changes.c.changed_on.desc())
    )
    return {station: had for station, had in found}  # the earliest change comes last, and stays


@event.listens_for(db.session, "before_flush")
def _note(session: Session, _context: Any, _instances: Any) -> None:
    """Keep how a station stood when the day began on which that changes."""
    with session.no_autoflush:
        for row in session.dirty:
            if isinstance(row, Station) and _before(row) != row.has_manager:
                _keep(session, row)


def _before(row: Station) -> bool:
    """Tell whether the station had a manager before what is not written yet."""
    attributes = inspect(row).attrs
    if not any(attributes[name].history.has_changes() for name in TOLD_BY):
        return row.has_manager
    return any(
        was[0] if (was := attributes[name].history.deleted) else getattr(row, name)
        for name in TOLD_BY
    )


def _keep(session: Session, row: Station) -> None:
    day, key = clock.today(), _changes.c
    is_kept = (key.station_id == row.id) & (key.changed_on == day)
    connection = session.connection()
    if connection.scalar(select(key.station_id).where(is_kept)) is None:
        connection.execute(
            _changes.insert(),
            {"station_id": row.id, "changed_on": day, "had": not row.has_manager},
        )

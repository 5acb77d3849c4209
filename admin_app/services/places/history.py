"""How the facts of a station changed, told from the trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from admin_app.policy import Access, unscoped
from models import Account, AuditEntry, Station, db

# Registers whose rows are facts of a station, one station each.
OF_A_STATION = ("opening_hours", "service_items", "station_equipment")


@dataclass(frozen=True)
class Change:
    """One entry of the trail, and who answers for it; nobody's name is the system's."""

    entry: AuditEntry
    name: str | None


def of(station: Station, *, most: int, access: Access) -> Sequence[Change]:
    """Return the latest changes of a station's facts, the latest first.

    Who may read the station's history may read who changed it, as ``audit.last_change`` holds.
    """
    access.require("stations:history", station)
    facts = and_(AuditEntry.register.in_(OF_A_STATION), AuditEntry.station_id == station.id)
    itself = and_(AuditEntry.register == "stations", AuditEntry.row_id == station.id)
    with unscoped("whoever may read a station's history reads it from the trail"):
        found = db.session.execute(
            select(AuditEntry, Account.name)
            .outerjoin(Account, Account.id == AuditEntry.account_id)
            .where(or_(itself, facts))
            .order_by(AuditEntry.id.desc())
            .limit(most)
        ).all()
    return [Change(entry, name) for entry, name in found]

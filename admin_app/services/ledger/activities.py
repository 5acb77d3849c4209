"""Activities: what may still change about one, and who keeps it."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access
from models import Activity, DomainError, ServiceEntry, db


def keeps_own_only(access: Access, resource: str = "activities") -> bool:
    """Tell whether every appointment that writes a register reaches only its own rows."""
    places = access.places(f"{resource}:write")
    return bool(places) and all(place.keeper_id is not None for place in places)


def require_movable(activity: Activity, *, to: date) -> None:
    """Raise ``DomainError`` when an activity with recorded hours would move to another day."""
    if activity.held_on == to:
        return
    recorded = select(ServiceEntry.id).where(ServiceEntry.activity_id == activity.id).limit(1)
    if db.session.scalar(recorded) is not None:
        raise DomainError(_("Hours were recorded for this activity: its date cannot change."))

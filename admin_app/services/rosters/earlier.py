"""The roster of an earlier activity, taken over: who served, and from when to when."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from admin_app.services.people import roll
from models import Activity, EntryKind, ServiceEntry, Volunteer, db

from .lines import MOST, Line


def last_like(activity: Activity) -> Activity | None:
    """Return the last activity of the same name and station before this one that has entries."""
    has_entries = select(ServiceEntry.id).where(ServiceEntry.activity_id == Activity.id).exists()
    return db.session.scalar(
        select(Activity)
        .where(
            Activity.station_id == activity.station_id, Activity.name == activity.name,
            Activity.held_on <= activity.held_on, Activity.id != activity.id, has_entries,
        )
        .order_by(Activity.held_on.desc(), Activity.id.desc())
        .limit(1)
    )  # fmt: skip


def people_of(earlier: Activity, activity: Activity) -> list[Line]:
    """Return the people and times of an earlier activity who are still on the roll.

    What was declined or reversed is left out, and so is preparation.
    """
    served = db.session.scalars(
        select(ServiceEntry)
        .join(ServiceEntry.volunteer)
        .options(contains_eager(ServiceEntry.volunteer))
        .where(
            ServiceEntry.activity_id == earlier.id, ServiceEntry.is_live,
            ServiceEntry.kind == EntryKind.SERVICE, Volunteer.station_id == activity.station_id,
            roll.still_there(activity.held_on),
        )
        .order_by(ServiceEntry.id)
        .limit(MOST)
    )  # fmt: skip
    return [
        Line(entry.volunteer, start=f"{entry.started_at:%H:%M}", end=f"{entry.ended_at:%H:%M}")
        for entry in served
    ]

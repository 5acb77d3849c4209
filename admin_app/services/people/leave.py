"""Leave (请假): noted beforehand, and looked at when service is recorded within it."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, select

from admin_app.policy import unscoped
from models import DomainError, Leave, Volunteer, clock, db

# The mark of an entry that lies within its volunteer's leave.
ON_LEAVE = "on_leave"

_ON_LEAVE = (
    select(Leave.id)
    .where(
        Leave.volunteer_id == bindparam("volunteer"),
        Leave.since <= bindparam("day"),
        Leave.until >= bindparam("day"),
    )
    .limit(1)
)


def note(row: Leave) -> None:
    """Put a leave on file, or a corrected one.

    Raises ``DomainError`` for days turned round, or taken by another leave.
    """
    if row.volunteer is None:
        raise DomainError(_("Choose the volunteer."))
    if row.until < row.since:
        raise DomainError(_("The last day lies before the first: correct the period."))
    if row.told_on > clock.today():
        raise DomainError(_("The station was told today at the latest: correct the day."))
    row.station = row.volunteer.station
    with db.session.no_autoflush:
        other = db.session.scalar(
            select(Leave.id).where(
                Leave.volunteer_id == row.volunteer.id,
                Leave.since <= row.until,
                Leave.until >= row.since,
                Leave.id != (row.id or 0),
            )
        )
    if other is not None:
        raise DomainError(_("A leave of this volunteer holds some of these days: change that one."))
    db.session.add(row)


def is_on(volunteer: Volunteer, day: date) -> bool:
    """Tell whether a volunteer is on leave on a day."""
    told = {"volunteer": volunteer.id, "day": day}
    with unscoped("whether a volunteer is on leave is asked by whoever records for him"):
        return db.session.scalar(_ON_LEAVE, told) is not None

"""The clock of ten working days (民政部令第67号 Art 11): what it runs for, and who kept to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from admin_app.services.reports.areas import Place, within
from admin_app.services.reports.months import Month
from models import Activity, ActivityState, Choice, ServiceEntry, Station, clock, db


class Recording(Choice):
    """How the clock of a held activity stands whose hours or quality are not all recorded."""

    DUE_TODAY = "due_today", _("Due today")
    OVERDUE = "overdue", _("Overdue")
    OPEN = "open", _("Not all recorded")


@dataclass(frozen=True)
class Unrecorded:
    """A held activity and what it lacks: no entry at all, or entries without a quality."""

    id: int
    activity: str
    station: str
    held_on: date
    due_on: date
    entries: int
    missing_quality: int


@dataclass(frozen=True)
class Punctuality:
    """How many activities a station held in a month, and of how many it recorded all in time.

    Activities without a due day stand in neither number: what is not set is never held against
    anybody.
    """

    station: str
    month: Month
    held: int
    on_time: int


def overdue(place: Place, on: date) -> list[Unrecorded]:
    """Return what should have been recorded before a day and was not, the oldest first."""
    return _unrecorded(place, Recording.OVERDUE, on)


def due_today(place: Place, on: date) -> list[Unrecorded]:
    """Return what is to be recorded by the end of a day and is not yet."""
    return _unrecorded(place, Recording.DUE_TODAY, on)


def on_time(place: Place, month: Month) -> list[Punctuality]:
    """Return how each station that held something in a month kept to the clock."""
    in_time = case((Activity.recorded_on <= Activity.due_on, 1))
    asked = (
        select(Station.code, func.count(Activity.id), func.count(in_time))
        .join(Activity.station)
        .where(
            within(Activity, place),
            Activity.state == ActivityState.HELD,
            Activity.held_on.between(month.first, month.last),
            Activity.due_on.is_not(None),
        )
        .group_by(Station.code)
        .order_by(Station.code)
    )
    return [Punctuality(code, month, held, kept) for code, held, kept in db.session.execute(asked)]


def condition(recording: Recording, on: date) -> ColumnElement[bool]:
    """Return the condition for the activities that stand so on a day."""
    due: Mapping[Recording, list[ColumnElement[bool]]] = {
        Recording.DUE_TODAY: [Activity.due_on == on],
        Recording.OVERDUE: [Activity.due_on < on],
        Recording.OPEN: [],
    }
    # Written out and not bound, or a kept plan would not know that the partial index will do.
    held = literal(ActivityState.HELD, Activity.state.type, literal_execute=True)
    return and_(Activity.state == held, _is_open(on), *due[recording])


def standing(activity: Activity, on: date) -> Recording | None:
    """Return how the clock of one activity stands today; None where it does not run."""
    if activity.state is not ActivityState.HELD or activity.recorded_on is not None:
        return None
    if activity.due_on is None or activity.due_on > on:
        return Recording.OPEN
    return Recording.OVERDUE if activity.due_on < on else Recording.DUE_TODAY


def _is_open(on: date) -> ColumnElement[bool]:
    missing = Activity.recorded_on.is_(None)
    # What was recorded since was still missing on an earlier day.
    return missing if on >= clock.today() else or_(missing, Activity.recorded_on > on)


def _unrecorded(place: Place, recording: Recording, on: date) -> list[Unrecorded]:
    entries = func.count(ServiceEntry.id)
    rated = func.count(func.nullif(ServiceEntry.quality, ""))
    asked = (
        select(
            Activity.id, Activity.name, Station.code, Activity.held_on, Activity.due_on,
            entries, entries - rated,
        )
        .join(Activity.station)
        .outerjoin(
            ServiceEntry, and_(ServiceEntry.activity_id == Activity.id, ServiceEntry.is_live)
        )
        .where(within(Activity, place), condition(recording, on))
        .group_by(Activity.id, Station.code)
        .order_by(Activity.due_on, Activity.id)
    )  # fmt: skip
    # What is due has a day.
    return [Unrecorded(*row) for row in db.session.execute(asked)]  # type: ignore[arg-type]

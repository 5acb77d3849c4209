"""The clock of ten working days (民政部令第67号 Art 11): what it runs for, and who kept to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, case, extract, func, literal, not_, or_, select

from admin_app.services.reports.areas import Place, within
from admin_app.services.reports.months import MONTHS, Month
from models import Activity, ActivityState, Choice, ServiceEntry, Station, clock, db


class Recording(Choice):
    """How the clock of a held activity stands whose hours or quality are not all recorded."""

    DUE_TODAY = "due_today", _("Due today")
    OVERDUE = "overdue", _("Overdue")
    OPEN = "open", _("Not all recorded")
    LATE = "late", _("Not recorded in time")


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
class Tally:
    """Of so many activities held, how many were recorded in time and how many still can be.

    Activities without a due day stand in none of the numbers: what is not set is never held
    against anybody.
    """

    held: int
    on_time: int
    running: int

    @property
    def late(self) -> int:
        """Return how many were not recorded in time, whether they are by now or not."""
        return self.held - self.on_time - self.running

    @property
    def share(self) -> float | None:
        """Return the part recorded in time, 0 to 1, of those whose time is over; None of none."""
        over = self.on_time + self.late
        return self.on_time / over if over else None


@dataclass(frozen=True)
class Punctuality(Tally):
    """How a station kept to the clock with what it held in a month."""

    id: int
    station: str
    name: str
    month: Month


def overdue(place: Place, on: date) -> list[Unrecorded]:
    """Return what should have been recorded before a day and was not, the oldest first."""
    return _unrecorded(place, Recording.OVERDUE, on)


def due_today(place: Place, on: date) -> list[Unrecorded]:
    """Return what is to be recorded by the end of a day and is not yet."""
    return _unrecorded(place, Recording.DUE_TODAY, on)


def on_time(place: Place, month: Month, on: date) -> list[Punctuality]:
    """Return how each station that held something in a month had kept to the clock by a day."""
    asked = (
        select(Station.id, Station.code, Station.name, *tally(on))
        .join(Activity.station)
        .where(*_clocked(place, month.first, month.last))
        .group_by(Station.id)
        .order_by(Station.code)
    )
    return [
        Punctuality(row.held, row.on_time, row.running, row.id, row.code, row.name, month)
        for row in db.session.execute(asked)
    ]


def on_time_by_month(place: Place, last: Month, on: date) -> list[tuple[Month, Tally]]:
    """Return how a place as a whole had kept to the clock by a day, a year up to a month."""
    months = [last.shifted(by) for by in range(1 - MONTHS, 1)]
    year, number = extract("year", Activity.held_on), extract("month", Activity.held_on)
    asked = (
        select(year.label("year"), number.label("month"), *tally(on))
        .where(*_clocked(place, months[0].first, last.last))
        .group_by(year, number)
    )
    told = {
        Month(int(row.year), int(row.month)): Tally(row.held, row.on_time, row.running)
        for row in db.session.execute(asked)
    }
    return [(month, told.get(month, Tally(0, 0, 0))) for month in months]


def condition(recording: Recording, on: date) -> ColumnElement[bool]:
    """Return the condition for the activities that stand so on a day."""
    due: Mapping[Recording, list[ColumnElement[bool]]] = {
        Recording.DUE_TODAY: [Activity.due_on == on],
        Recording.OVERDUE: [Activity.due_on < on],
        Recording.OPEN: [],
        Recording.LATE: [Activity.due_on < on],
    }
    # Written out and not bound, or a kept plan would not know that the partial index will do.
    held = literal(ActivityState.HELD, Activity.state.type, literal_execute=True)
    missing = _is_open(on)
    if recording is Recording.LATE:
        missing = or_(missing, Activity.recorded_on > Activity.due_on)
    return and_(Activity.state == held, missing, *due[recording])


def standing(activity: Activity, on: date) -> Recording | None:
    """Return how the clock of one activity stands today; None where it does not run."""
    if activity.state is not ActivityState.HELD or activity.recorded_on is not None:
        return None
    if activity.due_on is None or activity.due_on > on:
        return Recording.OPEN
    return Recording.OVERDUE if activity.due_on < on else Recording.DUE_TODAY


def _clocked(place: Place, since: date, until: date) -> list[ColumnElement[bool]]:
    """Return the conditions for what was held in these days and has a due day."""
    return [
        within(Activity, place), Activity.state == ActivityState.HELD,
        Activity.held_on.between(since, until), Activity.due_on.is_not(None),
    ]  # fmt: skip


def tally(on: date) -> tuple[ColumnElement[int], ...]:
    """Return what counts the three numbers of a tally, as things stood on a day."""
    recorded = and_(Activity.recorded_on.is_not(None), Activity.recorded_on <= on)
    in_time = and_(recorded, Activity.recorded_on <= Activity.due_on)
    running = and_(Activity.due_on >= on, not_(recorded))
    return (
        func.count(Activity.due_on).label("held"),
        func.count(case((in_time, 1))).label("on_time"),
        func.count(case((running, 1))).label("running"),
    )


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

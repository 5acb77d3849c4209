"""By when an activity's hours and their quality are recorded: set with its day, never guessed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Connection, event, inspect, select, update
from sqlalchemy.orm import Session

from admin_app.policy import unscoped
from admin_app.services.figures import FigureOverTime
from admin_app.services.places.workdays import Calendar, UnknownYear
from models import Activity, Division, DomainError, FigureName, Station, Workday, db

# So long before a year's first day an activity may be held and yet be due in that year.
REACHING_BACK = timedelta(days=183)


class Unset(DomainError):
    """No rule gives a number of days at that place."""


class DueDays:
    """The last days for recording, at many places; calendar and figures are read once."""

    def __init__(self, connection: Connection) -> None:
        self._calendar = Calendar(connection)
        self._figure = FigureOverTime(connection, FigureName.RECORDING_DAYS)
        self._after = lru_cache(self._calendar.due)

    def of(self, code: str, held_on: date) -> date | None:
        """Return the day at a division's code, or None where figure or calendar is not known."""
        try:
            return self.require(code, held_on)
        except (UnknownYear, Unset):
            return None

    def require(self, code: str, held_on: date) -> date:
        """Return the day, or raise the ``DomainError`` that says what is not known."""
        days = self._figure.at_code(code, on=held_on)
        if days is None:
            raise Unset(_("No figure says in how many working days hours are recorded here."))
        return self._after(held_on, days)


def here() -> DueDays:
    """Return the due days as the running transaction sees calendar and figures."""
    return DueDays(db.session.connection())


def why_unset(activity: Activity) -> str:
    """Say why an activity has no due day; nothing when it has one."""
    if activity.due_on is not None:
        return ""
    try:
        here().require(activity.station.division.code, activity.held_on)
    except DomainError as reason:
        return str(reason)
    return ""


def reckon(connection: Connection, *, since: date, until: date) -> None:
    """Set the due days of the activities held between two days anew, by one statement a day."""
    activities: Any = Activity.__table__
    stations: Any = Station.__table__
    divisions: Any = Division.__table__
    days = DueDays(connection)
    asked = (
        select(activities.c.held_on, divisions.c.code)
        .join(stations, stations.c.id == activities.c.station_id)
        .join(divisions, divisions.c.id == stations.c.division_id)
        .where(activities.c.held_on.between(since, until))
        .distinct()
    )
    codes: dict[tuple[date, date | None], list[str]] = defaultdict(list)
    for held_on, code in connection.execute(asked):
        codes[held_on, days.of(code, held_on)].append(code)
    answers = Counter(held_on for held_on, _due in codes)
    for (held_on, due), places in codes.items():
        within = [activities.c.held_on == held_on, activities.c.due_on.is_distinct_from(due)]
        if answers[held_on] > 1:
            kept = select(stations.c.id).join(divisions, divisions.c.id == stations.c.division_id)
            within.append(activities.c.station_id.in_(kept.where(divisions.c.code.in_(places))))
        connection.execute(
            # Nobody changed the activity: its moment of change stays.
            update(activities).where(*within).values(due_on=due, updated_at=activities.c.updated_at)
        )


@event.listens_for(db.session, "before_flush")
def _set_with_the_day(session: Session, _context: Any, _instances: Any) -> None:
    moved = [row for row in (*session.new, *session.dirty) if _is_moved(row)]
    if not moved:
        return
    with session.no_autoflush, unscoped("calendar and figures hold for everybody"):
        days = DueDays(session.connection())
        for row in moved:
            station = row.station or session.get_one(Station, row.station_id)
            division = station.division or session.get_one(Division, station.division_id)
            row.due_on = days.of(division.code, row.held_on)


def _is_moved(row: Any) -> bool:
    if not isinstance(row, Activity) or row.held_on is None:
        return False
    return bool(inspect(row).attrs.held_on.history.has_changes())


@event.listens_for(db.session, "after_flush")
def _follow_the_calendar(session: Session, _context: Any) -> None:
    for year in sorted(set(_years_changed(session))):
        since = date(year, 1, 1) - REACHING_BACK
        reckon(session.connection(), since=since, until=date(year, 12, 31))


def _years_changed(session: Session) -> Iterator[int]:
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Workday):
            yield from (day.year for day in inspect(row).attrs.day.history.sum())

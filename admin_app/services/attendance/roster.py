"""Who may come to an activity: names and roll numbers, and nothing else of anybody.

Who takes attendance reads no register of volunteers. What is here is the whole of what they see,
of the activity's own station, once they are known to reach the activity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select

from admin_app.policy import Access, unscoped
from admin_app.services.people import names
from admin_app.services.people.roll import with_serials
from models import (
    Activity,
    ActivityState,
    Attendance,
    AttendanceState,
    Person,
    Volunteer,
    clock,
    db,
)

READ = "attendance:read"
LISTED = 50
LOOKING_BACK = 7  # days
MOST_SHEETS = 50
WHY = "who takes attendance sees the names and roll numbers of the station, and nothing else"


@dataclass(frozen=True)
class Name:
    """A person as the sheet names them; the serial is that of the printed sheet."""

    volunteer_id: int
    serial: int | None
    number: str
    name: str


@dataclass(frozen=True)
class Line:
    """A stretch on the sheet, and whose it is."""

    who: Name
    stretch: Attendance

    @property
    def state(self) -> AttendanceState:
        """Return where the stretch stands."""
        return self.stretch.state


@dataclass(frozen=True)
class Sheet:
    """What was noted of an activity, and who is still expected, as far as a screen lists them."""

    lines: Sequence[Line]
    expected: Sequence[Name]
    more: bool

    def among(self, *states: AttendanceState) -> list[Line]:
        """Return the lines that stand in one of these states, in the order of the sheet."""
        return [line for line in self.lines if line.state in states]


@dataclass(frozen=True)
class Counts:
    """How many people are expected, there and gone, whatever a screen lists of them."""

    expected: int
    there: int
    gone: int
    # Lines: what would become a draft now, and what became an entry.
    complete: int
    entered: int


def sheet(activity: Activity, *, access: Access, words: str = "") -> Sheet:
    """Return the sheet of an activity: who is there first, then who went, then who is expected.

    With words only people whose name, initials or roll number they are part of.
    """
    access.require(READ, activity)
    lines = sorted(_lines(activity, words), key=_place)
    found = _expected(activity, words)
    return Sheet(lines, found[:LISTED], len(found) > LISTED)


def counts(activity: Activity, *, access: Access) -> Counts:
    """Return how many of the roll have not come, how many people are there, and how many went."""
    access.require(READ, activity)
    asked = select(Attendance.volunteer_id, Attendance.signed_out_at, Attendance.entry_id).where(
        Attendance.activity_id == activity.id, Attendance.dropped_for.is_(None)
    )
    lines = db.session.execute(asked).all()
    there = {who for who, ended, _entry in lines if ended is None}
    entered = sum(entry is not None for _who, _ended, entry in lines)
    ended = sum(ended is not None for _who, ended, _entry in lines)
    missing = _roll(activity).where(~_is_there(activity)).subquery()
    with unscoped(WHY):
        expected = db.session.scalar(select(func.count()).select_from(missing)) or 0
    gone = {who for who, _ended, _entry in lines} - there
    return Counts(expected, len(there), len(gone), ended - entered, entered)


def everybody(activity: Activity, *, access: Access, most: int) -> list[Name]:
    """Return the people of the printed sheet by their serials, at most so many and one."""
    access.require(READ, activity)
    roll = _roll(activity).subquery()
    with unscoped(WHY):
        rows = db.session.execute(select(roll).order_by(roll.c.serial).limit(most + 1))
        return [Name(*row) for row in rows]


def line_of(activity: Activity, id_: int, *, access: Access) -> Line | None:
    """Return one line of a sheet; None for what is not on it."""
    access.require(READ, activity)
    return next((line for line in _lines(activity, "") if line.stretch.id == id_), None)


def name_of(activity: Activity, volunteer_id: int | None) -> Name | None:
    """Return how the sheet names a volunteer; None for who is not on the station's roll."""
    roll = _roll(activity).subquery()
    with unscoped(WHY):
        row = db.session.execute(select(roll).where(roll.c.id == volunteer_id)).first()
    return Name(*row) if row else None


def sheets(access: Access, *, on: date | None = None) -> list[Activity]:
    """Return the activities of these days and those whose sheets wait, the latest first."""
    if not access.may(READ):
        return []
    day = on or clock.today()
    since = date.fromordinal(day.toordinal() - LOOKING_BACK)
    near = select(Activity).where(Activity.held_on.between(since, day))
    waiting = select(Activity).where(
        Activity.id.in_(select(Attendance.activity_id).where(is_waiting())), Activity.held_on < day
    )
    found = {
        activity.id: activity
        for asked in (near, waiting)
        for activity in db.session.scalars(
            asked.order_by(Activity.held_on.desc(), Activity.id.desc()).limit(MOST_SHEETS)
        )
        if access.reaches(READ, activity)
    }
    return sorted(found.values(), key=lambda one: (one.held_on, one.id), reverse=True)


def today(access: Access) -> list[Activity]:
    """Return the activities of today that the person takes attendance of, as they begin."""
    if not access.may(READ):
        return []
    asked = (
        select(Activity)
        .where(Activity.held_on == clock.today(), Activity.state != ActivityState.CANCELLED)
        .order_by(Activity.starts_at, Activity.id)
        .limit(LISTED)
    )
    return [one for one in db.session.scalars(asked) if access.reaches("attendance:write", one)]


def waits(activities: Sequence[Activity]) -> dict[int, int]:
    """Return how many stretches of each activity are neither in the ledger nor dropped."""
    asked = (
        select(Attendance.activity_id, func.count())
        .where(is_waiting(), Attendance.activity_id.in_([one.id for one in activities]))
        .group_by(Attendance.activity_id)
    )
    return {activity_id: count for activity_id, count in db.session.execute(asked)}


def is_waiting() -> ColumnElement[bool]:
    """Return the condition for what is neither in the ledger nor dropped."""
    return and_(Attendance.entry_id.is_(None), Attendance.dropped_for.is_(None))


def _place(line: Line) -> tuple[bool, bool, float]:
    stretch = line.stretch
    went = stretch.signed_out_at is not None
    return stretch.dropped_for is not None, went, -stretch.signed_in_at.timestamp()


def _lines(activity: Activity, words: str) -> list[Line]:
    roll = _roll(activity).subquery()
    asked = (
        select(Attendance, roll.c.serial, Volunteer.number, Person.name)
        .join(Volunteer, Volunteer.id == Attendance.volunteer_id)
        .join(Person, Person.id == Volunteer.person_id)
        .outerjoin(roll, roll.c.id == Volunteer.id)
        .where(Attendance.activity_id == activity.id, *_named(words))
        .order_by(Attendance.id)
        .execution_options(populate_existing=True)
    )
    with unscoped(WHY):
        return [
            Line(Name(stretch.volunteer_id, serial, number, name), stretch)
            for stretch, serial, number, name in db.session.execute(asked)
        ]


def _expected(activity: Activity, words: str) -> list[Name]:
    roll = _roll(activity).subquery()
    is_there = _is_there(activity, roll.c.id)
    asked = select(roll).where(~is_there).order_by(roll.c.serial).limit(LISTED + 1)
    if words:
        asked = asked.join(Volunteer, Volunteer.id == roll.c.id).where(*_named(words))
    with unscoped(WHY):
        return [Name(*row) for row in db.session.execute(asked)]


def _is_there(activity: Activity, volunteer_id: Any = Volunteer.id) -> Any:
    return exists().where(
        Attendance.activity_id == activity.id,
        Attendance.volunteer_id == volunteer_id,
        Attendance.dropped_for.is_(None),
    )


def _named(words: str) -> list[ColumnElement[bool]]:
    plain = words.replace(" ", "")
    if not plain:
        return []
    if any(sign.isdigit() for sign in plain):
        return [Volunteer.number.contains(plain, autoescape=True)]
    return [names.named(Volunteer.person_id, plain).condition]


def _roll(activity: Activity) -> Any:
    """Return the roll on the activity's day with the serials of its sheet, and the names."""
    listed = with_serials(activity.station_id, activity.held_on)
    return listed.join(Person, Person.id == Volunteer.person_id).add_columns(
        Volunteer.number, Person.name
    )

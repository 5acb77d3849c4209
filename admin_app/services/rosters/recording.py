"""Recording a roster: every line becomes an entry to be confirmed, or none does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access
from admin_app.services.exchange import cells
from admin_app.services.ledger import caps, gate, hours
from models import Activity, DomainError, ServiceEntry, Volunteer, db

from .lines import MOST, Line

MIDNIGHT = 24 * 60
_ENTRIES: Any = ServiceEntry.__table__
LONGEST_QUALITY: int = _ENTRIES.c.quality.type.length


# Whose time, from when to when.
Served = tuple[int, datetime, datetime]


class RecordedBefore(DomainError):
    """Just this entry stands at the activity already."""


class Stopped(DomainError):
    """Some lines cannot be recorded; ``errors`` says which, by their place, and why."""

    def __init__(self, errors: Mapping[int, DomainError]) -> None:
        super().__init__(
            _("Nothing was recorded yet: correct the lines named here, or remove them.")
        )
        self.errors = errors


def record(activity: Activity, lines: Sequence[Line], common: Line, *, access: Access) -> int:
    """Record every line at the activity and return how many; what a line leaves open is common.

    The caller commits, or rolls back on ``Stopped``: all or none. Another ``DomainError`` is about
    the roster as a whole. Sent a second time, nothing is recorded twice: that returns 0.
    """
    access.require("ledger:write", activity)
    gate.refuse_barred(activity)
    if not 0 < len(lines) <= MOST:
        raise DomainError(_("A roster has 1 to %(most)s lines: add people first.", most=MOST))
    # Two who send the same roster at a time must not both find nothing there.
    caps.hold({line.volunteer.person_id for line in lines if line.volunteer})
    before, served = _recorded_before(activity), list[Served]()
    errors: dict[int, DomainError] = {}
    # Written together at the end: a question a line is enough.
    with db.session.no_autoflush:
        for place, line in enumerate(lines):
            try:
                _record(activity, line, common, before, served)
            except DomainError as refusal:
                errors[place] = refusal
    if errors and all(isinstance(errors.get(place), RecordedBefore) for place in range(len(lines))):
        return 0
    if errors:
        raise Stopped(errors)
    db.session.flush()  # the guards of every row speak before anything is told
    return len(lines)


def _recorded_before(activity: Activity) -> set[Served]:
    live = select(ServiceEntry.volunteer_id, ServiceEntry.started_at, ServiceEntry.ended_at).where(
        ServiceEntry.activity_id == activity.id, ServiceEntry.is_live
    )
    return {(id_, began, ended) for id_, began, ended in db.session.execute(live)}


def _record(
    activity: Activity, line: Line, common: Line, before: set[Served], served: list[Served]
) -> None:
    """Record one line; ``served`` grows by it, so that the list does not stand in its own way."""
    if line.volunteer is None:
        raise DomainError(_unsettled(line))
    start, end = _time(line.start or common.start), _time(line.end or common.end)
    quality = line.quality or common.quality
    if len(quality) > LONGEST_QUALITY:
        raise DomainError(
            _("The quality has at most %(most)s characters.", most=LONGEST_QUALITY)
        )  # fmt: skip
    stretch = hours.stretch_at(activity, start, end)
    _refuse_again(line.volunteer, stretch, before, served)
    if any(id_ == line.volunteer.id for id_, *_times in served[:-1]):
        db.session.flush()  # what counts of this person's day has an earlier line in it
    hours.record(
        line.volunteer, activity, stretch, content=line.content or common.content,
        quality=quality, flush=False,
    )  # fmt: skip


def _refuse_again(
    volunteer: Volunteer, stretch: hours.Stretch, before: set[Served], served: list[Served]
) -> None:
    began, ended = stretch.times
    if any(
        id_ == volunteer.id and other_began < ended and other_ended > began
        for id_, other_began, other_ended in served
    ):
        raise DomainError(
            _("This person stands in the list twice for that time: correct the times, or remove "
              "a line.")
        )  # fmt: skip
    served.append((volunteer.id, began, ended))
    if (volunteer.id, began, ended) in before:
        raise RecordedBefore(
            _("This is recorded already, for the same activity and time: remove the line.")
        )


def _unsettled(line: Line) -> str:
    if line.choices:
        return str(_("This may mean several people: choose one."))
    if line.said.isdigit():
        return str(_("The sheet has no serial %(serial)s: type the name, or remove the line.",
                     serial=line.said))  # fmt: skip
    return str(_("Nobody of this name is on the station's roll on that day: correct the name, "
                 "register the person, or remove the line."))  # fmt: skip


def _time(words: str) -> time:
    if not words:
        raise DomainError(_("Start and end are missing: type them here or above, for all."))
    minutes = cells.clock(words)
    if minutes is None or minutes == MIDNIGHT:
        raise DomainError(_("This is no time of day: type it as 9:30, 0930 or 14:00."))
    return time(*divmod(minutes, 60))

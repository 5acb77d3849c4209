"""Activities lie within the days of the project and the team that they name."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, inspect, select

from admin_app.policy import unscoped
from models import Activity, ActivityState, DomainError, db

from .measures import ACTIVITIES, PROJECTS, TEAMS, Measure


def require_open(activity: Activity) -> None:
    """Raise ``DomainError`` for a project or team that is not there on the activity's day."""
    if activity.state is ActivityState.CANCELLED:
        return
    for measure, name in ((PROJECTS, "project"), (TEAMS, "team")):
        row = _linked(activity, name, measure)
        if row is not None:
            _require_within(measure, row, activity.held_on)


def require_covering(measure: Measure, row: Any) -> None:
    """Raise ``DomainError`` when the days of a project or team leave out an activity of its own."""
    held_on = ACTIVITIES.c.held_on
    stands = ACTIVITIES.c.state != ActivityState.CANCELLED
    found = select(func.min(held_on), func.max(held_on)).where(measure.link == row.id, stands)
    first, last = db.session.execute(found).one()
    since, until = measure.days_of(row)
    for day in (first, last):
        if day is not None and not (since or day) <= day <= (until or day):
            raise DomainError(
                _("It has an activity on %(day)s: its days must take that in, or the activity be"
                  " moved or cancelled first.", day=day)
            )  # fmt: skip


def _linked(activity: Activity, name: str, measure: Measure) -> Any:
    """Return what an activity names, be it that the person who changes it may not read that."""
    row, number = getattr(activity, name), getattr(activity, measure.link.name)
    if row is not None or number is None or inspect(activity).attrs[name].history.has_changes():
        return row
    with unscoped("the days of what an activity was linked to by another person"):
        return db.session.get(measure.model, number)


def _require_within(measure: Measure, row: Any, day: date) -> None:
    since, until = measure.days_of(row)
    if since is not None and day < since:
        raise DomainError(
            _("“%(name)s” begins on %(day)s: it has no activity before.", name=row, day=since)
        )
    if until is not None and day > until:
        raise DomainError(
            _("“%(name)s” ended on %(day)s: it has no activity after.", name=row, day=until)
        )

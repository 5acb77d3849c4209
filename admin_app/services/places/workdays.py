"""Which days are worked: by the State Council's lists, 调休 included; nothing is guessed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import chinese_calendar
from flask_babel import lazy_gettext as _
from sqlalchemy import Connection, select

from models import DomainError, Workday, db

DAY = timedelta(days=1)
SATURDAY = 5
# The library knows every year between its first day off and its last.
SHIPPED = range(
    min(chinese_calendar.constants.holidays).year, max(chinese_calendar.constants.holidays).year + 1
)


class UnknownYear(DomainError):
    """Nobody entered the list of a year yet."""

    def __init__(self, year: int) -> None:
        super().__init__(
            _("The working days of %(year)s are not known here: enter the State Council's list of"
              " that year under Settings, “Working days”.", year=year)
        )  # fmt: skip


class Calendar:
    """The lists that a library knows, overridden by the office's own table, read once.

    A year beyond the library is known once the table has a day of it; its other days are then
    worked from Monday to Friday.
    """

    def __init__(self, connection: Connection) -> None:
        table: Any = Workday.__table__
        rows = connection.execute(select(table.c.day, table.c.is_worked))
        self._own: dict[date, bool] = {day: is_worked for day, is_worked in rows}
        self._entered = {day.year for day in self._own}

    def is_worked(self, day: date) -> bool:
        """Tell whether a day is worked; raises ``UnknownYear`` where no list says so."""
        if day in self._own:
            return self._own[day]
        if day.year in SHIPPED:
            return bool(chinese_calendar.is_workday(day))
        if day.year in self._entered:
            return day.weekday() < SATURDAY
        raise UnknownYear(day.year)

    def due(self, after: date, days: int) -> date:
        """Return the days-th worked day after a day; raises ``UnknownYear`` on the way there."""
        day = after
        while days > 0:
            day += DAY
            days -= self.is_worked(day)
        return day


def is_worked(day: date) -> bool:
    """Tell whether a day is worked, as ``Calendar`` does."""
    return Calendar(db.session.connection()).is_worked(day)


def due(after: date, days: int) -> date:
    """Return the days-th worked day after a day, as ``Calendar`` does."""
    return Calendar(db.session.connection()).due(after, days)

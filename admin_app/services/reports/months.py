"""A calendar month, as reports are asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _

from models import DomainError, clock

MONTHS = 12
# Service of volunteers was not kept by month before, and nobody plans a report that far ahead.
FIRST_YEAR, LAST_YEAR = 1990, 2100

_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, order=True)
class Month:
    """One month of one year; months compare by time."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month written as YYYY-MM; raises ``DomainError`` for anything else."""
        found = _WRITTEN.fullmatch(text)
        month = cls(*map(int, found.groups())) if found else cls(0, 0)
        if not (FIRST_YEAR <= month.year <= LAST_YEAR and 1 <= month.number <= MONTHS):
            raise DomainError(_("Write the month with four and two digits, such as 2026-10."))
        return month

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def last_full(cls) -> Month:
        """Return the month before the running one."""
        return cls.of(clock.today()).shifted(-1)

    @property
    def first(self) -> date:
        """Return the first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Return the last day."""
        return self.shifted(1).first - timedelta(days=1)

    def shifted(self, by: int) -> Month:
        """Return the month so many later, or earlier for a negative number."""
        year, place = divmod(self.year * MONTHS + self.number - 1 + by, MONTHS)
        return Month(year, place + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

"""Filters: what narrows a list, and survives in its address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_admin.model.filters import BaseFilter
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import DateTime

from admin_app.services.reports import Month
from models import Choice, Station, clock
from views.lookups import Lookup, containing, key

MAX_WORDS = 50
QUARTER, YEAR = 3, 12
DAY = timedelta(days=1)


class Filter(BaseFilter):
    """One condition on one column; ``key`` names it in the address in every language."""

    control = "text"
    # Its condition names few rows, which an index finds at once.
    few = False

    def __init__(self, key: str, label: Any, column: Any) -> None:
        super().__init__(label)
        self.key, self.column = key, column

    def condition(self, value: str) -> Any:
        """Return the SQL condition; raises ``ValueError`` for a value that makes none."""
        raise NotImplementedError

    def words(self, value: str) -> str | None:
        """Return how a value reads, or None for one that makes no condition for this person."""
        try:
            self.condition(value)
        except (ValueError, OverflowError):
            return None
        return value

    def is_offered(self) -> bool:
        """Tell whether the filter would say anything to the person who asks."""
        return True

    def operation(self) -> Any:
        """Return the word between column and value; the label says it all."""
        return ""


class Is(Filter):
    """The column is one of a closed list of words."""

    control = "choice"

    def __init__(self, key: str, label: Any, column: Any, choices: type[Choice]) -> None:
        super().__init__(key, label, column)
        self.choices = choices

    def offers(self) -> Iterator[tuple[str, Any]]:
        """Yield what may be chosen: the value and its words."""
        return ((choice.value, choice.label) for choice in self.choices)

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for an unknown word."""
        return self.column == self.choices(value)

    def words(self, value: str) -> str | None:
        """Return the label of a choice."""
        return None if super().words(value) is None else str(self.choices(value).label)


class Among(Filter):
    """The column is one of the codes of a table, each with its words."""

    control = "choice"

    def __init__(self, key: str, label: Any, column: Any, labels: Mapping[str, Any]) -> None:
        super().__init__(key, label, column)
        self.labels = labels

    def offers(self) -> Iterator[tuple[str, Any]]:
        """Yield what may be chosen: the code and its words."""
        return iter(self.labels.items())

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for an unknown code."""
        if value not in self.labels:
            raise ValueError(value)
        return self.column == value

    def words(self, value: str) -> str | None:
        """Return the words of a code."""
        return str(self.labels[value]) if value in self.labels else None


class IsSet(Filter):
    """The column says something, or nothing."""

    control = "choice"

    def offers(self) -> Iterator[tuple[str, Any]]:
        """Yield what may be chosen."""
        return iter((("yes", _("Yes")), ("no", _("No"))))

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for another word."""
        wanted = {"yes": self.column.is_not(None), "no": self.column.is_(None)}
        if value not in wanted:
            raise ValueError(value)
        return wanted[value]

    def words(self, value: str) -> str | None:
        """Return yes or no in words."""
        return str(dict(self.offers())[value]) if super().words(value) else None


class Chosen(Filter):
    """The column names one row of another register, found by typing, within one's own reach.

    ``holds`` writes the condition for the row's number where it is more than equality.
    """

    control = "lookup"

    def __init__(
        self, key: str, label: Any, column: Any, lookup: Lookup, *,
        holds: Callable[[int], Any] | None = None, few: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(key, label, column)
        self.lookup, self.few = lookup, few
        self.holds = holds or (lambda number: column == number)

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for what is no number of a row."""
        number = key(value, self.lookup.model)
        if number is None:
            raise ValueError(value)
        return self.holds(number)

    def words(self, value: str) -> str | None:
        """Return the name of the row, or None for one out of reach: it does not exist."""
        row = self.lookup.get_one(value)
        return None if row is None else str(row)


class Since(Filter):
    """The day is this one or later; ``until`` is the filter of the other end."""

    control = "date"
    until: Until
    title: Any

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for no day."""
        return self.column >= _beginning(self.column, date.fromisoformat(value))


class Until(Filter):
    """The day is this one or earlier; ``since`` is the filter of the other end."""

    control = "date"
    since: Since

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for no day."""
        day = date.fromisoformat(value)
        if isinstance(self.column.type, DateTime):
            return self.column < _beginning(self.column, day + DAY)
        return self.column <= day


def _beginning(column: Any, day: date) -> date | datetime:
    """Return a day as its column keeps it: moments are kept in UTC, days begin in Shanghai."""
    if not isinstance(column.type, DateTime):
        return day
    begun = datetime.combine(day, time(), clock.OFFICE_ZONE)
    return begun.astimezone(UTC).replace(tzinfo=None)


class Contains(Filter):
    """The text contains these words; ``through`` names the relations on the way to it."""

    def __init__(self, key: str, label: Any, column: Any, through: tuple[Any, ...] = ()) -> None:
        super().__init__(key, label, column)
        self.through = through

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for too long a text."""
        if not value.strip() or len(value) > MAX_WORDS or "\x00" in value:
            raise ValueError(value)
        found = containing(self.column, value.strip())
        for relation in reversed(self.through):
            found = relation.has(found)
        return found


def at_station(model: Any) -> Chosen:
    """Return the filter by the station a register's rows lie at."""
    stations = Lookup(Station, (Station.name, Station.code), order=(Station.code,))
    return Chosen("station", _("Station"), model.station_id, stations)


def between(name: str, label: Any, column: Any) -> tuple[Since, Until]:
    """Return the two filters of a day: from and until, both included."""
    since = Since(f"{name}_since", _("%(column)s from", column=label), column)
    until = Until(f"{name}_until", _("%(column)s until", column=label), column)
    since.until, until.since, since.title = until, since, label
    return since, until


@dataclass(frozen=True)
class Asked:
    """A filter at work: its value, how that reads, and whether nobody but the office asked it."""

    filter: Filter
    value: str
    words: str
    is_window: bool = False


@dataclass(frozen=True)
class Range:
    """A stretch of days that people ask for every month."""

    words: str
    since: date
    until: date


def quick_ranges(today: date) -> tuple[Range, ...]:
    """Return this month, the last one, this quarter and this year, whole."""
    month = Month.of(today)
    quarter = month.shifted(-((month.number - 1) % QUARTER))
    year = month.shifted(1 - month.number)
    return (
        Range(gettext("This month"), month.first, month.last),
        Range(gettext("Last month"), month.shifted(-1).first, month.shifted(-1).last),
        Range(gettext("This quarter"), quarter.first, quarter.shifted(QUARTER - 1).last),
        Range(gettext("This year"), year.first, year.shifted(YEAR - 1).last),
    )


def a_year_before(day: date) -> date:
    """Return the same day of the year before; 29 February is 28 February then."""
    if day.year == date.min.year:
        return date.min
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)

"""What time it is: days are Asia/Shanghai's, system moments are UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """Return the current moment in UTC, naive, as every system moment is stored."""
    return datetime.now(UTC).replace(tzinfo=None)  # noqa: TID251


def office_now() -> datetime:
    """Return the current civil time of the office, naive, as service times are stored."""
    return datetime.now(OFFICE_ZONE).replace(tzinfo=None)  # noqa: TID251


def today() -> date:
    """Return the office's day."""
    return office_now().date()


def office_time(moment: datetime) -> datetime:
    """Return a stored UTC moment as the office's civil time."""
    return moment.replace(tzinfo=UTC).astimezone(OFFICE_ZONE).replace(tzinfo=None)


def age_on(born_on: date, day: date) -> int:
    """Return the full years a person has lived on a day; a leap-day child turns on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))

"""When a station is open: a week of stretches, the same every week."""

from __future__ import annotations

from datetime import time

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Audited, Choice, Model, Stamped

from .station import AtStation


class Weekday(Choice):
    """A day of the week; its value is the day's ISO number."""

    MONDAY = "1", _("Monday")
    TUESDAY = "2", _("Tuesday")
    WEDNESDAY = "3", _("Wednesday")
    THURSDAY = "4", _("Thursday")
    FRIDAY = "5", _("Friday")
    SATURDAY = "6", _("Saturday")
    SUNDAY = "7", _("Sunday")


class OpeningHours(Audited, Stamped, AtStation, Model):
    """One stretch of a weekday in which a station is open; a day without one is closed.

    湛文明办〔2018〕31号 annex 5, item 2, gives a usual week; a station keeps its own.
    """

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", "closes_after_opening"),
        UniqueConstraint("station_id", "weekday", "opens_at"),
    )
    resource = "stations"

    id: Mapped[int] = mapped_column(primary_key=True)
    weekday: Mapped[Weekday]
    opens_at: Mapped[time]
    closes_at: Mapped[time]

    def __str__(self) -> str:
        return f"{self.weekday.label} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"

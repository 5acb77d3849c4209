"""Days that are worked though they are no weekday, or the other way round, year by year."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from .base import Audited, Model, Stamped, Versioned


class Workday(Audited, Stamped, Versioned, Model):
    """One day of the State Council's list: a weekday off, or a weekend day that is worked."""

    __tablename__ = "workdays"
    resource = "workdays"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    is_worked: Mapped[bool] = mapped_column(default=False)
    # The announcement that says so, and what for.
    occasion: Mapped[str]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.occasion}"

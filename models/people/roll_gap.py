"""Days between leaving a roll and coming back to it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BigId, Model
from models.places import AtStation


class RollGap(AtStation, Model):
    """One absence from a roll that ended: the last day before it, and the first day back.

    The line of the roll itself keeps the first day of all, and the last one of who is gone.
    """

    __tablename__ = "roll_gaps"
    __table_args__ = (CheckConstraint("back_on > left_on", "back_after_leaving"),)
    resource = "volunteers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(BigId, ForeignKey("volunteers.id"), index=True)
    left_on: Mapped[date]
    back_on: Mapped[date]

    def __str__(self) -> str:
        return f"{self.left_on:%Y-%m-%d} → {self.back_on:%Y-%m-%d}"

"""The office itself: one row, written when it is opened, that tells a demo from a real one."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Audited, Model

THE_ONE = 1


class Office(Audited, Model):
    """The mark of an opened office; a demo never becomes a real one, nor the other way round."""

    __tablename__ = "offices"
    __table_args__ = (CheckConstraint(f"id = {THE_ONE}", "only_one"),)
    resource = "offices"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=THE_ONE)
    is_demo: Mapped[bool]
    opened_on: Mapped[date]

    def __str__(self) -> str:
        return f"{self.opened_on:%Y-%m-%d}"

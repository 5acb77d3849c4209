"""Which checklist holds where, and since when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from models.base import Audited, Model, Stamped
from models.places import Division

from .checklist import Checklist


class ChecklistChoice(Audited, Stamped, Model):
    """A checklist that holds at a division and below from a day on.

    ``division_code`` is the national code, or empty for the whole country; the nearest division
    above a station wins, and within one the latest day.
    """

    __tablename__ = "checklist_choices"
    __table_args__ = (UniqueConstraint("division_code", "since"),)
    resource = "standards"

    id: Mapped[int] = mapped_column(primary_key=True)
    division_code: Mapped[str] = mapped_column(String(12), default="")
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklists.id"))
    since: Mapped[date]

    checklist: Mapped[Checklist] = relationship()
    division: Mapped[Division | None] = relationship(
        primaryjoin=lambda: foreign(ChecklistChoice.division_code) == Division.code, viewonly=True
    )

    def __str__(self) -> str:
        return f"{self.checklist} · {self.since:%Y-%m-%d}"

"""How a station stood by its checklist in a month that is over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import BigId, Model
from models.clock import utc_now
from models.places import AtStation

from .checklist import Checklist


class ChecklistResult(AtStation, Model):
    """The score of one station and month, kept once and never counted anew.

    The registers change, and what a station had in a month cannot be told from them later.
    """

    __tablename__ = "checklist_results"
    __table_args__ = (
        UniqueConstraint("station_id", "month"),
        Index(None, "county_id", "month"),
        Index(None, "prefecture_id", "month"),
    )
    resource = "standards"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklists.id"))
    # Its first day.
    month: Mapped[date]
    met: Mapped[int]
    # Of how many items nobody can tell.
    untold: Mapped[int]
    total: Mapped[int]
    # Each item with its parts: what was found, in codes and numbers.
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    kept_at: Mapped[datetime] = mapped_column(default=utc_now)

    checklist: Mapped[Checklist] = relationship()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} · {self.met}/{self.total}"

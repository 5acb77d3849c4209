"""Leave (请假): days on which a volunteer said beforehand that he cannot serve."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Audited, BigId, Model, Stamped, Versioned
from models.places import AtStation

from .volunteer import Volunteer


class Leave(Audited, Stamped, Versioned, AtStation, Model):
    """A volunteer's leave, both days included; its reason may be about health: not for the trail.

    Annex 6, article 10 of the Zhanjiang document: who cannot serve tells the station beforehand.
    """

    __tablename__ = "leaves"
    __table_args__ = (
        CheckConstraint("until >= since", "until_after_since"),
        Index(None, "volunteer_id", "since"),
        Index(None, "station_id", "since", "id"),
        Index(None, "county_id", "since", "id"),
        Index(None, "prefecture_id", "since", "id"),
    )
    audit_hides = frozenset({"reason"})
    resource = "leaves"

    id: Mapped[int] = mapped_column(primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(BigId, ForeignKey("volunteers.id"))
    since: Mapped[date]
    until: Mapped[date]
    told_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(200))

    volunteer: Mapped[Volunteer] = relationship()

    @property
    def was_told_before(self) -> bool:
        """Tell whether the station heard of it before it began."""
        return self.told_on < self.since

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} – {self.until:%Y-%m-%d}"

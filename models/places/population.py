"""Resident population (常住人口): how many people live in a division, year by year."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Audited, Model, Stamped, Versioned

from .division import Division
from .station import Placed


class Population(Audited, Stamped, Versioned, Placed, Model):
    """How many people lived in one division at the end of one year, and who says so."""

    __tablename__ = "populations"
    __table_args__ = (
        UniqueConstraint("division_id", "year"),
        CheckConstraint("residents > 0", "residents_positive"),
        Index(None, "county_id", "year"),
        Index(None, "prefecture_id", "year"),
    )
    resource = "population"

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"))
    year: Mapped[int]
    residents: Mapped[int]
    source: Mapped[str]

    division: Mapped[Division] = relationship()

    def settle(self, session: Session) -> None:
        """Lie where the division lies."""
        self.lie_in(self.division or session.get_one(Division, self.division_id))

    def __str__(self) -> str:
        return f"{self.division.name} · {self.year}"

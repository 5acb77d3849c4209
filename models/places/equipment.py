"""What a station works with: desks, cabinets, umbrellas."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Audited, Model, Stamped

from .station import AtStation


class StationEquipment(Audited, Stamped, AtStation, Model):
    """One kind of thing that a station has, and how many of it."""

    __tablename__ = "station_equipment"
    __table_args__ = (
        CheckConstraint("count > 0", "count_positive"),
        UniqueConstraint("station_id", "name"),
    )
    resource = "stations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    count: Mapped[int] = mapped_column(default=1)

    def __str__(self) -> str:
        return f"{self.name} × {self.count}"

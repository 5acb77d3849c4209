"""Whether a station had a manager before: what a board of a past day asks."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model


class ManagerChange(Model):
    """A day on which a station got its first manager or lost its last one.

    ``had`` tells how it stood when the day began; today's answer is the station's own.
    """

    __tablename__ = "manager_changes"
    __table_args__ = {"sqlite_with_rowid": False}
    resource = "stations"

    station_id: Mapped[int] = mapped_column(
        ForeignKey("stations.id"), primary_key=True, autoincrement=False
    )
    changed_on: Mapped[date] = mapped_column(primary_key=True)
    had: Mapped[bool]

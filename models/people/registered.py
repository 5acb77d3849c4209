"""How many people are registered where they live, kept beside the rolls and derivable from them.

Each human being counts once, however many rolls name it, in the division it lives in. Where the
residence is unknown it counts nowhere.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model


class RegisteredCount(Model):
    """The registered people of one division once every day on file has come.

    ``official`` are those of them who stand on a roll with a number in the official system.
    """

    __tablename__ = "registered_counts"
    resource = "volunteers"

    division_id: Mapped[int] = mapped_column(
        ForeignKey("divisions.id"), primary_key=True, autoincrement=False
    )
    people: Mapped[int] = mapped_column(default=0)
    official: Mapped[int] = mapped_column(default=0)


class RegisteredChange(Model):
    """How many more of a division's people are registered on one day than on the day before."""

    __tablename__ = "registered_changes"
    __table_args__ = {"sqlite_with_rowid": False}
    resource = "volunteers"

    day: Mapped[date] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), primary_key=True)
    people: Mapped[int] = mapped_column(default=0)
    official: Mapped[int] = mapped_column(default=0)

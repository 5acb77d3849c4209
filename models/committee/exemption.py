"""Exemptions: stations where, by a letter of the county, one person may record and confirm."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, Model, Stamped, Versioned
from models.places import AtStation


class Exemption(Audited, Stamped, Versioned, AtStation, Model):
    """One letter that frees one station from the two-person rule for a while, both days included.

    Nobody ever confirms his own service, with or without it.
    """

    __tablename__ = "exemptions"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", "ends_after_start"),
        Index(None, "station_id", "since"),
    )
    resource = "exemptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter: Mapped[str] = mapped_column(String(100))
    letter_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300))
    since: Mapped[date]
    until: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    granted_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return self.letter

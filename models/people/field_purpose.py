"""Fields asked (收集项目与用途): what a station asks beyond the rules, and what for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, Model, Stamped, Versioned
from models.places import AtStation

from .optional import OptionalField


class FieldPurpose(Audited, Stamped, Versioned, AtStation, Model):
    """One field that a station asks, and why; the day of its end is the first without it."""

    __tablename__ = "field_purposes"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= since", "ends_after_start"),
        Index(None, "station_id", "since"),
        Index(
            "uq_field_purposes_open", "station_id", "field", unique=True,
            sqlite_where=text("ended_on IS NULL"), postgresql_where=text("ended_on IS NULL"),
        ),
    )  # fmt: skip
    resource = "purposes"

    id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[OptionalField]
    purpose: Mapped[str] = mapped_column(String(200))
    # Asked with a separate consent of the person (个人信息保护法 Art 29).
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date]
    ended_on: Mapped[date | None]
    # None: the system, by command.
    stated_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    # When what was kept under it was cleared, after its end.
    cleared_on: Mapped[date | None]

    stated_by: Mapped[Account | None] = relationship()

    def holds_on(self, day: date) -> bool:
        """Tell whether the field is asked on a day."""
        return self.since <= day and (self.ended_on is None or day < self.ended_on)

    @classmethod
    def in_force(cls, day: date) -> ColumnElement[bool]:
        """Return the condition that a purpose holds on a day."""
        return (cls.since <= day) & or_(cls.ended_on.is_(None), cls.ended_on > day)

    def __str__(self) -> str:
        return f"{self.field.label} · {self.purpose}"

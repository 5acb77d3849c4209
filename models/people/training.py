"""Trainings (培训): what was taught when, by whom, for how long, and who was there."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.places import AtStation

from .volunteer import Volunteer


class TrainingMethod(Choice):
    """How a training is held (Zhanjiang document of 2018, section 3.3)."""

    LECTURE = "lecture", _("Lecture to all")
    DISCUSSION = "discussion", _("Discussion")
    CASES = "cases", _("Study of cases")
    OTHER = "other", _("Other")


class Training(Audited, Stamped, Versioned, AtStation, Model):
    """One training, with what 民政部令第67号 Art 8 asks to be recorded."""

    __tablename__ = "trainings"
    __table_args__ = (
        CheckConstraint("minutes > 0", "minutes_positive"),
        Index(None, "station_id", "held_on", "id"),
        Index(None, "county_id", "held_on", "id"),
        Index(None, "prefecture_id", "held_on", "id"),
    )
    audit_hides = frozenset({"trainer"})
    resource = "trainings"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    method: Mapped[TrainingMethod]
    held_on: Mapped[date]
    minutes: Mapped[int]
    organizer: Mapped[str] = mapped_column(String(100))
    trainer: Mapped[str | None] = mapped_column(String(50))
    place: Mapped[str | None] = mapped_column(String(100))
    content: Mapped[str | None] = mapped_column(Text)
    # Only backbone volunteers are invited (附件4 Art 4).
    backbone_only: Mapped[bool] = mapped_column(default=False, server_default=false())

    attendees: Mapped[list[TrainingAttendee]] = relationship(
        back_populates="training", cascade="all, delete-orphan", order_by="TrainingAttendee.id"
    )

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d} {self.title}"


class TrainingAttendee(Audited, AtStation, Model):
    """One volunteer who was at one training."""

    __tablename__ = "training_attendees"
    __table_args__ = (
        Index(None, "training_id", "volunteer_id", unique=True),
        Index(None, "volunteer_id"),
    )
    resource = "trainings"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("trainings.id"))
    volunteer_id: Mapped[int] = mapped_column(BigId, ForeignKey("volunteers.id"))

    training: Mapped[Training] = relationship(back_populates="attendees")
    volunteer: Mapped[Volunteer] = relationship()

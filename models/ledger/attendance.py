"""Attendance: who came to an activity and went, as it was noted there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.people import Volunteer
from models.places import AtStation

from .activity import Activity
from .service_entry import ServiceEntry


class AttendanceState(Choice):
    """Where a stretch of attendance stands; without a sign-out it gives no hours."""

    OPEN = "open", _("Not signed out")
    COMPLETE = "complete", _("Signed in and out")
    ENTERED = "entered", _("In the ledger")
    DROPPED = "dropped", _("Dropped")


_IS_OPEN = text("signed_out_at IS NULL AND dropped_for IS NULL")
_WAITS = text("entry_id IS NULL AND dropped_for IS NULL")
_ONE_OPEN: dict[str, Any] = {"sqlite_where": _IS_OPEN, "postgresql_where": _IS_OPEN}
_WAITING: dict[str, Any] = {"sqlite_where": _WAITS, "postgresql_where": _WAITS}


class Attendance(Audited, Stamped, Versioned, AtStation, Model):
    """One stretch of one volunteer at one activity, in civil time; a person may have several."""

    __tablename__ = "attendances"
    __table_args__ = (
        CheckConstraint("signed_out_at IS NULL OR signed_out_at > signed_in_at", "out_after_in"),
        Index(None, "activity_id", "volunteer_id"),
        # Two who tap at a time: one person is signed in once.
        Index("uq_attendances_signed_in", "activity_id", "volunteer_id", unique=True, **_ONE_OPEN),
        # What waits for the clerk is a small part of all.
        Index("ix_attendances_waiting", "station_id", "activity_id", **_WAITING),
        Index(None, "entry_id"),
    )
    audit_hides = frozenset({"remark", "dropped_for", "guardian_present"})
    resource = "attendance"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    signed_in_at: Mapped[datetime]
    signed_out_at: Mapped[datetime | None]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    # Why a time was typed and not tapped, and by whom and when: this is a person's decision.
    remark: Mapped[str | None] = mapped_column(String(100))
    # Who accompanied a volunteer under age; the entry takes it over.
    guardian_present: Mapped[str | None] = mapped_column(String(50))
    dropped_for: Mapped[str | None] = mapped_column(String(100))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    # The entry it became; a draft that is deleted leaves the stretch to be entered anew.
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("service_entries.id", ondelete="SET NULL")
    )

    activity: Mapped[Activity] = relationship()
    volunteer: Mapped[Volunteer] = relationship()
    noted_by: Mapped[Account | None] = relationship(foreign_keys=[noted_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])
    entry: Mapped[ServiceEntry | None] = relationship()

    @property
    def state(self) -> AttendanceState:
        """Return where the stretch stands."""
        if self.dropped_for is not None:
            return AttendanceState.DROPPED
        if self.entry_id is not None:
            return AttendanceState.ENTERED
        return AttendanceState.OPEN if self.signed_out_at is None else AttendanceState.COMPLETE

    @property
    def keeper_id(self) -> int | None:
        """Return who keeps the activity: the reach of organizers and helpers hangs on it."""
        return self.activity.keeper_id if self.activity else None

    def __str__(self) -> str:
        return f"{self.signed_in_at:%Y-%m-%d %H:%M}"

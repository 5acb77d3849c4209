"""What became of data whose time of keeping was over: deleted, or kept for a reason."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, BigId, Choice, Model, Stamped
from models.places import AtStation

from .volunteer import Volunteer


class RetentionOutcome(Choice):
    """What the leader decided."""

    KEPT = "kept", _("Kept for a reason")
    DELETED = "deleted", _("Deleted")


class RetentionDecision(Audited, Stamped, AtStation, Model):
    """One decision on the data of one volunteer who left; kept ones are asked about again."""

    __tablename__ = "retention_decisions"
    __table_args__ = (
        CheckConstraint(
            "outcome <> 'kept' OR (reason IS NOT NULL AND until IS NOT NULL)", "kept_for_a_reason"
        ),
        Index(None, "volunteer_id", "until"),
        Index(None, "station_id"),
    )
    audit_hides = frozenset({"reason"})
    resource = "privacy"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(BigId, ForeignKey("volunteers.id"))
    outcome: Mapped[RetentionOutcome]
    reason: Mapped[str | None] = mapped_column(String(300))
    # The last day on which nobody is asked again.
    until: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime]
    # How many rows of each register lost what told of the person.
    erased: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    volunteer: Mapped[Volunteer] = relationship()
    decided_by: Mapped[Account | None] = relationship()

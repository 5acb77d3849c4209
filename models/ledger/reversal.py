"""Reversals: a confirmed entry taken back, with the reason and who vouched for that."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, BigId, Choice, Model, Stamped
from models.clock import utc_now
from models.places import AtStation


class ReversalGround(Choice):
    """Why an entry did not stand."""

    WRONG_TIME = "wrong_time", _("The times were wrong")
    WRONG_PERSON = "wrong_person", _("Somebody else served")
    WRONG_ACTIVITY = "wrong_activity", _("It belonged to another activity")
    NOT_SERVED = "not_served", _("The service did not take place")
    NOT_VOLUNTEERING = "not_volunteering", _("It was no volunteering")
    OTHER = "other", _("Another reason")


class Reversal(Audited, Stamped, AtStation, Model):
    """One confirmed entry that counts no longer; it counts back on its own day of service.

    The reason is people's own words and may name somebody: not for the trail.
    """

    __tablename__ = "reversals"
    __table_args__ = (Index(None, "station_id", "id"), Index(None, "county_id", "id"))
    audit_hides = frozenset({"reason"})
    resource = "ledger"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ground: Mapped[ReversalGround]
    reason: Mapped[str] = mapped_column(String(300))
    # Who vouches for it; None: the system, by command.
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    approved_at: Mapped[datetime] = mapped_column(default=utc_now)

    approved_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return f"{self.ground.label} · {self.reason}"

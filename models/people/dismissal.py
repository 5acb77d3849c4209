"""Dismissals (劝退): why a station parts with a volunteer, who decided it, and who was told."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.places import AtStation

from .volunteer import Volunteer


class DismissalGround(Choice):
    """The four grounds of annex 4, article 5 of the Zhanjiang document of 2018."""

    DISOBEYED = "disobeyed", _("(1) Repeatedly disobeyed the station's arrangements without cause")
    RULES = "rules", _("(2) Seriously broke the station's rules")
    HARM = "harm", _("(3) Caused those served a loss, with serious ill effect")
    MISUSE = "misuse", _("(4) Used the name of volunteer for profit or unlawful acts")


class DismissalState(Choice):
    """Where a dismissal stands."""

    PREPARED = "prepared", _("Prepared, to be decided")
    DISMISSED = "dismissed", _("Dismissed")
    DROPPED = "dropped", _("Not dismissed")
    LIFTED = "lifted", _("Lifted")


class Dismissal(Audited, Stamped, Versioned, AtStation, Model):
    """One case, from its preparation to the receipt of who was told above.

    The last day on the roll is ``dismissed_on``; hours served before it stay. What people said
    and did is personal: not for the trail.
    """

    __tablename__ = "dismissals"
    __table_args__ = (
        CheckConstraint(
            "state IN ('prepared', 'dropped') OR dismissed_on IS NOT NULL", "dismissed_from_a_day"
        ),
        CheckConstraint(
            "decided_by_id IS NULL OR prepared_by_id IS NULL OR decided_by_id <> prepared_by_id",
            "decided_by_another",
        ),
        CheckConstraint("receipt_on IS NULL OR reported_on IS NOT NULL", "receipt_of_a_report"),
        Index(None, "station_id", "prepared_on", "id"),
        Index(None, "county_id", "prepared_on", "id"),
        Index(None, "prefecture_id", "prepared_on", "id"),
        Index(None, "volunteer_id"),
    )
    audit_hides = frozenset({"facts", "statement", "decision", "lift_reason"})
    resource = "dismissals"

    id: Mapped[int] = mapped_column(primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(BigId, ForeignKey("volunteers.id"))
    ground: Mapped[DismissalGround]
    facts: Mapped[str] = mapped_column(Text)
    # What the volunteer says to it; nobody is dismissed unheard.
    statement: Mapped[str | None] = mapped_column(Text)
    heard_on: Mapped[date | None]
    serious: Mapped[bool] = mapped_column(default=False, server_default=false())
    prepared_on: Mapped[date]
    # None: the system, by command.
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[DismissalState] = mapped_column(default=DismissalState.PREPARED)
    decision: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    dismissed_on: Mapped[date | None]
    # Serious cases go on file with the volunteers' organization above (附件4 Art 5).
    reported_to: Mapped[str | None] = mapped_column(String(100))
    reported_on: Mapped[date | None]
    receipt: Mapped[str | None] = mapped_column(String(60))
    receipt_on: Mapped[date | None]
    lifted_on: Mapped[date | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    lift_reason: Mapped[str | None] = mapped_column(Text)

    volunteer: Mapped[Volunteer] = relationship()
    prepared_by: Mapped[Account | None] = relationship(foreign_keys=[prepared_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])
    lifted_by: Mapped[Account | None] = relationship(foreign_keys=[lifted_by_id])

    @property
    def waits_for_report(self) -> bool:
        """Tell whether a serious case was decided and nobody above was told yet."""
        return self.state is DismissalState.DISMISSED and self.serious and not self.reported_on

    def __str__(self) -> str:
        return f"{self.prepared_on:%Y-%m-%d} · {self.volunteer.number}"

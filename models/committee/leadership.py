"""The leadership group of a station (annex 3 of the Zhanjiang document of 2018)."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Appointment
from models.base import Audited, Choice, Model, Stamped, Versioned
from models.places import AtStation


class SeatKind(Choice):
    """The thirteen kinds of seat that annex 3 names."""

    LEADER = "leader", _("Leader: Party secretary or director of the residents' committee")
    DEPUTY_COMMITTEE = "deputy_committee", _("Deputy: vice director of the residents' committee")
    DEPUTY_VOLUNTEER = "deputy_volunteer", _("Deputy: backbone of a volunteer organization")
    COMMITTEE_MEMBER = "committee_member", _("Group member: residents' committee member")
    SOCIAL_WORK_HEAD = "social_work_head", _("Group member: head of a social work organization")
    VOLUNTEER_MEMBER = "volunteer_member", _("Group member: member of a volunteer organization")
    OWNERS_COMMITTEE = "owners_committee", _("Group member: owners' committee member")
    PROPERTY_MANAGER = "property_manager", _("Group member: property or shop manager")
    STAFF = "staff", _("Member: full-time community staff")
    VOLUNTEER = "volunteer", _("Member: volunteer of an organization")
    SOCIAL_WORKER = "social_worker", _("Member: social work organization member")
    COMPANY_STAFF = "company_staff", _("Member: employee of a caring company")
    RESIDENT = "resident", _("Member: resident backbone volunteer or resident")


class LeadershipGroup(Audited, Stamped, Versioned, AtStation, Model):
    """One term of a station's leadership group."""

    __tablename__ = "leadership_groups"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", "until_after_since"),
        Index(None, "station_id", "since"),
    )
    resource = "leadership"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[date]
    until: Mapped[date | None]

    seats: Mapped[list[LeadershipSeat]] = relationship(
        back_populates="group", order_by="LeadershipSeat.id", cascade="all, delete-orphan"
    )

    @property
    def unfilled(self) -> list[SeatKind]:
        """Return the kinds of seat with no holder that were not marked inapplicable."""
        settled = {seat.kind for seat in self.seats if seat.holder or seat.inapplicable}
        return [kind for kind in SeatKind if kind not in settled]

    def __str__(self) -> str:
        return str(_("Term from %(day)s", day=f"{self.since:%Y-%m-%d}"))


class LeadershipSeat(Audited, Stamped, AtStation, Model):
    """One seat of a leadership group: who holds it, or why the kind does not apply here."""

    __tablename__ = "leadership_seats"
    __table_args__ = (
        CheckConstraint("holder IS NOT NULL OR inapplicable", "held_or_inapplicable"),
        Index(None, "station_id"),
    )
    audit_hides = frozenset({"holder"})
    resource = "leadership"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("leadership_groups.id"), index=True)
    kind: Mapped[SeatKind]
    holder: Mapped[str | None] = mapped_column(String(50))
    post: Mapped[str | None] = mapped_column(String(100))
    # As in a village without an owners' committee.
    inapplicable: Mapped[bool] = mapped_column(default=False)
    # A seat by itself opens nothing; what it carries ends with the term.
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"), index=True)

    group: Mapped[LeadershipGroup] = relationship(back_populates="seats")
    appointment: Mapped[Appointment | None] = relationship()

    def __str__(self) -> str:
        return f"{self.kind.label} · {self.holder or '—'}"

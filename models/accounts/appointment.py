"""Appointments: a role at a place, or at several divisions, for a time."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Audited, Choice, Model, Stamped
from models.places import Division, Placed, Station

from .account import Account


class Role(Choice):
    """What a person is appointed as; the grants are in admin_app.policy."""

    LEADER = "leader", _("Leader")
    DEPUTY = "deputy", _("Deputy leader")
    ORGANIZER = "organizer", _("Organizer")
    MEMBER = "member", _("Group member")
    CLERK = "clerk", _("Station clerk")
    HELPER = "helper", _("Helper")
    OBSERVER = "observer", _("Observer")
    SUPERVISOR = "supervisor", _("Supervisor")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("System administrator")


STATION_ROLES = frozenset(
    {
        Role.LEADER,
        Role.DEPUTY,
        Role.ORGANIZER,
        Role.MEMBER,
        Role.CLERK,
        Role.HELPER,
        Role.OBSERVER,
    }
)


class Appointment(Audited, Stamped, Placed, Model):
    """A role of one account at one station, at divisions, or in the whole system (neither).

    A permission is answered within one appointment. A development zone may run towns that are
    coded under a district: beside ``division`` such an appointment holds ``further`` ones.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("station_id IS NULL OR division_id IS NULL", "one_place"),
        CheckConstraint("until IS NULL OR until >= since", "until_after_since"),
    )
    resource = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[Role]
    station_id: Mapped[int | None] = mapped_column(ForeignKey("stations.id"), index=True)
    division_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    # Whose own appointment this one stands in for: it holds no longer than that one.
    delegated_from_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"), index=True)

    account: Mapped[Account] = relationship(back_populates="appointments")
    station: Mapped[Station | None] = relationship()
    division: Mapped[Division | None] = relationship()
    delegated_from: Mapped[Appointment | None] = relationship(remote_side=[id])
    further: Mapped[list[AppointmentDivision]] = relationship(
        back_populates="appointment",
        order_by="AppointmentDivision.id",
        cascade="all, delete-orphan",
    )

    def settle(self, session: Session) -> None:
        """Lie where the station or division lies; the whole system lies nowhere."""
        place = self.station or self.division
        if place is None and self.station_id is not None:
            place = session.get_one(Station, self.station_id)
        if place is None and self.division_id is not None:
            place = session.get_one(Division, self.division_id)
        if place is not None:
            self.lie_in(place)

    def holds_on(self, day: date) -> bool:
        """Tell whether the appointment is in force on a day."""
        if not (self.since <= day and (self.until is None or day <= self.until)):
            return False
        if self.delegated_from_id is None:  # asked before the relation: who works is detached
            return True
        source = self.delegated_from
        return source is not None and source.account.active and source.holds_on(day)

    @property
    def place(self) -> str:
        """Return the names of its places, or of the whole system."""
        first = self.station or self.division or _("Whole system")
        return "、".join(str(place) for place in (first, *self.further))

    def __str__(self) -> str:
        words = f"{self.role.label} · {self.place}"
        if self.delegated_from_id is None:
            return words
        delegated = _("delegated")
        return f"{words} · {delegated}"


class AppointmentDivision(Audited, Stamped, Placed, Model):
    """A further division at which an appointment holds, as long as it holds."""

    __tablename__ = "appointment_divisions"
    __table_args__ = (UniqueConstraint("appointment_id", "division_id"),)
    resource = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"))
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), index=True)

    appointment: Mapped[Appointment] = relationship(back_populates="further")
    division: Mapped[Division] = relationship()

    def settle(self, session: Session) -> None:
        """Lie where the division lies."""
        self.lie_in(self.division or session.get_one(Division, self.division_id))

    def __str__(self) -> str:
        return str(self.division)

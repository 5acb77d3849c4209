"""Registrations (登记): what somebody hands in at a station before he stands on its roll."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.clock import utc_now
from models.committee import Rule
from models.places import AtStation, Division
from models.sealing import SealedText

from .optional import OPTIONAL_COLUMNS, OptionalValues
from .person import Sex
from .volunteer import Volunteer

ID_NUMBER = "registrations.id_number"
PHONE = "registrations.phone"
GUARDIAN_PHONE = "registrations.guardian_phone"


class RegistrationState(Choice):
    """Where a registration stands: the community reviews it before anybody is on the roll."""

    WAITING = "waiting", _("Waiting for review")
    RETURNED = "returned", _("Returned to be corrected")
    ACCEPTED = "accepted", _("Accepted, on the roll")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RegistrationAct(Choice):
    """What happened to a registration."""

    HANDED_IN = "handed_in", _("Registration handed in")
    CORRECTED = "corrected", _("Corrected")
    RETURNED = "returned", _("Returned to be corrected")
    ACCEPTED = "accepted", _("Accepted, on the roll")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# At most so many categories of the national list, as its own form has it.
MAX_CATEGORIES = 4
OPEN = (RegistrationState.WAITING, RegistrationState.RETURNED)


def _while_open() -> dict[str, Any]:
    condition = text("state IN ('waiting', 'returned')")
    return {"sqlite_where": condition, "postgresql_where": condition}


class Registration(OptionalValues, Audited, Stamped, Versioned, AtStation, Model):
    """One person's wish to be a volunteer of one station, and what became of it.

    The numbers in clear live here until the review only: accepted, they go over to the roll;
    withdrawn, they are erased. Hash and mask stay.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        CheckConstraint("state <> 'accepted' OR volunteer_id IS NOT NULL", "accepted_on_the_roll"),
        CheckConstraint(
            "state IN ('accepted', 'withdrawn') OR id_number IS NOT NULL", "open_with_number"
        ),
        Index(None, "station_id", "handed_in_on", "id"),
        Index(None, "county_id", "handed_in_on", "id"),
        Index(None, "prefecture_id", "handed_in_on", "id"),
        Index(None, "volunteer_id"),
        Index(
            "uq_registrations_open", "station_id", "id_number_hash", unique=True, **_while_open()
        ),
    )
    audit_hides = frozenset(
        {
            "name",
            "sex",
            "born_on",
            "lives_in_id",
            "id_number",
            "id_number_hash",
            "id_number_masked",
            "phone",
            "phone_masked",
            "skills",
            "availability",
            "official_number",
            "guardian_name",
            "guardian_relation",
            "guardian_phone",
            "guardian_phone_masked",
            "note",
            "reason",
            "separate_consents",
            *OPTIONAL_COLUMNS,
        }
    )
    resource = "registrations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    handed_in_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(50))
    sex: Mapped[Sex]
    born_on: Mapped[date]
    id_number: Mapped[str | None] = mapped_column(SealedText(ID_NUMBER), deferred=True)
    # As persons.id_number_hash: the same human being is found under the same hash.
    id_number_hash: Mapped[str] = mapped_column(String(64), index=True)
    id_number_masked: Mapped[str] = mapped_column(String(30))
    phone: Mapped[str | None] = mapped_column(SealedText(PHONE), deferred=True)
    phone_masked: Mapped[str | None] = mapped_column(String(20))
    lives_in_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.id"))
    skills: Mapped[str]
    categories: Mapped[list[str]] = mapped_column(JSON)
    availability: Mapped[str]
    official_number: Mapped[str | None] = mapped_column(String(40))
    publication_consent_on: Mapped[date | None]
    guardian_name: Mapped[str | None] = mapped_column(String(50))
    guardian_relation: Mapped[str | None] = mapped_column(String(20))
    guardian_phone: Mapped[str | None] = mapped_column(SealedText(GUARDIAN_PHONE), deferred=True)
    guardian_phone_masked: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(Text)
    # The day of the promise to keep the code of conduct, and the edition that held then.
    conduct_on: Mapped[date | None]
    conduct_rule_id: Mapped[int | None] = mapped_column(ForeignKey("rules.id"))
    # The day on which the privacy notice was read and agreed to, and the edition that held then.
    notice_on: Mapped[date | None]
    notice_rule_id: Mapped[int | None] = mapped_column(ForeignKey("rules.id"))
    state: Mapped[RegistrationState] = mapped_column(default=RegistrationState.WAITING)
    # None: the system, by command.
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reviewed_at: Mapped[datetime | None]
    # What is to be corrected, or why it was withdrawn; the latest. The steps keep all.
    reason: Mapped[str | None] = mapped_column(String(300))
    # Reviewed, as the county may allow, by who recorded it.
    single_handed: Mapped[bool] = mapped_column(default=False)
    # The line of the roll: new, or the one that the person comes back to.
    volunteer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("volunteers.id"))

    lives_in: Mapped[Division | None] = relationship()
    conduct_rule: Mapped[Rule | None] = relationship(foreign_keys=[conduct_rule_id])
    notice_rule: Mapped[Rule | None] = relationship(foreign_keys=[notice_rule_id])
    recorded_by: Mapped[Account | None] = relationship(foreign_keys=[recorded_by_id])
    reviewed_by: Mapped[Account | None] = relationship(foreign_keys=[reviewed_by_id])
    volunteer: Mapped[Volunteer | None] = relationship()

    @hybrid_property
    def is_open(self) -> bool:
        """Tell whether the registration still waits for the desk or for the review."""
        return self.state in OPEN

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return cls.state.in_(OPEN)

    def __str__(self) -> str:
        return f"{self.handed_in_on:%Y-%m-%d} · {self.name}"


class RegistrationStep(AtStation, Model):
    """One act on a registration; nothing of it changes after, so every return stays on file."""

    __tablename__ = "registration_steps"
    resource = "registrations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    registration_id: Mapped[int] = mapped_column(BigId, ForeignKey("registrations.id"), index=True)
    act: Mapped[RegistrationAct]
    at: Mapped[datetime] = mapped_column(default=utc_now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str | None] = mapped_column(String(300))

    registration: Mapped[Registration] = relationship()
    by: Mapped[Account | None] = relationship()

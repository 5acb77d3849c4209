"""Consents of guardians: what whoever is under age may do, who agreed to it, and since when."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.places import AtStation
from models.sealing import SealedText, keyring

from .volunteer import Volunteer

GUARDIAN_PHONE = "guardian_consents.phone"


class ConsentScope(Choice):
    """What a guardian agreed to; each is asked, given and withdrawn by itself (个保法 Art 29)."""

    REGISTRATION = "registration", _("Registration")
    SERVICE = "service", _("Taking part in activities")
    PUBLICATION = "publication", _("Being named in public")


class GuardianConsent(Audited, Stamped, Versioned, AtStation, Model):
    """A guardian's consent to one thing for one volunteer; it lapses by itself at full age.

    The day of withdrawal is the first on which it no longer holds.
    """

    __tablename__ = "guardian_consents"
    __table_args__ = (
        CheckConstraint("withdrawn_on IS NULL OR withdrawn_on >= given_on", "withdrawn_after"),
        Index(None, "volunteer_id", "scope", "given_on"),
        Index(None, "station_id", "given_on", "id"),
        Index(None, "county_id", "given_on", "id"),
        Index(None, "prefecture_id", "given_on", "id"),
        Index(None, "phone_hash"),
    )
    audit_hides = frozenset(
        {"guardian_name", "relation", "phone", "phone_hash", "phone_masked", "note"}
    )
    resource = "consents"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    scope: Mapped[ConsentScope]
    guardian_name: Mapped[str] = mapped_column(String(50))
    relation: Mapped[str | None] = mapped_column(String(20))
    phone: Mapped[str | None] = mapped_column(SealedText(GUARDIAN_PHONE), deferred=True)
    phone_hash: Mapped[str | None] = mapped_column(String(64))
    phone_masked: Mapped[str | None] = mapped_column(String(20))
    given_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(200))

    volunteer: Mapped[Volunteer] = relationship()

    def stands_on(self, day: date) -> bool:
        """Tell whether the consent was given by a day and not withdrawn; age is asked apart."""
        return self.given_on <= day and (self.withdrawn_on is None or day < self.withdrawn_on)

    def __str__(self) -> str:
        return f"{self.guardian_name} · {self.scope.label} · {self.given_on:%Y-%m-%d}"


def guardian_phone_hash(number: str) -> str:
    """Return the keyed hash under which a guardian's phone number is stored."""
    return keyring().blind(number, GUARDIAN_PHONE)

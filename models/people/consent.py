"""Consents: what somebody agreed to, each purpose by itself, himself or through a guardian."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.committee import Rule
from models.places import AtStation
from models.sealing import SealedText, keyring

from .optional import OptionalField
from .volunteer import Volunteer

# The numbers were sealed when guardians' consents had a table of their own.
GUARDIAN_PHONE = "guardian_consents.phone"


class ConsentScope(Choice):
    """What was agreed to; each is asked, given and withdrawn by itself (个保法 Art 29)."""

    REGISTRATION = "registration", _("Registration")
    SERVICE = "service", _("Taking part in activities")
    PUBLICATION = "publication", _("Being named in public")
    ANSWER = "answer", _("A sensitive answer")


class ConsentWay(Choice):
    """How a consent was given."""

    SIGNED = "signed", _("Signed on paper")
    SPOKEN = "spoken", _("Spoken at the desk")
    ONLINE = "online", _("By a message or a form online")


class Consent(Audited, Stamped, Versioned, AtStation, Model):
    """A consent to one thing of one volunteer: his own, or a guardian's where one is named.

    A guardian's lapses by itself at full age. The day of withdrawal is the first on which a consent
    no longer holds.
    """

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("withdrawn_on IS NULL OR withdrawn_on >= given_on", "withdrawn_after"),
        CheckConstraint("(scope = 'answer') = (field IS NOT NULL)", "answer_to_a_field"),
        CheckConstraint("scope <> 'service' OR guardian_name IS NOT NULL", "service_by_guardian"),
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
    volunteer_id: Mapped[int] = mapped_column(BigId, ForeignKey("volunteers.id"))
    scope: Mapped[ConsentScope]
    # What was answered, where that is what was agreed to.
    field: Mapped[OptionalField | None]
    # None: the person's own consent.
    guardian_name: Mapped[str | None] = mapped_column(String(50))
    relation: Mapped[str | None] = mapped_column(String(20))
    phone: Mapped[str | None] = mapped_column(SealedText(GUARDIAN_PHONE), deferred=True)
    phone_hash: Mapped[str | None] = mapped_column(String(64))
    phone_masked: Mapped[str | None] = mapped_column(String(20))
    given_on: Mapped[date]
    # None: not known, of what was agreed to before it was asked.
    way: Mapped[ConsentWay | None]
    # The edition of the privacy notice that was read.
    notice_rule_id: Mapped[int | None] = mapped_column(ForeignKey("rules.id"))
    withdrawn_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(200))

    volunteer: Mapped[Volunteer] = relationship()
    notice_rule: Mapped[Rule | None] = relationship()

    def stands_on(self, day: date) -> bool:
        """Tell whether the consent was given by a day and not withdrawn; age is asked apart."""
        return self.given_on <= day and (self.withdrawn_on is None or day < self.withdrawn_on)

    @property
    def told(self) -> str:
        """Return what was agreed to in words."""
        return str(self.field.label if self.field is not None else self.scope.label)

    def __str__(self) -> str:
        return f"{self.guardian_name or self.volunteer.number} · {self.told} · {self.given_on}"


def guardian_phone_hash(number: str) -> str:
    """Return the keyed hash under which a guardian's phone number is stored."""
    return keyring().blind(number, GUARDIAN_PHONE)

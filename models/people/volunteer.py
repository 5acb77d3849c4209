"""Volunteers: a person on the roll of one station."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.committee import Rule
from models.places import AtStation
from models.sealing import SealedText, keyring

from .optional import OPTIONAL_COLUMNS, OptionalValues
from .person import Person
from .roll_gap import RollGap

PHONE = "volunteers.phone"


class RollState(Choice):
    """Whether the person stands on the roll."""

    REGISTERED = "registered", _("On the roll")
    LEFT = "left", _("Left the roll")


class Volunteer(OptionalValues, Audited, Stamped, Versioned, AtStation, Model):
    """A person on a station's roll, with what this station collected about them.

    The phone is kept here and not on the person: another station never sees or changes it.
    """

    __tablename__ = "volunteers"
    __table_args__ = (
        UniqueConstraint("station_id", "person_id"),
        Index(None, "station_id", "registered_on", "id"),
        Index(None, "county_id", "registered_on", "id"),
        Index(None, "prefecture_id", "registered_on", "id"),
        Index(None, "person_id"),
    )
    audit_hides = frozenset(
        {
            "phone",
            "phone_hash",
            "phone_masked",
            "skills",
            "note",
            "availability",
            "official_number",
            "separate_consents",
            *OPTIONAL_COLUMNS,
        }
    )
    resource = "volunteers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[RollState] = mapped_column(default=RollState.REGISTERED)
    registered_on: Mapped[date]
    left_on: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(SealedText(PHONE), deferred=True)
    phone_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_masked: Mapped[str | None] = mapped_column(String(20))
    skills: Mapped[str | None]
    availability: Mapped[str | None]
    # Codes of the national list; None: kept before they were asked.
    categories: Mapped[list[str] | None] = mapped_column(JSON)
    # The number in the national or provincial volunteer system, where there is one.
    official_number: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(Text)
    # Since when the person agrees to appear in published lists; None: is not named there.
    publication_consent_on: Mapped[date | None]
    # The day of the promise to keep the code of conduct, and the edition that held then.
    conduct_on: Mapped[date | None]
    conduct_rule_id: Mapped[int | None] = mapped_column(ForeignKey("rules.id"))
    # The day on which the privacy notice was read and agreed to, and the edition that held then.
    notice_on: Mapped[date | None]
    notice_rule_id: Mapped[int | None] = mapped_column(ForeignKey("rules.id"))

    # Since when the station keeps, but does not use, what it has (个保法 Arts 44, 47).
    restricted_on: Mapped[date | None]
    # Since when nothing of what the station kept about the person is there.
    erased_on: Mapped[date | None]

    conduct_rule: Mapped[Rule | None] = relationship(foreign_keys=[conduct_rule_id])
    notice_rule: Mapped[Rule | None] = relationship(foreign_keys=[notice_rule_id])
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    gaps: Mapped[list[RollGap]] = relationship(order_by=RollGap.left_on)

    def __str__(self) -> str:
        if self.person.erased_at is not None:
            return f"{self.person.name}（{self.number}）"
        return f"{self.person.name}（{self.number}，{self.person.born_on.year}）"


def phone_hash(number: str) -> str:
    """Return the keyed hash under which a phone number is stored."""
    return keyring().blind(number, PHONE)

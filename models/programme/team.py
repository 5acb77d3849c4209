"""Teams: who comes to serve together, and at what time."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Audited, Choice, Model, Stamped, Versioned
from models.places import AtStation


class TeamKind(Choice):
    """Where the people of a team come from (Zhanjiang document of 2018)."""

    RESIDENTS = "residents", _("Residents' team")
    COMPANY = "company", _("Company")
    PUBLIC_BODY = "public_body", _("Public body")
    SCHOOL = "school", _("School")
    HOSPITAL = "hospital", _("Hospital")
    SOCIAL_ORGANIZATION = "social_organization", _("Social organization")
    PROFESSIONAL = "professional", _("Professional team")
    OTHER = "other", _("Other")


class Team(Audited, Stamped, Versioned, AtStation, Model):
    """A team that serves at a station; the day it was disbanded is its last one."""

    __tablename__ = "teams"
    __table_args__ = (
        CheckConstraint("disbanded_on IS NULL OR disbanded_on >= founded_on", "ends_after_start"),
        Index(None, "station_id", "name"),
        Index(None, "county_id", "name"),
        Index(None, "prefecture_id", "name"),
    )
    audit_hides = frozenset({"leader_name"})
    resource = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    kind: Mapped[TeamKind]
    # The company, school or other body that the people come from.
    unit_name: Mapped[str | None] = mapped_column(String(100))
    # The body's unified social credit code (GB 32100).
    credit_code: Mapped[str | None] = mapped_column(String(18))
    leader_name: Mapped[str | None] = mapped_column(String(50))
    # In words, as the document asks for a fixed time: 每周六上午.
    schedule: Mapped[str | None] = mapped_column(String(100))
    founded_on: Mapped[date | None]
    disbanded_on: Mapped[date | None]
    # As the national system calls it.
    official_number: Mapped[str | None] = mapped_column(String(40))

    def __str__(self) -> str:
        return self.name

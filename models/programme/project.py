"""Projects: service of one kind for the same people, again and again."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, Choice, Model, Stamped, Versioned
from models.category import Category
from models.places import AtStation

from .team import Team


class ServedGroup(Choice):
    """Whom a project serves, by the code of the national volunteer service system."""

    CHILDREN = "01", _("Children")
    WOMEN = "02", _("Women")
    OLDER_PEOPLE = "03", _("Older people")
    DISABLED = "04", _("People with disabilities")
    ENTITLED = "05", _("Entitled groups (servicemen, martyrs' families)")
    POOR_FAMILIES = "06", _("Poor families")
    SPECIAL_GROUPS = "07", _("Special groups")
    PATIENTS = "08", _("Patients")
    RURAL_RESIDENTS = "09", _("Rural residents")
    URBAN_RESIDENTS = "10", _("Urban residents")
    PUBLIC = "11", _("The public")
    TAXPAYERS = "13", _("Payers of taxes and fees")
    OTHER = "99", _("Other")


class Project(Audited, Stamped, Versioned, AtStation, Model):
    """A project of a station, open from its first day to its last, both included."""

    __tablename__ = "projects"
    __table_args__ = (
        CheckConstraint("closes_on IS NULL OR closes_on >= opens_on", "closes_after_opening"),
        Index(None, "station_id", "opens_on"),
        Index(None, "county_id", "opens_on"),
        Index(None, "prefecture_id", "opens_on"),
    )
    resource = "projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    category: Mapped[Category]
    served: Mapped[ServedGroup]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    opens_on: Mapped[date]
    closes_on: Mapped[date | None]
    description: Mapped[str | None] = mapped_column(Text)
    # The account an organizer's reach hangs on.
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)

    team: Mapped[Team | None] = relationship()
    keeper: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return self.name

"""Checklists (五有/六有): what a document says that every station has."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Choice, Model


class PartName(Choice):
    """What an item may ask for; each has its test in admin_app.services.standards."""

    PLACE = "place", _("Rooms named")
    POST = "post", _("A post for volunteer service alone")
    EQUIPMENT = "equipment", _("Office equipment")
    SIGN = "sign", _("Sign of the volunteer service")
    UNIFORM = "uniform", _("Uniform clothing")
    TEAM = "team", _("A volunteer team")
    ACTIVE_TEAM = "active_team", _("A team with regular activities")
    VOLUNTEERS = "volunteers", _("Volunteers on the roll")
    MANAGER = "manager", _("A full-time or part-time manager")
    PROJECTS = "projects", _("Regular projects")
    ACTIVITIES = "activities", _("Activities of the month")
    SERVICES = "services", _("Service given in the month")
    LEADERSHIP = "leadership", _("Leadership group, every seat settled")
    RULES = "rules", _("The five rules adopted and posted")
    RULE = "rule", _("A rule adopted")
    LEDGER = "ledger", _("Ledger kept in time")
    ARCHIVE = "archive", _("Files in order")


class Checklist(Model):
    """One checklist as a document gives it; shipped, and the same for everybody."""

    __tablename__ = "checklists"
    resource = "standards"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    basis: Mapped[str]
    since: Mapped[date]

    items: Mapped[list[ChecklistItem]] = relationship(order_by="ChecklistItem.position")

    def __str__(self) -> str:
        return self.name


class ChecklistItem(Model):
    """One 有 of a checklist: it is met when all its parts are."""

    __tablename__ = "checklist_items"
    __table_args__ = (
        UniqueConstraint("checklist_id", "position"),
        UniqueConstraint("checklist_id", "key"),
    )
    resource = "standards"

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklists.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(20))
    # In the words of the document, which are not translated.
    title: Mapped[str] = mapped_column(String(50))
    article: Mapped[str] = mapped_column(String(100))
    # Values of PartName, in the order in which they are looked at.
    parts: Mapped[list[str]] = mapped_column(JSON)

    def __str__(self) -> str:
        return self.title

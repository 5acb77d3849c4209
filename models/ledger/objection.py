"""Objections (异议): what somebody says is wrong with counted hours, and what came of it."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.people import Volunteer
from models.places import AtStation
from models.sealing import SealedText

from .notice import Notice
from .reversal import Reversal
from .service_entry import ServiceEntry

CONTACT = "objections.contact"


class Objector(Choice):
    """Who objects: anybody to what is public; the volunteer and the desk at any time."""

    ANYBODY = "anybody", _("Somebody who read the notice")
    VOLUNTEER = "volunteer", _("The volunteer, about his own hours")
    DESK = "desk", _("The desk, which found a mistake")


class ObjectionState(Choice):
    """Where an objection stands."""

    RECEIVED = "received", _("To be checked")
    CHECKED = "checked", _("Checked, to be decided")
    UPHELD = "upheld", _("Upheld")
    NOT_UPHELD = "not_upheld", _("Not upheld")
    TAKEN_BACK = "taken_back", _("Taken back")


OPEN = (ObjectionState.RECEIVED, ObjectionState.CHECKED)


class Objection(Audited, Stamped, Versioned, AtStation, Model):
    """One objection or request for correction, from its receipt to what the objector was told.

    民政部令第67号 Arts 12–13: a volunteer may point out what is wrong or missing, and it is checked
    and mended in time. Names, words and ways of contact are personal: not for the trail.
    """

    __tablename__ = "objections"
    __table_args__ = (
        CheckConstraint("objector <> 'anybody' OR notice_id IS NOT NULL", "about_what_is_public"),
        Index(None, "station_id", "received_on", "id"),
        Index(None, "county_id", "received_on", "id"),
        Index(None, "prefecture_id", "received_on", "id"),
        Index(None, "entry_id"),
        Index(None, "volunteer_id"),
    )
    audit_hides = frozenset(
        {"objector_name", "contact", "contact_masked", "text", "finding", "answer"}
    )
    resource = "objections"

    id: Mapped[int] = mapped_column(primary_key=True)
    objector: Mapped[Objector]
    objector_name: Mapped[str | None] = mapped_column(String(50))
    # Kept until the objector is told; the mask stays.
    contact: Mapped[str | None] = mapped_column(SealedText(CONTACT), deferred=True)
    contact_masked: Mapped[str | None] = mapped_column(String(40))
    # About whom; the notice and the entry where they are known.
    volunteer_id: Mapped[int] = mapped_column(BigId, ForeignKey("volunteers.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("service_entries.id"))
    text: Mapped[str] = mapped_column(Text)
    received_on: Mapped[date]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[ObjectionState] = mapped_column(default=ObjectionState.RECEIVED)
    finding: Mapped[str | None] = mapped_column(Text)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    checked_at: Mapped[datetime | None]
    # What the objector is told beside the result.
    answer: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    # Checked or decided, as the county may allow, by who recorded or confirmed the hours.
    single_handed: Mapped[bool] = mapped_column(default=False)
    # The correction of what was wrong: the entry taken back, the entry recorded instead.
    reversal_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("reversals.id"))
    new_entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("service_entries.id"))
    told_on: Mapped[date | None]

    volunteer: Mapped[Volunteer] = relationship()
    notice: Mapped[Notice | None] = relationship()
    entry: Mapped[ServiceEntry | None] = relationship(foreign_keys=[entry_id])
    new_entry: Mapped[ServiceEntry | None] = relationship(foreign_keys=[new_entry_id])
    reversal: Mapped[Reversal | None] = relationship()
    received_by: Mapped[Account | None] = relationship(foreign_keys=[received_by_id])
    checked_by: Mapped[Account | None] = relationship(foreign_keys=[checked_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])

    @hybrid_property
    def is_open(self) -> bool:
        """Tell whether the objection still waits for a result."""
        return self.state in OPEN

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return cls.state.in_(OPEN)

    @property
    def is_corrected(self) -> bool:
        """Tell whether the correction is noted."""
        return self.reversal_id is not None or self.new_entry_id is not None

    def __str__(self) -> str:
        return f"{self.received_on:%Y-%m-%d} · {self.volunteer.number}"

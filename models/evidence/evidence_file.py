"""Evidence files (证据材料): what a picture or paper shows; its bytes lie sealed on the disk."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, Choice, Model, Stamped, Versioned
from models.committee import Rule
from models.people import Consent, Dismissal
from models.places import AtStation


class EvidenceSubject(Choice):
    """What a file shows, in the order in which a station is looked at."""

    PREMISES = "premises", _("Premises")
    EQUIPMENT = "equipment", _("Equipment")
    SIGNAGE = "signage", _("Signs and uniform clothing")
    STAFF = "staff", _("Staff on duty")
    TEAM = "team", _("Teams")
    RULES = "rules", _("Rules on the wall")
    SERVICES = "services", _("Projects and services")
    LEDGER = "ledger", _("Ledger and files")
    CONSENT = "consent", _("Consents")
    DISMISSAL = "dismissal", _("Dismissals")
    OTHER = "other", _("Other")


# Papers that name somebody: for the desk of their own station alone.
PERSONAL = (EvidenceSubject.CONSENT, EvidenceSubject.DISMISSAL)


class MediaType(Choice):
    """How the bytes are to be read: every picture is kept as a JPEG."""

    JPEG = "image/jpeg", _("Picture")
    PDF = "application/pdf", _("PDF")


class EvidenceFile(Audited, Stamped, Versioned, AtStation, Model):
    """One picture or paper of a station.

    Its caption and the name it came under are people's own words: not for the trail.
    """

    __tablename__ = "evidence_files"
    __table_args__ = (Index(None, "station_id", "subject"),)
    audit_hides = frozenset({"caption", "file_name", "stored_as"})
    resource = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[EvidenceSubject]
    # The rule whose copy on the wall the picture shows.
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("rules.id"), index=True)
    # The consent that the paper carries.
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consents.id"), index=True)
    # The case that it bears out.
    dismissal_id: Mapped[int | None] = mapped_column(ForeignKey("dismissals.id"), index=True)
    caption: Mapped[str | None] = mapped_column(String(200))
    taken_on: Mapped[date | None]
    media: Mapped[MediaType]
    # Of what is kept, which for a picture is not what was handed in.
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    # As a person named it, cleaned; never a path.
    file_name: Mapped[str] = mapped_column(String(100))
    # Under which random name the bytes lie.
    stored_as: Mapped[str] = mapped_column(String(32), unique=True)
    # None: the system, by command.
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    # No longer shown, but kept for what rests on it.
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    rule: Mapped[Rule | None] = relationship()
    consent: Mapped[Consent | None] = relationship()
    dismissal: Mapped[Dismissal | None] = relationship()
    uploaded_by: Mapped[Account | None] = relationship(foreign_keys=[uploaded_by_id])
    removed_by: Mapped[Account | None] = relationship(foreign_keys=[removed_by_id])

    @property
    def is_picture(self) -> bool:
        """Tell whether a page can show it."""
        return self.media is MediaType.JPEG

    def __str__(self) -> str:
        return self.caption or f"{self.subject.label} {self.id}"

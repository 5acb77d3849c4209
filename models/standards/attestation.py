"""What a person saw at a station that no register can tell."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, Model, Stamped, Versioned
from models.evidence import EvidenceFile
from models.places import AtStation

from .checklist import PartName


class ChecklistAttestation(Audited, Stamped, Versioned, AtStation, Model):
    """One part that a person saw for himself; it holds until the day it is withdrawn."""

    __tablename__ = "checklist_attestations"
    __table_args__ = (
        CheckConstraint("withdrawn_on IS NULL OR withdrawn_on >= since", "withdrawn_after_start"),
        Index(None, "station_id", "part"),
        Index(None, "county_id", "part"),
        Index(None, "prefecture_id", "part"),
    )
    # What was seen is told in a person's own words.
    audit_hides = frozenset({"seen"})
    resource = "standards"

    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[PartName]
    # The first day of the month from which it holds.
    since: Mapped[date]
    seen: Mapped[str] = mapped_column(String(300))
    # The picture or paper that shows it.
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_files.id"), index=True)
    attested_on: Mapped[date]
    attested_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    withdrawn_on: Mapped[date | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    evidence: Mapped[EvidenceFile | None] = relationship()
    attested_by: Mapped[Account | None] = relationship(foreign_keys=[attested_by_id])
    withdrawn_by: Mapped[Account | None] = relationship(foreign_keys=[withdrawn_by_id])

    def __str__(self) -> str:
        return f"{self.part.label} · {self.since:%Y-%m}"

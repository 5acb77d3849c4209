"""Merges: two rows that turned out to be one human being, such as after a mistyped number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.places import AtStation


class MergeState(Choice):
    """Where a merge stands; what was done is never undone."""

    PREPARED = "prepared", _("To be decided")
    DONE = "done", _("Merged")
    DECLINED = "declined", _("Declined")


def _once_done() -> dict[str, Any]:
    condition = text("state = 'done'")
    return {"sqlite_where": condition, "postgresql_where": condition}


class PersonMerge(Audited, Stamped, Versioned, AtStation, Model):
    """One human being in two rows: which is kept, which goes into it, and who decided that.

    It lies at the station of the line that was named for the person who is kept. Once done, the
    row is what lets the database move confirmed entries from one person to the other.
    """

    __tablename__ = "person_merges"
    __table_args__ = (
        CheckConstraint("kept_id <> absorbed_id", "two_rows"),
        Index(None, "station_id", "id"),
        Index(None, "county_id", "id"),
        Index(None, "kept_id"),
        Index("uq_person_merges_absorbed", "absorbed_id", unique=True,
              **_once_done()),
    )  # fmt: skip
    audit_hides = frozenset({"kept_told", "absorbed_told", "reason", "moved"})
    resource = "merges"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kept_id: Mapped[int] = mapped_column(BigId, ForeignKey("persons.id"))
    absorbed_id: Mapped[int] = mapped_column(BigId, ForeignKey("persons.id"))
    # Name, masked number and roll number, as they stood when the merge was prepared.
    kept_told: Mapped[str] = mapped_column(String(120))
    absorbed_told: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(300))
    state: Mapped[MergeState] = mapped_column(default=MergeState.PREPARED)
    # None: the system, by command.
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    # What the person has altogether after the merge, just as much as both had before.
    minutes: Mapped[int | None]
    entries: Mapped[int | None]
    # The rows that were the absorbed one's until then, by table.
    moved: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    prepared_by: Mapped[Account | None] = relationship(foreign_keys=[prepared_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])

    def __str__(self) -> str:
        return f"{self.absorbed_told} → {self.kept_told}"

"""Releases of numbers in clear: for the official system or an insurer, sealed and for days only."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.people import Volunteer
from models.places import AtStation
from models.sealing import Sealed

from .activity import Activity


class ReleasePurpose(Choice):
    """What numbers may leave in clear for, and nothing else."""

    OFFICIAL = "official", _("Upload to the official system")
    INSURANCE = "insurance", _("Insurance of the volunteers")


class ReleaseState(Choice):
    """Where a release stands."""

    PREPARED = "prepared", _("Prepared, to be released")
    RELEASED = "released", _("Released")
    DECLINED = "declined", _("Not released")
    GONE = "gone", _("Expired, the file is gone")


class Release(Audited, Stamped, Versioned, AtStation, Model):
    """One file of numbers in clear: who prepared it and for what, who let it go, until when.

    The file opens with a password that is kept nowhere, and lies sealed besides.
    """

    __tablename__ = "releases"
    __table_args__ = (
        CheckConstraint("state <> 'gone' OR file IS NULL", "gone_without_a_file"),
        CheckConstraint(
            "single_handed OR decided_by_id IS NULL OR prepared_by_id IS NULL"
            " OR decided_by_id <> prepared_by_id",
            "released_by_another",
        ),
        Index(None, "station_id", "prepared_on", "id"),
        Index(None, "expires_at"),
    )
    audit_hides = frozenset({"recipient", "file"})
    resource = "releases"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purpose: Mapped[ReleasePurpose]
    # Whose people; None: those on the roll who have no number in the official system.
    activity_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("activities.id"))
    recipient: Mapped[str] = mapped_column(String(100))
    state: Mapped[ReleaseState] = mapped_column(default=ReleaseState.PREPARED)
    people: Mapped[int] = mapped_column(default=0)
    prepared_on: Mapped[date]
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    # Decided, as the county may allow, by who prepared it.
    single_handed: Mapped[bool] = mapped_column(default=False, server_default=false())
    expires_at: Mapped[datetime | None]
    file: Mapped[bytes | None] = mapped_column(Sealed("releases.file"), deferred=True)

    activity: Mapped[Activity | None] = relationship()
    prepared_by: Mapped[Account | None] = relationship(foreign_keys=[prepared_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])

    def __str__(self) -> str:
        return f"{self.prepared_on:%Y-%m-%d} · {self.purpose.label}"


class ReleaseLine(Model):
    """One volunteer whose numbers a release holds; written when it is released."""

    __tablename__ = "release_lines"
    resource = "releases"

    release_id: Mapped[int] = mapped_column(BigId, ForeignKey("releases.id"), primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("volunteers.id"), primary_key=True, index=True
    )

    release: Mapped[Release] = relationship()
    volunteer: Mapped[Volunteer] = relationship()

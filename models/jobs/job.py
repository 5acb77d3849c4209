"""Jobs: who asked for what, how far it is, and the file or the words that came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Choice, Model
from models.clock import utc_now
from models.sealing import Sealed, SealedText


class JobState(Choice):
    """Where a job stands."""

    QUEUED = "queued", _("Waiting its turn")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Given up")


LIVE = (JobState.QUEUED, JobState.RUNNING)


class Job(Model):
    """One piece of long work for one person; its file is the asker's alone, and expires.

    Rights are not kept: they are asked anew when the work begins and when the file is fetched.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "asked_by_id", "state"), Index(None, "state", "expires_at"))
    resource = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    # The one appointment its asker acted in; None: all of them.
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))
    language: Mapped[str] = mapped_column(String(16))
    # What its name is made of: registers, places and months, never a person.
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    # What was asked, a JSON text; sealed, for a searched name may stand in it.
    asked: Mapped[str] = mapped_column(SealedText("jobs.asked"), deferred=True)
    # The permissions needed, each with the places it was held at when the file was made.
    reach: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    worker_id: Mapped[int | None]
    done: Mapped[int] = mapped_column(default=0)
    # None: how much there is to do is not known.
    total: Mapped[int | None]
    # A JSON text, what is told in each language of the office.
    error: Mapped[str | None] = mapped_column(SealedText("jobs.error"))
    # What was done, told in the same way; of work that makes no file.
    outcome: Mapped[str | None] = mapped_column(SealedText("jobs.outcome"))
    file_name: Mapped[str | None]
    mimetype: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    # When its asker was told of the end, and fetched the file first.
    told_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]

    @property
    def is_live(self) -> bool:
        """Tell whether the job still waits or runs."""
        return self.state in LIVE

    @property
    def percent(self) -> int | None:
        """Return how much is done, or None while that is not known."""
        return min(100 * self.done // self.total, 100) if self.total else None

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class JobPart(Model):
    """A piece of a job's file: a long file is written and sent without being held whole."""

    __tablename__ = "job_parts"
    resource = "jobs"

    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    # A worker taken for dead may still be writing its own.
    attempt: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(Sealed("job_parts.content"))

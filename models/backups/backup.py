"""Backups: where each lies, what it holds as counts, and whether it was proved."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Choice, Model
from models.clock import utc_now


class BackupOutcome(Choice):
    """How a backup ended."""

    RUNNING = "running", _("Under way")
    DONE = "done", _("Written")
    PROVED = "proved", _("Written and proved by restoring")
    UNSOUND = "unsound", _("Written, but the proof failed")
    FAILED = "failed", _("Not written")


# The file is whole on its disk.
WRITTEN = (BackupOutcome.DONE, BackupOutcome.PROVED, BackupOutcome.UNSOUND)


class Backup(Model):
    """One backup that was tried; counts and places alone, never what is in it."""

    __tablename__ = "backups"
    resource = "backups"

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    ended_at: Mapped[datetime | None]
    # None: the nightly job or a command.
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    outcome: Mapped[BackupOutcome] = mapped_column(default=BackupOutcome.RUNNING)
    path: Mapped[str] = mapped_column(String(500))
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    # What it holds: service entries, lines of the trail, files of evidence.
    entries: Mapped[int | None] = mapped_column(BigInteger)
    traces: Mapped[int | None] = mapped_column(BigInteger)
    files: Mapped[int | None]
    proved_at: Mapped[datetime | None]
    # Why it was not written, or what the proof found.
    trouble: Mapped[str | None] = mapped_column(Text)

    @property
    def is_written(self) -> bool:
        """Tell whether its file was whole on the disk."""
        return self.outcome in WRITTEN

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"

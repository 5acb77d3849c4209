"""What the nightly check of the ledger found, one line a night."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Choice, Model
from models.clock import utc_now


class CheckOutcome(Choice):
    """How a check ended."""

    RUNNING = "running", _("Under way")
    CLEAN = "clean", _("No difference")
    DIFFERS = "differs", _("Differences found")
    NO_ENTRY = "no_entry", _("No entry in sight")
    BROKEN = "broken", _("Could not be finished")


class LedgerCheck(Model):
    """One night's check; that there is one line a night lets one worker do it. Counts alone."""

    __tablename__ = "ledger_checks"
    resource = "checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    night: Mapped[date] = mapped_column(unique=True)
    # Who does it; another takes it over once this one is dead.
    worker_id: Mapped[int]
    outcome: Mapped[CheckOutcome] = mapped_column(default=CheckOutcome.RUNNING)
    entries: Mapped[int | None]
    differences: Mapped[int | None]
    # How many of them each table has; whose they are is told by the command alone.
    by_table: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    began_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]

    def __str__(self) -> str:
        return f"{self.night:%Y-%m-%d}"

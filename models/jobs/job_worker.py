"""The worker processes that are there, known by the beat of their hearts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model
from models.clock import utc_now


class JobWorker(Model):
    """One worker process; without a beat it is taken for dead, and its job for unfinished."""

    __tablename__ = "job_workers"
    resource = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    beat_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)

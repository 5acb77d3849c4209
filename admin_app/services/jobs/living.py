"""Which workers are there: those whose hearts beat."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement

from models import JobWorker

DEAD_AFTER = timedelta(seconds=60)


def alive(at: datetime) -> ColumnElement[bool]:
    """Return the condition for the workers that were heard of lately."""
    return JobWorker.beat_at > at - DEAD_AFTER

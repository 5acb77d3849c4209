"""How far a job is that writes, told beside the database: on SQLite one writes at a time.

A job that changes rows holds the only right to write until its end, so how far it is cannot stand
in its table before. With PostgreSQL it does, and nothing is kept here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app

from models import db

Note = Callable[[int, int | None], None]


@contextmanager
def noting(job_id: int) -> Iterator[Note | None]:
    """Return what notes how far a job is until its end, or None where its own table can."""
    if db.engine.dialect.name != "sqlite":
        yield None
        return
    place = _place(job_id)
    partial = place.with_suffix(".tmp")

    def note(done: int, total: int | None) -> None:
        partial.write_text(json.dumps([done, total]))
        partial.replace(place)  # whoever reads sees the old or the new, never a part

    try:
        yield note
    finally:
        place.unlink(missing_ok=True)


def noted(job_id: int) -> tuple[int, int | None] | None:
    """Return how far a job is, or None where nothing is noted of it."""
    try:
        done, total = json.loads(_place(job_id).read_text())
    except FileNotFoundError:
        return None
    return done, total


def _place(job_id: int) -> Path:
    folder: Path = current_app.extensions["station_settings"].instance
    return folder / f"job-{job_id}.progress"

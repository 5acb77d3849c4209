"""The file of a job: kept in sealed pieces, and handed to its asker alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import IO

from flask_babel import lazy_gettext as _
from sqlalchemy import insert, select

from admin_app.policy import Access, unscoped
from admin_app.services import audit
from models import AuditAction, DomainError, Job, JobPart, JobState, NotAllowed, db, engine

from .asking import held
from .progress import Progress

PART_BYTES = 1024 * 1024


def keep(file: IO[bytes], job_id: int, attempt: int, progress: Progress) -> int:
    """Seal a file piece by piece; return how long it is."""
    size = 0
    for number, content in enumerate(iter(lambda: file.read(PART_BYTES), b"")):
        piece = {"job_id": job_id, "attempt": attempt, "number": number, "content": content}
        with engine.writing(), db.engine.begin() as connection:
            connection.execute(insert(JobPart), piece)
        size += len(content)
        progress.look()
    return size


def fetch(job: Job, *, access: Access, at: datetime) -> None:
    """Let the asker have the file, and leave a trace; the caller commits and sends the parts.

    Raises ``DomainError`` for a file that is not there, and ``NotAllowed`` where the asker no
    longer holds all that it was made with.
    """
    is_there = job.state is JobState.DONE and job.file_name is not None
    if not is_there or job.expires_at <= at:
        raise DomainError(_("This file is not there any more. Ask for it again."))
    now = held(access, list(job.reach))
    if any(place not in now[name] for name, places in job.reach.items() for place in places):
        raise NotAllowed(_("Your appointments have changed since the file was made."))
    with unscoped("a job is its asker's"):
        job.fetched_at = job.fetched_at or at
        db.session.flush()
    register = str(job.about.get("table", Job.__tablename__))
    audit.record(AuditAction.EXPORT, register, job=job.id, kind=job.kind, fetched=True)


def parts(job_id: int, attempt: int) -> Iterator[bytes]:
    """Yield the file piece by piece; who may have it was judged by ``fetch``."""
    number = 0
    while True:
        asked = select(JobPart.content).where(
            JobPart.job_id == job_id, JobPart.attempt == attempt, JobPart.number == number
        )
        with engine.reading(), db.engine.connect() as connection:
            content = connection.scalar(asked)
        if content is None:
            return
        yield content
        number += 1

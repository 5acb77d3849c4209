"""Doing a job: in the name of its asker, as far as the asker reaches now, wholly or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app
from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select, update

from admin_app.policy import Access, access_of, acting_as, unscoped
from admin_app.services import accounts, audit
from models import Account, DomainError, Job, JobPart, JobState, clock, db, engine

from . import beside, files
from .asking import held, kept_for
from .kinds import Changing, Kind, kind
from .progress import Abandoned, Attempt, Interrupted, Progress, write
from .words import kept


def perform(job_id: int, *, worker_id: int, is_stopping: Callable[[], bool]) -> None:
    """Do a job that still waits; a number rung twice, or of a job given up, is nothing."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context():
        attempt = _claim(job_id, worker_id)
        if attempt is None:
            return
        try:
            _do(attempt, is_stopping)
        except (Abandoned, Interrupted) as stopped:
            db.session.rollback()
            if isinstance(stopped, Interrupted):
                write(attempt.changed().values(_AGAIN | {"attempts": attempt.number - 1}))
            _forget(attempt)


_AGAIN = {"state": JobState.QUEUED, "done": 0, "total": None, "worker_id": None}


def _claim(job_id: int, worker_id: int) -> Attempt | None:
    waits = (Job.id == job_id, Job.state == JobState.QUEUED)
    claimed = write(
        update(Job.__table__)  # type: ignore[arg-type]
        .where(*waits)
        .values(
            state=JobState.RUNNING,
            worker_id=worker_id,
            attempts=Job.attempts + 1,
            started_at=clock.utc_now(),
        )
    )
    if not claimed:
        return None
    with unscoped("a worker looks after every job"), engine.reading():
        number = db.session.scalar(select(Job.attempts).where(Job.id == job_id))
        db.session.rollback()
    return Attempt(job_id, worker_id, number or 0)


def _do(attempt: Attempt, is_stopping: Callable[[], bool]) -> None:
    with unscoped("a worker looks after every job"), engine.reading():
        job = db.session.get_one(Job, attempt.job_id)
        wanted, language, needs = json.loads(job.asked), job.language, list(job.reach)
        name, access = job.kind, _access(job)
        db.session.rollback()
    with acting_as(access), force_locale(language):
        try:
            for need in needs:
                _require(access, need)
            found = kind(name)
            if isinstance(found, Changing):
                with beside.noting(attempt.job_id) as note:
                    words = found.act(wanted, Progress(attempt, is_stopping, note))
                told: dict[str, Any] = {"outcome": kept(words)}
            else:
                told = _make(found, wanted, attempt, Progress(attempt, is_stopping))
            _end(attempt, told | {"reach": held(access, needs)})
        except DomainError as refusal:
            _fail(attempt, refusal)
        except (Abandoned, Interrupted):
            raise
        except Exception:
            current_app.logger.exception("job %s failed", attempt.job_id)
            _fail(attempt, _("Something went wrong on our side; nothing was made. Try again."))


def _make(kind: Kind, wanted: Any, attempt: Attempt, progress: Progress) -> dict[str, Any]:
    """Make a file and keep it; its trace is written with the end."""
    with engine.reading():
        made = kind.make(wanted, progress)
        db.session.rollback()
    with made.file:
        size = files.keep(made.file, attempt.job_id, attempt.number, progress)
    audit.record(made.action, made.register, row=made.row, **made.details)
    return {"file_name": made.name, "mimetype": made.mimetype, "size": size}


def _access(job: Job) -> Access:
    """Return what the asker may do now, in the one appointment chosen or in all."""
    asker = db.session.scalars(
        select(Account).where(Account.id == job.asked_by_id).options(accounts.WITH_PLACES)
    ).one()
    whole = access_of(asker)
    if job.appointment_id is None:
        return whole
    return whole.at(job.appointment_id) or Access(asker.id)


def _require(access: Access, need: str) -> None:
    if not access.may(need):
        raise DomainError(_("Your appointment ended before the work began; nothing was made."))


def _end(attempt: Attempt, told: Mapping[str, Any]) -> None:
    """Commit what was done with the job's end; a job given up meanwhile leaves neither."""
    now = clock.utc_now()
    with unscoped("a job is its asker's"):
        ended = db.session.execute(
            attempt.changed().values(
                state=JobState.DONE, done=func.coalesce(Job.total, Job.done),
                finished_at=now, expires_at=now + kept_for(), **told,
            )
        )  # fmt: skip
    if not ended.rowcount:  # type: ignore[attr-defined]
        raise Abandoned
    db.session.commit()


def _fail(attempt: Attempt, words: LazyString | DomainError) -> None:
    said = kept(words)
    db.session.rollback()
    now = clock.utc_now()
    write(
        attempt.changed().values(
            state=JobState.FAILED, error=said, finished_at=now, expires_at=now + kept_for()
        )
    )
    _forget(attempt)


def _forget(attempt: Attempt) -> None:
    pieces = (JobPart.job_id == attempt.job_id, JobPart.attempt == attempt.number)
    with engine.writing(), db.engine.begin() as connection:
        connection.execute(delete(JobPart).where(*pieces))

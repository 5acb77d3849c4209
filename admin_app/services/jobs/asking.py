"""What an asker does: ask for a job, look at one's own, give one up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import undefer
from sqlalchemy.orm.attributes import set_committed_value

from admin_app.policy import Access, unscoped
from models import Account, DomainError, Job, JobPart, JobState, db
from models.jobs.job import LIVE

from . import beside

MOST_LIVE = 5
SHOWN = 50


def ask(
    kind: str,
    *,
    by: Account,
    access: Access,
    needs: Sequence[str],
    about: Mapping[str, Any],
    asked: Mapping[str, Any],
    appointment_id: int | None,
    language: str,
    at: datetime,
) -> Job:
    """Put a job down for a worker; one asked for twice is one job. The caller commits and rings.

    ``about`` names the work and holds no personal value; ``asked`` is kept sealed.
    """
    text = json.dumps(asked, ensure_ascii=False, sort_keys=True)
    with unscoped("a job is its asker's"):
        _sweep(at)
        live = _live(by.id)
        for job in live:
            if (job.kind, job.asked, job.appointment_id) == (kind, text, appointment_id):
                return job
        if len(live) >= MOST_LIVE:
            raise DomainError(_("Several of your files are being made: wait until one is ready."))
        job = Job(
            kind=kind, asked_by_id=by.id, appointment_id=appointment_id, language=language,
            about=dict(about), asked=text, reach=held(access, needs), created_at=at,
            expires_at=at + kept_for(),
        )  # fmt: skip
        db.session.add(job)
        db.session.flush()  # the bell needs its number
    return job


def held(access: Access, needs: Sequence[str]) -> dict[str, Any]:
    """Return where each of some permissions is held, plainly, to be compared later."""
    return {
        name: [[place.column, place.value, place.keeper_id] for place in access.places(name)]
        for name in needs
    }


def kept_for() -> timedelta:
    """Return how long a file is kept."""
    return timedelta(hours=current_app.extensions["station_settings"].job_hours)


def mine(at: datetime) -> Sequence[Job]:
    """Return the jobs of the person who asks, the newest first."""
    kept = or_(Job.expires_at > at, Job.state.in_(LIVE))
    return _as_noted(
        db.session.scalars(select(Job).where(kept).order_by(Job.id.desc()).limit(SHOWN)).all()
    )


def of_number(job_id: int | None) -> Job | None:
    """Return a job of the person who asks, or None."""
    return db.session.scalar(select(Job).where(Job.id == job_id)) if job_id else None


def unfinished() -> Sequence[Job]:
    """Return the live jobs of the person who asks, the oldest first."""
    live = select(Job).where(Job.state.in_(LIVE)).order_by(Job.id)
    return _as_noted(db.session.scalars(live).all())


def _as_noted(found: Sequence[Job]) -> Sequence[Job]:
    """Show how far jobs are that could not yet write it down; nothing of it is saved."""
    for job in found:
        if job.state is JobState.RUNNING and (noted := beside.noted(job.id)) is not None:
            for name, number in zip(("done", "total"), noted, strict=True):
                set_committed_value(job, name, number)
    return found


def unfetched(at: datetime) -> Sequence[Job]:
    """Return the files that wait for the person who asks to fetch them."""
    is_there = and_(Job.state == JobState.DONE, Job.file_name.is_not(None), Job.expires_at > at)
    waits = (is_there, Job.fetched_at.is_(None))
    return db.session.scalars(select(Job).where(*waits).order_by(Job.id)).all()


def has_ended() -> bool:
    """Tell whether a job has ended that its asker has not been told of."""
    return db.session.scalar(select(Job.id).where(*_UNTOLD).limit(1)) is not None


def end_told(at: datetime) -> Sequence[Job]:
    """Return the ended jobs their asker has not been told of, once; the caller commits."""
    found = db.session.scalars(select(Job).where(*_UNTOLD).order_by(Job.id)).all()
    with unscoped("a job is its asker's"):
        for job in found:
            job.told_at = at
        db.session.flush()
    return found


def cancel(job: Job, *, at: datetime) -> bool:
    """Give a live job up, even one under way; False if it had ended. The caller commits."""
    with unscoped("a job is its asker's"):
        given_up = db.session.execute(
            update(Job)
            .where(Job.id == job.id, Job.state.in_(LIVE))
            .values(state=JobState.CANCELLED, finished_at=at),
            _UNSEEN,
        )
        forget_parts(job.id)
    return bool(given_up.rowcount)  # type: ignore[attr-defined]


def forget_parts(job_id: int) -> None:
    """Delete the pieces of a job's file."""
    db.session.execute(delete(JobPart).where(JobPart.job_id == job_id), _UNSEEN)


def sweep(at: datetime) -> None:
    """Delete what has expired, whoever asked for it; the caller commits."""
    with unscoped("what has expired is forgotten, whoever asked for it"):
        _sweep(at)


def _sweep(at: datetime) -> None:
    expired = select(Job.id).where(Job.expires_at <= at, Job.state.not_in(LIVE))
    ids = db.session.scalars(expired).all()
    if ids:
        db.session.execute(delete(JobPart).where(JobPart.job_id.in_(ids)), _UNSEEN)
        db.session.execute(delete(Job).where(Job.id.in_(ids)), _UNSEEN)


def _live(account_id: int) -> Sequence[Job]:
    own = select(Job).where(Job.asked_by_id == account_id, Job.state.in_(LIVE))
    return db.session.scalars(own.options(undefer(Job.asked))).all()


_UNTOLD = (Job.state.in_((JobState.DONE, JobState.FAILED)), Job.told_at.is_(None))
_UNSEEN = {"synchronize_session": False}

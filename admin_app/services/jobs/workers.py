"""A worker: it says that it is there, does one job after another, and looks after what is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, delete, or_, select, update

from admin_app.policy import unscoped
from models import Job, JobState, JobWorker, clock, db

from . import queue
from .asking import forget_parts, kept_for, sweep
from .living import alive
from .nightly import Nightly
from .queue import Queue
from .words import kept
from .working import perform

BEAT_SECONDS = 10
KNOWN_FOR = timedelta(days=1)
TRIES = 2


def is_any_at_work(at: datetime) -> bool:
    """Tell whether some worker is there."""
    with unscoped("whether anybody works"):
        return db.session.scalar(_alive(at).limit(1)) is not None


class Worker:
    """One worker process; its heart beats in another thread than its work."""

    def __init__(self) -> None:
        with unscoped("a worker is the system's"):
            row = JobWorker()
            db.session.add(row)
            db.session.flush()  # the number is asked for
            self.id = row.id
            db.session.commit()
        self.stopping = Event()
        # Set before a job is claimed and after it is let go: what else is under our name is lost.
        self._at_work_on: int | None = None

    def work(self, *, until_empty: bool = False) -> int:
        """Do what is queued, and then wait for more unless told to end; return how many."""
        count, nightly = 0, Nightly(self.id)
        with queue.opened(self._perform) as bell:
            while not self.stopping.is_set():
                if self._does_one(bell):
                    count += 1
                elif until_empty:
                    break
                elif not self._checks(nightly):
                    self.stopping.wait(queue.WAIT_SECONDS)
        return count

    def _does_one(self, bell: Queue) -> bool:
        try:
            return bell.work_off_one()
        except Exception:  # a database that is away for a moment comes back
            current_app.logger.exception("the queue could not be read")
            return False

    def _checks(self, nightly: Nightly) -> bool:
        try:
            return nightly.look()
        except Exception:  # a database that is away for a moment comes back
            db.session.rollback()
            current_app.logger.exception("the nightly check could not begin")
            return False

    def beat(self) -> None:
        """Say that one is there, and look after what nobody does."""
        now = clock.utc_now()
        with unscoped("a worker is the system's"):
            db.session.execute(
                update(JobWorker).where(JobWorker.id == self.id).values(beat_at=now), _UNSEEN
            )
            db.session.commit()
        with queue.opened() as bell:
            self._tend(bell, now)

    def leave(self) -> None:
        """Strike oneself off."""
        with unscoped("a worker is the system's"):
            db.session.execute(delete(JobWorker).where(JobWorker.id == self.id), _UNSEEN)
            db.session.commit()

    def _perform(self, job_id: int) -> None:
        self._at_work_on = job_id
        try:
            perform(job_id, worker_id=self.id, is_stopping=self.stopping.is_set)
        finally:
            self._at_work_on = None

    def _tend(self, bell: Queue, at: datetime) -> None:
        """Begin again what was cut off, forget the old, ring for jobs that lost their bell."""
        with unscoped("a worker looks after every job"):
            for job in db.session.scalars(self._left(at)).all():
                if job.worker_id != self.id or job.id != self._at_work_on:
                    _take_back(job, at)
            sweep(at)
            gone = JobWorker.beat_at < at - KNOWN_FOR
            db.session.execute(delete(JobWorker).where(gone), _UNSEEN)
            db.session.commit()
            if bell.is_empty:
                waiting = select(Job.id).where(Job.state == JobState.QUEUED).order_by(Job.id)
                for job_id in db.session.scalars(waiting).all():
                    bell.put(job_id)
                db.session.rollback()

    def _left(self, at: datetime) -> Select[Job]:
        """Return the jobs of dead workers and those under our own name, locked."""
        lost = or_(Job.worker_id.not_in(_alive(at)), Job.worker_id == self.id)
        running = select(Job).where(Job.state == JobState.RUNNING, lost)
        return running.with_for_update(skip_locked=True)


def keep_beating(worker: Worker, is_orphaned: Callable[[], bool]) -> None:
    """Beat until the worker stops; it stops when it is orphaned."""
    ticks = 0
    while not worker.stopping.wait(1):
        ticks += 1
        if is_orphaned():
            worker.stopping.set()
        elif ticks % BEAT_SECONDS == 0:
            try:
                worker.beat()
            except Exception:  # the next beat may reach the database again
                db.session.rollback()
                current_app.logger.exception("a beat was missed")


def _alive(at: datetime) -> Select[int]:
    return select(JobWorker.id).where(alive(at))


def _take_back(job: Job, at: datetime) -> None:
    forget_parts(job.id)
    if job.attempts < TRIES:
        job.state, job.done, job.total, job.worker_id = JobState.QUEUED, 0, None, None
        return
    job.state, job.finished_at, job.expires_at = JobState.FAILED, at, at + kept_for()
    job.error = kept(
        _("The work was cut off twice and nothing was made. Narrow the list, or ask once more.")
    )


_UNSEEN: dict[str, Any] = {"synchronize_session": False}

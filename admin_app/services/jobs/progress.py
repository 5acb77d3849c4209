"""How far a job is: written now and then, and the moment at which one learns to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from sqlalchemy import ColumnElement, Update, and_, update

from models import Job, JobState, db, engine

from .beside import Note

T = TypeVar("T")

SECONDS = 0.5


class Abandoned(Exception):  # nothing went wrong: nobody wants it any more
    """The job was given up, or another worker has it now: what is under way is dropped."""


class Interrupted(Exception):  # nothing went wrong: it will be begun again
    """The worker is to end: the job goes back to its place in the queue."""


class Attempt:
    """One worker's claim on a job; it holds until the job is given up or given to another."""

    def __init__(self, job_id: int, worker_id: int, number: int) -> None:
        self.job_id, self.worker_id, self.number = job_id, worker_id, number

    @property
    def holds(self) -> ColumnElement[bool]:
        """Return the condition that the claim still holds."""
        return and_(
            Job.id == self.job_id,
            Job.state == JobState.RUNNING,
            Job.worker_id == self.worker_id,
            Job.attempts == self.number,
        )

    def changed(self) -> Update:
        """Return the statement that changes the job as long as the claim holds."""
        return update(Job.__table__).where(self.holds)  # type: ignore[arg-type]


class Progress:
    """Told how much is done; raises when it is time to stop."""

    def __init__(
        self, attempt: Attempt, is_stopping: Callable[[], bool], note: Note | None = None
    ) -> None:
        self._attempt, self._is_stopping, self._note = attempt, is_stopping, note
        self._next, self._done = 0.0, 0
        self._total: int | None = None

    def __call__(self, done: int, total: int | None = None) -> None:
        """Note how much is done; raises ``Abandoned`` or ``Interrupted`` when it is no use."""
        self._total = total if total is not None else self._total
        self._done = done
        self.look()

    def look(self) -> None:
        """Write down now and then how much is done, and learn whether to stop."""
        if time.monotonic() < self._next:
            return
        if self._is_stopping():
            raise Interrupted
        if self._note is not None:
            self._note(self._done, self._total)
        elif not write(self._attempt.changed().values(done=self._done, total=self._total)):
            raise Abandoned
        self._next = time.monotonic() + SECONDS

    def over(self, rows: Iterable[T], total: int) -> Iterator[T]:
        """Yield rows and count them."""
        for count, row in enumerate(rows, start=1):
            yield row
            self(count, total)


def write(statement: Update) -> int:
    """Run a statement in a short transaction of its own; return how many rows it changed."""
    with engine.writing(), db.engine.begin() as connection:
        return connection.execute(statement).rowcount

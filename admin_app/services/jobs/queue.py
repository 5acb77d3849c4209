"""The bell of the workers: a job's number goes in, and a worker takes it out.

On one PC it is a file beside the database, with PostgreSQL a table there: huey has both, and the
second serves workers on several machines without anything new to run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import current_app

from admin_app.config import Settings

if TYPE_CHECKING:
    from huey.api import Huey

NAME = "station_office"
FILE = "queue.db"
WAIT_SECONDS = 1.0


class Queue:
    """An open queue; ``perform`` is what a worker does with a number."""

    def __init__(self, huey: Huey, perform: Callable[[int], None]) -> None:
        def job(job_id: int) -> None:  # named here, so that both ends call it the same
            perform(job_id)

        self._huey, self._task = huey, huey.task()(job)

    def put(self, job_id: int) -> None:
        """Ring for a job."""
        self._task(job_id)

    def work_off_one(self) -> bool:
        """Do what is next in the queue; False if there is nothing."""
        task = self._huey.dequeue()
        if task is not None:
            self._huey.execute(task)
        return task is not None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is queued."""
        return not self._huey.pending_count()


@contextmanager
def opened(perform: Callable[[int], None] | None = None) -> Iterator[Queue]:
    """Open the office's queue for a while."""
    # Loads the drivers of every engine it knows: only who rings or works needs them.
    from huey import PostgresHuey, SqliteHuey  # noqa: PLC0415
    from huey.serializer import SignedSerializer  # noqa: PLC0415

    settings: Settings = current_app.extensions["station_settings"]
    # What is taken out is unpickled: only what this office put in may be.
    common: dict[str, Any] = {
        "results": False, "serializer": SignedSerializer(secret=current_app.secret_key),
    }  # fmt: skip
    huey: Huey
    if settings.database.startswith("postgresql"):
        dsn = settings.database.replace("+psycopg", "", 1)
        huey = PostgresHuey(NAME, dsn=dsn, read_timeout=WAIT_SECONDS, **common)
    else:
        huey = SqliteHuey(NAME, filename=str(settings.instance.resolve() / FILE), **common)
    try:
        yield Queue(huey, perform or _nobody)
    finally:
        huey.storage.close()


def ring(job_id: int) -> None:
    """Ring for a job that is committed; where that fails, a worker finds the job by itself."""
    try:
        with opened() as queue:
            queue.put(job_id)
    except Exception:  # the job stands in its table, and its asker must not hear of the bell
        current_app.logger.warning("job %s could not be queued", job_id, exc_info=True)


def _nobody(job_id: int) -> None:
    raise RuntimeError(f"job {job_id} is done by a worker, not here")

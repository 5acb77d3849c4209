"""A few workers, lent to one thread each, replaced when they fail or grow old."""

from __future__ import annotations

import atexit
import os
import queue
from contextlib import suppress
from typing import Any

from admin_app.services.paper.process import WorkerProcess


class Busy(RuntimeError):
    """Every worker was at work for the whole time one could wait."""


class Press:
    """Prints papers in worker processes; safe to use from many threads and after a fork."""

    def __init__(self, *, size: int = 1, seconds: float = 90, jobs_per_worker: int = 200):
        self.seconds = seconds
        self._size = size
        self._jobs_per_worker = jobs_per_worker
        self._idle = self._places()
        atexit.register(self.close)
        # One queue for each process: a forked child starts workers of its own.
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._start_anew)

    def print(self, job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Return what a worker answers; raise WorkerGone or Busy if it does not in time."""
        try:
            worker = self._idle.get(timeout=self.seconds)
        except queue.Empty as error:
            raise Busy from error
        try:
            worker = worker or WorkerProcess()
            answer, pdf = worker.print(job, seconds=self.seconds)
        except BaseException:
            self._give_back(worker, is_worn=True)
            raise
        self._give_back(worker, is_worn="broken" in answer)
        return answer, pdf

    def close(self) -> None:
        """End the workers that are idle; one at work ends with its job or with us."""
        idle: list[WorkerProcess | None] = []
        with suppress(queue.Empty):
            while True:
                idle.append(self._idle.get_nowait())
        for worker in idle:
            self._give_back(worker, is_worn=True)

    def _give_back(self, worker: WorkerProcess | None, *, is_worn: bool) -> None:
        if worker is not None and (is_worn or worker.jobs >= self._jobs_per_worker):
            worker.end()
            worker = None
        self._idle.put(worker)

    def _places(self) -> queue.LifoQueue[WorkerProcess | None]:
        idle: queue.LifoQueue[WorkerProcess | None] = queue.LifoQueue()
        for _ in range(self._size):
            idle.put(None)
        return idle

    def _start_anew(self) -> None:
        inherited, self._idle = self._idle, self._places()
        # While we held the parent's pipe open, its worker would outlive the parent.
        for worker in inherited.queue:
            if worker is not None:
                worker.forget()

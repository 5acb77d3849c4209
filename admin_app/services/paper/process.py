"""The office's end of one paper worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from admin_app.services.paper import fonts, frames

_ROOT = Path(__file__).parents[3]
# The worker needs no secret, proxy or database address that the office's environment may hold.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR", "TEMP")


class WorkerGone(RuntimeError):
    """The worker ended or was ended before it answered."""


class WorkerProcess:
    """A child process that prints one paper after another."""

    def __init__(self) -> None:
        self.jobs = 0
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {"FONTCONFIG_FILE": str(fonts.CONFIGURATION), "PYTHONUTF8": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "admin_app.services.paper.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            env=environment,
        )
        self._is_ready = False

    def print(self, job: dict[str, Any], *, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Return the answer and the PDF; raise WorkerGone if there is none in this time."""
        self.jobs += 1
        stopwatch = threading.Timer(seconds, self._process.kill)
        stopwatch.start()
        try:
            return self._exchange(json.dumps(job).encode())
        except OSError as error:
            raise WorkerGone from error
        finally:
            stopwatch.cancel()

    def end(self) -> None:
        """Kill the process and let its pipes go."""
        self._process.kill()
        self._process.wait()
        self._close()

    def forget(self) -> None:
        """Let go of a process that is the parent's: while its pipe is open here, it stays."""
        self._process.returncode = 0
        self._close()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def _close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            # What a killed worker did not read cannot be flushed to it.
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def _exchange(self, job: bytes) -> tuple[dict[str, Any], bytes]:
        assert self._process.stdin is not None  # noqa: S101 - both were asked for above
        assert self._process.stdout is not None  # noqa: S101
        if not self._is_ready:
            greeting = self._received()
            if "broken" in greeting:
                return greeting, b""
            self._is_ready = True
        frames.write(self._process.stdin, job)
        return self._received(), self._received_bytes()

    def _received(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._received_bytes())
        return answer

    def _received_bytes(self) -> bytes:
        assert self._process.stdout is not None  # noqa: S101
        if (content := frames.read(self._process.stdout)) is None:
            raise WorkerGone
        return content

"""Whether the office runs: each process of it holds a lock that a restore must have alone."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows has no such locks; there nobody but the operator keeps watch
    fcntl = None  # type: ignore[assignment]

FILE = ".in-use"


class BeingRestored(RuntimeError):
    """The office is being put back from a backup, and nobody may open it meanwhile."""


class Presence:
    """One process's part of the lock, held until it ends."""

    def __init__(self, instance: Path) -> None:
        self._descriptor = os.open(instance / FILE, os.O_CREAT | os.O_RDWR, 0o600)
        self.close = weakref.finalize(self, os.close, self._descriptor)
        if not self._lock("LOCK_SH"):
            raise BeingRestored(f"{instance} is being restored: start the office when that is done")

    def alone(self) -> bool:
        """Tell whether no other process runs this office; from then on none can start."""
        return self._lock("LOCK_EX")

    def with_others(self) -> None:
        """Let others in again."""
        self._lock("LOCK_SH")

    def _lock(self, kind: str) -> bool:
        if fcntl is None:
            return True
        try:
            fcntl.flock(self._descriptor, getattr(fcntl, kind) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def here(app: Any) -> Presence:
    """Return the part of the running process."""
    presence = app.extensions["station_presence"]
    assert isinstance(presence, Presence)  # noqa: S101  # narrows the untyped registry
    return presence

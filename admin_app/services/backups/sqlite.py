"""The database of one PC: a file, copied through SQLite's own backup while others write."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from flask_babel import lazy_gettext as _

from models import DomainError

from . import facts
from .facts import Facts


def dump(source: Path, target: Path) -> Facts:
    """Copy the database as it stands at one moment; no writer waits and none is half in it."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        return _copied(source, target)
    except sqlite3.Error as failure:
        raise DomainError(
            _("The database could not be copied: %(reason)s. Is there room on the disk?",
              reason=failure)
        ) from failure  # fmt: skip


def _copied(source: Path, target: Path) -> Facts:
    with (
        closing(sqlite3.connect(source, timeout=15)) as origin,
        closing(sqlite3.connect(target)) as copy,
    ):
        # In one step: copied in several, a busy office would let it begin anew for ever.
        origin.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        return facts.read(copy.execute)


def is_sound(path: Path) -> bool:
    """Tell whether SQLite finds its own file whole."""
    with closing(sqlite3.connect(path)) as copy:
        return bool(copy.execute("PRAGMA integrity_check").fetchone() == ("ok",))

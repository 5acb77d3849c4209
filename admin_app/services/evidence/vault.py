"""Where the bytes lie: sealed, under random names, for the office's own user alone.

A file is whole on the disk before its row is committed, and goes after its row went: a power cut
leaves at worst a file that nobody asks for.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _

from models import DomainError, keyring

FOLDER = "evidence"
PREVIEW = ".preview"
# A full disk, a folder that is read-only: nothing a clerk did, and nothing he can mend.
FULL = _("The disk took no file: tell the system administrator. Nothing was kept.")


def store(data: bytes, preview: bytes | None) -> str:
    """Keep bytes and, if any, a small picture of them; return the name they are found by."""
    name = secrets.token_hex(16)
    try:
        if preview is not None:
            _write(name, PREVIEW, preview)
        _write(name, "", data)
    except OSError as failure:
        current_app.logger.exception("evidence could not be written")
        drop(name)
        raise DomainError(FULL) from failure
    return name


def fetch(name: str) -> bytes | None:
    """Return the bytes of a name, or None where the file is gone."""
    return _read(name, "")


def fetch_preview(name: str) -> bytes | None:
    """Return the small picture of a name, or None where there is none."""
    return _read(name, PREVIEW)


def drop(name: str) -> None:
    """Take a file and its small picture away; one that stays behind is nobody's any more."""
    for kind in ("", PREVIEW):
        try:
            _path(name, kind).unlink(missing_ok=True)
        except OSError:
            current_app.logger.exception("evidence could not be taken away")


def _path(name: str, kind: str) -> Path:
    # Shelves by the first two signs: no folder holds all files of a prefecture.
    return Path(current_app.instance_path) / FOLDER / name[:2] / f"{name}{kind}"


def _context(name: str, kind: str) -> str:
    # Bound to its name: a file put in the place of another does not open.
    return f"evidence.{name}{kind}"


def _read(name: str, kind: str) -> bytes | None:
    try:
        sealed = _path(name, kind).read_bytes()
    except FileNotFoundError:
        return None
    return keyring().open(sealed, _context(name, kind))


def _write(name: str, kind: str, data: bytes) -> None:
    path = _path(name, kind)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.tmp")
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(keyring().seal(data, _context(name, kind)))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)

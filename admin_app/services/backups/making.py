"""Writing a backup: the office as it stands at one moment, sealed, whole or not at all."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import make_url

from admin_app import keys
from admin_app.presence import Presence
from models import DomainError, clock, db

from . import places, postgresql, sqlite
from .facts import FOLDERS, Facts
from .stream import Writer

DATABASE, MANIFEST = "database", "manifest.json"
PARTIAL = ".partial"
WORKSHOP = ".backing-up"
READ_BYTES = 1 << 20


@dataclass(frozen=True)
class Written:
    """A backup that is whole on its disk."""

    path: Path
    size: int
    sha256: str
    made_at: datetime
    engine: str
    facts: Facts
    files: int
    # Files that rows name and that were not on the disk: the backup is as whole as the office.
    missing: tuple[str, ...]


def write(target: Path) -> Written:
    """Write a backup into a new file, or under a name of its own into a folder.

    Raises ``DomainError`` where it cannot be written; then there is no file and no part of one.
    """
    made_at = clock.utc_now()
    path = target / name_of(clock.office_time(made_at)) if target.is_dir() else target
    if path.exists():
        raise DomainError(_("%(path)s is there already: give another name.", path=path))
    partial = path.with_name(f".{path.name}.{os.getpid()}{PARTIAL}")
    try:
        with workshop() as desk, _fresh(partial) as file:
            written = _write(file, desk, path, made_at)
            file.flush()
            os.fsync(file.fileno())
            os.link(partial, path)  # never over a file that came meanwhile
            return written
    except OSError as failure:
        raise DomainError(
            _("The backup could not be written to %(path)s: %(reason)s. No part of it was left.",
              path=path, reason=failure.strerror or failure)
        ) from failure  # fmt: skip
    finally:
        partial.unlink(missing_ok=True)


def name_of(moment: datetime) -> str:
    """Return the name of a backup made at a moment of the office's day."""
    return f"station-office-{moment:%Y%m%d-%H%M%S}{places.SUFFIX}"


@contextmanager
def workshop() -> Iterator[Path]:
    """Give one backup or proof at a time a folder that nobody else reads, swept afterwards."""
    folder = Path(current_app.instance_path) / WORKSHOP
    folder.mkdir(mode=0o700, exist_ok=True)
    alone = Presence(folder)
    if not alone.alone():
        raise DomainError(_("Another backup is under way: wait until it is written."))
    try:
        _sweep(folder)  # what a killed one left
        yield folder
    finally:
        _sweep(folder)
        alone.close()


def kind_of_engine() -> str:
    """Return the engine of the running office: ``sqlite`` or ``postgresql``."""
    return make_url(places.settings().database).get_backend_name()


def database_file() -> Path:
    """Return the file of an office on SQLite."""
    return Path(make_url(places.settings().database).database or "")


def _write(file: IO[bytes], desk: Path, path: Path, made_at: datetime) -> Written:
    kept = keys.read(Path(current_app.instance_path))
    engine = kind_of_engine()
    head = {
        "made_at": made_at.isoformat(),
        "engine": engine,
        # Sealed under the code as well: a backup and the sheet bring the office back.
        "keys": base64.b64encode(keys.sealed(kept)).decode(),
    }
    sealing = Writer(file, head, keys.recovery(kept))
    with tarfile.open(fileobj=sealing, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        packed = _pack_files(archive, frozenset())
        # Files before the database, and again after it: whatever a row names by then is in here.
        facts = _dump(engine, desk / DATABASE)
        packed |= _pack_files(archive, packed)
        missing = tuple(sorted(facts.stored - {Path(one).name for one in packed}))
        archive.add(desk / DATABASE, DATABASE, filter=_nobodys)
        told = {**head, **facts.told(), "files": len(packed), "missing": list(missing)}
        told.pop("keys")
        _add(archive, MANIFEST, json.dumps(told).encode())
    sealing.finish()
    return Written(path, sealing.size, sealing.sha256, made_at, engine, facts, len(packed), missing)


def _dump(engine: str, target: Path) -> Facts:
    if engine == "sqlite":
        return sqlite.dump(database_file(), target)
    db.session.rollback()  # one's own transaction waits for nobody
    return postgresql.dump(places.settings().database, target)


def _pack_files(archive: tarfile.TarFile, packed: frozenset[str]) -> frozenset[str]:
    """Add the files that are not packed yet; one that goes meanwhile is nobody's any more."""
    found = set()
    instance = Path(current_app.instance_path)
    for folder in FOLDERS:
        for path in sorted((instance / folder).glob("*/*")):
            name = path.relative_to(instance).as_posix()
            if path.suffix == ".tmp" or name in packed:
                continue
            try:
                archive.add(path, name, filter=_nobodys)
            except FileNotFoundError:
                continue
            found.add(name)
    return frozenset(found)


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


@contextmanager
def _fresh(path: Path) -> Iterator[IO[bytes]]:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb", READ_BYTES) as file:
        yield file


def _sweep(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != ".in-use":
            path.unlink()

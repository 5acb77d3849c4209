"""Putting a backup in the place of the office, and proving one without touching the office."""

from __future__ import annotations

import base64
import io
import itertools
import json
import re
import secrets
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import flask
from flask import current_app
from flask_babel import Babel
from flask_babel import lazy_gettext as _
from flask_migrate import Migrate, upgrade

from admin_app import keys, presence, swaps
from admin_app.policy import unscoped
from admin_app.services import audit, office
from admin_app.services.ledger import checking
from admin_app.swaps import Move
from models import AuditAction, Keyring, clock, db, engine, guards
from models.errors import DomainError

from . import places, postgresql, sqlite
from .facts import FOLDERS
from .making import DATABASE, MANIFEST, database_file, kind_of_engine, workshop
from .stream import DAMAGED, Reader, WrongKey, head

COPY_BYTES = 1 << 20
COMING = ".restoring-"
# What a backup may hold; anything else was not written by us.
_NAMES = re.compile(rf"{DATABASE}|{re.escape(MANIFEST)}|(?:{'|'.join(FOLDERS)})/\w\w/[\w.]+")


@dataclass(frozen=True)
class Unpacked:
    """A backup lying open in a folder that nobody else reads."""

    folder: Path
    manifest: dict[str, Any]
    kept: keys.Kept


@dataclass(frozen=True)
class Verdict:
    """What became of verifying a restored office: counts, and one sentence a fault."""

    entries: int
    traces: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Restored:
    """What a restore put in place, and where the office before it lies now."""

    manifest: dict[str, Any]
    verdict: Verdict
    aside: str | None


def prove(path: Path, code: str | None = None) -> Verdict:
    """Restore a backup beside the office, verify it there, and leave nothing behind."""
    with workshop() as desk:
        unpacked = unpack(path, desk / "proof", code)
        ring = keys.ring(unpacked.kept)
        with _database_beside(unpacked) as database, _bare(database, ring, desk):
            return _verify(unpacked.manifest)


def restore(path: Path, *, code: str | None = None, replace: bool = False) -> Restored:
    """Put a backup in the place of the office; the caller ends the process afterwards.

    Raises ``DomainError`` for a wrong code, a damaged file, an office that runs or holds data, and
    then nothing is changed. What was there before is kept aside.
    """
    _require_place(replace=replace)
    instance = Path(current_app.instance_path)
    stamp = _free_stamp(instance)
    with workshop():
        _sweep(instance)  # what one left that was cut off before anything was moved
        coming = instance / f"{COMING}{stamp}"
        try:
            unpacked = unpack(path, coming, code)
            _require_same_engine(unpacked.manifest)
            require_alone()
            aside = _put_in_place(unpacked, f"before-{stamp}")
        finally:
            if not swaps.is_noted(instance):
                shutil.rmtree(coming, ignore_errors=True)
    _take_over(unpacked.kept)
    upgrade()
    verdict = _verify(unpacked.manifest)
    with unscoped("a restore is the system's"):
        audit.record(
            AuditAction.COMMAND, "backups", restored=unpacked.manifest["made_at"],
            entries=verdict.entries, faults=len(verdict.faults),
        )  # fmt: skip
        db.session.commit()
    presence.here(current_app).with_others()
    return Restored(unpacked.manifest, verdict, aside)


def _free_stamp(instance: Path) -> str:
    """Return a name for this moment under which nothing lies aside yet."""
    second = f"{clock.office_now():%Y%m%d-%H%M%S}"
    names = itertools.chain([second], (f"{second}-{n}" for n in itertools.count(2)))
    return next(name for name in names if not (instance / f"before-{name}").exists())


def finish(instance: Path, database: str) -> None:
    """Carry out a restore that was cut off in the middle, before anybody opens the office."""
    mark = swaps.mark(instance)
    if mark is not None and postgresql.mark(database) != mark:
        swaps.forget(instance)  # the database was not changed, so nothing is
    else:
        swaps.carry_out(instance)
    _sweep(instance)


def _sweep(instance: Path) -> None:
    for left in instance.glob(f"{COMING}*"):
        shutil.rmtree(left)


def unpack(path: Path, folder: Path, code: str | None) -> Unpacked:
    """Open a backup into a new folder; every byte of it is known to be ours and whole."""
    try:
        with path.open("rb") as file:
            return _unpack(file, folder, _secret(path, code))
    except (OSError, EOFError, tarfile.TarError) as failure:
        if isinstance(failure, OSError) and failure.strerror:
            raise DomainError(
                _("The backup could not be opened: %(reason)s. Nothing was changed.",
                  reason=failure.strerror)
            ) from failure  # fmt: skip
        raise DomainError(DAMAGED) from failure


def _unpack(file: IO[bytes], folder: Path, secret: bytes) -> Unpacked:
    reader = Reader(file, secret)
    folder.mkdir(mode=0o700)
    with tarfile.open(fileobj=io.BufferedReader(reader, COPY_BYTES), mode="r|") as archive:
        for member in archive:
            _take_out(archive, member, folder)
    reader.drain()  # the archive ends before the file does
    manifest = folder / MANIFEST
    if not manifest.exists() or not (folder / DATABASE).exists():
        raise DomainError(DAMAGED)
    kept = keys.opened(base64.b64decode(reader.head["keys"]), secret)
    return Unpacked(folder, json.loads(manifest.read_text("utf-8")), kept)


def _take_out(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    content = archive.extractfile(member) if _NAMES.fullmatch(member.name) else None
    if content is None:
        raise DomainError(DAMAGED)
    path = folder / member.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    with path.open("wb") as out:
        shutil.copyfileobj(content, out, COPY_BYTES)


def _secret(path: Path, code: str | None) -> bytes:
    """Return the secret that was typed, or that of the office itself."""
    if code is not None:
        try:
            return keys.secret_of(code)
        except ValueError as slip:
            raise WrongKey(
                _("This is no recovery code: compare it with the sheet. Nothing was changed.")
            ) from slip
    return keys.recovery(keys.read(Path(current_app.instance_path)))


def is_ours(path: Path) -> bool:
    """Tell whether a backup opens with the keys of this office, so that nobody types a code."""
    instance = Path(current_app.instance_path)
    if not keys.exist(instance):
        return False
    try:
        with path.open("rb") as file:
            Reader(file, keys.recovery(keys.read(instance)))
    except (WrongKey, ValueError):
        return False
    except OSError as failure:
        raise DomainError(
            _("The backup could not be opened: %(reason)s. Nothing was changed.",
              reason=failure.strerror)
        ) from failure  # fmt: skip
    return True


def told(path: Path) -> dict[str, Any]:
    """Return what a backup says of itself to everybody."""
    with path.open("rb") as file:
        return {k: v for k, v in head(file).items() if k in ("made_at", "engine")}


def _require_place(*, replace: bool) -> None:
    if replace:
        return
    try:
        if _is_made():
            office.require_empty()
    except office.RealOffice as kept:
        raise DomainError(
            _("There is an office here already. With --replace it is kept aside, and the backup "
              "takes its place. Nothing was changed.")
        ) from kept  # fmt: skip
    finally:
        db.session.rollback()


def _is_made() -> bool:
    with engine.reading(), db.engine.connect() as connection:
        return bool(db.inspect(connection).has_table("accounts"))


def _require_same_engine(manifest: dict[str, Any]) -> None:
    if manifest["engine"] != kind_of_engine():
        raise DomainError(
            _("This backup is of an office on %(theirs)s, and this one is on %(ours)s: set "
              "STATION_DATABASE_URL to the same kind. Nothing was changed.",
              theirs=manifest["engine"], ours=kind_of_engine())
        )  # fmt: skip


def require_alone() -> None:
    """Be the only process of the office, or raise ``DomainError``."""
    db.session.remove()
    db.engine.dispose()
    ours = presence.here(current_app)
    running = not ours.alone()
    if not running and kind_of_engine() == "postgresql":
        running = bool(postgresql.others(places.settings().database))
    if running:
        ours.with_others()
        raise DomainError(
            _("The office is running: stop the web server and the workers first. Nothing was "
              "changed.")
        )  # fmt: skip


def _put_in_place(unpacked: Unpacked, aside: str) -> str | None:
    """Change files and database for those of the backup; return where the old ones lie."""
    instance = Path(current_app.instance_path)
    keys.write(unpacked.folder / keys.FILE, unpacked.kept)
    moves = [*_moves(instance, unpacked.folder, [keys.FILE, *FOLDERS], instance / aside)]
    if kind_of_engine() == "sqlite":
        file = database_file()
        if not sqlite.is_sound(unpacked.folder / DATABASE):
            raise DomainError(DAMAGED)
        came = file.with_name(f".{file.name}.restoring")
        shutil.move(unpacked.folder / DATABASE, came)
        for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
            if (file.parent / name).exists():
                moves.insert(0, Move(str(file.parent / name), str(file.parent / aside / name)))
        swaps.swap(instance, [*moves, Move(str(came), str(file))])
    else:
        mark = f"restored {secrets.token_hex(8)}"
        swaps.note(instance, moves, mark)
        schema = f"{postgresql.ASIDE}{aside.partition('-')[2].replace('-', '_')}"
        try:
            postgresql.restore(
                places.settings().database, unpacked.folder / DATABASE, aside=schema, mark=mark
            )
        except DomainError:
            swaps.forget(instance)
            raise
        swaps.carry_out(instance)
    return str(instance / aside) if (instance / aside).exists() else None


def _moves(instance: Path, came: Path, names: Sequence[str], aside: Path) -> Iterator[Move]:
    for name in names:
        if (instance / name).exists():
            yield Move(name, str(aside / name))
    for name in names:
        if (came / name).exists():
            yield Move(str(came / name), name)


def _take_over(kept: keys.Kept) -> None:
    db.engine.dispose()
    current_app.extensions["station_keyring"] = keys.ring(kept)


@contextmanager
def _database_beside(unpacked: Unpacked) -> Iterator[str]:
    if unpacked.manifest["engine"] == "sqlite":
        yield f"sqlite:///{unpacked.folder / DATABASE}"
        return
    if kind_of_engine() != "postgresql":
        raise DomainError(_("A backup of PostgreSQL is proved beside an office on PostgreSQL."))
    with postgresql.beside(places.settings().database) as address:
        postgresql.restore(address, unpacked.folder / DATABASE, aside="", mark="proof")
        yield address


@contextmanager
def _bare(database: str, ring: Keyring, folder: Path) -> Iterator[None]:
    """Open a database with other keys, as an office without screens."""
    app = flask.Flask("admin_app", root_path=current_app.root_path, instance_path=str(folder))
    app.extensions["station_keyring"] = ring
    app.extensions["station_settings"] = places.settings()
    app.config.update(
        SQLALCHEMY_DATABASE_URI=database, SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        BABEL_DEFAULT_LOCALE=current_app.config["BABEL_DEFAULT_LOCALE"],
        BABEL_TRANSLATION_DIRECTORIES=current_app.config["BABEL_TRANSLATION_DIRECTORIES"],
    )  # fmt: skip
    db.init_app(app)
    Babel(app)
    Migrate(app, db, directory=str(Path(app.root_path) / "migrations"), render_as_batch=True)
    with app.app_context():
        engine.prepare(db.engine)
        try:
            upgrade()
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def _verify(manifest: dict[str, Any]) -> Verdict:
    """Verify ledger, trail and guards, and that as much is there as the backup says."""
    faults = []
    with unscoped("a restored office is verified"), engine.snapshot():
        faults += audit.verify()
        traces = audit.count()
    entries = 0
    with engine.snapshot():
        if manifest["entries"]:
            found = checking.verify()
            entries = found.entries
            faults += [str(one) for one in found.differences]
    with engine.reading(), db.engine.connect() as connection:
        lost = guards.missing(connection)
    if lost:
        faults.append(str(_("The database lost its guards %(names)s.", names=", ".join(lost))))
    counted = (entries, traces)
    if counted != (manifest["entries"], manifest["traces"]):
        faults.append(str(_("Not as much is there as the backup says.")))
    return Verdict(entries, traces, tuple(faults))

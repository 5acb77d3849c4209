"""New keys for old data: every sealed value sealed anew, every hash made anew, no trace broken.

Old keys stay until all is done, and what was cut off goes on where it was: run it again. Links of
the trail that are forged already keep the key they were forged with.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, LargeBinary, Table, select, type_coerce, update

from admin_app import keys, presence
from admin_app.policy import unscoped
from admin_app.services import audit, backups
from admin_app.services.evidence import vault
from models import AuditAction, AuditHead, DomainError, Keyring, Model, Office, db
from models.people.consent import GUARDIAN_PHONE
from models.people.person import ID_NUMBER
from models.people.volunteer import PHONE
from models.sealing import Sealed, SealedText

ROTATING = "rotating"
# Each keyed hash: its table and column, the sealed column it is made of, and its context.
HASHES = (
    ("persons", "id_number_hash", "id_number", ID_NUMBER),
    ("registrations", "id_number_hash", "id_number", ID_NUMBER),
    ("volunteers", "phone_hash", "phone", PHONE),
    ("consents", "phone_hash", "phone", GUARDIAN_PHONE),
)


@dataclass
class Rotated:
    """How much was sealed anew, and which key seals from now on."""

    key: int = 0
    values: int = 0
    files: int = 0


def rotate() -> Rotated:
    """Give the office new keys; it must not run. Whole, or to be run again.

    Raises ``DomainError`` while the office runs, and then nothing is changed.
    """
    instance = Path(current_app.instance_path)
    db.session.rollback()
    backups.require_alone()
    kept = keys.read(instance)
    if ROTATING not in kept:
        kept = _begun(kept)
        keys.write(instance / keys.FILE, kept)
        keys.write_sealed(instance, kept)
    done = Rotated(kept["current"])
    both = keys.ring(kept)
    _take(both)
    try:
        new_hashing = bytes.fromhex(kept[ROTATING]["hashing"])
        with unscoped("every sealed value is sealed anew"):
            done.values = _values(both, new_hashing)
            audit.record(AuditAction.COMMAND, Office.__tablename__, keys_rotated=done.key)
            db.session.commit()
        done.files = _files(both)
    except BaseException:
        db.session.rollback()
        raise
    kept = _ended(kept)
    keys.write(instance / keys.FILE, kept)
    keys.write_sealed(instance, kept)
    _take(keys.ring(kept))
    (instance / "queue.db").unlink(missing_ok=True)  # signed with the old key; it only rings
    presence.here(current_app).with_others()
    return done


def _begun(kept: keys.Kept) -> keys.Kept:
    """Return keys with a new one beside the old: it seals, and forges links from here on."""
    with unscoped("where the chain stands"):
        last = db.session.scalar(select(AuditHead.last_id)) or 0
    db.session.rollback()
    number = max(map(int, kept["sealing"])) % 255 + 1  # it stands in one byte of each value
    if str(number) in kept["sealing"]:
        raise DomainError(_("An earlier rotation is not at its end: run it again."))
    return {
        **kept,
        "sealing": {**kept["sealing"], str(number): secrets.token_hex(keys.KEY_BYTES)},
        "current": number,
        "trail": secrets.token_hex(keys.KEY_BYTES),
        "older_trails": [*kept.get("older_trails", []), [last, kept["trail"]]],
        "recovery": keys.recovery(kept).hex(),
        ROTATING: {"hashing": secrets.token_hex(keys.KEY_BYTES)},
    }


def _ended(kept: keys.Kept) -> keys.Kept:
    current = str(kept["current"])
    changed = {
        **kept,
        "sealing": {current: kept["sealing"][current]},
        "hashing": kept[ROTATING]["hashing"],
        "session": secrets.token_hex(keys.KEY_BYTES),
    }
    changed.pop(ROTATING)
    return changed


def _take(ring: Keyring) -> None:
    current_app.extensions["station_keyring"] = ring


def _values(both: Keyring, hashing: bytes) -> int:
    """Seal and hash every value anew in the running transaction; return how many."""
    hasher = Keyring(sealing={}, current=0, hashing=hashing, trail=b"")
    known: dict[str, str] = {}
    count = 0
    for table in Model.metadata.sorted_tables:  # persons before what only knows their hash
        contexts = {
            column.name: column.type.context
            for column in table.columns
            if isinstance(column.type, Sealed | SealedText)
        }
        hashes = [(c, of, context) for name, c, of, context in HASHES if name == table.name]
        for row in _rows(table, contexts, [column for column, _of, _context in hashes]):
            plain = {
                name: both.open(bytes(row[name]), context)
                for name, context in contexts.items()
                if row[name] is not None
            }
            fresh: dict[str, Any] = {
                name: both.seal(value, contexts[name]) for name, value in plain.items()
            }
            count += len(plain)
            for name, of, context in hashes:
                if row[name] is not None:
                    fresh[name] = _rehashed(hasher, known, row[name], plain.get(of), context)
            if fresh:
                _write(table, row, fresh)
    return count


def _rehashed(
    hasher: Keyring, known: dict[str, str], old: str, plain: bytes | None, context: str
) -> str:
    """Return the new hash of a number; one whose number is gone follows its person, or none."""
    if plain is not None:
        known[old] = hasher.blind(plain.decode(), context)
    # Never to be found again, and no hash under a key that somebody may have seen.
    return known.setdefault(old, secrets.token_hex(32))


def _rows(
    table: Table, sealed: Mapping[str, str], hashes: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table that seals something, the values as they are stored."""
    if not sealed:
        return
    own = list(table.primary_key.columns)
    columns: list[ColumnElement[Any]] = [
        type_coerce(table.c[name], LargeBinary).label(name) for name in sealed
    ]
    columns += [table.c[name] for name in hashes]
    for number in db.session.execute(select(*own).order_by(*own)).all():
        is_it = [column == value for column, value in zip(own, number, strict=True)]
        yield dict(db.session.execute(select(*own, *columns).where(*is_it)).mappings().one())


def _write(table: Table, row: dict[str, Any], fresh: dict[str, Any]) -> None:
    is_it = [column == row[column.name] for column in table.primary_key.columns]
    values = {
        table.c[name]: type_coerce(value, LargeBinary) if isinstance(value, bytes) else value
        for name, value in fresh.items()
    }
    db.session.execute(update(table).where(*is_it).values(values))


def _files(both: Keyring) -> int:
    """Seal every file of evidence anew, each in its place at once; return how many."""
    count = 0
    for path in sorted((Path(current_app.instance_path) / vault.FOLDER).glob("*/*")):
        if path.suffix == ".tmp":  # half a file of a rotation that was killed, written anew
            continue
        sealed = path.read_bytes()
        if sealed[0] == both.current:
            continue
        context = f"evidence.{path.name}"
        fresh = both.seal(both.open(sealed, context), context)
        partial = path.with_name(f"{path.name}.tmp")
        descriptor = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        count += 1
    return count

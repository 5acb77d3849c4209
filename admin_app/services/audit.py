"""The audit trail: every change in the transaction that makes it, chained by a keyed MAC.

Changes of registers are seen by listening to the session; acts such as an export are recorded
by name. The links are forged at commit, under the lock of the chain's head.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256
from itertools import pairwise
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, event, func, insert, inspect, select, update
from sqlalchemy.orm import Session

from admin_app.policy import actor_id, unscoped
from models import Account, AuditAction, Audited, AuditEntry, AuditHead, clock, db, keyring

PENDING, FOLDED = "audit_pending", "audit_folded"
HIDDEN = "•••"
GENESIS = "0" * 64
BATCH = 5000

Fields = dict[str, Any]


def record(
    action: AuditAction,
    register: str,
    *,
    row: Any = None,
    account_id: int | None = None,
    **details: Any,
) -> None:
    """Write down an act in the running transaction; ``details`` hold no personal value."""
    fields = _fields(action, register, row, {k: _plain(v) for k, v in details.items()})
    if account_id is not None:
        fields["account_id"] = account_id
    _pending(db.session()).append(fields)


@contextmanager
def folded(action: AuditAction, register: str) -> Iterator[Fields]:
    """Leave one entry for all that the unit of work changes meanwhile, such as an import.

    What is put into the yielded details is told; when nothing is put there, nothing is told.
    """
    session = db.session()
    details: Fields = {}
    before = session.info.get(FOLDED, False)
    session.flush()  # what was changed before keeps its own entries
    session.info[FOLDED] = True
    try:
        yield details
        session.flush()  # inside the fold, or the commit would tell row by row after all
    finally:
        session.info[FOLDED] = before
    if details:
        record(action, register, **details)


@dataclass(frozen=True)
class Change:
    """When a row was changed last, and who did it; nobody's name is the system's."""

    at: datetime
    account_id: int | None = None
    name: str | None = None


def last_change(row: Any) -> Change:
    """Return the last change of a stored row; who may read the row may read who changed it.

    What changed beside the row, such as a seat of a group, has a moment and no name here.
    """
    with unscoped("who answers for a change is named to whoever may read the row"):
        found = db.session.execute(
            select(AuditEntry.at, AuditEntry.account_id, Account.name)
            .outerjoin(Account, Account.id == AuditEntry.account_id)
            .where(AuditEntry.register == row.__tablename__, AuditEntry.row_id == row.id)
            .where(AuditEntry.at >= row.updated_at)
            .order_by(AuditEntry.id.desc())
            .limit(1)
        ).one_or_none()
    return Change(*found) if found else Change(row.updated_at)


def count() -> int:
    """Return how many entries the trail has."""
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def verify() -> list[str]:
    """Return what is wrong with the chain, one sentence a fault; an empty list is a whole chain."""
    faults: list[str] = []
    previous, expected, tip = GENESIS, 1, GENESIS
    with unscoped("the whole chain is read to verify it"):
        # The head comes first: entries that others add meanwhile lie behind it.
        head = db.session.execute(select(AuditHead.last_id, AuditHead.mac)).one_or_none()
        rows = db.session.execute(
            select(AuditEntry.__table__).order_by(AuditEntry.id), execution_options=_STREAM
        ).mappings()
        for row in rows:
            if row["id"] != expected:
                faults.append(_missing(expected, row["id"] - 1))
            # After a gap the link to the entry before is gone: only the gap is told.
            elif not hmac.compare_digest(row["mac"], _mac(previous, dict(row))):
                faults.append(str(_("Entry %(id)s was changed.", id=row["id"])))
            previous, expected = row["mac"], row["id"] + 1
            tip = previous if head is not None and row["id"] == head.last_id else tip
    return faults + _faults_of_head(head, expected - 1, tip)


def verify_end(count: int) -> list[str]:
    """Return what is wrong with the last links of the chain: quick, and not the whole of it."""
    faults: list[str] = []
    with unscoped("the end of the chain is read to verify it"):
        head = db.session.execute(select(AuditHead.last_id, AuditHead.mac)).one_or_none()
        asked = select(AuditEntry.__table__).order_by(AuditEntry.id.desc()).limit(count + 1)
        rows = [dict(row) for row in db.session.execute(asked).mappings()][::-1]
    if head is None or not rows:
        return _faults_of_head(head, 0, GENESIS)
    if rows[0]["id"] == 1:
        rows.insert(0, {"id": 0, "mac": GENESIS})
    for before, row in pairwise(rows):
        if row["id"] != before["id"] + 1:
            faults.append(_missing(before["id"] + 1, row["id"] - 1))
        elif not hmac.compare_digest(row["mac"], _mac(before["mac"], row)):
            faults.append(str(_("Entry %(id)s was changed.", id=row["id"])))
    tips = {row["id"]: row["mac"] for row in rows}
    return faults + _faults_of_head(head, rows[-1]["id"], tips.get(head.last_id, GENESIS))


def _faults_of_head(head: Any, last_id: int, tip: str) -> list[str]:
    if head is None:
        return [str(_("The head of the chain is missing."))]
    if head.last_id > last_id:
        return [_missing(last_id + 1, head.last_id)]
    if head.mac != tip:
        return [str(_("The head of the chain was changed."))]
    return []


_STREAM = {"yield_per": BATCH}


def _missing(first: int, last: int) -> str:
    return str(_("Entries %(first)s to %(last)s are missing.", first=first, last=last))


def _pending(session: Session) -> list[Fields]:
    pending: list[Fields] = session.info.setdefault(PENDING, [])
    return pending


def _fields(action: AuditAction, register: str, row: Any, changes: Fields) -> Fields:
    place = row if row is not None else object()
    return {
        "at": clock.utc_now(),
        "account_id": actor_id(),
        "action": action,
        "register": register,
        "row_id": getattr(row, "id", None),
        "station_id": row.id if register == "stations" and row else _at(place, "station_id"),
        "township_id": _at(place, "township_id"),
        "county_id": _at(place, "county_id"),
        "prefecture_id": _at(place, "prefecture_id"),
        "changes": changes,
    }


def _at(row: object, name: str) -> int | None:
    value = getattr(row, name, None)
    return value if isinstance(value, int) else None


def _changes(row: Audited) -> Fields:
    """Return what a flush changed: old and new, or that a personal value changed."""
    state = inspect(row)
    changed: Fields = {}
    for attribute in state.mapper.column_attrs:
        new, _same, old = state.attrs[attribute.key].history
        if (new or old) and [*old] != [*new]:
            hidden = attribute.key in row.audit_hides
            changed[attribute.key] = HIDDEN if hidden else [_plain(v) for v in (*old, *new)]
    changed.pop("updated_at", None)
    return changed


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _written(session: Session) -> Iterator[Fields]:
    for action, rows in (
        (AuditAction.CREATE, session.new),
        (AuditAction.UPDATE, session.dirty),
        (AuditAction.DELETE, session.deleted),
    ):
        for row in rows:
            if not isinstance(row, Audited):
                continue
            changes = {} if action is AuditAction.DELETE else _changes(row)
            if changes or action is not AuditAction.UPDATE:
                yield _fields(action, row.__tablename__, row, changes)


@event.listens_for(db.session, "after_flush")
def _note_changes(session: Session, _context: Any) -> None:
    if session.info.get(FOLDED):
        return
    # After the flush new rows have their ids and the old values are still at hand.
    _pending(session).extend(_written(session))


# Said once: they end every write.
_HEAD: Any = AuditHead.__table__
_LINKS: Any = AuditEntry.__table__
_HEAD_LOCKED = select(_HEAD.c.last_id, _HEAD.c.mac).with_for_update()
_HEAD_MOVED = update(_HEAD).values(last_id=bindparam("last"), mac=bindparam("tip"))
_LINKED = insert(_LINKS)


@event.listens_for(db.session, "before_commit")
def _chain(session: Session) -> None:
    session.flush()
    pending = _pending(session)
    if not pending:
        return
    connection = session.connection()
    last_id, previous = connection.execute(_HEAD_LOCKED).one()
    for fields in pending:
        last_id += 1
        fields["id"] = last_id
        fields["mac"] = previous = _mac(previous, fields)
    connection.execute(_LINKED, pending)
    connection.execute(_HEAD_MOVED, {"last": last_id, "tip": previous})
    pending.clear()


@event.listens_for(db.session, "after_soft_rollback")
def _forget(session: Session, _previous: Any) -> None:
    _pending(session).clear()


CHAINED = (
    "id", "at", "account_id", "action", "register", "row_id", "station_id", "township_id",
    "county_id", "prefecture_id", "changes",
)  # fmt: skip


def _mac(previous: str, fields: Mapping[str, Any]) -> str:
    told = {name: _canonical(fields[name]) for name in CHAINED}
    text = json.dumps([previous, told], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(keyring().trail_of(fields["id"]), text.encode(), sha256).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value.value if isinstance(value, Enum) else value

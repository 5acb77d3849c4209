"""The history of a station in the words of the screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from admin_app.services.places import history
from admin_app.services.places.history import Change
from models import AuditAction, AuditEntry, Station

from . import formats, trail
from .trail import Told
from .web.requests import access

LATEST, MOST = 6, 200
# A week is kept as a dozen rows at once, and told as one change.
ROWS_A_LINE = 20
# What the office counts for itself, and where the station lies anyway.
UNTOLD = frozenset({
    "id", "version", "last_roll", "last_certificate", "created_at", "updated_at", "station_id",
    "township_id", "county_id", "prefecture_id",
})  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One change: when, by whom, of what; the facts of the station, or rows that hang on it."""

    at: str
    who: str
    what: str
    act: str
    facts: list[Told] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


def lines(station: Station, most: int) -> list[Line]:
    """Return the changes worth telling, the latest first; nothing for whom they are not."""
    if not access().reaches("stations:history", station):
        return []
    found = history.of(station, most=most * ROWS_A_LINE, access=access())
    begun = {_row(c.entry): c.entry for c in found if c.entry.action is AuditAction.CREATE}
    told = [_line(list(group), begun) for _same, group in groupby(found, key=_act)]
    return [line for line in told if line.facts or line.rows][:most]


def _act(change: Change) -> tuple[Any, ...]:
    entry = change.entry
    own = entry.id if entry.register == "stations" else None
    return formats.moment(entry.at), entry.account_id, entry.register, entry.action, own


def _line(changes: Sequence[Change], begun: dict[Any, AuditEntry]) -> Line:
    entry = changes[0].entry
    head = (
        formats.moment(entry.at),
        changes[0].name or "",
        formats.register(entry.register),
        formats.plain(entry.action),
    )
    if entry.register == "stations":
        return Line(*head, facts=[fact for fact in trail.told(entry, UNTOLD) if _tells(fact)])
    return Line(*head, rows=[_named(change.entry, begun) for change in reversed(changes)])


def _tells(fact: Told) -> bool:
    return bool(fact.before) or fact.now != trail.NOWHERE


def _named(entry: AuditEntry, begun: dict[Any, AuditEntry]) -> str:
    """Write a row in one line: by what it was when it was listed, and what changed in it."""
    first = begun.get(_row(entry))
    words = " ".join(f.now for f in trail.told(first, UNTOLD) if _tells(f)) if first else ""
    if entry.action is not AuditAction.UPDATE:
        return words or f"{entry.row_id}"
    changed = [f"{f.label} {f.before} → {f.now}" for f in trail.told(entry, UNTOLD)]
    return f"{words} ({formats.labels(changed)})"


def _row(entry: AuditEntry) -> tuple[str, int | None]:
    return entry.register, entry.row_id

"""The sheet of one's own data: all that a station keeps about a person, at his own request.

It is taken from the tables themselves, so that a register that comes later is on it by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import inspect, or_, select

from admin_app.policy import Access, unscoped
from admin_app.services import audit
from models import (
    AuditAction,
    AuditEntry,
    DomainError,
    Model,
    NameGram,
    Objection,
    Objector,
    Person,
    Volunteer,
    db,
)

from .seen import Look, looks

MOST_PURPOSE, LEAST_PURPOSE = 200, 4
_NUMBER = re.compile(r"\d{7}")
# Kept to find or to check by, and no news about anybody; papers are printed from their register.
WITHOUT = ("_hash", "_masked", "updated_at", "name_key", "version", "stored_as", "mac", "sha256")
# What opens an account is its owner's alone, and not whoever's who hands the sheet out.
SECRETS = frozenset({"totp_secret", "totp_step"})
STRANGER = frozenset({"objector_name", "contact", "contact_masked"})
# Pieces of the name for searching, and the trail, which names nobody.
NOT_TOLD = (NameGram, AuditEntry)


@dataclass(frozen=True)
class Kept:
    """One row that is kept about the person: its table, and each column that says something."""

    table: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """Everything that one station keeps about one person, and who looked at it."""

    volunteer: Volunteer
    rows: tuple[Kept, ...]
    seen: tuple[Look, ...]

    def told(self) -> dict[str, Any]:
        """Return it as plain values, for a file."""
        kept: dict[str, list[dict[str, Any]]] = {}
        for row in self.rows:
            kept.setdefault(row.table, []).append(row.values)
        seen = [
            {"at": look.at.isoformat(), "by": look.by, "act": look.act.value, "whole_list":
             look.is_whole_list}
            for look in self.seen
        ]  # fmt: skip
        return {"number": self.volunteer.number, "kept": kept, "seen": seen}


def sheet(volunteer: Volunteer, purpose: str, *, access: Access | None) -> Sheet:
    """Return all that the station keeps, numbers in clear, and leave a trace; the caller commits.

    Raises ``DomainError`` without a purpose: that the person asked, when and how.
    """
    if access is not None:
        access.require("volunteers:own_data", volunteer)
    why = " ".join(purpose.split())
    if not LEAST_PURPOSE <= len(why) <= MOST_PURPOSE:
        raise DomainError(_("Say who asked for it, when and how: in 4 to 200 signs."))
    if _NUMBER.search(why):
        raise DomainError(_("Leave numbers of persons out: the purpose stands in the trail."))
    audit.record(AuditAction.SHOW, Volunteer.__tablename__, row=volunteer, purpose=why)
    with unscoped("a person is told all that this station keeps about him"):
        db.session.flush()  # the sheet tells of itself, too
        rows = tuple(_rows(volunteer))
    return Sheet(volunteer, rows, looks(volunteer))


def _rows(volunteer: Volunteer) -> Iterator[Kept]:
    models = [mapper.class_ for mapper in Model.registry.mappers]
    models.sort(key=lambda model: (model not in (Person, Volunteer), model.__tablename__))
    for model in models:
        if (condition := _about(model, volunteer)) is not None:
            for row in db.session.scalars(select(model).where(condition)).unique():
                yield Kept(model.__tablename__, _values(row))


def _about(model: type[Model], volunteer: Volunteer) -> Any:
    """Return the condition for a table's rows about the person at this station, if it has any."""
    if model in NOT_TOLD:
        return None
    table: Any = model.__table__
    if model is Person:
        return table.c.id == volunteer.person_id
    if model is Volunteer:
        return table.c.id == volunteer.id
    ours = [
        key.parent == number
        for key in sorted(table.foreign_keys, key=lambda key: str(key.parent))
        for target, number in (
            (Volunteer.__table__.c.id, volunteer.id),
            (Person.__table__.c.id, volunteer.person_id),
        )
        if key.column is target
    ]
    if not ours:
        return None
    condition = or_(*ours)
    # What another station keeps, that station tells.
    return (
        condition & (table.c.station_id == volunteer.station_id)
        if "station_id" in table.c
        else condition
    )


def _values(row: Model) -> dict[str, Any]:
    mapper = inspect(type(row))
    # Who else objected to something of the person's is to be reached by the station alone.
    is_strange = isinstance(row, Objection) and row.objector is not Objector.VOLUNTEER
    kept_back = SECRETS | (
        {"objector_name", "contact", "contact_masked"} if is_strange else frozenset()
    )
    return {
        attribute.key: _plain(value)
        for attribute in mapper.column_attrs
        if not attribute.key.endswith(WITHOUT)
        and attribute.key not in kept_back
        and (value := getattr(row, attribute.key)) not in (None, "")
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes"  # a stored paper: printed again from its register
    return value

"""The list of divisions: loading the national codes and finding one's way in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, select

from admin_app.services import audit
from models import PREFIX_LENGTH, AuditAction, Division, DomainError, Level, db

SHIPPED = Path(__file__).parents[2] / "data" / "divisions.csv"
CODE_LENGTH = 12
HEADINGS = {"code", "name", "level", "parent_code"}
# A community counts from before the first founding document unless somebody says otherwise.
COUNTED_SINCE = date(2018, 1, 1)
# The last three digits: residents' committees and villages count, statistical units do not.
COUNTED = range(1, 400)
AREAS = {
    Level.PREFECTURE: "prefecture_id",
    Level.COUNTY: "county_id",
    Level.TOWNSHIP: "township_id",
}


@dataclass(frozen=True)
class Line:
    """One line of a list of divisions."""

    code: str
    name: str
    level: Level
    parent_code: str


def read(text: str) -> list[Line]:
    """Read a CSV of ``code,name,level,parent_code``; raises ``DomainError`` naming the line."""
    table = csv.DictReader(io.StringIO(text))
    if not set(table.fieldnames or ()) >= HEADINGS:
        raise DomainError(
            _("The first line of the list must name code, name, level and parent_code.")
        )
    return [_line(number, row) for number, row in enumerate(table, start=2)]


def decode(content: bytes) -> str:
    """Return the text of a list saved as UTF-8, with or without a mark, or as GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DomainError(_("The list is neither UTF-8 nor GB18030: save it as one of them."))


def load(lines: Iterable[Line], *, sha256: str = "") -> tuple[int, int]:
    """Add the divisions that are new and rename those that changed; return both counts.

    The trail keeps one entry, with the hash of the file. A division whose parent is neither in
    the list nor stored raises ``DomainError``.
    """
    added: list[str] = []
    renamed: list[str] = []
    known = {d.code: d for d in db.session.scalars(select(Division))}
    with audit.folded(AuditAction.IMPORT, Division.__tablename__) as told:
        ordered = sorted(lines, key=lambda line: (PREFIX_LENGTH[line.level], line.code))
        for level, peers in groupby(ordered, key=lambda line: line.level):
            new: dict[str, Division] = {}
            for line in peers:
                division = known.get(line.code) or new.get(line.code)
                if division is None:
                    new[line.code] = _below(known, line)
                elif division.name != line.name:
                    division.name = line.name
                    renamed.append(line.code)
            _add(new.values(), level)
            known |= new
            added += new
        if added or renamed:
            told.update(added=len(added), renamed=renamed, sha256=sha256)
    return len(added), len(renamed)


@cache
def shipped() -> tuple[Line, ...]:
    """Return the list that comes with the office: the divisions of both prefectures."""
    return tuple(read(decode(SHIPPED.read_bytes())))


def by_code(code: str) -> Division:
    """Return the division of a 12-digit code; raises ``DomainError`` when there is none."""
    found = db.session.scalar(select(Division).where(Division.code == code))
    if found is None:
        raise DomainError(_("There is no division with the code %(code)s.", code=code))
    return found


def lineage(division: Division) -> Iterator[Division]:
    """Yield a division and everything above it, the nearest first."""
    here: Division | None = division
    while here is not None:
        yield here
        here = here.parent


def inside(place: Division, columns: Any = Division) -> ColumnElement[bool]:
    """Return the condition for the divisions that a place is or holds."""
    if place.level in AREAS:
        held: ColumnElement[bool] = getattr(columns, AREAS[place.level]) == place.id
        return held
    if place.level is Level.COMMUNITY:
        return and_(columns.id == place.id)
    return and_(columns.code.startswith(place.prefix, autoescape=True))


def _line(number: int, row: dict[str, str]) -> Line:
    code = (row["code"] or "").strip()
    if len(code) != CODE_LENGTH or not code.isascii() or not code.isdigit():
        raise DomainError(
            _("Line %(number)s: a division's code has 12 digits, not “%(code)s”.",
              number=number, code=code)
        )  # fmt: skip
    try:
        level = Level(row["level"])
    except ValueError as exc:
        raise DomainError(
            _("Line %(number)s: “%(level)s” is no level of divisions.",
              number=number, level=row["level"])
        ) from exc  # fmt: skip
    return Line(code, row["name"].strip(), level, (row["parent_code"] or "").strip())


def _below(known: Mapping[str, Division], line: Line) -> Division:
    parent = known.get(line.parent_code)
    if parent is None and line.parent_code:
        raise DomainError(
            _("Division %(code)s: its parent %(parent)s is not in the list.",
              code=line.code, parent=line.parent_code)
        )  # fmt: skip
    division = Division(code=line.code, name=line.name, level=line.level)
    if line.level is Level.COMMUNITY and int(line.code[-3:]) in COUNTED:
        division.community_since = COUNTED_SINCE
    if parent is not None:
        division.parent_id = parent.id
        for area in AREAS.values():
            setattr(division, area, getattr(parent, area))
    return division


def _add(divisions: Iterable[Division], level: Level) -> None:
    db.session.add_all(divisions)
    db.session.flush()  # its own number is one of its areas
    if level in AREAS:
        for division in divisions:
            setattr(division, AREAS[level], division.id)

"""The sheet of one's own data on paper (个人信息查阅单), in the words of the screens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services.paper.render import MAX_ROWS, MAX_TEXT, Paper, render
from models import Office, Volunteer, db

TEMPLATE = "own_data"
Row = Sequence[tuple[str, str]]
Part = tuple[str, Sequence[Row]]


def paper(volunteer: Volunteer, parts: Sequence[Part], seen: Sequence[str], *, on: date) -> Paper:
    """Return the sheet as a PDF; a demo's says 样张."""
    with unscoped("whether this office is a demo"):
        is_demo = db.session.scalar(select(Office.is_demo))
    told = values(volunteer, parts, seen, on=on)
    return render(TEMPLATE, told, sample=bool(is_demo))


def values(
    volunteer: Volunteer, parts: Sequence[Part], seen: Sequence[str], *, on: date
) -> dict[str, Any]:
    """Return the plain values the sheet prints: long words in pieces, long registers in parts."""
    return {
        "name": volunteer.person.name,
        "number": volunteer.number,
        "station": volunteer.station.name,
        "on": on.isoformat(),
        "parts": [
            [title, [[[label, _pieces(words)] for label, words in row] for row in rows]]
            for title, rows in _shorter(parts)
        ],
        "seen": [_pieces(line) for line in seen[:MAX_ROWS]],
    }


def _shorter(parts: Sequence[Part]) -> Iterator[Part]:
    for title, rows in parts:
        for first in range(0, len(rows), MAX_ROWS):
            yield title, rows[first : first + MAX_ROWS]


def _pieces(words: str) -> list[str]:
    return [words[first : first + MAX_TEXT] for first in range(0, len(words), MAX_TEXT)] or [""]

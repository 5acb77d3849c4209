"""Lettering for the wall: headlines of even lines, and text with even margins.

WeasyPrint widens only the spaces of a line, and Chinese has none. So a space of no width stands at
every joint where a line may break: never before a closing sign, never after an opening one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil
from typing import Any

LONGEST_RUN = 200  # characters that paper takes in one value
LONGEST_PIECE = 40  # of a word or address without any joint
MM_A_POINT = 25.4 / 72
# Room that a letter of a headline takes: itself and the tracking after it.
TRACKED = 1.12
NARROW = 0.56
LEAST_LEFT = 3  # letters of a paragraph's last line

_CLOSING = "，。、；：！？）】》〉」』”’…—％·,.;:!?)]}%"
_OPENING = "（【《〈「『“‘([{"
_FIRST_WIDE = 0x2E80
_NUMERAL = "[一二三四五六七八九十百]+"
_MARKS = (
    re.compile(rf"第{_NUMERAL}[章节条](?:\s|　)*"),
    re.compile(rf"{_NUMERAL}、"),
    re.compile(rf"（{_NUMERAL}）、?"),
    re.compile(r"\d{1,2}[.．、](?!\d)\s*"),
    re.compile(r"[（(]\d{1,2}[）)]"),
)


def headline(text: str, *, width: float, largest: float, smallest: float) -> dict[str, Any]:
    """Return the lines of a headline and their size in points; one line if a size allows it."""
    wanted = breadth(text) * TRACKED * MM_A_POINT
    size = min(largest, max(smallest, width / wanted if wanted else largest))
    count = max(1, ceil(wanted * size / width - 0.001))
    return {"size": round(size, 1), "lines": even(text, count)}


def breadth(text: str) -> float:
    """Return how many square letters wide a text is, about."""
    return sum(NARROW if ord(sign) < _FIRST_WIDE and sign not in "“”‘’—…" else 1 for sign in text)


def wrapped(text: str, width: float) -> list[str]:
    """Return a text in lines of at most so many square letters, for drawings."""
    lines, line = list[str](), ""
    for piece in pieces(text):
        if line and breadth(line + piece.rstrip()) > width:
            lines.append(line.strip())
            line = ""
        line += piece
    return [*lines, line.strip()] if line.strip() else lines


def paragraphs(text: str) -> list[dict[str, Any]]:
    """Return the paragraphs of a typed text: its number if it has one, how deep, and the words.

    The first kind of number that occurs is the outer one. ``indent`` is the room, in letters, that
    the longest number of a depth needs.
    """
    lines = [line.strip() for line in text.splitlines()]
    told = [_numbered(line) for line in lines if line]
    kinds = [kind for kind, _mark, _rest in told if kind is not None]
    room: dict[int, float] = {}
    for kind, mark, _rest in told:
        if kind is not None:
            depth = int(kind != kinds[0])
            room[depth] = max(room.get(depth, 0), round(breadth(mark) + 0.05, 2))
    return [
        {
            "mark": mark,
            "depth": None if kind is None else int(kind != kinds[0]),
            "indent": 0 if kind is None else room[int(kind != kinds[0])],
            **body(rest),
        }
        for kind, mark, rest in told
    ]


def body(text: str) -> dict[str, Any]:
    """Return the words of a paragraph with their joints, and what its last line has at least.

    ``runs`` are as long as paper takes; no line may break within ``tail``.
    """
    told = [piece for piece in pieces(" ".join(text.split())) if piece != " "]
    tail = ""
    while told and breadth(tail) < LEAST_LEFT:
        tail = told.pop() + tail
    whole = "".join(f"{piece} " for piece in told)
    runs = [whole[at : at + LONGEST_RUN] for at in range(0, len(whole), LONGEST_RUN)]
    return {"runs": runs, "tail": tail}


def pieces(text: str) -> Iterator[str]:
    """Yield what no line may break, in order."""
    piece = ""
    for sign in text:
        if piece and (_may_break(piece[-1], sign) or len(piece) == LONGEST_PIECE):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after in _CLOSING or before in _OPENING:
        return False
    return _is_wide(before) or _is_wide(after) or before == " "


def _is_wide(sign: str) -> bool:
    return ord(sign) >= _FIRST_WIDE or sign in "“”‘’—…"


def _numbered(line: str) -> tuple[int | None, str, str]:
    for kind, pattern in enumerate(_MARKS):
        if found := pattern.match(line):
            return kind, found[0].strip(), line[found.end() :]
    return None, "", line


def even(text: str, count: int) -> list[str]:
    """Return a text in so many lines of about the same width."""
    width = ceil(breadth(text) / count)
    lines = wrapped(text, width)
    while len(lines) > count:
        width += 1
        lines = wrapped(text, width)
    return lines

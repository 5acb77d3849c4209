"""Pages by their ends: a list of any length turns its pages at the cost of one.

A page is not "the 40,000th row and on" but "what comes after this row", so an index finds it
at once however deep it lies.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, null, or_, tuple_

AFTER, BEFORE = "after", "before"
# The execution option of a statement whose conditions name few rows by an index of their own.
FEW = "few_rows"
MAX_CURSOR = 400
# No row's number reaches it.
BEYOND = 2**31 - 1


@dataclass(frozen=True)
class Key:
    """One column of an order; the last key of every order is the row's own number."""

    column: Any
    descending: bool = False
    name: str = ""

    @property
    def is_day(self) -> bool:
        """Tell whether the key is a calendar day that one can jump to."""
        return self.column.type.python_type is date

    def ordered(self, *, backward: bool, found_first: bool = False) -> Any:
        """Return the column in its direction, or against it.

        ``found_first`` keeps SQLite from walking the whole order for a few rows it could look up.
        """
        column = func.coalesce(self.column, null()) if found_first else self.column
        return column.desc() if self.descending != backward else column.asc()

    def read(self, value: Any) -> Any:
        """Return a value of a cursor in the column's own type; raises ``ValueError``."""
        kind = self.column.type.python_type
        if kind is datetime or kind is date:
            return kind.fromisoformat(value)
        if issubclass(kind, Enum):
            return kind(value)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise ValueError(value)  # noqa: TRY004  # a cursor somebody changed
        return value


@dataclass(frozen=True)
class Cursor:
    """The end of a page, and the side on which the next one lies."""

    side: str
    values: tuple[Any, ...]

    def text(self) -> str:
        """Write the cursor for an address."""
        plain = [_plain(value) for value in self.values]
        return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def read(side: str, text: str, keys: Sequence[Key]) -> Cursor | None:
    """Return the cursor of an address, or None for one that fits no page of this order."""
    if not text or len(text) > MAX_CURSOR:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(keys):
            return None
        return Cursor(side, tuple(key.read(v) for key, v in zip(keys, values, strict=True)))
    except (ValueError, TypeError):
        return None


def from_day(text: str, order: Sequence[Key]) -> Cursor | None:
    """Return the cursor from which a list ordered by a day goes on at that day, or None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    first, *rest = order
    if not first.is_day or len(rest) != 1:
        return None
    return Cursor(AFTER, (day, BEYOND if first.descending else 0))


def page(found: Select[Any], keys: Sequence[Key], cursor: Cursor | None, size: int) -> Select[Any]:
    """Return the statement of one page and one row more, in reading order or against it."""
    return rest(found, keys, cursor).limit(size + 1)


def rest(found: Select[Any], keys: Sequence[Key], cursor: Cursor | None) -> Select[Any]:
    """Return the statement of all that lies beyond a cursor, in reading order or against it."""
    backward = cursor is not None and cursor.side == BEFORE
    if cursor is not None:
        found = found.where(_beyond(keys, cursor.values, backward=backward))
    few = bool(found.get_execution_options().get(FEW))
    return found.order_by(*(key.ordered(backward=backward, found_first=few) for key in keys))


def _beyond(keys: Sequence[Key], values: Sequence[Any], *, backward: bool) -> ColumnElement[bool]:
    falling = {key.descending != backward for key in keys}
    if len(falling) == 1:
        # A comparison of rows is one range of the index.
        row, end = tuple_(*(key.column for key in keys)), tuple_(*values)
        return row < end if falling.pop() else row > end
    steps = []
    for place, (key, value) in enumerate(zip(keys, values, strict=True)):
        same = [k.column == v for k, v in zip(keys[:place], values, strict=False)]
        past = key.column < value if key.descending != backward else key.column > value
        steps.append(and_(*same, past))
    return or_(*steps)

"""What a register declares: columns to show, fields to fill in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Enum, Integer, inspect

LIST, DETAILS, EXPORT = "list", "details", "export"
EVERYWHERE = (LIST, DETAILS, EXPORT)
BEYOND_LIST = (DETAILS, EXPORT)


@dataclass(frozen=True)
class Column:
    """One column of a register, said once for the list, the details and the export.

    ``name`` is a path from the row, such as ``person.name``; ``show`` writes the value, by
    default plainly; only a column with ``sort`` can order the list; one with ``whole`` is never
    cut short there.
    """

    name: str
    label: Any
    show: Callable[[Any], str] | None = None
    on: tuple[str, ...] = EVERYWHERE
    sort: bool = False
    whole: bool = False


@dataclass(frozen=True, eq=False)
class ShownColumn:
    """A column as the list lays it out: its place among the cells, its heading, its manner."""

    place: int
    name: str
    label: Any
    sortable: bool
    counted: bool
    toned: bool
    whole: bool

    def in_words(self) -> ShownColumn:
        """Return the column with its heading in the language of the page, said once a page."""
        return replace(self, label=str(self.label))

    @classmethod
    def of(cls, model: Any, place: int, column: Column) -> ShownColumn:
        """Return how a declared column is laid out; numbers stand flush right, states are chips."""
        kept = inspect(model).columns.get(column.name)
        kind = getattr(kept, "type", None)
        return cls(
            place,
            column.name,
            column.label,
            column.sort,
            counted=isinstance(kind, Integer) and not kept.foreign_keys,
            toned=isinstance(kind, Enum) and column.name == "state",
            whole=column.whole,
        )


@dataclass(frozen=True)
class Field:
    """One field of a form; ``help`` says what is asked and names the rule that asks it."""

    name: str
    label: Any
    help: Any = ""
    wide: bool = False
    # Shown when a row is opened, never when it is edited.
    once: bool = False
    # What a new row begins with, such as today; never a related row.
    begins: Callable[[], Any] | None = None
    # “Save and add another” carries it over to the next row.
    kept: bool = False


@dataclass(frozen=True)
class Section:
    """Fields that belong together under one heading."""

    title: Any
    fields: tuple[Field, ...]

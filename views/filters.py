"""Filters: what narrows a list, and survives in its address."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_admin.model.filters import BaseFilter
from flask_babel import lazy_gettext as _

from models import Choice

from .lookups import containing

MAX_WORDS = 50


class Filter(BaseFilter):
    """One condition on one column; ``key`` names it in the address in every language."""

    control = "text"

    def __init__(self, key: str, label: Any, column: Any) -> None:
        super().__init__(label)
        self.key, self.column = key, column

    def condition(self, value: str) -> Any:
        """Return the SQL condition; raises ``ValueError`` for a value that makes none."""
        raise NotImplementedError

    def validate(self, value: str) -> bool:
        """Tell whether the value makes a condition."""
        try:
            self.condition(value)
        except ValueError:
            return False
        return True

    def operation(self) -> Any:
        """Return the word between column and value; the label says it all."""
        return ""


class Is(Filter):
    """The column is one of a closed list of words."""

    control = "choice"

    def __init__(self, key: str, label: Any, column: Any, choices: type[Choice]) -> None:
        super().__init__(key, label, column)
        self.choices = choices

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for an unknown word."""
        return self.column == self.choices(value)


class Since(Filter):
    """The day is this one or later."""

    control = "date"

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for no day."""
        return self.column >= date.fromisoformat(value)


class Until(Filter):
    """The day is this one or earlier."""

    control = "date"

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for no day."""
        return self.column <= date.fromisoformat(value)


class Contains(Filter):
    """The text contains these words; ``through`` names the relations on the way to it."""

    def __init__(self, key: str, label: Any, column: Any, through: tuple[Any, ...] = ()) -> None:
        super().__init__(key, label, column)
        self.through = through

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for too long a text."""
        if not value.strip() or len(value) > MAX_WORDS or "\x00" in value:
            raise ValueError(value)
        found = containing(self.column, value.strip())
        for relation in reversed(self.through):
            found = relation.has(found)
        return found


def between(name: str, label: Any, column: Any) -> tuple[Filter, Filter]:
    """Return the two filters of a day: from and until, both included."""
    return (
        Since(f"{name}_since", _("%(column)s from", column=label), column),
        Until(f"{name}_until", _("%(column)s until", column=label), column),
    )

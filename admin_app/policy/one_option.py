"""All conditions of a scope as one option of a statement, told to its cache by a short name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from sqlalchemy import BindParameter
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql._util_cy import anon_map

# Scopes of one form differ in their values alone, and share the statements that were compiled.
_FORMS: dict[Any, int] = {}
_numbers = count(1)


class Together(CriteriaOption):
    """Some ``with_loader_criteria`` that always go together.

    A statement is looked up in the cache by the text of all its options: with one for each register
    that takes ten times as long as the query. Here it is written once; a statement is then known by
    the number of that text and the values in it.
    """

    propagate_to_loaders = True

    def __init__(self, options: Sequence[LoaderCriteriaOption]) -> None:
        self._options = tuple(options)
        self._values: list[BindParameter[Any]] = []
        names = anon_map()
        form = tuple(option._gen_cache_key(names, self._values) for option in self._options)
        self._form = _FORMS.setdefault(form, next(_numbers))

    def _gen_cache_key(self, _names: Any, values: list[BindParameter[Any]]) -> tuple[Any, ...]:
        values.extend(self._values)
        return (type(self), self._form)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        """Hand every condition to a statement that is being compiled."""
        for option in self._options:
            option.get_global_criteria(attributes)

    def process_compile_state(self, compile_state: Any) -> None:
        """Do the same by the statement's state."""
        self.get_global_criteria(compile_state.global_attributes)

    def process_compile_state_replaced_entities(self, compile_state: Any, _entities: Any) -> None:
        """Do the same for a statement whose columns were exchanged."""
        self.process_compile_state(compile_state)

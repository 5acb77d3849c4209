"""Look-ups: choosing a related row by typing, within one's own reach."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from flask import url_for
from flask_admin.model.ajax import AjaxModelLoader
from markupsafe import Markup, escape
from sqlalchemy import BigInteger, Select, bindparam, case, or_, select
from sqlalchemy.orm import aliased, joinedload

from admin_app.services.people import names
from admin_app.services.places import divisions
from models import Division, Level, db

MOST = 20
PATH = 3
ABOVE = (Level.TOWNSHIP, Level.COUNTY, Level.PREFECTURE)
_PARENTS = joinedload(Division.parent).joinedload(Division.parent).joinedload(Division.parent)
MAX_KEY, MAX_BIG_KEY = 2**31 - 1, 2**63 - 1


def key(value: Any, model: Any = None) -> int | None:
    """Return a typed primary key of a model, or None for what can be none on any engine."""
    try:
        number = int(str(value))
    except ValueError:
        return None
    is_big = model is not None and isinstance(model.id.type, BigInteger)
    return number if 0 < number <= (MAX_BIG_KEY if is_big else MAX_KEY) else None


NUMBER_SIGNS = frozenset("0123456789-")


def is_number(words: str) -> bool:
    """Tell whether the words can only be a part of a roll number or a certificate's number."""
    return set(words) <= NUMBER_SIGNS


def containing(column: Any, words: str) -> Any:
    """Return the condition that a text column contains words, taken literally."""
    return column.icontains(words, autoescape=True)


class Lookup(AjaxModelLoader):
    """Rows of one model, found by some of its text columns; the session scopes them.

    ``join`` names relations that the searched columns need; ``only`` narrows the choice;
    ``matching`` writes the condition for some words where an index knows better; ``fills`` names
    other fields of the form with what the chosen row suggests for them, while they are empty;
    ``load`` names relations that are read together with the chosen row.
    """

    def __init__(
        self, model: Any, by: tuple[Any, ...], *, join: tuple[Any, ...] = (),
        only: Callable[[], Any] | None = None, order: tuple[Any, ...] = (),
        matching: Callable[[str], Any] | None = None,
        fills: Callable[[Any], dict[str, str]] | None = None, load: tuple[Any, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__("", {})
        self.model, self.by, self.join, self.fills = model, by, join, fills
        self.matching = matching or self._containing
        self.only, self.order = only, order or (model.id,)
        self.load = [joinedload(relation) for relation in load]

    def format(self, model: Any) -> tuple[int, str] | None:
        """Return key and words of a row."""
        return (model.id, str(model)) if model is not None else None

    def offer(self, row: Any) -> list[Any]:
        """Return what the browser is told of a row: key, words, and what they fill in."""
        return [*(self.format(row) or ()), *([self.fills(row)] if self.fills else [])]

    def get_one(self, pk: Any) -> Any:
        """Return the row of a key if it is within reach and may be chosen."""
        number = key(pk, self.model)
        if number is None:
            return None
        with db.session.no_autoflush:
            chosen = self._one.where(self.only()) if self.only else self._one
            return db.session.scalar(chosen, {"number": number})

    def get_list(self, query: str, offset: int = 0, limit: int = MOST) -> list[Any]:
        """Return at most twenty rows in which some searched column contains the words."""
        found = self._choices()
        for words in (query or "").split()[:5]:
            found = found.where(self.matching(words))
        page = max(0, min(offset or 0, 10_000))
        found = found.order_by(*self.order).limit(max(1, min(limit or MOST, MOST))).offset(page)
        return list(db.session.scalars(found).unique())

    def _containing(self, words: str) -> Any:
        return or_(*(containing(column, words) for column in self.by))

    @cached_property
    def _one(self) -> Select[Any]:
        """The row of a ``number``: asked by every save of a form, so it is said once."""
        return self._all.where(self.model.id == bindparam("number")).options(*self.load)

    @cached_property
    def _all(self) -> Select[Any]:
        every = select(self.model)
        for relation in self.join:
            every = every.join(relation)
        return every

    def _choices(self) -> Select[Any]:
        return self._all.where(self.only()) if self.only else self._all


class DivisionLookup(Lookup):
    """Divisions found by name, code or pinyin initials, each shown with what it lies in.

    One word must be in the division's own name or code; the others may say where it lies.
    """

    def __init__(self, *, only: Callable[[], Any]) -> None:
        super().__init__(Division, (Division.name, Division.code), only=only,
                         order=(Division.code,))  # fmt: skip

    def format(self, model: Any) -> tuple[int, str] | None:
        """Return key and path of a division, the nearest first: 甘来村 · 界炮镇 · 遂溪县."""
        if model is None:
            return None
        path = [place.name for place in divisions.lineage(model) if place.level != Level.PROVINCE]
        return model.id, " · ".join(path[:PATH]) or model.name

    def get_list(self, query: str, offset: int = 0, limit: int = MOST) -> list[Any]:
        """Return at most twenty divisions that the words name."""
        words = (query or "").split()[:5]
        found = self._choices().options(_PARENTS)
        if words:
            found = found.where(or_(*(self._named(Division, word) for word in words)))
        for word in words:
            layers = [aliased(Division) for _level in ABOVE]
            inside = [
                getattr(Division, f"{level}_id").in_(
                    select(layer.id).where(self._named(layer, word), layer.level == level)
                )
                for level, layer in zip(ABOVE, layers, strict=True)
            ]
            found = found.where(or_(self._named(Division, word), *inside))
        if words:
            found = found.order_by(
                case((Division.name.startswith(words[0], autoescape=True), 0), else_=1)
            )
        page = max(0, min(offset or 0, 10_000))
        found = found.order_by(Division.code).limit(max(1, min(limit or MOST, MOST))).offset(page)
        return list(db.session.scalars(found).unique())

    @staticmethod
    def _named(layer: Any, word: str) -> Any:
        if word.isascii() and word.isalpha():
            return layer.id.in_(_with_initials(word.lower()))
        return or_(containing(layer.name, word), layer.code.startswith(word, autoescape=True))


def _with_initials(letters: str) -> list[int]:
    # Some thousand names, whose initials are worked out once: no column is needed for them.
    every = db.session.execute(select(Division.id, Division.name))
    return [id_ for id_, name in every if _initials(name).startswith(letters)]


@lru_cache(maxsize=1 << 16)
def _initials(name: str) -> str:
    return names.initials(name)


class LookupWidget:
    """A select that the browser turns into a search field; without scripts it keeps its value."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        """Render the field with the row it holds as the one option."""
        chosen = field.loader.format(field.data)
        options = Markup("<option value=''></option>") if field.allow_blank or not chosen else ""
        if chosen:
            options += Markup("<option value='{}' selected>{}</option>").format(*chosen)
        endpoint = attributes.pop("endpoint")
        source = url_for(endpoint, name=field.loader.name)
        given = Markup(" ").join(
            Markup("{}='{}'").format(name, value) if value is not True else escape(name)
            for name, value in attributes.items()
            if value is not False
        )
        return Markup("<select name='{}' data-lookup='{}' {}>{}</select>").format(
            field.name, source, given, options
        )

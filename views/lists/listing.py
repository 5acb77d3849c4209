"""The list of one register: page ids first, then just the values that the page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, inspect, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression

from admin_app.policy import unscoped, visible
from admin_app.policy.scopes import PLACE_COLUMNS
from models import Station, db, engine
from views.columns import Column

from . import keyset, spelling
from .dumps import Dump
from .keyset import AFTER, BEFORE, Cursor, Key

COUNT_CAP = 10_000
# The first rows leave at once; after that a longer window costs less a row.
FIRST_WINDOW = 200
WINDOW = 5_000
# Said once: the statements below carry visible() themselves and need it no second time.
SCOPED = "the statement carries its own scope"

# By the number of a row and the name of a column: what is reckoned and stands in no column.
Reckoned = Mapping[int, Mapping[str, str]]
NOTHING: Reckoned = {}

LEAST_MOMENT = datetime(1, 1, 1)

Show = Callable[[Any], str]


class Line(NamedTuple):
    """One row of a list as it is shown; ``facts`` tells what a rule may ask of the row."""

    id: int
    cells: tuple[str, ...]
    values: tuple[Any, ...]
    facts: Any


@dataclass(frozen=True)
class Page:
    """One page of a list, and the cursors of its neighbours."""

    lines: list[Line]
    previous: Cursor | None
    next: Cursor | None


class Listing:
    """The columns of a register turned, once, into the statements that read them."""

    def __init__(
        self, model: Any, columns: Sequence[Column], shows: dict[str, Show],
        needs: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self.model = model
        self.names = [column.name for column in columns]
        self.shows = [shows[name] for name in self.names]
        self._source: Any = model.__table__
        self._joined: dict[tuple[str, ...], Any] = {(): model.__table__}
        found = [self._column(name) for name in self.names]
        # A column that no table holds, such as the unfilled seats, needs the whole object.
        self.is_plain = all(column is not None for column in found)
        facts = [model.__table__.c.id, *self._facts(needs)]
        cells = [c.label(f"cell_{n}") for n, c in enumerate(found) if c is not None]
        self._values = select(*facts, *cells).select_from(self._source)
        ids = bindparam("ids", expanding=True)
        self._by_ids = self._values.where(model.__table__.c.id.in_(ids))
        self._first_cell = len(facts)
        self._told_by = list(zip(found, self.shows, strict=True))

    def page(
        self, found: Select[Any], order: Sequence[Key], cursor: Cursor | None, size: int
    ) -> Page:
        """Return one page of the rows a statement finds, within the reach of the person."""
        return self._page(self._ends(found, order), order, cursor, size)

    def _ends(self, found: Select[Any], order: Sequence[Key]) -> Select[Any]:
        """Return the keys of the rows found within the reach of the person who asks now."""
        return found.with_only_columns(*(key.column for key in order)).where(visible(self.model))

    def _page(
        self, ends: Select[Any], order: Sequence[Key], cursor: Cursor | None, size: int
    ) -> Page:
        with unscoped(SCOPED):
            rows = db.session.execute(keyset.page(ends, order, cursor, size)).all()
        more, rows = len(rows) > size, rows[:size]
        backward = cursor is not None and cursor.side == BEFORE
        if backward:
            rows.reverse()
        lines = self.lines([row[-1] for row in rows])
        has_previous = more if backward else cursor is not None
        has_next = more or backward
        return Page(
            lines,
            Cursor(BEFORE, tuple(rows[0])) if rows and has_previous else None,
            Cursor(AFTER, tuple(rows[-1])) if rows and has_next else None,
        )

    def count(self, found: Select[Any]) -> int:
        """Return how many rows a statement finds, and no more than one above ``COUNT_CAP``."""
        inner = found.with_only_columns(self.model.id).where(visible(self.model))
        capped = inner.order_by(None).limit(COUNT_CAP + 1).subquery()
        with unscoped(SCOPED):
            return db.session.scalar(select(func.count()).select_from(capped)) or 0

    def lines(self, ids: Sequence[int]) -> list[Line]:
        """Return the lines of rows that were found within reach, in the order of their ids."""
        with unscoped(SCOPED):
            lines = self._plain_lines(ids) if self.is_plain else self._object_lines(ids)
            placed = {line.id: line for line in lines}
        return [placed[id_] for id_ in ids if id_ in placed]

    def filled(self, lines: Sequence[Line], reckoned: Reckoned) -> list[Line]:
        """Return lines with what is reckoned in the place of what was read."""
        return [
            line._replace(cells=tuple(map(reckoned[line.id].get, self.names, line.cells)))
            if line.id in reckoned
            else line
            for line in lines
        ]

    def stream(
        self, found: Select[Any], order: Sequence[Key], reckoned: Reckoned = NOTHING
    ) -> Iterator[tuple[str, ...]]:
        """Return the cells of every row a statement finds, window by window, none of them held.

        The reach is fixed and the first window read here; the others are read later, when the
        request itself is over.
        """
        if not reckoned and (dump := self.dump(found, order, safe=False)) is not None:
            return (tuple(text or "" for text in row) for row in dump.rows())
        return self.told(found, order, reckoned)

    def told(
        self, found: Select[Any], order: Sequence[Key], reckoned: Reckoned = NOTHING
    ) -> Iterator[tuple[str, ...]]:
        """Return the same as ``stream``, each value told by Python."""
        ends = self._ends(found, order)
        lines = self._windows(ends, order, self._page(ends, order, None, FIRST_WINDOW))
        return (line.cells for part in lines for line in self.filled(part, reckoned))

    def dump(self, found: Select[Any], order: Sequence[Key], *, safe: bool) -> Dump | None:
        """Return every row a statement finds, to be written by the database, or None.

        None where a column needs Python to be told. ``safe`` keeps a spreadsheet from running a
        text as a formula.
        """
        if not self.is_plain:
            return None
        texts = [self._text(column, show, safe=safe) for column, show in self._told_by]
        if any(text is None for text in texts):
            return None
        told = self._values.with_only_columns(
            *(text.label(f"text_{n}") for n, text in enumerate(texts)), maintain_column_froms=True
        )
        reach = [visible(self.model)]
        if found.whereclause is not None:
            reach.append(found.whereclause)
        return Dump(told.where(*reach).execution_options(**found.get_execution_options()), order)

    @staticmethod
    def _text(column: Any, show: Show, *, safe: bool) -> Any:
        text = spelling.spelled(column, show)
        return spelling.harmless(column, text) if safe and text is not None else text

    def _windows(self, ends: Select[Any], order: Sequence[Key], page: Page) -> Iterator[list[Line]]:
        yield page.lines
        while page.next is not None:
            with engine.reading():
                page = self._page(ends, order, page.next, WINDOW)
                db.session.rollback()
            yield page.lines

    def _plain_lines(self, ids: Sequence[int]) -> Iterator[Line]:
        rows = db.session.execute(self._by_ids, {"ids": list(ids)}).all()
        values = [tuple(row[self._first_cell :]) for row in rows]
        for row, told, cells in zip(rows, values, self._told(values), strict=True):
            yield Line(row[0], cells, told, row)

    def _object_lines(self, ids: Sequence[int]) -> Iterator[Line]:
        wanted = select(self.model).where(self.model.id.in_(ids)).options(*self._eager())
        rows = db.session.scalars(wanted).unique().all()
        values = [tuple(_value(row, name) for name in self.names) for row in rows]
        for row, told, cells in zip(rows, values, self._told(values), strict=True):
            yield Line(row.id, cells, told, row)

    def _told(self, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, ...]]:
        """Return the cells of rows, told column by column."""
        columns = zip(*rows, strict=True)
        return zip(*map(_in_words, self.shows, columns), strict=True)

    def _column(self, name: str) -> Any:
        *path, last = name.split(".")
        mapper = inspect(self.model)
        for depth, step in enumerate(path, start=1):
            relation = mapper.relationships[step]
            self._join(tuple(path[:depth]), relation)
            mapper = relation.mapper
        if last in mapper.columns:
            return self._joined[tuple(path)].c[mapper.columns[last].name]
        return None

    def _join(self, path: tuple[str, ...], relation: Any) -> None:
        if path in self._joined:
            return
        here = self._joined[path[:-1]]
        there = relation.mapper.class_.__table__.alias("_".join(path))
        [(local, remote)] = relation.local_remote_pairs
        self._source = self._source.outerjoin(there, here.c[local.name] == there.c[remote.name])
        self._joined[path] = there

    def _facts(self, needs: Iterable[str]) -> Iterator[Any]:
        columns = self.model.__table__.c
        for name in PLACE_COLUMNS.values():
            own = "id" if self.model is Station and name == "station_id" else name
            if own in columns:
                yield columns[own].label(name)
        for name in needs:
            yield columns[name].label(name)

    def _eager(self) -> Iterator[Any]:
        for name in self.names:
            *path, last = name.split(".")
            path = path or ([last] if last in inspect(self.model).relationships else [])
            if path:
                yield _load(self.model, path)


def keys(model: Any, order: Sequence[Any]) -> list[Key]:
    """Return the keys of an order such as ``(Model.day.desc(),)``; the row's number comes last."""
    found = [_key(model, expression) for expression in order]
    return [*found, Key(model.id, found[0].descending if found else True)]


def sorted_by(model: Any, name: str, *, descending: bool) -> list[Key]:
    """Return the keys of a list that the person sorts by one column."""
    column = getattr(model, name)
    return keys(model, (column.desc() if descending else column.asc(),))


def _key(model: Any, expression: Any) -> Key:
    descending = False
    if isinstance(expression, UnaryExpression):
        descending = expression.modifier is operators.desc_op
        expression = expression.element
    column = model.__table__.c[expression.key]
    attribute = getattr(model, inspect(model).get_property_by_column(column).key)
    if column.nullable:
        # Nothing sorts first on both engines, and a cursor can point past it.
        return Key(func.coalesce(attribute, _least(column)), descending, expression.key)
    return Key(attribute, descending, expression.key)


def _least(column: Any) -> Any:
    kind = column.type.python_type
    return {date: date.min, datetime: LEAST_MOMENT, int: -1}.get(kind, "")


def _in_words(show: Show, values: Sequence[Any]) -> list[str]:
    """Return how each value reads, told once each: a page repeats its days and states."""
    try:
        known = {value: show(value) for value in set(values)}
    except TypeError:  # a list of codes is no key
        return [show(value) for value in values]
    return [known[value] for value in values]


def _value(row: Any, name: str) -> Any:
    for step in name.split("."):
        row = getattr(row, step) if row is not None else None
    return row


def _load(model: Any, path: Sequence[str]) -> Any:
    option: Any = None
    for name in path:
        attribute = getattr(model, name)
        option = option.joinedload(attribute) if option else joinedload(attribute)
        model = inspect(model).relationships[name].mapper.class_
    return option

"""A whole list written by the database itself: constant memory, and the first rows at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select

from models import db, engine

from . import keyset
from .keyset import AFTER, Cursor, Key

# Leaves at once; only then may PostgreSQL sit down to sort and join what is left.
FIRST_ROWS = 500
# SQLite reads this many in one short transaction, so that a slow download holds none open.
WINDOW = 5_000
PART_BYTES = 65_536
ROWS_A_TURN = 2_000

Cells = Sequence[str | None]


@dataclass(frozen=True)
class Dump:
    """The statement of a list's texts, and the order of its rows.

    The reach of the person is in the statement; nothing of the request is needed to run it.
    """

    texts: Select[Any]
    order: Sequence[Key]

    def rows(self) -> Iterator[Cells]:
        """Yield the texts of every row; None is what is unset."""
        if _is_postgresql():
            yield from self._in_one_go(_fetched)
        else:
            for window in self._windows():
                yield from window

    def lines(self) -> Iterator[bytes]:
        """Yield the rows as CSV, in parts that a server sends as they are."""
        if _is_postgresql():
            yield from _parted(self._in_one_go(_copied))
        else:
            yield from map(_written, self._windows())

    @property
    def _keys(self) -> list[Any]:
        return [key.column for key in self.order]

    def _in_one_go(self, read: Callable[[Connection, Select[Any]], Iterator[Any]]) -> Iterator[Any]:
        """Read the first rows and then the rest, both of the same moment."""
        with _snapshot() as connection:
            whole = keyset.rest(self.texts, self.order, None)
            yield from read(connection, whole.limit(FIRST_ROWS))
            ends = whole.with_only_columns(*self._keys).offset(FIRST_ROWS - 1).limit(1)
            if (end := connection.execute(ends).first()) is not None:
                cursor = Cursor(AFTER, tuple(end))
                yield from read(connection, keyset.rest(self.texts, self.order, cursor))

    def _windows(self) -> Iterator[list[Cells]]:
        """Yield window after window, each read in a transaction of its own."""
        keyed = self.texts.add_columns(*self._keys)
        width, cursor, size = len(self.texts.selected_columns), None, FIRST_ROWS
        while True:
            with engine.reading(), db.engine.connect() as connection:
                connection.begin()
                words, values = _spoken(
                    keyset.page(keyed, self.order, cursor, size - 1), connection
                )
                driver: Any = connection.connection.driver_connection
                rows = driver.execute(words, values).fetchall()
            yield [row[:width] for row in rows]
            if len(rows) < size:
                return
            end = zip(self.order, rows[-1][width:], strict=True)
            cursor, size = Cursor(AFTER, tuple(key.read(value) for key, value in end)), WINDOW


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


@contextmanager
def _snapshot() -> Iterator[Connection]:
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with db.engine.connect().execution_options(**options) as connection:
        yield connection


def _copied(connection: Connection, statement: Select[Any]) -> Iterator[bytes]:
    """Yield the lines of a statement as PostgreSQL's own COPY writes them."""
    words, values = _spoken(statement, connection)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY ({words}) TO STDOUT CSV", values) as copy:
        yield from copy


def _fetched(connection: Connection, statement: Select[Any]) -> Iterator[Cells]:
    options = {"stream_results": True, "yield_per": ROWS_A_TURN}
    yield from connection.execute(statement, execution_options=options)


def _spoken(statement: Select[Any], connection: Connection) -> tuple[str, Any]:
    """Return a statement and its values as the driver takes them."""
    compiled = statement.compile(
        dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
    )
    processors = compiled._bind_processors
    values = {
        name: processors[name](value) if name in processors else value
        for name, value in compiled.construct_params().items()
    }
    if compiled.positiontup is None:
        return str(compiled), values
    return str(compiled), [values[name] for name in compiled.positiontup]


def _parted(lines: Iterator[bytes]) -> Iterator[bytes]:
    part = bytearray()
    first = FIRST_ROWS
    for line in lines:
        part += line
        first -= 1
        if len(part) >= PART_BYTES or first == 0:
            yield bytes(part)
            part.clear()
    yield bytes(part)


def _written(rows: list[Cells]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()

"""How each engine is opened, so that nothing is lost and no writer waits on a reader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from .base import db

BUSY_TIMEOUT_MS = 15_000
# Whoever reads meanwhile may go on so long; the night empties the log else.
EMPTYING_TIMEOUT_MS = 2_000
FORGETTING = "forgetting"

_reading: ContextVar[bool] = ContextVar("reading", default=False)


def prepare(engine: Engine) -> None:
    """Set an engine's connections up; call it once for each engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def begin_reading() -> None:
    """Say that this request only reads: on SQLite it then blocks no writer."""
    _reading.set(True)


def begin_writing() -> None:
    """Say that what follows writes; an open read transaction ends here."""
    if _reading.get():
        db.session.rollback()
    _reading.set(False)


@contextmanager
def reading() -> Iterator[None]:
    """Only read for a while."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


@contextmanager
def snapshot() -> Iterator[None]:
    """Only read for a while, everything as it stands at one moment, on either engine."""
    db.session.rollback()  # a transaction that has begun sees another moment
    with reading():
        if db.engine.dialect.name == "postgresql":
            # By itself each statement sees what was committed before it.
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        try:
            yield
        finally:
            db.session.rollback()


@contextmanager
def writing() -> Iterator[None]:
    """Write for a moment in a stretch that only reads, on a connection of one's own."""
    token = _reading.set(False)
    try:
        yield
    finally:
        _reading.reset(token)


def forget_after_commit() -> None:
    """Let the commit that follows leave nothing in the files of what it takes away.

    SQLite overwrites it in the database, but its log holds the older pages until it is emptied.
    """
    db.session.info[FORGETTING] = True


def empty_log(engine: Engine) -> bool:
    """Move SQLite's log into the database and cut it to nothing; False while somebody reads."""
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {EMPTYING_TIMEOUT_MS}")
        busy, *_pages = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.close()
    finally:
        connection.close()
    return not busy


@event.listens_for(db.session, "after_commit")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction() and session.info.pop(FORGETTING, False):
        empty_log(db.engine)


@event.listens_for(db.session, "after_rollback")
def _go_back(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(FORGETTING, None)


def _open_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin DEFERRED and lose updates; ours are begun below.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what is taken away is overwritten
    cursor.execute("PRAGMA recursive_triggers = ON")  # so that REPLACE meets the delete trigger
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")


@event.listens_for(db.session, "before_flush")
def _refuse_to_write_while_reading(session: Session, _context: Any, _instances: Any) -> None:
    if _reading.get() and (session.new or session.deleted or session.dirty):
        raise RuntimeError("this request declared that it only reads: call begin_writing()")

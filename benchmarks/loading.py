"""Filling an office in bulk: rows by the driver's fastest way, indexes and guards after."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from typing import Any, Protocol

import flask
import psycopg
from flask_migrate import upgrade
from sqlalchemy import URL, text

from admin_app.config import ROOT
from admin_app.policy import unscoped
from admin_app.services.places import divisions
from admin_app.services.standards import registered
from benchmarks import population
from benchmarks.population import Scale, Site, Table
from models import Level, db

# What a filling may forget when the machine stops: it begins again.
CARELESS = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000", "threads = 2")


class Store(Protocol):
    """A database that takes rows in bulk."""

    def take_down(self, table: str) -> list[str]:
        """Remove a table's indexes and guards; return what makes them again."""

    def load(self, table: Table) -> None:
        """Write the rows of a table."""

    def run(self, statement: str) -> None:
        """Carry one statement out for good."""

    def settle(self) -> None:
        """Leave the database as one that has been in use for a while."""


def fill(app: flask.Flask, scale: Scale) -> None:
    """Fill the office's empty database to a scale."""
    with app.app_context(), unscoped("a benchmark fills its office"):
        upgrade()
        divisions.load(divisions.read((ROOT / "admin_app/data/divisions.csv").read_text("utf-8")))
        db.session.commit()
        sites = _sites(scale)
        url = db.engine.url
        db.session.remove()
        db.engine.dispose()
        with _store(url) as store:
            for table in population.tables(scale, sites):
                began = time.monotonic()
                made_again = store.take_down(table.name)
                store.load(table)
                loaded = time.monotonic()
                for statement in made_again:
                    store.run(statement)
                print(
                    f"  {table.name}: {loaded - began:.0f} s,"
                    f" indexes and guards {time.monotonic() - loaded:.0f} s",
                    flush=True,
                )
            store.settle()
        with db.engine.begin() as connection:
            registered.recount(connection)


def _sites(scale: Scale) -> list[Site]:
    communities = db.session.execute(
        text(
            "SELECT id, code, name, township_id, county_id, prefecture_id FROM divisions"
            " WHERE level = :level AND code LIKE '4408%' ORDER BY code"
        ),
        {"level": Level.COMMUNITY.value},
    ).all()
    sites = []
    for n in range(scale.stations):
        # A sample of every county, and a second station where there are more stations than places.
        many = len(communities)
        row = communities[n * many // scale.stations if scale.stations < many else n % many]
        code = f"{row.code}-{n // many + 1:02}"
        sites.append(Site(n + 1, code, f"{row.name}志愿服务站", row.id, tuple(row[3:6])))
    return sites


@contextlib.contextmanager
def _store(url: URL) -> Iterator[Store]:
    if url.get_backend_name() == "sqlite":
        with contextlib.closing(sqlite3.connect(url.database or "")) as lite:
            yield SqliteStore(lite)
    else:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            yield PostgresqlStore(connection)


class SqliteStore:
    """Ten million rows into one SQLite file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        connection.isolation_level = None
        for pragma in CARELESS:
            connection.execute(f"PRAGMA {pragma}")

    def take_down(self, table: str) -> list[str]:
        """Remove a table's indexes and triggers; return what makes them again."""
        found = self.connection.execute(
            "SELECT type, name, sql FROM sqlite_master"
            " WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
            (table,),
        ).fetchall()
        for kind, name, _sql in found:
            self.run(f"DROP {kind} {name}")
        return [made for _kind, _name, made in found]

    def load(self, table: Table) -> None:
        """Write the rows of a table in one transaction."""
        marks = ", ".join("?" * len(table.columns))
        self.run("BEGIN")
        self.connection.executemany(
            f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})",  # noqa: S608
            table.rows(),
        )
        self.run("COMMIT")

    def run(self, statement: str) -> None:
        """Carry one statement out."""
        self.connection.execute(statement)

    def settle(self) -> None:
        """Count the indexes, and open the file from now on as the office does."""
        self.run("ANALYZE")
        self.run("PRAGMA journal_mode = WAL")


class PostgresqlStore:
    """The same into PostgreSQL, by COPY."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def take_down(self, table: str) -> list[str]:
        """Remove a table's foreign keys, exclusions and plain indexes; return their makers."""
        guards = self._asked(
            "SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype IN ('x', 'f')",
            table,
        )
        for name, _definition in guards:
            self.run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        indexes = self._asked(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i"
            " WHERE indrelid = %s::regclass"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)",
            table,
        )
        for name, _definition in indexes:
            self.run(f"DROP INDEX {name}")
        again = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {words}" for name, words in guards]
        return [definition for _name, definition in indexes] + again

    def load(self, table: Table) -> None:
        """Write the rows of a table, and let new ones count on from there."""
        statement = f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN"
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[call-overload]
            for row in table.rows():
                copy.write_row(row)
        if "id" in table.columns:
            self.run(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"  # noqa: S608
                f" (SELECT max(id) FROM {table.name}))"
            )

    def run(self, statement: str) -> None:
        """Carry one statement out."""
        self.connection.execute(statement)  # type: ignore[call-overload]

    def settle(self) -> None:
        """Count the rows and mark them as seen, as autovacuum does in time."""
        self.run("VACUUM (FREEZE, ANALYZE)")
        self.run("CHECKPOINT")

    def _asked(self, query: str, table: str) -> list[tuple[str, str]]:
        return self.connection.execute(query, (table,)).fetchall()  # type: ignore[call-overload]

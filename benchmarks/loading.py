"""Filling an office in bulk: rows by the driver's fastest way, indexes and guards after."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import flask
import psycopg
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.schema import CreateIndex, DropIndex

from admin_app.config import ROOT
from admin_app.policy import unscoped
from admin_app.services import divisions
from benchmarks import population
from benchmarks.population import Scale, Site
from models import Activity, Level, NameGram, Person, ServiceEntry, Station, Volunteer, db

BATCH = 20_000


def fill(app: flask.Flask, scale: Scale) -> list[Site]:
    """Fill the office's database to a scale and return its stations."""
    with app.app_context(), unscoped("a benchmark fills its office"):
        upgrade()
        divisions.load(divisions.read((ROOT / "admin_app/data/divisions.csv").read_text("utf-8")))
        db.session.commit()
        sites = _sites(scale)
        for model, rows in (
            (Station, population.station_rows(sites)),
            (Person, population.person_rows(scale)),
            (NameGram, population.gram_rows(scale)),
            (Volunteer, population.volunteer_rows(scale, sites)),
            (Activity, population.activity_rows(scale, sites)),
            (ServiceEntry, population.entry_rows(scale, sites)),
        ):
            began = time.monotonic()
            with _bare(model):
                _load(model, rows)
            print(f"  {model.__tablename__}: {time.monotonic() - began:.0f} s", flush=True)
        _settle()
    return sites


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


def _load(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    connection = db.session.connection()
    raw = connection.connection.driver_connection
    feed = iter(rows)
    first = next(feed)
    columns = list(first)
    if isinstance(raw, psycopg.Connection):
        _copy(raw, model.__tablename__, columns, first, feed)
        if "id" not in columns:
            db.session.commit()
            return
        with raw.cursor() as cursor:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{model.__tablename__}', 'id'),"  # noqa: S608
                f" (SELECT max(id) FROM {model.__tablename__}))"
            )
    else:
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {model.__tablename__} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        while batch := [first, *islice(feed, BATCH)] if first else list(islice(feed, BATCH)):
            raw.executemany(statement, [_sqlite(row) for row in batch])
            first = {}
    db.session.commit()


def _copy(raw: Any, table: str, columns: list[str], first: Any, feed: Iterator[Any]) -> None:
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write_row(tuple(first.values()))
        for row in feed:
            copy.write_row(tuple(row.values()))


def _sqlite(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(_stored(value) for value in row.values())


def _stored(value: Any) -> Any:
    if hasattr(value, "hour"):
        return value.isoformat(" ", "microseconds")
    return value.isoformat() if hasattr(value, "isoformat") else value


@contextlib.contextmanager
def _bare(model: Any) -> Iterator[None]:
    """Take a table's indexes and guards off while it is filled, and put them back as they were."""
    connection = db.session.connection()
    sqlite = connection.dialect.name == "sqlite"
    indexes = list(model.__table__.indexes)
    for index in indexes:
        connection.execute(DropIndex(index))
    guards = _take_guards(connection, model.__tablename__, sqlite=sqlite)
    db.session.commit()
    yield
    connection = db.session.connection()
    for index in indexes:
        connection.execute(CreateIndex(index))
    for statement in guards:
        connection.exec_driver_sql(statement)
    db.session.commit()


def _take_guards(connection: Any, table: str, *, sqlite: bool) -> list[str]:
    if sqlite:
        found = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"),
            {"t": table},
        ).all()
        for name, _sql in found:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return [sql for _name, sql in found]
    found = connection.execute(
        text(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = CAST(:t AS regclass) AND contype IN ('x', 'f')"
        ),
        {"t": table},
    ).all()
    for name, _definition in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return [f"ALTER TABLE {table} ADD CONSTRAINT {name} {words}" for name, words in found]


def _settle() -> None:
    engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    db.session.remove()
    with engine.connect() as connection:
        words = "ANALYZE" if connection.dialect.name == "sqlite" else "VACUUM ANALYZE"
        connection.exec_driver_sql(words)

"""The floor: what a list, an export and a save cost with raw SQL and one small template.

It has no sign-in, no scope, no filters and no form; a finished screen will not get down to it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import flask
from sqlalchemy import Engine, text

from models import engine as engines

PAGE = 50
CAPPED = 10_001
PAGE_TEMPLATE = """<!doctype html><title>floor</title><p>{{ count }}</p><table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}
</table>{% if rows %}<a href="?day={{ rows[-1][0] }}&id={{ rows[-1][-1] }}">next</a>{% endif %}"""

COLUMNS = """e.served_on, p.name, a.name AS activity, e.started_at, e.ended_at, e.minutes, e.state,
 s.name AS station, e.id"""
JOINS = """ JOIN persons p ON p.id = e.person_id JOIN activities a ON a.id = e.activity_id
 JOIN stations s ON s.id = e.station_id"""
ORDER = " ORDER BY e.served_on DESC, e.id DESC"
CONDITIONS = {
    "station_id": "e.station_id = :station_id",
    "county_id": "e.county_id = :county_id",
    "day": "(e.served_on, e.id) < (:day, :id)",
    "since": "e.served_on >= :since",
    "until": "e.served_on <= :until",
    "gram": "e.person_id IN (SELECT person_id FROM name_grams WHERE gram = :gram)",
}
WHOLE = frozenset({"station_id", "county_id", "id"})
OVERLAP = """SELECT 1 FROM service_entries WHERE person_id = :person_id AND served_on = :served_on
 AND started_at < :ended_at AND ended_at > :started_at AND state IN ('submitted', 'confirmed')"""
KEPT = (
    "person_id", "volunteer_id", "activity_id", "category", "served_on", "started_at", "ended_at",
    "minutes", "content", "state", "source", "flags", "recorded_at", "station_id", "township_id",
    "county_id", "prefecture_id", "version", "created_at", "updated_at",
)  # fmt: skip
INSERT = (
    f"INSERT INTO service_entries ({', '.join(KEPT)})"  # noqa: S608  # our own names
    f" VALUES ({', '.join(':' + name for name in KEPT)})"
)


def make(engine: Engine) -> flask.Flask:
    """Return the thin application over the same tables."""
    app = flask.Flask("floor")
    page = app.jinja_env.from_string(PAGE_TEMPLATE)

    @app.get("/list")
    def list_() -> str:
        where, values = _where(flask.request.args, engine.dialect.name)
        with engines.reading(), engine.connect() as connection:
            rows = connection.execute(text(_page(where)), values).all()
            count = connection.scalar(text(_count(where)), values)
        return page.render(rows=rows, count=count)

    @app.post("/save")
    def save() -> str:
        entry = flask.request.get_json()
        with engine.begin() as connection:
            if connection.scalar(text(OVERLAP), entry):
                flask.abort(409)
            connection.execute(text(INSERT), entry)
        return "saved"

    return app


def _where(given: Mapping[str, str], dialect: str) -> tuple[str, dict[str, Any]]:
    values = {name: int(v) if name in WHOLE else v for name, v in given.items()}
    where = " AND ".join(CONDITIONS[name] for name in given if name in CONDITIONS) or "1 = 1"
    if dialect == "postgresql":
        for name in ("day", "since", "until"):
            where = where.replace(f":{name}", f"CAST(:{name} AS date)")
    return where, values


def _page(where: str) -> str:
    return (
        f"SELECT {COLUMNS} FROM (SELECT * FROM service_entries e WHERE {where}{ORDER}"  # noqa: S608
        f" LIMIT {PAGE}) e{JOINS}{ORDER}"
    )


def _count(where: str) -> str:
    return f"SELECT count(*) FROM (SELECT 1 FROM service_entries e WHERE {where} LIMIT {CAPPED}) t"  # noqa: S608


def dump(engine: Engine, columns: str, tables: str, limit: int) -> Iterator[bytes]:
    """Yield a CSV of the newest rows: PostgreSQL's own COPY, or SQLite's cursor and csv.writer."""
    query = f"SELECT {columns} FROM {tables}{ORDER} LIMIT {limit}"  # noqa: S608
    raw = engine.raw_connection()
    try:
        if engine.dialect.name == "postgresql":
            with raw.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT CSV") as copy:
                yield from map(bytes, copy)
            return
        cursor = raw.cursor()
        cursor.execute(query)
        while rows := cursor.fetchmany(500):
            part = io.StringIO()
            csv.writer(part).writerows(rows)
            yield part.getvalue().encode()
    finally:
        raw.close()

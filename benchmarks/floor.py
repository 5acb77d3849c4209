"""The floor: what a list, an export and a save cost with raw SQL and one small template.

It has no sign-in, no scope, no filters and no form; a finished screen will not get down to it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import flask
from sqlalchemy import Engine, text

PAGE = 50
CAPPED = 10_001
PAGE_TEMPLATE = """<!doctype html><title>floor</title><p>{{ count }}</p><table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}
</table><a href="?day={{ rows[-1][0] }}&id={{ rows[-1][-1] }}">next</a>"""

COLUMNS = """e.served_on, p.name, a.name AS activity, e.started_at, e.ended_at, e.minutes, e.state,
 s.name AS station, e.id"""
JOINS = """ JOIN persons p ON p.id = e.person_id JOIN activities a ON a.id = e.activity_id
 JOIN stations s ON s.id = e.station_id"""


def make(engine: Engine) -> flask.Flask:
    """Return the thin application over the same tables."""
    app = flask.Flask("floor")

    @app.get("/list")
    def list_() -> str:
        where, values = _where(flask.request.args)
        with engine.connect() as connection:
            rows = _page(connection, where, values)
            count = connection.scalar(
                text(
                    f"SELECT count(*) FROM (SELECT 1 FROM service_entries e"  # noqa: S608
                    f" WHERE {where} LIMIT {CAPPED}) t"
                ),
                values,
            )
        return flask.render_template_string(PAGE_TEMPLATE, rows=rows, count=count)

    return app


def _where(given: Any) -> tuple[str, dict[str, Any]]:
    conditions, values = ["1 = 1"], {}
    for name in ("station_id", "county_id"):
        if name in given:
            conditions.append(f"e.{name} = :{name}")
            values[name] = int(given[name])
    if "day" in given:
        conditions.append("(e.served_on, e.id) < (CAST(:day AS date), :id)")
        values |= {"day": given["day"], "id": int(given["id"])}
    return " AND ".join(conditions), values


def _page(connection: Any, where: str, values: dict[str, Any]) -> list[Any]:
    if connection.dialect.name == "sqlite":
        where = where.replace("CAST(:day AS date)", ":day")
    found = connection.execute(
        text(
            f"SELECT {COLUMNS} FROM (SELECT * FROM service_entries e WHERE {where}"  # noqa: S608
            f" ORDER BY e.served_on DESC, e.id DESC LIMIT {PAGE}) e{JOINS}"
            " ORDER BY e.served_on DESC, e.id DESC"
        ),
        values,
    )
    return list(found)


def dump(engine: Engine, columns: str, tables: str, limit: int) -> Iterator[bytes]:
    """Yield a CSV of the newest rows: PostgreSQL's own COPY, or SQLite's cursor and csv.writer."""
    query = f"SELECT {columns} FROM {tables} ORDER BY e.served_on DESC, e.id DESC LIMIT {limit}"  # noqa: S608
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

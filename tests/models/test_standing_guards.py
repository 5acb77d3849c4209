"""Whether the guards stand, and say what they said: the office starts only then."""

from __future__ import annotations

import re
import sys

import pytest
from sqlalchemy import text

from admin_app.factory import create_app
from models import db, guards

OTHERWISE = {
    "sqlite": {
        "emptied": (
            "service_entries_keep_facts",
            "DROP TRIGGER service_entries_keep_facts",
            "CREATE TRIGGER service_entries_keep_facts BEFORE UPDATE ON service_entries"
            " BEGIN SELECT 1; END",
        ),
        "elsewhere": (
            "service_entries_keep_rows",
            "DROP TRIGGER service_entries_keep_rows",
            "CREATE TRIGGER service_entries_keep_rows BEFORE DELETE ON jobs"
            " WHEN OLD.state = 'confirmed'"
            " BEGIN SELECT RAISE(ABORT, 'a confirmed entry cannot be deleted'); END",
        ),
    },
    "postgresql": {
        "switched off": (
            "service_entries_keep_facts",
            "ALTER TABLE service_entries DISABLE TRIGGER service_entries_keep_facts",
        ),
        "for replicas": (
            "service_entries_keep_facts",
            "ALTER TABLE service_entries ENABLE REPLICA TRIGGER service_entries_keep_facts",
        ),
        "emptied": (
            "audit_entries_keep_facts",
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RETURN NEW; END'",
        ),
        "never": (
            "service_entries_keep_rows",
            "DROP TRIGGER service_entries_keep_rows ON service_entries",
            "CREATE TRIGGER service_entries_keep_rows BEFORE DELETE ON service_entries"
            " FOR EACH ROW WHEN (false) EXECUTE FUNCTION refuse_change()",
        ),
        "elsewhere": (
            "service_entries_keep_all",
            "DROP TRIGGER service_entries_keep_all ON service_entries",
            "CREATE TRIGGER service_entries_keep_all BEFORE TRUNCATE ON jobs"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        ),
        "excluding nothing": (
            "ex_service_entries_one_time",
            "ALTER TABLE service_entries DROP CONSTRAINT ex_service_entries_one_time",
            "ALTER TABLE service_entries ADD CONSTRAINT ex_service_entries_one_time"
            " EXCLUDE USING gist (person_id WITH =) WHERE (false)",
        ),
    },
}


def run(*statements):
    db.session.commit()
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def missing():
    with db.engine.connect() as connection:
        return guards.missing(connection)


def does_not_start(app, monkeypatch, name, *command):
    settings = app.extensions["station_settings"]
    monkeypatch.setattr(sys, "argv", ["flask", *(command or ("run",))])
    with pytest.raises(RuntimeError, match=name):
        create_app(instance=settings.instance, database_url=settings.database_url)


def test_every_guard_of_the_migrations_stands_and_is_listed_by_its_print(app):
    with db.engine.connect() as connection:
        standing = guards.prints(connection)
    listed = guards.GUARDS[db.engine.dialect.name]
    assert {name: {print_} for name, print_ in listed.items()} == standing


@pytest.mark.parametrize("name", sorted({*guards.GUARDS["sqlite"], *guards.GUARDS["postgresql"]}))
def test_an_office_that_lost_a_guard_does_not_start(app, monkeypatch, name):
    engine = db.engine.dialect.name
    if name not in guards.GUARDS[engine]:
        pytest.skip("a guard of the other engine")
    assert missing() == []
    table = re.split("_keep_|_one_|_spelled_", name.removeprefix("ex_"))[0]
    if name.startswith("ex_"):
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    else:
        run(f"DROP TRIGGER {name}" + (f" ON {table}" if engine == "postgresql" else ""))
    assert missing() == [name]
    does_not_start(app, monkeypatch, name)


@pytest.mark.parametrize("way", sorted({*OTHERWISE["sqlite"], *OTHERWISE["postgresql"]}))
def test_an_office_with_a_guard_that_guards_something_else_does_not_start(app, monkeypatch, way):
    engine = db.engine.dialect.name
    if way not in OTHERWISE[engine]:
        pytest.skip("a way of the other engine")
    name, *statements = OTHERWISE[engine][way]
    run(*statements)
    assert name in missing()
    does_not_start(app, monkeypatch, name)


def test_an_office_whose_entries_are_gone_does_not_start(app, monkeypatch):
    cascade = " CASCADE" if db.engine.dialect.name == "postgresql" else ""
    run(f"DROP TABLE service_entries{cascade}")
    does_not_start(app, monkeypatch, "service_entries_keep_rows")


@pytest.mark.parametrize(
    "command",
    [("account", "close", "doctor"), ("--app", "wsgi", "account", "close", "db"), ("demo",)],
)
def test_only_the_command_itself_runs_past_a_lost_guard(app, monkeypatch, command):
    at = " ON service_entries" if db.engine.dialect.name == "postgresql" else ""
    run(f"DROP TRIGGER service_entries_keep_rows{at}")
    does_not_start(app, monkeypatch, "service_entries_keep_rows", *command)
    settings = app.extensions["station_settings"]
    for mending in (("--app", "wsgi", "db", "upgrade"), ("doctor",), ("demo", "--upgrade")):
        monkeypatch.setattr(sys, "argv", ["flask", *mending])
        create_app(instance=settings.instance, database_url=settings.database_url)

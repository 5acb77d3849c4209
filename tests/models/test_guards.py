# ruff: noqa: S608  # statements of our own, against a database of our own
"""What the database itself refuses, on either engine, whoever asks it."""

from __future__ import annotations

import re
import sys
from datetime import date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from admin_app.factory import create_app
from models import Activity, EntryState, Model, Reversal, ReversalGround, ServiceEntry, db, guards
from tests import factories


@pytest.fixture
def entry(cast):
    person = factories.volunteer(cast.gan_lai)
    row = factories.service_entry(person, factories.activity(cast.gan_lai))
    row.state, row.decided_by_id = EntryState.CONFIRMED, cast.dai.id
    db.session.commit()
    return row


def run(statement, **values):
    with db.engine.begin() as connection:
        return connection.execute(text(statement), values)


def refused(statement, **values):
    db.session.commit()
    with pytest.raises(DBAPIError):
        run(statement, **values)


@pytest.mark.parametrize(
    "change",
    [
        "minutes = 999",
        "state = 'submitted'",
        "started_at = '2026-10-03 08:00:00'",
        "station_id = station_id + 1",
        "recorded_by_id = 1 + coalesce(recorded_by_id, 0)",
        "content = 'x'",
        "rated_at = '2026-10-03 08:00:00'",
        "rule = 'd480'",
        "kind = 'preparation'",
        "place = 'x'",
    ],
)
def test_a_confirmed_entry_cannot_be_updated(entry, change):
    refused(f"UPDATE service_entries SET {change} WHERE id = :id", id=entry.id)


def test_the_version_of_a_confirmed_entry_may_change(entry):
    number = entry.id
    db.session.commit()
    done = run("UPDATE service_entries SET version = version + 1 WHERE id = :id", id=number)
    assert done.rowcount == 1


def test_a_confirmed_entry_cannot_be_deleted(entry):
    refused("DELETE FROM service_entries WHERE id = :id", id=entry.id)


def test_nothing_is_put_in_the_place_of_a_confirmed_entry(app, entry):
    columns = [column["name"] for column in inspect(db.engine).get_columns("service_entries")]
    shown = ", ".join(columns)
    other = shown.replace("minutes", "1")
    number = entry.id
    if db.engine.dialect.name == "sqlite":
        for verb in ("INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"):
            refused(
                f"{verb} INTO service_entries ({shown}) SELECT {other} FROM service_entries"
                " WHERE id = :id",
                id=number,
            )
    else:
        refused(
            f"INSERT INTO service_entries ({shown}) SELECT {other} FROM service_entries"
            " WHERE id = :id ON CONFLICT (id) DO UPDATE SET minutes = 1",
            id=number,
        )
    db.session.expire_all()
    assert entry.minutes == 120


@pytest.mark.parametrize("table", ["service_entries", "audit_entries"])
def test_nothing_is_emptied_at_one_stroke(app, entry, table):
    refused(f"DELETE FROM {table}")
    if db.engine.dialect.name == "postgresql":
        refused(f"TRUNCATE {table} CASCADE")


def test_an_overlapping_confirmed_entry_cannot_be_inserted(entry):
    columns = [column["name"] for column in inspect(db.engine).get_columns("service_entries")]
    names = [name for name in columns if name != "id"]
    shown = ", ".join(names)
    number = entry.id
    insert = (
        f"INSERT INTO service_entries (id, {shown}) SELECT 100000, {shown}"
        " FROM service_entries WHERE id = :id"
    )
    refused(insert, id=number)
    waiting = insert.replace(
        f"100000, {shown}", f"100000, {shown}".replace(", state,", ", 'submitted',")
    )
    assert run(waiting, id=number).rowcount == 1
    refused("UPDATE service_entries SET state = 'confirmed' WHERE id = 100000")


def _copied(number, **changed):
    """The words that insert copies of an entry, one for each new number, and what is changed."""
    names = [name for name in ServiceEntry.__table__.columns.keys() if name != "id"]  # noqa: SIM118
    values = ", ".join(changed.get(name, name) for name in names)
    return (
        f"INSERT INTO service_entries (id, {', '.join(names)})"
        f" SELECT n, {values} FROM service_entries e, ({number}) numbers WHERE e.id = :id"
    )


LATER = {"started_at": "'2026-10-03 14:00:00'", "ended_at": "'2026-10-03 15:00:00'"}
TWO = "SELECT 100001 AS n UNION ALL SELECT 100002"
ONE = "SELECT 100001 AS n"


def _number_of_entries():
    db.session.commit()
    return run("SELECT count(*) FROM service_entries").scalar_one()


def test_two_that_overlap_cannot_be_inserted_by_one_statement(entry):
    number = entry.id
    cast_to = "CAST({} AS timestamp)" if db.engine.dialect.name == "postgresql" else "{}"
    later = {name: cast_to.format(value) for name, value in LATER.items()}
    refused(_copied(TWO, **later), id=number)
    assert _number_of_entries() == 1
    assert run(_copied(ONE, **later), id=number).rowcount == 1


def test_waiting_twins_are_not_both_confirmed_by_one_statement(entry):
    number = entry.id
    cast_to = "CAST({} AS timestamp)" if db.engine.dialect.name == "postgresql" else "{}"
    later = {name: cast_to.format(value) for name, value in LATER.items()}
    db.session.commit()
    run(_copied(TWO, state="'submitted'", **later), id=number)
    refused("UPDATE service_entries SET state = 'confirmed' WHERE id > 100000")
    left = run("SELECT count(*) FROM service_entries WHERE state = 'confirmed'")
    assert left.scalar_one() == 1


def test_a_confirmed_entry_is_not_given_to_another_person(cast, entry):
    other = factories.volunteer(cast.gan_lai)
    taken = factories.service_entry(
        other, factories.activity(cast.gan_lai), state=EntryState.CONFIRMED
    )
    change = "UPDATE service_entries SET person_id = :person WHERE id = :id"
    refused(change, person=other.person_id, id=entry.id)
    refused(change, person=entry.person_id, id=taken.id)


def test_a_waiting_entry_cannot_take_confirmed_time_by_changing_and_being_confirmed(cast, entry):
    other = factories.volunteer(cast.gan_lai)
    waiting = factories.service_entry(other, factories.activity(cast.gan_lai))
    refused(
        "UPDATE service_entries SET person_id = :person, state = 'confirmed' WHERE id = :id",
        person=entry.person_id,
        id=waiting.id,
    )


def test_an_insert_that_updates_on_conflict_changes_no_confirmed_entry(entry):
    number = entry.id
    shown = ", ".join(ServiceEntry.__table__.columns.keys())
    refused(
        f"INSERT INTO service_entries ({shown}) SELECT {shown} FROM service_entries"
        " WHERE id = :id ON CONFLICT (id) DO UPDATE SET minutes = 1",
        id=number,
    )
    db.session.expire_all()
    assert entry.minutes == 120


def test_a_reversed_entry_stays_as_it_was_and_frees_its_time(cast, entry):
    number = entry.id
    reversal = factories._saved(
        Reversal(station_id=entry.station_id, ground=ReversalGround.OTHER, reason="试")
    )
    key = reversal.id
    db.session.commit()
    run("UPDATE service_entries SET reversed_by_id = :key WHERE id = :id", key=key, id=number)
    refused("UPDATE service_entries SET reversed_by_id = NULL WHERE id = :id", id=number)
    refused("UPDATE service_entries SET minutes = 1 WHERE id = :id", id=number)
    refused("DELETE FROM service_entries WHERE id = :id", id=number)
    again = _copied(ONE, reversed_by_id="NULL")
    assert run(again, id=number).rowcount == 1


@pytest.mark.parametrize(
    "change", ["changes = '{}'", "mac = 'x'", "account_id = NULL", "at = '2026-01-01 00:00:00'"]
)
def test_the_trail_cannot_be_updated(app, change):
    refused(f"UPDATE audit_entries SET {change} WHERE id = 1")


def test_the_trail_cannot_be_deleted_or_replaced(app):
    refused("DELETE FROM audit_entries WHERE id = 1")
    columns = [column["name"] for column in inspect(db.engine).get_columns("audit_entries")]
    shown = ", ".join(columns)
    again = f"INTO audit_entries ({shown}) SELECT {shown} FROM audit_entries WHERE id = 1"
    if db.engine.dialect.name == "sqlite":
        refused(f"INSERT OR REPLACE {again}")
    else:
        refused(f"INSERT {again} ON CONFLICT (id) DO UPDATE SET mac = 'x'")


def _guards():
    with db.engine.connect() as connection:
        return guards.missing(connection)


@pytest.mark.parametrize("name", sorted({*guards.GUARDS["sqlite"], *guards.GUARDS["postgresql"]}))
def test_an_office_that_lost_a_guard_does_not_start(app, monkeypatch, name):
    engine = db.engine.dialect.name
    if name not in guards.GUARDS[engine]:
        pytest.skip("a guard of the other engine")
    db.session.commit()
    assert _guards() == []
    table = re.split("_keep_|_one_", name.removeprefix("ex_"))[0]
    if name.startswith("ex_"):
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    else:
        run(f"DROP TRIGGER {name}" + (f" ON {table}" if engine == "postgresql" else ""))
    assert _guards() == [name]
    settings = app.extensions["station_settings"]
    monkeypatch.setattr(sys, "argv", ["flask", "run"])
    with pytest.raises(RuntimeError, match=name):
        create_app(instance=settings.instance, database_url=settings.database_url)


def test_migrations_go_down_to_nothing_and_up_again(app):
    db.session.remove()
    downgrade(revision="base")
    with db.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert _guards() == []


def test_the_clock_of_what_is_on_file_follows_from_the_entries(app, cast, entry):
    done = factories.activity(cast.gan_lai)
    rated = factories.service_entry(
        factories.volunteer(cast.gan_lai), done, quality="认真负责",
        recorded_at=datetime(2026, 10, 11, 17), state=EntryState.CONFIRMED,
    )  # fmt: skip
    unknown = factories.activity(cast.gan_lai, held_on=date(2026, 12, 18))
    numbers = [entry.activity_id, rated.activity_id, unknown.id]
    db.session.remove()
    downgrade(revision="0007")
    upgrade()
    assert _guards() == []
    told = [(row.due_on, row.recorded_on) for row in (db.session.get(Activity, n) for n in numbers)]
    due = date(2026, 10, 20)
    assert told == [(due, None), (due, date(2026, 10, 12)), (None, None)]


def test_the_models_and_the_migrations_say_the_same(app):
    db.session.remove()
    with db.engine.connect() as connection:
        found = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Model.metadata
        )
    # The exclusion constraint is the migration's own: models know no such thing.
    assert [difference for difference in found if "one_time" not in str(difference)] == []


def test_lost_keys_are_not_replaced_behind_the_data(app, cast, tmp_path):
    db.session.commit()
    settings = app.extensions["station_settings"]
    with pytest.raises(RuntimeError, match=r"keys\.json is missing"):
        create_app(instance=tmp_path, database_url=settings.database_url)
    assert not (tmp_path / "keys.json").exists()

# ruff: noqa: S608  # statements of our own, against a database of our own
"""What the database itself refuses, on either engine, whoever asks it."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from admin_app.factory import create_app
from models import (
    Activity,
    EntryState,
    MergeState,
    Model,
    PersonMerge,
    Reversal,
    ReversalGround,
    ServiceEntry,
    db,
    guards,
)
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


# What a connection that is not ours may try on SQLite, where OR REPLACE takes rows away in silence.
COPY = "INSERT INTO service_entries ({names}) SELECT {values} FROM service_entries WHERE id = 1"
WAITING = {"id": "900", "state": "'draft'", "reversed_by_id": "NULL"}
SPELLED_OTHERWISE = {
    "another day": {"served_on": "'2020-01-01'"},
    "a short day": {"served_on": "'2026-10-3'"},
    "with a T": {
        "started_at": "replace(started_at, ' ', 'T')", "ended_at": "replace(ended_at, ' ', 'T')",
    },
    "cut short": {"ended_at": "substr(ended_at, 1, 16)"},
    "of thousandths": {"ended_at": "substr(ended_at, 1, 23)"},
    "nine days": {"ended_at": "datetime(ended_at, '+9 days') || '.000000'"},
    "no day at all": {"served_on": "'2026-02-30'"},
}  # fmt: skip


@pytest.fixture
def stranger(app, entry):
    """A connection past the office, with nothing set up; it closes by itself."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no OR REPLACE, and its types know one spelling")
    db.session.commit()
    with contextlib.closing(sqlite3.connect(db.engine.url.database)) as connection:
        connection.isolation_level = None
        yield connection


def copied(verb="INSERT", **changed):
    names = list(ServiceEntry.__table__.columns.keys())
    words = COPY.replace("INSERT", verb, 1)
    return words.format(
        names=", ".join(names), values=", ".join(changed.get(name, name) for name in names)
    )


def refused_to(stranger, *statements):
    *before, last = statements
    for statement in before:
        stranger.execute(statement)
    told = "SELECT id, minutes, state, reversed_by_id FROM service_entries"
    kept = stranger.execute(f"{told} WHERE state = 'confirmed'").fetchall()
    with pytest.raises(sqlite3.IntegrityError, match=r"confirmed (entry|time)"):
        stranger.execute(last)
    assert stranger.execute(f"{told} WHERE state = 'confirmed'").fetchall() == kept


@pytest.mark.parametrize("key", ["id", "rowid", "oid", "_rowid_"])
def test_nothing_takes_the_number_of_a_confirmed_entry(stranger, key):
    refused_to(
        stranger,
        copied(**WAITING),
        f"UPDATE OR REPLACE service_entries SET {key} = 1 WHERE id = 900",
    )
    names = [name for name in ServiceEntry.__table__.columns.keys() if name != "id"]  # noqa: SIM118
    values = ", ".join("'draft'" if name == "state" else name for name in names)
    refused_to(
        stranger,
        f"INSERT OR REPLACE INTO service_entries ({key}, {', '.join(names)})"
        f" SELECT 1, {values} FROM service_entries WHERE id = 900",
    )


def test_nothing_takes_the_reversal_of_a_confirmed_entry(cast, entry, stranger):
    reversal = factories._saved(
        Reversal(station_id=entry.station_id, ground=ReversalGround.OTHER, reason="试")
    ).id
    db.session.commit()
    stranger.execute(f"UPDATE service_entries SET reversed_by_id = {reversal} WHERE id = 1")
    refused_to(
        stranger,
        copied("INSERT OR REPLACE", **WAITING | {"reversed_by_id": str(reversal)}),
    )
    refused_to(
        stranger,
        copied(**WAITING),
        f"UPDATE OR REPLACE service_entries SET reversed_by_id = {reversal} WHERE id = 900",
    )


def test_a_reversal_that_is_not_there_frees_no_time(stranger):
    refused_to(stranger, "UPDATE service_entries SET reversed_by_id = 4711 WHERE id = 1")


@pytest.mark.parametrize("way", SPELLED_OTHERWISE)
def test_time_spelled_otherwise_is_no_way_past_the_guard(stranger, way):
    changed = {"id": "900", **SPELLED_OTHERWISE[way]}
    refused_to(stranger, copied(**changed))
    moved = ", ".join(f"{name} = {words}" for name, words in changed.items() if name != "id")
    refused_to(
        stranger,
        copied(**WAITING),
        f"UPDATE service_entries SET state = 'confirmed', {moved} WHERE id = 900",
    )


def test_a_confirmed_stretch_may_end_on_the_next_day(stranger):
    later = "date(served_on, '+4 days')"
    night = {
        "id": "900", "served_on": later, "started_at": f"{later} || ' 22:00:00.000000'",
        "ended_at": "date(served_on, '+5 days') || ' 02:00:00.000000'",
    }  # fmt: skip
    assert stranger.execute(copied(**night)).rowcount == 1
    refused_to(
        stranger,
        copied(id="901", served_on="date(served_on, '+5 days')",
               started_at="date(served_on, '+5 days') || ' 01:00:00.000000'",
               ended_at="date(served_on, '+5 days') || ' 03:00:00.000000'"),
    )  # fmt: skip


@pytest.mark.parametrize("way", ["INSERT OR REPLACE", "UPDATE OR REPLACE"])
def test_nothing_takes_the_place_of_a_merge_that_was_done(cast, stranger, way):
    kept, gone = (factories.volunteer(cast.gan_lai).person_id for _one in range(2))
    merge = PersonMerge(
        kept_id=kept, absorbed_id=gone, kept_told="甲", absorbed_told="乙", reason="同一人",
        state=MergeState.DONE, station_id=cast.gan_lai.id,
    )  # fmt: skip
    number = factories._saved(merge).id
    db.session.commit()
    names = list(PersonMerge.__table__.columns.keys())
    changed = {"id": "900", "state": "'done'" if way.startswith("INSERT") else "'prepared'"}
    values = ", ".join(changed.get(name, name) for name in names)
    copy = f"{way.replace('UPDATE', 'INSERT', 1)} INTO person_merges ({', '.join(names)})"
    copy += f" SELECT {values} FROM person_merges WHERE id = {number}"
    statements = [copy] if way.startswith("INSERT") else [
        copy, "UPDATE OR REPLACE person_merges SET state = 'done' WHERE id = 900",
    ]  # fmt: skip
    for statement in statements[:-1]:
        stranger.execute(statement)
    with pytest.raises(sqlite3.IntegrityError, match="cannot be replaced"):
        stranger.execute(statements[-1])
    assert stranger.execute("SELECT id FROM person_merges WHERE state = 'done'").fetchall() == [
        (number,)
    ]


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


def missing():
    with db.engine.connect() as connection:
        return guards.missing(connection)


def test_migrations_go_down_to_nothing_and_up_again(app):
    db.session.remove()
    downgrade(revision="base")
    with db.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert missing() == []


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
    assert missing() == []
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

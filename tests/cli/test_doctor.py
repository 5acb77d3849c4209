"""``doctor``, and what any command says of tables that are not those of this version."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from admin_app.policy import unscoped
from admin_app.services import demo
from models import db
from tests.cli.commands import run


@contextmanager
def tables_of(step):
    """The office with the tables of an older version: one of today's is not there."""

    def move(before, after, number):
        db.session.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))
        db.session.execute(text("UPDATE alembic_version SET version_num = :n"), {"n": number})
        db.session.commit()

    newest = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    move("offices", "offices_to_come", step)
    yield
    db.session.rollback()
    move("offices_to_come", "offices", newest)


def told(app):
    return {one["part"]: one for one in json.loads(run(app, "doctor", "--json").stdout)}


def test_each_part_is_looked_at_from_the_command_line(app, cast):
    found = told(app)
    assert len(found) > 12
    assert not [one for one in found.values() if "ScopeMissing" in one["words"]]
    assert found["Tables"]["health"] == found["Database server"]["health"] == "ok"


def test_tables_of_another_version_are_told_in_words(app, cast):
    with tables_of("0001"):
        assert "db upgrade" in told(app)["Tables"]["words"]
        outcome = run(app, "demo")
        assert (outcome.exit_code, outcome.stdout) == (1, "")
        assert "db upgrade" in outcome.stderr


def test_a_defect_in_sql_is_no_matter_of_versions(app, cast, monkeypatch):
    def broken():
        with unscoped("a test"):
            db.session.execute(text("SELECT nothing"))

    monkeypatch.setattr(demo, "is_demo", broken)
    with pytest.raises(DBAPIError):
        run(app, "demo")

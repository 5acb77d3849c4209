from pathlib import Path

import pytest
from sqlalchemy import func, select

from models import AuditEntry, ServiceEntry, db
from tests.cli.commands import read, run
from tests.emptying import send_everybody_home


@pytest.fixture
def kept(app):
    """The file of sign-ins; none is left from another test."""
    send_everybody_home()
    file = Path(app.instance_path) / "demo-sign-ins.json"
    file.unlink(missing_ok=True)
    yield file
    file.unlink(missing_ok=True)


def sizes():
    return [
        db.session.scalar(select(func.count()).select_from(model))
        for model in (AuditEntry, ServiceEntry)
    ]


def test_a_second_run_tells_the_same_sign_ins_and_changes_nothing(app, kept):
    first = read(run(app, "demo", "--json"))
    before = sizes()
    assert read(run(app, "demo", "--json")) == first
    assert sizes() == before
    table = run(app, "demo").stdout
    for sign_in in first:
        assert sign_in["login"] in table
        assert sign_in["password"] in table


def test_lost_sign_ins_are_told_as_lost(app, kept):
    run(app, "demo")
    kept.unlink()
    outcome = run(app, "demo")
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert "account reset" in outcome.stderr


def test_an_office_with_data_is_served_without_the_demo(app, cast):
    before = sizes()
    outcome = run(app, "demo", "--upgrade", "--or-serve")
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert "without the demo" in outcome.stderr
    assert sizes() == before


def test_an_office_with_data_is_refused_with_status_1(app, cast):
    before = sizes()
    outcome = run(app, "demo")
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert outcome.stderr
    assert sizes() == before

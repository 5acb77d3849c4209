from sqlalchemy import text

from models import db
from tests.cli.commands import read, run


def test_a_whole_trail_says_how_many_entries_it_has(app):
    told = read(run(app, "audit", "verify", "--json"))
    assert told["entries"] > 0
    assert told["faults"] == []


def test_a_cut_trail_ends_the_command_with_status_1(app):
    db.session.execute(text("UPDATE audit_head SET last_id = last_id + 1"))
    db.session.commit()
    outcome = run(app, "audit", "verify")
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert outcome.stderr

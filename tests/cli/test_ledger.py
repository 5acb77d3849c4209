import json

import pytest
from sqlalchemy import text

from models import EntryState, db
from tests import factories
from tests.cli.commands import read, run


@pytest.fixture
def served(cast):
    """Two confirmed hours of one volunteer of Gan Lai."""
    volunteer = factories.volunteer(cast.gan_lai)
    factories.service_entry(volunteer, factories.activity(cast.gan_lai), state=EntryState.CONFIRMED)
    return volunteer


def test_a_ledger_whose_totals_follow_is_clean(app, served):
    assert read(run(app, "ledger", "verify", "--json")) == {"entries": 1, "differences": []}


def test_a_forged_total_is_named_with_both_sides(app, served):
    db.session.execute(text("UPDATE person_years SET minutes = 999"))
    db.session.commit()
    outcome = run(app, "ledger", "verify", "--json")
    assert outcome.exit_code == 1
    [difference] = json.loads(outcome.stdout)["differences"]
    assert difference["total"] == "person_years"
    assert difference["kept"] == {"minutes": 999, "entries": 1}
    assert difference["counted"] == {"minutes": 120, "entries": 1}


def test_an_empty_ledger_is_an_error(app, cast):
    outcome = run(app, "ledger", "verify", "--json")
    assert outcome.exit_code == 1
    assert not outcome.stdout
    assert outcome.stderr.strip()


def test_the_totals_of_a_volunteer_are_one_json_value(app, cast, served):
    told = read(run(app, "volunteers", "totals", served.number, "--json"))
    assert told == {
        "minutes": 120,
        "minutes_by_year_station": [{"year": 2026, "station": cast.gan_lai.code, "minutes": 120}],
        "stars": 0,
        "backbone_years": [],
    }
    assert run(app, "volunteers", "totals", "nobody", "--json").exit_code == 1

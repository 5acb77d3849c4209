from datetime import date

import pytest
from sqlalchemy import event

from models import EntryState, db
from tests import factories
from tests.cli.commands import read, run


@pytest.fixture
def lei(cast):
    """A volunteer of Gan Lai with two hours confirmed, one waiting elsewhere and one declined."""
    lei = factories.volunteer(cast.gan_lai, name="雷小锋", registered_on=date(2025, 3, 5))
    patrol = factories.activity(cast.gan_lai)
    factories.service_entry(lei, patrol, state=EntryState.CONFIRMED)
    factories.service_entry(lei, patrol, state=EntryState.DECLINED)
    twin = factories.volunteer(cast.weng_shui, person=lei.person)
    elsewhere = factories.activity(cast.weng_shui, held_on=date(2026, 10, 4))
    factories.service_entry(twin, elsewhere, state=EntryState.CONFIRMED, minutes=60)
    return lei


def test_the_roll_masks_names_and_counts_confirmed_minutes_here(app, cast, lei):
    new = factories.volunteer(cast.gan_lai, name="王秀英", registered_on=date(2025, 4, 1))
    code = cast.gan_lai.code
    assert read(run(app, "volunteers", "list", "--station", code, "--json")) == [
        {"number": lei.number, "name": "雷**", "state": "registered",
         "registered_on": "2025-03-05", "minutes": 120},
        {"number": new.number, "name": "王**", "state": "registered",
         "registered_on": "2025-04-01", "minutes": 0},
    ]  # fmt: skip


def test_the_community_of_one_station_names_it(app, lei):
    assert len(read(run(app, "volunteers", "list", "--station", "440823106223", "--json"))) == 1


def test_the_roll_takes_one_query_however_long_it_is(app, cast, lei):
    for _n in range(5):
        factories.volunteer(cast.gan_lai)
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    read(run(app, "volunteers", "list", "--station", cast.gan_lai.code, "--json"))
    assert len([sql for sql in seen if "volunteers" in sql]) == 1


def test_a_foreign_station_does_not_exist(app, cast, lei):
    arguments = ["volunteers", "list", "--station", cast.gan_lai.code, "--json", "--by"]
    assert len(read(run(app, *arguments, "chen"))) == 1
    assert run(app, *arguments, "wang").exit_code == 1


def test_without_json_the_roll_is_a_plain_list(app, cast, lei):
    outcome = run(app, "volunteers", "list", "--station", cast.gan_lai.code)
    assert outcome.stdout == f"{lei.number}\t雷**\t2025-03-05\t120\n"


def test_two_rows_become_one_person_by_two_persons_or_the_system(app, cast):
    kept, wrong = (factories.volunteer(cast.gan_lai, name="李来") for _n in range(2))
    factories.service_entry(wrong, factories.activity(cast.gan_lai), state=EntryState.CONFIRMED)
    words = ["volunteers", "merge", kept.number, wrong.number, "--reason", "号码有误", "--json"]
    assert read(run(app, *words, "--by", "chen"))["state"] == "prepared"
    assert run(app, *words, "--by", "chen").exit_code == 1
    told = read(run(app, *words, "--by", "lin"))
    assert (told["state"], told["entries"], told["minutes"]) == ("done", 1, 120)
    assert run(app, *words).exit_code == 1
    other = factories.volunteer(cast.gan_lai)
    words[2:4] = other.number, factories.volunteer(cast.weng_shui).number
    assert read(run(app, *words))["state"] == "done"
    assert run(app, "ledger", "verify").exit_code == 0

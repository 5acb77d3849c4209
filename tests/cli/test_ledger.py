import json
from datetime import date, datetime

import pytest
from sqlalchemy import text

from models import EntryState, clock, db
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


@pytest.fixture
def late(cast):
    """Two activities of October at Gan Lai: one without a quality, one recorded in time."""
    lei = factories.volunteer(cast.gan_lai)
    for day, quality in ((3, None), (8, "认真负责")):
        activity = factories.activity(cast.gan_lai, held_on=date(2026, 10, day))
        factories.service_entry(
            lei, activity, quality=quality, recorded_at=datetime(2026, 10, 12, 2)
        )
    return cast.gan_lai


def overdue(app, *options):
    return run(app, "ledger", "overdue", *options, "--json")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "21.10.2026"])
def test_a_day_of_no_office_is_a_misuse(app, late, day):
    outcome = overdue(app, "--station", late.code, "--on", day)
    assert outcome.exit_code == 2
    assert day in outcome.output


def test_what_is_overdue_is_one_json_value(app, late):
    told = read(overdue(app, "--station", late.code, "--on", "2026-10-21"))
    [one] = told.pop("overdue")
    assert told == {
        "on": "2026-10-21",
        "due_today": [],
        "on_time": [
            {
                "station": late.code,
                "month": "2026-10",
                "held": 2,
                "on_time": 1,
                "running": 0,
                "late": 1,
            },
        ],
    }
    assert {name: one[name] for name in one if name not in ("id", "activity")} == {
        "station": late.code, "held_on": "2026-10-03", "due_on": "2026-10-20", "entries": 1,
        "missing_quality": 1,
    }  # fmt: skip


def test_a_division_tells_what_is_due_today(app, late):
    told = read(overdue(app, "--division", "440823000000", "--on", "2026-10-20"))
    assert [one["due_on"] for one in told["due_today"]] == ["2026-10-20"]
    assert told["overdue"] == []


def test_without_a_day_things_stand_as_today(app, late):
    told = read(overdue(app, "--station", late.code))
    assert told["on"] == clock.today().isoformat()
    assert [one["due_on"] for one in told["overdue"]] == ["2026-10-20"]
    spoken = run(app, "ledger", "overdue", "--station", late.code)
    assert spoken.exit_code == 0
    assert "2026-10-20" in spoken.stdout


def test_an_account_is_told_of_its_own_place(app, cast, late):
    told = read(overdue(app, "--station", late.code, "--on", "2026-10-21", "--by", "chen"))
    assert len(told["overdue"]) == 1
    assert overdue(app, "--station", late.code, "--by", "wang").exit_code == 1


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (("--station", "440823106223-99"), 1),
        (("--division", "999999999999"), 1),
        ((), 2),
        (("--station", "440823106223-01", "--division", "440823000000"), 2),
        (("--station", "440823106223-01", "--on", "yesterday"), 2),
    ],
)
def test_an_unknown_place_is_refused_and_an_unclear_one_misuse(app, late, options, status):
    outcome = overdue(app, *options)
    assert outcome.exit_code == status
    assert not outcome.stdout


@pytest.fixture
def doubled(cast):
    """One person at Gan Lai and at Weng Shui, in another prefecture, for one common hour."""
    lei = factories.volunteer(cast.gan_lai, name="雷小锋")
    twin = factories.volunteer(cast.weng_shui, person=lei.person)
    here = factories.service_entry(lei, factories.activity(cast.gan_lai))
    there = factories.service_entry(
        twin, factories.activity(cast.weng_shui), started_at=datetime(2026, 10, 3, 10)
    )
    return here.id, there.id, lei.number, twin.number


def overlaps(app, *options):
    return run(app, "ledger", "overlaps", "--division", "440823000000", *options)


def test_who_is_recorded_twice_at_one_time_is_one_json_value(app, cast, doubled):
    outcome = overlaps(app, "--json")
    assert outcome.exit_code == 1
    here, there, lei, twin = doubled
    assert json.loads(outcome.stdout) == {
        "division": "440823000000", "since": None, "until": None,
        "overlaps": [{
            "person": "雷**", "minutes": 60,
            "entries": [
                {"id": here, "station": cast.gan_lai.code, "station_name": cast.gan_lai.name,
                 "volunteer": lei, "state": "submitted",
                 "started_at": "2026-10-03T09:00", "ended_at": "2026-10-03T11:00"},
                {"id": there, "station": cast.weng_shui.code, "station_name": cast.weng_shui.name,
                 "volunteer": twin, "state": "submitted",
                 "started_at": "2026-10-03T10:00", "ended_at": "2026-10-03T11:00"},
            ],
        }],
    }  # fmt: skip
    spoken = overlaps(app)
    assert spoken.exit_code == 1
    assert "雷**" in spoken.stdout


def test_an_account_is_told_of_another_place_its_station_and_times_alone(app, cast, doubled):
    outcome = overlaps(app, "--by", "su", "--json")
    [pair] = json.loads(outcome.stdout)["overlaps"]
    own, foreign = pair["entries"]
    assert own["id"] == doubled[0]
    assert (foreign["id"], foreign["volunteer"], foreign["state"]) == (None, None, None)
    assert foreign["station_name"] == cast.weng_shui.name
    assert not overlaps(app, "--by", "di", "--json").stdout


def test_nobody_recorded_twice_is_exit_status_0(app, doubled):
    told = read(overlaps(app, "--since", "2026-10-04", "--until", "2026-10-31", "--json"))
    assert told == {
        "division": "440823000000", "since": "2026-10-04", "until": "2026-10-31", "overlaps": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ((), 2),
        (("--division", "999999999999"), 1),
        (("--division", "440823000000", "--since", "yesterday"), 2),
        (("--division", "440823000000", "--since", "2026-10-02", "--until", "2026-10-01"), 2),
    ],
)
def test_overlaps_of_an_unknown_place_are_refused_and_unclear_days_misuse(
    app, doubled, options, status
):
    outcome = run(app, "ledger", "overlaps", *options, "--json")
    assert outcome.exit_code == status
    assert not outcome.stdout
    assert outcome.stderr.strip()

import json

import pytest
from sqlalchemy import func, select

from admin_app.services.places import workdays
from models import Activity, ServiceEntry, Station, Volunteer, clock, db
from tests.cli.commands import run
from tests.services.exchange.books import PEOPLE, book, number
from tests.services.exchange.samples import EXPECTED, PREFECTURES, SHEETS

WANG = (1, "王伟", "男", "1990-01-01", number("44089919900101001"), "13800138000", None)
BAD = (2, "李娜", "女", "1991-02-03", "4408", "13900139000", None)
GAN_LAI = "440823106223"


def bring_in(app, register, file, *more):
    outcome = run(app, register, "import", file, *more, "--json")
    return outcome, json.loads(outcome.stdout)


def counted(value):
    reasons = [refusal["reason"] for refusal in value["refused"]]
    return {"accepted": value["accepted"], "refused": {r: reasons.count(r) for r in reasons}}


def total(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def sheet(tmp_path):
    def write(*rows):
        (tmp_path / "表.xlsx").write_bytes(book(PEOPLE, *rows))
        return tmp_path / "表.xlsx"

    return write


@pytest.mark.parametrize("prefecture", PREFECTURES)
def test_the_sample_sheets_answer_as_other_programs_expect(app, cast, prefecture):
    expected, folder = EXPECTED[prefecture], SHEETS / prefecture
    more = ("--station", expected["community"], "--on", EXPECTED["as_of"])
    outcome, value = bring_in(app, "volunteers", folder / "volunteers.xlsx", *more)
    assert outcome.exit_code == 1
    assert counted(value) == expected["volunteers"]
    assert set(value["refused"][0]) == {"row", "column", "reason", "message"}
    outcome, value = bring_in(app, "ledger", folder / "ledger.xlsx", *more)
    assert counted(value) | {"minutes": value["minutes"]} == expected["ledger"]
    assert value["unmatched_categories"].keys() == {"专业志愿服务"}
    again, value = bring_in(app, "ledger", folder / "ledger.xlsx", *more)
    assert (again.exit_code, value["accepted"], value["minutes"]) == (1, 0, 0)


def test_what_a_sheet_brings_in_has_its_clock(app, cast):
    folder, more = SHEETS / "zhanjiang", ("--on", EXPECTED["as_of"])
    more += ("--station", EXPECTED["zhanjiang"]["community"])
    for register in ("volunteers", "ledger"):
        bring_in(app, register, folder / f"{register}.xlsx", *more)
    activities = db.session.scalars(select(Activity)).all()
    assert activities
    for activity in activities:
        asked = select(ServiceEntry.quality).where(ServiceEntry.activity_id == activity.id)
        is_rated = all(db.session.scalars(asked))
        assert activity.due_on == workdays.due(activity.held_on, 10)
        assert activity.recorded_on == (clock.today() if is_rated else None)


def test_a_list_of_stations_is_imported(app):
    before = total(Station)
    outcome, value = bring_in(app, "stations", SHEETS / "diqing" / "stations.csv")
    assert total(Station) == before + value["accepted"]
    assert outcome.exit_code == (1 if value["refused"] else 0)


def test_without_a_refusal_the_command_succeeds(app, cast, sheet):
    outcome = run(app, "volunteers", "import", sheet(WANG), "--station", cast.gan_lai.code)
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert "1" in outcome.stderr
    assert total(Volunteer) == 1


def test_a_dry_run_judges_and_writes_nothing(app, cast, sheet):
    file = sheet(WANG, BAD)
    _outcome, value = bring_in(app, "volunteers", file, "--station", GAN_LAI, "--dry-run")
    assert counted(value) == {"accepted": 1, "refused": {"id_length": 1}}
    assert total(Volunteer) == 0


def test_a_named_person_must_be_allowed_to_import_there(app, cast, sheet):
    more = ("import", sheet(WANG), "--station", GAN_LAI, "--by")
    for login in ("wang", "lin", "nobody"):
        assert run(app, "volunteers", *more, login).exit_code == 1
    assert total(Volunteer) == 0
    assert run(app, "volunteers", *more, "chen").exit_code == 0
    assert total(ServiceEntry) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("volunteers", "import", "nowhere.xlsx", "--station", GAN_LAI),
        ("volunteers", "import", __file__),
        ("ledger", "import", __file__, "--station", GAN_LAI, "--on", "20.11.2026"),
    ],
)
def test_a_misused_command_ends_with_status_two(app, arguments):
    assert run(app, *arguments).exit_code == 2


@pytest.mark.parametrize("code", ["440823106223-99", "440823106000", "x"])
def test_an_unknown_station_is_refused_in_words(app, sheet, code):
    outcome = run(app, "volunteers", "import", sheet(WANG), "--station", code, "--json")
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert code in outcome.stderr


def test_a_file_that_is_no_sheet_is_refused_in_words(app, cast, tmp_path):
    (tmp_path / "表.xlsx").write_bytes(b"PK\x03\x04")
    outcome = run(app, "ledger", "import", tmp_path / "表.xlsx", "--station", GAN_LAI, "--json")
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert outcome.stderr

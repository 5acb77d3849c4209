import pytest
from sqlalchemy import select

from admin_app.services import reports
from models import AuditAction, AuditEntry, db
from tests import factories
from tests.cli.commands import read, run
from tests.services.reports.test_month import OCTOBER, served

MONTH = ("--month", "2026-10")


@pytest.fixture
def worked(cast):
    """Gan Lai with two hours confirmed."""
    served(factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai))
    return cast.gan_lai


def test_the_month_of_a_station_is_one_json_value(app, cast, worked):
    found = read(run(app, "report", "month", "--station", worked.code, *MONTH, "--json"))
    expected = {
        "activities": 1, "attendances": 1, "participants": 1, "minutes": 120,
        "minutes_by_category": {"0009": 120}, "registered_new": 0, "registered_total": 1,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    [row] = found["stations"]
    assert (row["code"], row["name"]) == (worked.code, worked.name)
    assert {name: row[name] for name in expected} == expected


def test_a_division_lists_its_stations(app, cast, worked):
    found = read(run(app, "report", "month", "--division", "440800000000", *MONTH, "--json"))
    assert {row["code"]: row["minutes"] for row in found["stations"]} == {
        worked.code: 120, cast.quan_shui.code: 0
    }  # fmt: skip


def test_the_community_of_one_station_names_it(app, worked):
    outcome = run(app, "report", "month", "--station", worked.code[:12], *MONTH, "--json")
    assert read(outcome)["minutes"] == 120


@pytest.mark.parametrize(
    "given",
    [
        (), ("--station", "1", "--division", "2"), ("--station", "1", "--month", "2026-13"),
        ("--station", "1", "--month", "October"),
    ],
)  # fmt: skip
def test_misuse_is_said_so(app, given):
    given = given if "--month" in given else (*given, *MONTH)
    outcome = run(app, "report", "month", *given, "--json")
    assert (outcome.exit_code, outcome.stdout) == (2, "")


@pytest.mark.parametrize("place", ["--station=0", "--division=0", "--division=440000000000"])
def test_an_unknown_place_and_a_province_are_refused(app, place):
    outcome = run(app, "report", "month", place, *MONTH, "--json")
    assert (outcome.exit_code, outcome.stdout) == (1, "")


def test_a_person_out_of_reach_is_refused(app, cast, worked):
    outcome = run(app, "report", "month", "--station", worked.code, *MONTH, "--by", "wang")
    assert outcome.exit_code == 1


def test_files_are_written_whole_and_leave_a_trace(app, cast, worked, tmp_path):
    book, paper = tmp_path / "month.xlsx", tmp_path / "month.pdf"
    outcome = run(
        app, "report", "month", "--station", worked.code, *MONTH,
        "--xlsx", book, "--pdf", paper, "--by", "chen", "--json",
    )  # fmt: skip
    assert read(outcome) == reports.answer(reports.month(worked, OCTOBER))
    assert paper.read_bytes().startswith(b"%PDF")
    assert book.read_bytes().startswith(b"PK")
    acts = (AuditAction.PRINT, AuditAction.EXPORT)
    traces = db.session.scalars(select(AuditEntry).where(AuditEntry.action.in_(acts))).all()
    assert [trace.account_id for trace in traces] == [cast.chen.id] * 2
    assert sorted(tmp_path.iterdir()) == [paper, book]


def test_a_file_that_cannot_be_written_is_a_refusal_without_a_trace(app, worked, tmp_path):
    gone = tmp_path / "no such folder" / "month.xlsx"
    outcome = run(app, "report", "month", "--station", worked.code, *MONTH, "--xlsx", gone)
    assert outcome.exit_code == 1
    exported = select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT)
    assert not db.session.scalars(exported).all()

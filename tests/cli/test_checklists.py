from datetime import date

import pytest
from sqlalchemy import func, select

from admin_app.services.jobs import nightly
from models import ChecklistResult, clock, db
from tests import factories
from tests.cli.commands import read, run


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 20))


def test_a_station_and_month_is_one_json_value(app, cast):
    cast.gan_lai.address = "村委会"
    cast.gan_lai.computers, cast.gan_lai.independent_post = 1, True
    factories.activity(cast.gan_lai, held_on=date(2026, 11, 16))
    db.session.commit()
    code = cast.gan_lai.code
    found = read(run(app, "standards", "check", "--station", code, "--month", "2026-11", "--json"))
    assert (found["station"], found["month"], found["checklist"]) == (
        code, "2026-11", "zhanjiang_five"
    )  # fmt: skip
    assert [(item["key"], item["met"]) for item in found["items"]] == [
        ("premises", True), ("signage", False), ("team", False), ("rules", False), ("ledger", True)
    ]  # fmt: skip
    assert found["items"][0] | {"parts": []} == {
        "key": "premises", "title": "有服务场所", "met": True, "missing": None, "parts": []
    }  # fmt: skip
    assert found["items"][1]["missing"]
    lines = run(app, "standards", "check", "--station", code, "--by", "chen").stdout
    assert "✓ 有服务场所\n" in lines
    assert not db.session.scalar(select(func.count(ChecklistResult.id)))
    assert run(app, "standards", "check", "--station", code, "--by", "quan").exit_code == 1
    assert run(app, "standards", "check", "--station", code, "--month", "2026-12").exit_code == 1
    assert run(app, "standards", "check", "--station", code, "--month", "2026-13").exit_code == 2


def test_the_last_month_is_kept_once(app, cast, monkeypatch):
    code = cast.gan_lai.code
    asked = ("standards", "check", "--station", code, "--month", "2026-10", "--json")
    assert read(run(app, *asked))["kept"] is False
    assert read(run(app, *asked))["kept"] is True
    assert read(run(app, "standards", "keep", "--json")) == {"month": "2026-10", "kept": 2}
    monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 1))
    db.session.rollback()
    nightly._keep_scores()
    assert db.session.scalar(select(func.count(ChecklistResult.id))) == 6


def test_another_checklist_holds_from_a_day_on(app, cast):
    chosen = ("standards", "choose", "--checklist", "six_2024", "--division", "440800000000")
    code = cast.gan_lai.code
    assert run(app, *chosen, "--by", "su").exit_code == 1
    assert read(run(app, *chosen, "--by", "pu", "--json"))["since"] == "2026-11-20"
    found = read(run(app, "standards", "check", "--station", code, "--json"))
    assert (found["checklist"], found["total"]) == ("six_2024", 6)
    assert (
        run(app, "standards", "choose", "--checklist", "seven", "--division", code).exit_code == 1
    )

"""Who sets a figure, where, and from which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from admin_app.services import divisions
from models import Figure, FigureName, clock, db
from tests.pages import Page

NAME = FigureName.DAY_CAP_MINUTES
ZHANJIANG, SUIXI, DIQING = "440800000000", "440823000000", "533400000000"


def told(code, **changed):
    place = divisions.by_code(code).id if code else ""
    return {
        "name": NAME.value, "place": place, "value": "480", "since": "2026-12-01",
        "basis": "湛文明办通知第三条",
    } | changed  # fmt: skip


def kept():
    db.session.expire_all()
    found = select(Figure).where(Figure.name == NAME)
    return [(row.division_code, row.value, row.since) for row in db.session.scalars(found)]


@pytest.mark.parametrize("code", [ZHANJIANG, SUIXI])
def test_a_prefecture_sets_a_figure_for_its_own_places(browse, cast, code):
    answer = browse(cast.pu).post("/figures/new/", data=told(code))
    assert answer.status_code == 302, Page(answer.text).text
    assert kept() == [(code, 480, date(2026, 12, 1))]
    assert browse(cast.chen).get("/figures/").text.count("湛文明办通知第三条") == 1


@pytest.mark.parametrize(
    ("login", "code"),
    [("pu", DIQING), ("pu", ""), ("su", SUIXI), ("chen", ZHANJIANG), ("lin", ZHANJIANG),
     ("shen", ZHANJIANG)],
)  # fmt: skip
def test_nobody_sets_a_figure_beyond_his_prefecture(browse, cast, login, code):
    browse(getattr(cast, login)).post("/figures/new/", data=told(code))
    assert kept() == []


def test_the_whole_system_sets_one_for_the_country(browse, cast):
    browse(cast.ada).post("/figures/new/", data=told(""))
    assert kept() == [("", 480, date(2026, 12, 1))]


@pytest.mark.parametrize("value", ["", "0", "-1", "1441", "一"])
def test_a_value_that_cannot_be_is_refused(browse, cast, value):
    answer = browse(cast.pu).post("/figures/new/", data=told(ZHANJIANG, value=value))
    assert answer.status_code == 200
    assert kept() == []


def test_a_place_has_a_figure_once_a_day(browse, cast):
    for value in ("480", "600"):
        answer = browse(cast.pu).post("/figures/new/", data=told(ZHANJIANG, value=value))
    assert "another day" in answer.text
    assert kept() == [(ZHANJIANG, 480, date(2026, 12, 1))]


def test_what_is_in_force_stays_and_what_is_to_come_may_change(browse, cast):
    tomorrow = clock.today() + timedelta(days=1)
    for since, status in ((clock.today(), 403), (tomorrow, 302)):
        browse(cast.pu).post("/figures/new/", data=told(ZHANJIANG, since=since.isoformat()))
        row = db.session.scalars(select(Figure).where(Figure.name == NAME, Figure.since == since))
        id_ = row.one().id
        answer = browse(cast.pu).post(
            f"/figures/edit/?id={id_}",
            data={"value": "600", "since": since.isoformat(), "basis": "通知", "version": "1"},
        )
        assert answer.status_code == status
    assert sorted(kept()) == [(ZHANJIANG, 480, clock.today()), (ZHANJIANG, 600, tomorrow)]
    assert browse(cast.di).post("/figures/delete/", data={"id": id_}).status_code == 403

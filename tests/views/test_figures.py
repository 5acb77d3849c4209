"""Who sets a figure, where, and from which day."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from admin_app.services.places import divisions
from models import Figure, FigureName, clock, db
from tests import factories
from tests.cli.commands import run
from tests.pages import Page

NAME = FigureName.DAY_CAP_MINUTES
ZHANJIANG, SUIXI, DIQING = "440800000000", "440823000000", "533400000000"


def told(code, **changed):
    place = divisions.by_code(code).id if code else ""
    return {
        "name": NAME.value, "place": place, "value": "480", "since": "2026-12-01",
        "basis": "湛文明办通知第三条", "_confirmed": "1",
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
            data={
                "value": "600",
                "since": since.isoformat(),
                "basis": "通知",
                "version": "1",
                "_confirmed": "1",
            },
        )
        assert answer.status_code == status
    assert sorted(kept()) == [(ZHANJIANG, 480, clock.today()), (ZHANJIANG, 600, tomorrow)]
    assert browse(cast.di).post("/figures/delete/", data={"id": id_}).status_code == 403


def test_nothing_is_kept_before_the_effect_was_looked_at(browse, cast):
    browser = browse(cast.pu)
    unseen = {name: value for name, value in told(ZHANJIANG).items() if name != "_confirmed"}
    page = browser.post("/figures/new/", data=unseen)
    assert page.status_code == 200
    assert kept() == []
    assert re.search(r'id="values">[^→]*not set\s*→ <strong>480', page.text)
    assert "1973 communities · 2 stations" in page.text
    again = browser.post("/figures/new/", data=Page(page.text).fields | {"_again": "1"})
    assert 'value="480"' in again.text
    assert kept() == []
    browser.post("/figures/new/", data=Page(page.text).fields | {"_confirmed": "1"})
    assert kept() == [(ZHANJIANG, 480, date(2026, 12, 1))]


def test_what_is_refused_is_told_in_the_form_and_not_previewed(browse, cast):
    unseen = {name: value for name, value in told(ZHANJIANG).items() if name != "_confirmed"}
    page = browse(cast.pu).post("/figures/new/", data=unseen | {"value": "0"}).text
    assert "lies between" in page
    assert "What this figure changes" not in page


def test_a_change_of_one_that_is_not_in_force_yet_is_looked_at_too(browse, cast):
    since = clock.today() + timedelta(days=30)
    row = factories.figure(NAME, 600, division_code=ZHANJIANG, since=since)
    browser, address = browse(cast.pu), f"/figures/edit/?id={row.id}"
    change = {"version": "1", "value": "480", "since": since.isoformat(), "basis": "新通知"}
    page = browser.post(address, data=change)
    assert "What this figure changes" in page.text
    assert kept() == [(ZHANJIANG, 600, since)]
    assert browser.post(address, data=change | {"_confirmed": "1"}).status_code == 302
    assert kept() == [(ZHANJIANG, 480, since)]


def test_the_figures_at_a_place_say_where_each_comes_from_and_what_is_not_set(browse, cast):
    factories.figure(NAME, 480, division_code=SUIXI)
    page = browse(cast.chen).get("/figures/at/").text
    assert re.search(r"Time that counts of one day.*?480.*?遂溪县", page, re.S)
    assert "not set" in page
    assert browse(cast.chen).get("/figures/at/?division=").status_code == 200
    assert browse(cast.chen).get("/figures/at/?division=999999").status_code == 404
    assert browse(cast.he).get("/figures/at/").status_code == 403
    home = browse(cast.chen).get(f"/stations/details/?id={cast.gan_lai.id}").text
    assert f"/figures/at/?division={cast.gan_lai.division_id}" in home


def test_the_command_tells_every_figure_of_a_place(app, cast):
    factories.figure(NAME, 480, division_code=SUIXI)
    outcome = run(app, "figures", "show", "--division", SUIXI, "--on", "2026-10-03", "--json")
    value = json.loads(outcome.stdout)
    assert set(value["figures"]) == {name.value for name in FigureName}
    assert value["figures"][NAME.value] == {
        "value": 480, "since": "2019-01-01", "basis": "办法第二条", "division": SUIXI,
    }  # fmt: skip
    assert value["figures"]["grace_minutes"] is None
    assert "day_cap_minutes  480" in run(app, "figures", "show", "--division", SUIXI).stdout
    assert run(app, "figures", "show", "--division", "1").exit_code == 1

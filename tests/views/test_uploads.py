"""The page that tells what is not in the official system yet, and the rows it opens to."""

from __future__ import annotations

import re
from datetime import date

import pytest

from models import EntryState, OfficialState, clock, db
from tests import factories
from tests.pages import listed

URL = "/reports/uploads/"


@pytest.fixture
def served(cast):
    """One entry of March that waits and one of October that is there; both of Gan Lai."""
    lei = factories.volunteer(cast.gan_lai, name="雷一")
    waits, there = (
        factories.service_entry(
            lei, factories.activity(cast.gan_lai, held_on=day), state=EntryState.CONFIRMED
        )
        for day in (date(2026, 3, 9), date(2026, 10, 3))
    )
    return waits, there


def numbers(page):
    return re.findall(r'<div class="office-number[^"]*">([^<]*)</div>', page)


def lists(page):
    return [found.replace("&amp;", "&") for found in re.findall(r'href="(/ledger/\?[^"]*)"', page)]


def upload(browse, cast, entry):
    browse(cast.chen).post(
        f"/activities/official/?id={entry.activity_id}",
        data={"state": "uploaded", "on": "2026-10-09", "numbers": "", "rowid": [entry.id]},
    )


def test_a_supervisor_opens_the_rows_of_a_station_that_wait(cast, browse, served):
    waits, there = served
    upload(browse, cast, there)
    for account in (cast.tu, cast.su, cast.pu):
        browser = browse(account)
        page = browser.get(URL).text
        assert numbers(page) == ["1", "2026-03", "1", "0"]
        assert f"{(clock.today() - date(2026, 3, 9)).days} days ago" in page
        [rows] = lists(page)
        opened = browser.get(rows).text
        assert listed(opened) == {waits.id}
        assert waits.person.id_number not in opened


def test_a_station_sees_the_months_and_the_oldest_day(cast, browse, served):
    upload(browse, cast, served[1])
    browser = browse(cast.chen)
    page = browser.get(URL).text
    assert numbers(page) == ["1", "2026-03-09", "1", "0"]
    assert all(listed(browser.get(rows).text) == {served[0].id} for rows in lists(page))


def test_what_was_reversed_there_opens_to_its_rows(cast, browse, served):
    upload(browse, cast, served[1])
    browse(cast.lin).post(
        "/ledger/reverse/", data={"id": served[1].id, "ground": "wrong_time", "reason": "记错"}
    )
    db.session.expire_all()
    assert served[1].official_state is OfficialState.UPLOADED
    browser = browse(cast.su)
    page = browser.get(URL).text
    assert numbers(page) == ["1", "2026-03", "0", "1"]
    assert [listed(browser.get(rows).text) for rows in lists(page)] == [
        {served[0].id}, {served[1].id},
    ]  # fmt: skip


def test_a_place_where_nothing_waits_says_so(cast, browse, served):
    for entry in served:
        upload(browse, cast, entry)
    page = browse(cast.chen).get(URL).text
    assert numbers(page) == ["0", "—", "2", "0"]
    assert "all that counts is in the official system" in page
    assert "Nothing was confirmed here yet." in browse(cast.di).get(URL).text


def test_a_foreign_place_does_not_exist(cast, browse):
    for place in (f"station={cast.weng_shui.id}", "station=0", "division=x"):
        assert browse(cast.su).get(f"{URL}?{place}").status_code == 404, place
    chosen = browse(cast.su).get(f"{URL}?place=station-{cast.gan_lai.id}")
    assert chosen.location == f"{URL}?station={cast.gan_lai.id}"
    assert browse(cast.guan).get(URL).status_code == 403

"""Turning pages, jumping to a day, finding people by parts of their names, long files."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest

from admin_app.services.people import volunteers
from models import Activity, db
from tests import factories
from views.lists import listing

ROW = re.compile(r'<th scope="row"><a href="details/\?id=(\d+)"')
TURN = re.compile(r'<a class="btn" rel="(next|prev)" href="([^"]+)"')


def shown(page):
    return [int(key) for key in ROW.findall(page.text)]


def turned(browser, page, way):
    links = {name: link.replace("&amp;", "&") for name, link in TURN.findall(page.text)}
    return browser.get(links[way]) if way in links else None


@pytest.fixture
def many(cast):
    """Forty-five activities, several a day, the newest first."""
    rows = [
        Activity(
            station=cast.gan_lai, name=f"巡逻{n}", held_on=date(2026, 1, 1) + timedelta(n // 4)
        )
        for n in range(45)
    ]
    db.session.add_all(rows)
    db.session.commit()
    return [row.id for row in sorted(rows, key=lambda row: (row.held_on, row.id), reverse=True)]


def test_pages_turn_to_the_end_and_back_without_gap_or_repeat(cast, browse, many):
    browser = browse(cast.chen)
    pages = [browser.get("/activities/?page_size=20")]
    while (following := turned(browser, pages[-1], "next")) is not None:
        pages.append(following)
    assert [key for page in pages for key in shown(page)] == many
    back = [pages[-1]]
    while (before := turned(browser, back[0], "prev")) is not None:
        back.insert(0, before)
    assert [shown(page) for page in back] == [shown(page) for page in pages]


@pytest.mark.parametrize("sort", ["sort=0", "sort=0&desc=1"])
def test_a_sorted_list_turns_its_pages_too(cast, browse, many, sort):
    browser = browse(cast.chen)
    first = browser.get(f"/activities/?page_size=20&{sort}")
    second = turned(browser, first, "next")
    assert len({*shown(first), *shown(second)}) == 40


@pytest.mark.parametrize(
    "cursor", ["after=x", "after=W10", "before=bm90anNvbg", "after=WyIyMDI2LTAxLTAxIl0", "to=never"]
)
def test_a_cursor_that_fits_nothing_opens_the_first_page(cast, browse, many, cursor):
    page = browse(cast.chen).get(f"/activities/?page_size=20&{cursor}")
    assert shown(page) == many[:20]


def test_a_list_by_day_jumps_to_a_day(cast, browse, many):
    page = browse(cast.chen).get("/activities/?page_size=20&to=2026-01-02")
    days = [db.session.get(Activity, key).held_on for key in shown(page)]
    assert days == [date(2026, 1, 2)] * 4 + [date(2026, 1, 1)] * 4


def test_a_long_file_leaves_window_by_window_and_whole(cast, browse, many, monkeypatch):
    monkeypatch.setattr(listing, "FIRST_WINDOW", 7)
    monkeypatch.setattr(listing, "WINDOW", 11)
    answer = browse(cast.chen).get("/activities/export/csv/")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1:]
    names = {key: db.session.get(Activity, key).name for key in many}
    assert [line[1] for line in lines] == [names[key] for key in many]


@pytest.mark.parametrize("words", ["王", "秀英", "王秀英", "wxy", "WX", "王秀英英"])
def test_people_are_found_by_parts_of_their_names(cast, browse, words):
    known = factories.volunteer(cast.gan_lai, name="王秀英")
    other = factories.volunteer(cast.gan_lai, name="李大山")
    browser = browse(cast.chen)
    found = shown(browser.get("/volunteers/", query_string={"search": words}))
    assert found == ([] if words == "王秀英英" else [known.id])
    assert other.id not in found


@pytest.mark.parametrize("hashed", [1, 9])
def test_many_of_one_name_are_found_as_few_are(cast, browse, monkeypatch, hashed):
    monkeypatch.setattr("admin_app.services.people.names.FEW", 1)
    monkeypatch.setattr("admin_app.services.people.names.HASHED", hashed)
    activity = factories.activity(cast.gan_lai)
    entries = [
        factories.service_entry(factories.volunteer(cast.gan_lai, name=name), activity).id
        for name in ("王秀英", "李秀英", "王大山")
    ]
    found = shown(browse(cast.dai).get("/ledger/?search=秀英"))
    assert sorted(found) == entries[:2]


def test_a_corrected_name_is_found_and_the_wrong_one_is_not(cast, browse):
    known = factories.volunteer(cast.gan_lai, name="王秀因")
    volunteers.rename(known, "王秀英")
    db.session.commit()
    browser = browse(cast.chen)
    assert shown(browser.get("/volunteers/?search=秀英")) == [known.id]
    assert shown(browser.get("/volunteers/?search=秀因")) == []

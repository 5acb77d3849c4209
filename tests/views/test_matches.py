"""Buttons over all rows that a list finds: whole, as they were seen, or not at all."""

from __future__ import annotations

import re

import pytest

from admin_app.services.ledger import deciding
from models import Activity, AuditAction, AuditEntry, EntryState, ServiceEntry, db
from tests import factories
from tests.pages import Page
from views import matches
from views.lists import listing

ALL = re.compile(r'name="all" value="(\d+)" disabled')


@pytest.fixture
def waiting(cast):
    """Twenty-five entries at Gan Lai that wait, two that were declined, and one next door."""
    activity = factories.activity(cast.gan_lai)
    rows = [
        factories.service_entry(factories.volunteer(cast.gan_lai), activity) for _n in range(25)
    ]
    for _n in range(2):
        person = factories.volunteer(cast.gan_lai)
        factories.service_entry(person, activity, state=EntryState.DECLINED)
    elsewhere = factories.activity(cast.quan_shui)
    factories.service_entry(factories.volunteer(cast.quan_shui), elsewhere)
    return rows


def states():
    db.session.expire_all()
    return sorted(row.state.value for row in db.session.query(ServiceEntry))


def post(browser, number, query="flt_state=submitted"):
    """Press the button for all; return the page that tells what came of it."""
    told = {"action": "confirm", "unchanged": "1", "all": str(number)}
    answer = browser.post(f"/ledger/action/?{query}", data=told)
    return browser.get(answer.location) if answer.status_code == 302 else answer


def test_all_that_match_are_acted_on_and_no_other(cast, browse, waiting):
    browser = browse(cast.dai)
    page = browser.get("/ledger/?flt_state=submitted&page_size=20").text
    assert ALL.findall(page) == ["25"]
    [address] = re.findall(r'action="(/ledger/action/[^"]+)" id="rows"', page)
    answer = post(browser, 25, address.partition("?")[2].replace("&amp;", "&"))
    assert answer.request.full_path == "/ledger/?flt_state=submitted&page_size=20"
    assert "25 entries confirmed." in Page(answer.text).text
    assert states() == ["confirmed"] * 25 + ["declined"] * 2 + ["submitted"]
    decided = db.session.query(AuditEntry).filter_by(action=AuditAction.DECIDE)
    assert decided.count() == 25


def test_ticked_rows_stand_back_behind_all(cast, browse, waiting):
    told = {"action": "confirm", "unchanged": "1", "all": "25", "rowid": [waiting[0].id]}
    browse(cast.dai).post("/ledger/action/?flt_state=submitted", data=told)
    assert states().count("confirmed") == 25


def test_another_number_than_was_seen_does_nothing(cast, browse, waiting):
    answer = post(browse(cast.dai), 24)
    assert "The list showed 24 rows and finds 25 now" in Page(answer.text).text
    assert "confirmed" not in states()


def test_a_filter_that_no_longer_holds_does_nothing(cast, browse, waiting):
    answer = post(browse(cast.dai), 27, f"flt_station={cast.weng_shui.id}")
    assert "A filter of the list no longer holds" in Page(answer.text).text
    assert "confirmed" not in states()


def test_one_row_that_refuses_leaves_all_as_they_were(cast, browse, waiting):
    mine = waiting[7]
    mine.recorded_by_id = cast.dai.id
    db.session.commit()
    answer = post(browse(cast.dai), 25)
    assert "another person must decide" in Page(answer.text).text
    assert "confirmed" not in states()


@pytest.mark.parametrize("number", ["", "-1", "x", "10001", "9" * 30])
def test_a_number_that_no_list_shows_is_not_understood(cast, browse, waiting, number):
    assert post(browse(cast.dai), number).status_code == 400
    assert "confirmed" not in states()


def test_who_may_not_press_the_button_cannot_press_it_for_all(cast, browse, waiting):
    for login in ("chen", "su", "shen"):
        assert post(browse(getattr(cast, login)), 25).status_code == 403
    assert "confirmed" not in states()


def test_a_list_too_long_to_count_asks_to_be_narrowed(cast, browse, waiting, monkeypatch):
    monkeypatch.setattr(listing, "COUNT_CAP", 21)
    monkeypatch.setattr(matches, "MOST", 21)
    browser = browse(cast.dai)
    page = browser.get("/ledger/?flt_state=submitted&page_size=20").text
    assert "More than 21 rows match: narrow the list" in page
    assert ALL.findall(page) == []
    answer = post(browser, 21)
    assert "finds 21+ now" in Page(answer.text).text
    assert "confirmed" not in states()


def test_a_page_that_shows_all_offers_no_more(cast, browse, waiting):
    page = browse(cast.dai).get("/ledger/?flt_state=submitted").text
    assert ALL.findall(page) == []
    assert ALL.findall(browse(cast.chen).get("/ledger/?page_size=20").text) == []


def test_many_are_confirmed_with_few_questions(cast, browse, waiting, monkeypatch):
    monkeypatch.setattr(matches, "IN_ONE_STATEMENT", 10)
    monkeypatch.setattr(deciding, "ASKED_AT_ONCE", 10)
    asked = []
    monkeypatch.setattr(deciding, "refuse_overlap", lambda *told, **more: asked.append(told))
    assert "25 entries confirmed." in post(browse(cast.dai), 25).text
    assert asked == []


def test_two_of_all_that_overlap_are_told_and_nothing_is_done(cast, browse, waiting):
    first = waiting[0]
    other = db.session.get(Activity, first.activity_id)
    factories.service_entry(first.volunteer, other)
    answer = post(browse(cast.dai), 26)
    assert "This person served at" in Page(answer.text).text
    assert "confirmed" not in states()

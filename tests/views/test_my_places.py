"""Acting at one of several places: never more than before, and back to all when it has ended."""

from __future__ import annotations

from datetime import date

import pytest

from admin_app.policy import Access, access_of
from admin_app.services import accounts
from models import EntryState, Role, db
from tests import factories
from tests.pages import Page, listed


@pytest.fixture
def twofold(cast):
    """Lin leads at Gan Lai and helps at Quan Shui."""
    accounts.appoint(cast.lin, Role.HELPER, cast.quan_shui, by=None, since=date(2025, 1, 1))
    db.session.commit()
    return cast


def at(account, station):
    return next(a.id for a in account.appointments if a.station_id == station.id)


def choose(browser, place, back="/"):
    return browser.post("/place", data={"place": place, "next": back})


def test_who_holds_one_appointment_reads_it_and_chooses_nothing(browse, cast):
    page = browse(cast.chen).get("/").text
    assert "Station clerk · 甘来村志愿服务站" in page
    assert 'action="/place"' not in page


def test_the_bar_offers_every_place_and_names_the_chosen_one(browse, twofold):
    browser, here = browse(twofold.lin), at(twofold.lin, twofold.gan_lai)
    page = browser.get("/").text
    assert "All my places" in page
    assert f'value="{here}">Leader · 甘来村志愿服务站' in page
    assert choose(browser, here).status_code == 302
    assert f'value="{here}" aria-current="true">Leader · 甘来村志愿服务站' in browser.get("/").text
    choose(browser, "all")
    assert 'value="all" aria-current="true"' in browser.get("/").text


def test_the_whole_office_follows_the_chosen_place(browse, cast):
    accounts.appoint(cast.chen, Role.CLERK, cast.quan_shui, by=None, since=date(2025, 1, 1))
    db.session.commit()
    rows = {s.name: factories.volunteer(s).id for s in (cast.gan_lai, cast.quan_shui)}
    browser = browse(cast.chen)
    here, there = rows.values()
    assert listed(browser.get("/volunteers/").text) == {here, there}
    choose(browser, at(cast.chen, cast.quan_shui))
    assert listed(browser.get("/volunteers/").text) == {there}
    assert browser.get(f"/volunteers/details/?id={here}").status_code == 404
    # Keeping one station now, the clerk is not asked which.
    assert "station" not in Page(browser.get("/activities/new/").text).fields
    choose(browser, "all")
    assert "station" in Page(browser.get("/activities/new/").text).fields


def test_a_leader_here_who_helps_there_leads_nothing_there(browse, twofold):
    volunteer = factories.volunteer(twofold.quan_shui)
    entry = factories.service_entry(volunteer, factories.activity(twofold.quan_shui))
    browser = browse(twofold.lin)
    for place in ("all", at(twofold.lin, twofold.quan_shui), at(twofold.lin, twofold.gan_lai)):
        choose(browser, place)
        browser.post(
            "/ledger/action/", data={"action": "confirm", "unchanged": "1", "rowid": entry.id}
        )
        db.session.refresh(entry)
        assert entry.state is EntryState.SUBMITTED
    choose(browser, at(twofold.lin, twofold.quan_shui))
    assert browser.get("/ledger/").status_code == 403
    assert "/volunteers/" not in browser.get("/").text


def test_one_place_is_never_more_than_the_whole(twofold):
    whole = access_of(twofold.lin)
    for held in whole.held:
        part = whole.at(held.appointment_id)
        assert part == Access(whole.account_id, (held,))
    foreign = twofold.dai.appointments[0].id
    assert whole.at(foreign) is None


def test_what_is_not_held_cannot_be_chosen(browse, twofold):
    browser, here = browse(twofold.lin), at(twofold.lin, twofold.gan_lai)
    choose(browser, here)
    foreign = twofold.dai.appointments[0].id
    for typed in (foreign, "0", "", "x", "-1", "9" * 50, None):
        assert choose(browser, typed).status_code == 404
    assert f'value="{here}" aria-current="true"' in browser.get("/").text


def test_a_smuggled_choice_opens_nothing(browse, twofold):
    browser = browse(twofold.he)
    with browser.session_transaction() as kept:
        kept["place"] = twofold.ada.appointments[0].id
    assert browser.get("/accounts/").status_code == 403
    with browser.session_transaction() as kept:
        kept["place"] = ["all"]
    assert browser.get("/").status_code == 200


def test_a_chosen_place_that_ended_gives_way_to_all(browse, twofold):
    browser = browse(twofold.lin)
    held = next(a for a in twofold.lin.appointments if a.station_id == twofold.quan_shui.id)
    choose(browser, held.id)
    assert browser.get("/ledger/").status_code == 403
    held.until = date(2025, 6, 1)
    db.session.commit()
    page = browser.get("/ledger/")
    assert page.status_code == 200
    assert "The appointment you had chosen has ended" in page.text
    assert "The appointment you had chosen has ended" not in browser.get("/ledger/").text


@pytest.mark.parametrize(
    ("back", "leads"),
    [("/activities/", "/activities/"), ("/ledger/", "/"), ("//evil.example", "/"), ("", "/")],
)
def test_the_switch_leads_back_to_a_screen_that_opens_there(browse, twofold, back, leads):
    browser = browse(twofold.lin)
    assert choose(browser, at(twofold.lin, twofold.quan_shui), back).location == leads

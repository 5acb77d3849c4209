"""Widening an appointment on its page."""

from __future__ import annotations

from admin_app.services import accounts
from admin_app.services.places import divisions
from models import db

QUAN_SHUI_TOWN, WENG_SHUI_COUNTY = "440823113000", "533401000000"


def page_of(cast):
    return f"/appointments/details/?id={cast.tu.appointments[0].id}"


def widen(browser, cast, code):
    data = {"id": cast.tu.appointments[0].id, "division": divisions.by_code(code).id}
    return browser.post("/appointments/widen/", data=data)


def test_a_county_widens_a_township_s_appointment_and_takes_it_back(browse, cast):
    browser = browse(cast.su)
    assert "One more division" in browser.get(page_of(cast)).text
    widen(browser, cast, QUAN_SHUI_TOWN)
    assert "草潭镇" in browser.get(page_of(cast)).text
    stations = browse(cast.tu).get("/stations/").text
    assert all(name in stations for name in ("甘来村", "泉水村"))
    taken = cast.tu.appointments[0].further[0].id
    browser.post("/appointments/narrow/", data={"id": cast.tu.appointments[0].id, "further": taken})
    assert "泉水村" not in browse(cast.tu).get("/stations/").text


def test_beyond_one_s_own_place_there_is_no_division_to_choose(browse, cast):
    browser = browse(cast.su)
    widen(browser, cast, WENG_SHUI_COUNTY)
    assert "Choose the division." in browser.get(page_of(cast)).text
    assert cast.tu.appointments[0].further == []


def test_whom_the_appointment_is_no_business_of_widens_nothing(browse, cast):
    for login in ("tu", "lin", "shen"):
        browser = browse(getattr(cast, login))
        assert "One more division" not in browser.get(page_of(cast)).text
        assert widen(browser, cast, QUAN_SHUI_TOWN).status_code in (403, 404)
    assert widen(browse(cast.di), cast, QUAN_SHUI_TOWN).status_code == 404
    assert cast.tu.appointments[0].further == []


def test_the_switcher_names_an_appointment_once(browse, cast):
    accounts.reach_further(cast.tu.appointments[0], divisions.by_code(QUAN_SHUI_TOWN), by=None)
    db.session.commit()
    page = browse(cast.tu).get("/").text
    assert 'action="/place"' not in page
    assert "杨柑镇、草潭镇" in page

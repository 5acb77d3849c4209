"""What narrows a list: filters by key, quick ranges, windows of days, chips, empty lists."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from models import AuditEntry, clock
from tests import factories
from tests.pages import Page, listed
from views.lists.filters import a_year_before, between, quick_ranges

TODAY = date(2026, 11, 24)
CHIP = re.compile(r'<span class="list-chip">(.*?)</span>', re.DOTALL)
RANGE = re.compile(r'<a href="([^"]+)"( aria-current="true")?>([^<]+)</a>')


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def chips(html):
    """Return what each chip says, without the way to take it off."""
    told = (chip.partition(' <a class="list-chip-off"')[0] for chip in CHIP.findall(html))
    return [Page(chip).text for chip in told]


def links(html, inside):
    """Return the links of one part of a page by their words."""
    part = html.partition(f'class="{inside}"')[2].partition("</div>")[0]
    return {
        words: (href.replace("&amp;", "&"), bool(now)) for href, now, words in RANGE.findall(part)
    }


# Ranges of days


def test_quick_ranges_are_whole_months_quarters_and_years():
    told = [(str(one.since), str(one.until)) for one in quick_ranges(date(2026, 2, 28))]
    assert told == [
        ("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31"),
        ("2026-01-01", "2026-03-31"), ("2026-01-01", "2026-12-31"),
    ]  # fmt: skip
    assert str(quick_ranges(date(2026, 1, 5))[1].since) == "2025-12-01"
    assert str(quick_ranges(TODAY)[2].until) == "2026-12-31"


@pytest.mark.parametrize(
    ("day", "before"),
    [("2026-11-24", "2025-11-24"), ("2024-02-29", "2023-02-28"), ("0001-05-05", "0001-01-01")],
)
def test_a_year_before_is_the_same_day_if_there_is_one(day, before):
    assert a_year_before(date.fromisoformat(day)) == date.fromisoformat(before)


def test_a_quick_range_sets_both_ends_and_keeps_the_rest(cast, browse):
    browser = browse(cast.chen)
    page = browser.get("/ledger/?flt1_state=submitted&search=李&page_size=20&after=x").text
    href, is_current = links(page, "list-ranges")["Last month"]
    assert not is_current
    assert sorted(href.partition("?")[2].split("&")) == [
        "flt_served_since=2026-10-01", "flt_served_until=2026-10-31", "flt_state=submitted",
        "page_size=20", "search=%E6%9D%8E",
    ]  # fmt: skip
    chosen = links(browser.get(href).text, "list-ranges")
    assert [words for words, (_href, now) in chosen.items() if now] == ["Last month"]


# Chips


def test_what_narrows_a_list_is_told_and_comes_off(cast, browse):
    volunteer = factories.volunteer(cast.gan_lai, name="欧阳秀英")
    entry = factories.service_entry(volunteer, factories.activity(cast.gan_lai))
    factories.service_entry(factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai))
    query = (
        f"search=秀英&flt_state=submitted&flt_volunteer={volunteer.id}&flt_served_since=2026-01-01"
    )
    browser = browse(cast.chen)
    page = browser.get(f"/ledger/?{query}").text
    assert listed(page) == {entry.id}
    told = chips(page)
    assert [chip.partition(":")[0] for chip in told] == ["Search", "State", "Volunteer", "Date"]
    assert "欧阳秀英" in told[2]
    assert "2026-01-01 –" in told[3]
    off = re.findall(r'class="list-chip-off" href="([^"]+)"', page)
    without = [set(link.replace("&amp;", "&").partition("?")[2].split("&")) for link in off]
    assert [len(rest) for rest in without] == [3] * 4
    assert f"flt_volunteer={volunteer.id}" not in without[2]


def test_an_address_keeps_only_what_a_list_understands(cast, browse):
    odd = "?endpoint=x&_external=1&_anchor=y&url=//evil.example&flt_state=held&lang=en"
    page = browse(cast.chen).get(f"/activities/{odd}").text
    off = re.findall(r'class="list-chip-off" href="([^"]+)"', page)
    assert off == ["/activities/"]


# Look-ups


def test_a_station_is_chosen_by_its_key_and_kept(cast, browse):
    here, there = factories.rule(cast.gan_lai), factories.rule(cast.quan_shui)
    page = browse(cast.su).get(f"/rules/?flt_station={cast.gan_lai.id}").text
    assert here.id in listed(page)
    assert there.id not in listed(page)
    assert f'<option value="{cast.gan_lai.id}" selected>{cast.gan_lai}</option>' in page


@pytest.mark.parametrize("value", ["x", "-1", "999999999", "9" * 40, "甘来"])
def test_a_key_of_nothing_is_left_out_and_told(cast, browse, value):
    here = factories.rule(cast.gan_lai)
    page = browse(cast.su).get(f"/rules/?flt_station={value}").text
    assert "The filter “Station” was left out" in page
    assert here.id in listed(page)


def test_entries_are_found_by_volunteer_and_by_activity(cast, browse):
    night, day = factories.activity(cast.gan_lai), factories.activity(cast.gan_lai)
    li, wang = factories.volunteer(cast.gan_lai), factories.volunteer(cast.gan_lai)
    first = factories.service_entry(li, night)
    second = factories.service_entry(wang, day)
    for login in ("dai", "su", "pu"):
        browser = browse(getattr(cast, login))
        assert listed(browser.get(f"/ledger/?flt_volunteer={li.id}").text) == {first.id}
        assert listed(browser.get(f"/ledger/?flt_activity={day.id}").text) == {second.id}
        assert (
            listed(browser.get(f"/ledger/?flt_activity={day.id}&flt_volunteer={li.id}").text)
            == set()
        )


def test_a_volunteer_is_offered_by_initials_and_by_number(cast, browse):
    row = factories.volunteer(cast.gan_lai, name="王秀英")
    for words in ("wxy", "秀英", row.number[-8:]):
        found = browse(cast.chen).get(
            "/ledger/filter/", query_string={"name": "volunteer", "query": words}
        )
        assert [number for number, _words in found.json] == [row.id], words


# Windows of days


@pytest.fixture
def old_and_new(cast):
    """Two activities of one name, two years apart, at Gan Lai."""
    return [
        factories.activity(cast.gan_lai, name="平安巡逻", held_on=day)
        for day in (date(2024, 11, 20), date(2026, 11, 20))
    ]


def test_above_stations_text_is_searched_in_the_last_year_first(cast, browse, old_and_new):
    old, new = old_and_new
    browser = browse(cast.su)
    page = browser.get("/activities/?search=平安").text
    assert listed(page) == {new.id}
    assert "Date: 2025-11-24 – today A year further back" in chips(page)
    [wider] = re.findall(r'<a href="([^"]+)">A year further back', page)
    page = browser.get(wider.replace("&amp;", "&")).text
    assert listed(page) == {new.id}
    assert "Date: 2024-11-24 – A year further back" in chips(page)[1]
    [wider] = re.findall(r'<a href="([^"]+)">A year further back', page)
    assert listed(browser.get(wider.replace("&amp;", "&")).text) == {old.id, new.id}


def test_the_last_year_ends_where_the_person_says(cast, browse, old_and_new):
    old, _new = old_and_new
    page = browse(cast.su).get("/activities/?search=平安&flt_held_until=2024-12-31").text
    assert listed(page) == {old.id}
    assert chips(page)[1].startswith("Date: 2023-12-31 – 2024-12-31")


def test_a_file_has_the_days_that_the_list_has(cast, browse, old_and_new):
    told = browse(cast.su).get("/activities/export/csv/?search=平安").text
    assert "2026-11-20" in told
    assert "2024-11-20" not in told


def test_a_station_searches_all_its_years(cast, browse, old_and_new):
    page = browse(cast.chen).get("/activities/?search=平安").text
    assert listed(page) == {row.id for row in old_and_new}
    assert len(chips(page)) == 1


def test_people_are_found_in_all_years_and_content_in_one(cast, browse):
    volunteer = factories.volunteer(cast.gan_lai, name="王秀英")
    held = factories.activity(cast.gan_lai, held_on=date(2024, 1, 5))
    entry = factories.service_entry(volunteer, held, content="清理河道垃圾")
    browser = browse(cast.su)
    assert listed(browser.get("/ledger/?search=秀英").text) == {entry.id}
    page = browser.get("/ledger/?flt_content=河道").text
    assert listed(page) == set()
    assert "Only the days shown above were searched." in page
    assert listed(browse(cast.chen).get("/ledger/?flt_content=河道").text) == {entry.id}


# The trail


def test_the_trail_is_filtered_by_register(cast, browse):
    factories.activity(cast.gan_lai)
    browser = browse(cast.shen)
    page = browser.get("/audit/?flt_register=activities&page_size=100").text
    assert "Register: Activities" in chips(page)
    assert listed(page)
    assert not listed(browser.get("/audit/?flt_register=certificates").text)
    assert "left out" in browser.get("/audit/?flt_register=nonsense").text


def test_a_day_of_the_trail_begins_and_ends_in_shanghai():
    since, until = between("at", "", AuditEntry.at)
    assert since.condition("2026-10-04").right.value == datetime(2026, 10, 3, 16)
    assert until.condition("2026-10-04").right.value == datetime(2026, 10, 4, 16)
    for odd in ("0001-01-01", "9999-12-31", "x"):
        assert None in (since.words(odd), until.words(odd)), odd


# Empty lists


def test_an_empty_list_says_what_to_do_and_who_may(cast, browse):
    page = browse(cast.chen).get("/rules/").text
    assert "Begin with the first record." in page
    assert 'href="/rules/new/"' in page
    page = Page(browse(cast.guan).get("/rules/").text).text
    assert "Rows are entered by: Leader、Station clerk." in page
    page = Page(browse(cast.dai).get("/certificates/").text).text
    assert "A certificate is made when its request is approved and issued." in page


def test_a_list_that_matches_nothing_says_how_to_go_on(cast, browse):
    page = Page(browse(cast.chen).get("/rules/?search=绝无此文").text).text
    assert "Nothing matches." in page
    assert "Take off one of the filters above" in page
    assert "Begin with the first record." not in page


# Pages


def test_the_size_of_a_page_can_be_chosen(cast, browse):
    for _n in range(21):
        factories.rule(cast.gan_lai)
    browser = browse(cast.chen)
    sizes = links(browser.get("/rules/?search=志愿").text, "card-footer office-pages d-print-none")
    assert {words: now for words, (_href, now) in sizes.items()} == {
        "20": False, "50": True, "100": False,
    }  # fmt: skip
    page = browser.get(sizes["20"][0]).text
    assert len(listed(page)) == 20
    assert 'accesskey="n"' in page


def test_a_long_count_is_written_short(cast, browse, monkeypatch):
    monkeypatch.setattr("views.lists.listing.Listing.count", lambda *_given: 10_001)
    for _n in range(21):
        factories.rule(cast.gan_lai)
    assert "10,000+ records" in browse(cast.chen).get("/rules/?page_size=20").text

"""The first screen, and how values look on every screen."""

from __future__ import annotations

import html
import re

import pytest

from models import ServiceEntry, Sex, Station, Volunteer
from tests import factories
from views import looks
from views.columns import Column, ShownColumn


@pytest.mark.parametrize("states", looks.STATES, ids=lambda states: states.__name__)
def test_every_state_has_its_colour(states):
    assert all(looks.tone(state) for state in states)


def test_what_is_no_state_has_no_colour():
    assert [looks.tone(value) for value in (Sex.MALE, None, "held", 3)] == ["", "", "", ""]


def test_numbers_stand_flush_right_and_keys_do_not():
    def is_counted(model, name):
        return ShownColumn.of(model, 0, Column(name, name)).counted

    assert is_counted(ServiceEntry, "minutes")
    assert is_counted(Station, "computers")
    assert not is_counted(ServiceEntry, "station_id")
    assert not is_counted(Volunteer, "person.name")


def test_each_number_opens_the_rows_it_counts(browse, cast):
    volunteer, activity = factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai)
    factories.service_entry(volunteer, activity)
    page = browse(cast.dai).get("/").text
    assert "/ledger/?flt0_state=submitted" in page
    rows = browse(cast.dai).get("/ledger/?flt0_state=submitted").text
    assert volunteer.person.name in rows


def test_one_station_s_people_do_not_read_its_name_on_every_row(browse, cast):
    factories.leadership_group(cast.gan_lai)
    assert '<th scope="col">Station</th>' not in browse(cast.lin).get("/leadership/").text
    assert '<th scope="col">Station</th>' in browse(cast.su).get("/leadership/").text


def test_an_entry_is_decided_on_its_own_page(browse, cast):
    entry = factories.service_entry(
        factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai)
    )
    path = f"/ledger/details/?id={entry.id}"
    assert 'value="confirm"' in browse(cast.dai).get(path).text
    assert 'value="confirm"' not in browse(cast.chen).get(path).text
    browse(cast.dai).post(
        "/ledger/action/", data={"action": "confirm", "unchanged": "1", "rowid": entry.id}
    )
    assert 'value="confirm"' not in browse(cast.dai).get(path).text


BEGINS = {
    "lin": {"/accounts/new/", "/reports/month/"},
    "dai": {"/activities/new/", "/reports/month/"},
    "mo": {"/activities/new/", "/reports/month/"},
    "ou": {"/activities/new/"},
    "he": set(),
    "guan": {"/reports/month/"},
    "chen": {"/registrations/new/", "/activities/new/", "/ledger/new/",
             "/certificate_requests/new/", "/import/ledger", "/reports/month/"},
    "tu": {"/reports/month/", "/import/stations"},
    "su": {"/reports/month/", "/import/stations", "/accounts/new/"},
    "shen": {"/reports/month/", "/audit/"},
    "ada": {"/import/stations", "/accounts/new/", "/audit/"},
}  # fmt: skip


@pytest.mark.parametrize("login", BEGINS)
def test_everybody_begins_with_what_the_role_is_for_and_every_link_acts(browse, cast, login):
    browser = browse(getattr(cast, login))
    page = browser.get("/").text
    main = page[page.index("<main") :]
    starts = main.partition('class="office-starts"')[2].partition("</div>")[0]
    assert set(re.findall(r'<a class="btn btn-lg" href="([^"]+)"', starts)) == BEGINS[login]
    links = {html.unescape(link) for link in re.findall(r'<a [^>]*href="(/[^"]*)"', main)}
    assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_a_search_from_today_opens_the_one_it_finds(browse, cast):
    row = factories.volunteer(cast.gan_lai, name="冯巡夜")
    factories.volunteer(cast.gan_lai, name="冯早班")
    factories.volunteer(cast.quan_shui, name="罗巡夜")
    clerk = browse(cast.chen)
    assert 'name="open"' in clerk.get("/").text
    for words in ("巡夜", "fxy", row.number):
        found = clerk.get("/volunteers/", query_string={"open": 1, "search": words})
        assert found.location == f"/volunteers/details/?id={row.id}", words
    for words in ("冯", "龘", ""):  # two, none, all
        listed = clerk.get("/volunteers/", query_string={"open": 1, "search": words})
        assert listed.status_code == 200, words
    assert clerk.get("/volunteers/?search=巡夜").status_code == 200


def test_who_reads_no_volunteers_is_not_offered_to_find_one(browse, cast):
    assert 'name="open"' not in browse(cast.he).get("/").text

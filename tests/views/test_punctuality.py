"""The page that tells who records in time: of which place, how much, and where it opens to."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from models import Station, clock, db
from tests import factories
from tests.pages import listed
from views.formats import percent

OCTOBER = "month=2026-10"


@pytest.fixture
def held(cast):
    """At Gan Lai one recorded in time, one too late, one not yet and one with time left."""
    lei = factories.volunteer(cast.gan_lai)
    days = {"kept": 3, "slow": 8, "missing": 9, "running": 10}
    rows = {
        name: factories.activity(cast.gan_lai, held_on=date(2026, 10, day))
        for name, day in days.items()
    }
    for name, recorded in (("kept", datetime(2026, 10, 12, 2)), ("slow", datetime(2026, 11, 2, 2))):
        factories.service_entry(lei, rows[name], quality="认真负责", recorded_at=recorded)
    rows["running"].due_on = clock.today()
    factories.activity(cast.weng_shui, held_on=date(2026, 10, 3))
    db.session.commit()
    return {name: row.id for name, row in rows.items()}


def numbers(page):
    return re.findall(r'<div class="office-number">([^<]*)</div>', page)


def links(page):
    return [
        found.replace("&amp;", "&") for found in re.findall(r'href="(/activities/\?[^"]*)"', page)
    ]


def test_a_station_sees_its_share_and_the_activities_behind_it(browse, cast, held):
    browser = browse(cast.chen)
    page = browser.get(f"/reports/punctuality/?{OCTOBER}").text
    assert numbers(page) == ["33.3%", "1", "2", "1"]
    [behind, by_month] = links(page)
    assert behind == by_month
    assert listed(browser.get(behind).text) == {held["slow"], held["missing"]}


def test_a_county_sees_the_worst_station_first(browse, cast, held):
    good = factories.activity(cast.quan_shui, held_on=date(2026, 10, 3))
    factories.service_entry(
        factories.volunteer(cast.quan_shui), good, quality="好", recorded_at=datetime(2026, 10, 4)
    )
    page = browse(cast.su).get(f"/reports/punctuality/?{OCTOBER}").text
    assert numbers(page) == ["50.0%", "2", "2", "1"]
    named = re.findall(r'href="/reports/punctuality/\?station=(\d+)&amp;month=2026-10"', page)
    assert named == [str(cast.gan_lai.id), str(cast.quan_shui.id)]
    assert cast.weng_shui.name not in page


def test_a_place_that_held_nothing_has_no_share(browse, cast):
    page = browse(cast.su).get(f"/reports/punctuality/?{OCTOBER}").text
    assert numbers(page) == ["—", "0", "0", "0"]
    assert "No activity was held this month." in page


@pytest.mark.parametrize(
    ("share", "words"), [(None, "—"), (0.0, "0.0%"), (1499 / 1500, "99.9%"), (1.0, "100%")]
)
def test_a_hundred_percent_is_nothing_but_all(app, share, words):
    with app.test_request_context("/?lang=en"):
        assert percent(share) == words


def test_many_stations_are_turned_by_pages(browse, cast):
    home = cast.gan_lai.division
    places = [
        Station(code=f"{home.code}-{n}", name=f"站点{n}", division=home) for n in range(20, 71)
    ]
    db.session.add_all(places)
    db.session.flush()
    for place in places:
        factories.activity(place, held_on=date(2026, 10, 3))
    first, second = (
        browse(cast.su).get(f"/reports/punctuality/?{OCTOBER}&page={n}").text for n in (1, 2)
    )
    shown = [
        sum(f"station={place.id}&amp;" in page for place in places) for page in (first, second)
    ]
    assert shown == [50, 1]
    assert browse(cast.su).get(f"/reports/punctuality/?{OCTOBER}&page=x").status_code == 200


def test_a_foreign_place_does_not_exist(browse, cast):
    for place in (
        f"station={cast.weng_shui.id}",
        "station=0",
        "division=x",
        "station=1&division=1",
    ):
        assert browse(cast.chen).get(f"/reports/punctuality/?{place}").status_code == 404, place
    chosen = browse(cast.chen).get(
        f"/reports/punctuality/?place=station-{cast.gan_lai.id}&{OCTOBER}"
    )
    assert chosen.location == f"/reports/punctuality/?station={cast.gan_lai.id}&{OCTOBER}"
    assert browse(cast.chen).get("/reports/punctuality/?month=2026-13").status_code == 409
    assert browse(cast.ou).get("/reports/punctuality/").status_code == 403

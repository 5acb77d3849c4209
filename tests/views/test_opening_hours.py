"""The page on which a station says when it is open."""

from __future__ import annotations

import re

import pytest

from admin_app.services.places import opening_hours
from models import Weekday, db


def typed(**changes):
    told = {}
    for day in Weekday:
        for n, (opens, closes) in enumerate(opening_hours.USUAL[day]):
            told |= {f"opens-{day.value}-{n}": f"{opens:%H:%M}"}
            told |= {f"closes-{day.value}-{n}": f"{closes:%H:%M}"}
    return told | {name.replace("_", "-"): words for name, words in changes.items()}


def test_the_clerk_fills_in_the_usual_week_and_saves_it(browse, cast):
    browser, address = browse(cast.chen), f"/stations/hours/?id={cast.gan_lai.id}"
    assert re.search(r'name="opens-1-0" value=""', browser.get(address).text)
    assert 'name="opens-7-1" value="15:00"' in browser.get(f"{address}&usual=1").text
    assert opening_hours.week(cast.gan_lai)[Weekday.MONDAY] == []
    answer = browser.post(address, data=typed(opens_1_0="8.30", closes_6_1="", opens_6_1=""))
    assert answer.location == f"/stations/details/?id={cast.gan_lai.id}"
    page = browser.get(answer.location).text
    assert "08:30–11:30, 15:00–18:00" in page
    assert "<dt>Saturday</dt><dd>09:00–11:30</dd>" in page


def test_what_is_refused_stays_as_it_was_typed(browse, cast):
    browser, address = browse(cast.chen), f"/stations/hours/?id={cast.gan_lai.id}"
    page = browser.post(address, data=typed(closes_3_1="half past")).text
    assert "Wednesday, stretch 2: type when it opens" in page
    assert 'name="closes-3-1" value="half past"' in page
    assert opening_hours.week(cast.gan_lai)[Weekday.MONDAY] == []


@pytest.mark.parametrize(("login", "may"), [("chen", 200), ("lin", 200), ("dai", 403), ("mo", 403)])
def test_who_writes_the_station_keeps_its_hours(browse, cast, login, may):
    browser, address = browse(getattr(cast, login)), f"/stations/hours/?id={cast.gan_lai.id}"
    assert browser.get(address).status_code == may
    assert browser.post(address, data=typed()).status_code == (302 if may == 200 else 403)
    page = browser.get(f"/stations/details/?id={cast.gan_lai.id}").text
    assert ("/stations/hours/" in page) is (may == 200)
    assert "Opening hours" in page


def test_the_hours_of_another_place_are_not_there(browse, cast):
    address = f"/stations/hours/?id={cast.weng_shui.id}"
    assert browse(cast.chen).get(address).status_code == 404
    assert browse(cast.chen).post(address, data=typed()).status_code == 404
    db.session.expire_all()
    assert opening_hours.week(cast.weng_shui)[Weekday.MONDAY] == []

"""The file of a station: its facts, equipment, service items and history."""

from __future__ import annotations

import re

import pytest

from admin_app.services.places import equipment, service_items
from models import ServiceKind, clock, db
from tests.pages import Page


def lists(*things):
    return {"thing-name": [name for name, _n in things], "thing-count": [n for _name, n in things]}


def offers(**told):
    data = {}
    for kind in ServiceKind:
        lines = told.get(kind.value, [])
        for n, part in enumerate(("text", "since", "until")):
            data[f"{kind.value}-{part}"] = [line[n] for line in lines]
    return data


def test_the_clerk_tells_what_the_station_is(browse, cast):
    browser, key = browse(cast.chen), cast.gan_lai.id
    form = Page(browser.get(f"/stations/edit/?id={key}").text).fields
    told = form | {
        "version": "1", "host": "community_service", "managers_full_time": "1",
        "managers_part_time": "2", "independent_post": "y", "has_desk_sign": "y",
        "party_branch": "村党支部", "profile": "便民、宣传、体验招募。",
    }  # fmt: skip
    for name in ("has_plaque", "has_uniform"):
        told.pop(name, None)
    assert browser.post(f"/stations/edit/?id={key}", data=told).status_code == 302
    db.session.expire_all()
    assert cast.gan_lai.managers == 3
    page = Page(browser.get(f"/stations/details/?id={key}").text).text
    for words in ("Community service complex", "便民、宣传、体验招募。", "村党支部"):
        assert words in page
    refused = browser.post(
        f"/stations/edit/?id={key}", data=told | {"version": "2", "managers_part_time": "100"}
    )
    assert "0 to 99 managers" in refused.text


def test_a_list_of_equipment_is_kept_as_typed(browse, cast):
    browser, address = browse(cast.chen), f"/station-file/{cast.gan_lai.id}/equipment"
    assert browser.get(address).text.count('name="thing-name"') == 5
    told = lists(("办公桌", "2"), ("", ""), (" 雨伞 ", ""))
    assert browser.post(address, data=told).status_code == 302
    assert [str(row) for row in equipment.of(cast.gan_lai)] == ["办公桌 × 2", "雨伞 × 1"]
    for wrong, words in (
        (lists(("办公桌", "many")), "“办公桌”: type a name"),
        (lists(("", "3")), "“3”: type a name"),
        (lists(("伞", "0")), "from 1 to 9999"),
        (lists(("伞", "1"), ("伞", "2")), "stands there twice"),
        (lists(("伞" * 51, "1")), "longer than 50"),
        (lists(*((f"物{n}", "1") for n in range(61))), "60 kinds"),
    ):
        answer = browser.post(address, data=wrong)
        assert words in Page(answer.text).text
        assert f'value="{wrong["thing-name"][0]}"' in answer.text
    assert len(equipment.of(cast.gan_lai)) == 2


def test_the_usual_items_are_offered_and_kept_once_saved(browse, cast):
    browser, address = browse(cast.chen), f"/station-file/{cast.gan_lai.id}/services"
    usual = browser.get(f"{address}?usual=1").text
    assert service_items.of(cast.gan_lai) == []
    today = clock.today().isoformat()
    assert usual.count(f'value="{today}"') == len(service_items.usual(clock.today()))
    told = offers(
        convenience=[("借伞", "2025-01-01", ""), ("充电", "", "2025-12-31"), ("", "", "")],
        special=[("陪伴", "", "")],
    )
    assert browser.post(address, data=told).status_code == 302
    page = Page(browser.get(f"/stations/details/?id={cast.gan_lai.id}").text).text
    assert "借伞" in page
    assert "陪伴" in page
    for wrong, words in (
        (offers(public=[("义诊", "soon", "")]), "“soon” is no day"),
        (offers(public=[("", "2025-01-01", "")]), "type what is offered"),
        (offers(public=[("义诊", "2025-02-01", "2025-01-01")]), "ends before it begins"),
        (offers(public=[("义诊", "", ""), ("义诊", "", "")]), "stands there twice"),
        (offers(public=[(f"义诊{n}", "", "") for n in range(21)]), "20 items at most"),
        (offers(public=[("长" * 101, "", "")]), "longer than 100"),
    ):
        assert words in Page(browser.post(address, data=wrong).text).text
    kept = [(row.kind.value, row.text) for row in service_items.of(cast.gan_lai)]
    assert kept == [("convenience", "借伞"), ("convenience", "充电"), ("special", "陪伴")]
    on = clock.today()
    assert [row.text for row in service_items.of(cast.gan_lai, on)] == ["借伞", "陪伴"]


@pytest.mark.parametrize("page", ["equipment", "services"])
def test_the_lists_of_a_station_are_its_writers(browse, cast, page):
    for login, status in (("chen", 200), ("lin", 200), ("dai", 403), ("he", 403), ("quan", 404)):
        browser = browse(getattr(cast, login))
        address = f"/station-file/{cast.gan_lai.id}/{page}"
        assert browser.get(address).status_code == status, login
        if status != 200:
            assert browser.post(address).status_code == status, login
    assert browse(None).get(address).status_code == 302


def test_the_history_tells_changes_in_the_words_of_the_screens(browse, cast):
    browser, key = browse(cast.chen), cast.gan_lai.id
    address = f"/station-file/{key}/equipment"
    browser.post(address, data=lists(("办公桌", "2"), ("雨伞", "9")))
    browser.post(address, data=lists(("办公桌", "3")))
    form = Page(browser.get(f"/stations/edit/?id={key}").text).fields
    told = form | {"version": "1", "computers": "4", "manager_name": "陈站长"}
    browser.post(f"/stations/edit/?id={key}", data=told)
    text = re.sub(r"\s+", " ", Page(browser.get(f"/station-file/{key}/history").text).text)
    assert "陈专员 · Stations · Changed" in text
    assert "Computers: 0 → 4" in text
    assert "Manager: not shown" in text
    assert "陈站长" not in text
    assert "办公桌 2 雨伞 9" in text
    assert "办公桌 2 (Count 2 → 3)" in text
    assert "Equipment · Deleted 雨伞 9" in text
    for login, status in (
        ("lin", 200), ("dai", 200), ("su", 200), ("shen", 200), ("ada", 200),
        ("he", 403), ("guan", 403), ("mo", 403), ("quan", 404), ("di", 404),
    ):  # fmt: skip
        other = browse(getattr(cast, login))
        assert other.get(f"/station-file/{key}/history").status_code == status, login
        if status != 404:
            page = other.get(f"/stations/details/?id={key}").text
            assert ('id="history"' in page) is (status == 200), login

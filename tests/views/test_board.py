"""The target board on the screen: who opens it, and each number leads to its rows."""

from __future__ import annotations

import html
import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from admin_app.services.places import divisions
from models import AuditAction, AuditEntry, clock, db
from tests import factories
from tests.pages import Page
from tests.services.paper import reading
from views.screens.board import Measure

SUIXI, ZHANJIANG, DIQING = "440823000000", "440800000000", "533400000000"


def at(code, endpoint="", **asked):
    more = "".join(f"&{name}={value}" for name, value in asked.items())
    return f"/board/{endpoint}?division={divisions.by_code(code).id}{more}"


def test_the_board_opens_on_one_s_own_place_and_leads_down(browse, cast):
    page = browse(cast.pu).get("/board/").text
    assert "<h1" in page
    assert "湛江市" in page
    county = browse(cast.pu).get(at(SUIXI)).text
    assert "杨柑镇" in county
    assert "2 of " in county


def test_it_opens_for_supervisors_and_the_auditor_at_their_places_alone(browse, cast):
    for login, code, status in (
        ("su", SUIXI, 200), ("su", ZHANJIANG, 404), ("su", DIQING, 404), ("di", DIQING, 200),
        ("shen", DIQING, 200), ("chen", SUIXI, 404), ("lin", SUIXI, 404), ("guan", SUIXI, 404),
        ("ada", SUIXI, 404),
    ):  # fmt: skip
        for endpoint in ("", "rows", "xlsx", "pdf"):
            is_taken = endpoint in ("xlsx", "pdf")
            wanted = 403 if is_taken and (login, status) == ("shen", 200) else status
            answer = browse(getattr(cast, login)).get(at(code, endpoint))
            assert answer.status_code == wanted, (login, code, endpoint)
    for login in ("chen", "lin", "guan", "ada"):
        assert browse(getattr(cast, login)).get("/board/").status_code == 403


@pytest.mark.parametrize("measure", Measure)
def test_each_number_opens_to_those_behind_and_to_all(browse, cast, measure):
    factories.activity(cast.weng_shui, held_on=clock.today())
    browser = browse(cast.di)
    behind = browser.get(at(DIQING, "rows", what=measure.value))
    every = browser.get(at(DIQING, "rows", what=measure.value, all=1))
    assert (behind.status_code, every.status_code) == (200, 200)
    of_communities = measure.value in ("coverage", "registered", "projects")
    if measure is Measure.CHECKLIST:
        return  # none was kept yet
    assert ("翁水村志愿服务站" if not of_communities else "村民委员会") in every.text


def test_who_is_behind_is_named_and_goes_on_page_by_page(browse, cast):
    browser = browse(cast.di)
    page = browser.get(at(DIQING, "rows", what="coverage")).text
    assert "翁水村委会" not in page
    assert "196 communities" in page
    assert "1 / 4" in page
    last = browser.get(at(DIQING, "rows", what="coverage", page=4)).text
    assert "4 / 4" in last


def test_the_registered_of_a_community_open_to_the_roll_lines_of_who_lives_there(browse, cast):
    here = factories.volunteer(cast.gan_lai, name="雷小锋")
    beside = factories.volunteer(cast.quan_shui, name="王秀英")
    beside.person.lives_in_id = cast.gan_lai.division_id
    elsewhere = factories.volunteer(cast.gan_lai, name="李娜")
    elsewhere.person.lives_in_id = cast.quan_shui.division_id
    db.session.commit()
    browser = browse(cast.su)
    asked = at(SUIXI, "rows", what="registered", all=1)
    rows = "".join(browser.get(f"{asked}&page={page}").text for page in range(1, 7))
    [link] = re.findall(
        rf'href="(/volunteers/[^"]*flt_lives_in={cast.gan_lai.division_id}&[^"]*)"', rows
    )
    lines = browser.get(html.unescape(link)).text
    shown = {one.number for one in (here, beside, elsewhere) if one.number in lines}
    assert shown == {here.number, beside.number}


def test_a_past_day_is_kept_on_the_way_to_the_rows(browse, cast):
    cast.weng_shui.opened_on = date(2024, 5, 1)
    db.session.commit()
    page = browse(cast.di).get(at(DIQING, on="2024-04-30"))
    assert "on=2024-04-30" in page.text
    assert "Asked: 80%" in page.text
    assert "Asked: 100%" in browse(cast.di).get(at(DIQING)).text
    for no_day in ("yesterday", "0001-01-01"):
        assert browse(cast.di).get(at(DIQING, on=no_day)).status_code == 404


def test_what_is_not_set_reads_so_and_is_never_red(browse, cast):
    page = browse(cast.pu).get("/board/").text
    assert "not set" in page
    assert "badge bg-red-lt" not in page


def test_the_place_and_day_chosen_lead_to_their_address(browse, cast):
    chosen = f"division-{divisions.by_code(SUIXI).id}"
    answer = browse(cast.pu).get(f"/board/?place={chosen}&on=2026-05-01")
    assert answer.status_code == 302
    assert answer.location.endswith(f"{chosen.replace('-', '=')}&on=2026-05-01")


def test_the_workbook_holds_the_lines_and_the_gaps_and_is_traced(browse, cast):
    answer = browse(cast.di).get(at(DIQING, "xlsx", on="2026-10-20"))
    book = openpyxl.load_workbook(BytesIO(answer.data))
    whole = [cell.value for cell in book["总表"][2]]
    assert whole[:6] == ["533400000000", "迪庆藏族自治州", 197, 1, 0.51, 100]
    assert book["总表"].max_row == 1 + 1 + 3
    assert book["未覆盖社区"].max_row == 1 + 196
    kept = db.session.query(AuditEntry).filter_by(action=AuditAction.EXPORT).all()
    assert [(one.changes["report"], one.changes["on"]) for one in kept] == [("board", "2026-10-20")]


def test_the_sheet_to_print_tells_the_lines_and_who_is_behind_and_is_traced(browse, cast):
    printed = browse(cast.di).get(at(DIQING, "pdf", on="2026-10-20")).data
    text = reading.flat_text_of(printed)
    for words in (
        "迪庆藏族自治州截至2026年10月20日", "香格里拉市", "维西傈僳族自治县", "合计",
        "没有站点的社区（村）（196个）", "其余136个见工作簿", "0.5%−196",
    ):  # fmt: skip
        assert words in text, words
    kept = db.session.query(AuditEntry).filter_by(action=AuditAction.PRINT).one()
    assert kept.changes["report"] == "board"


def test_a_sheet_of_a_place_without_figures_says_so(browse, cast):
    text = reading.flat_text_of(browse(cast.su).get(at(SUIXI, "pdf")).data)
    assert "目标：未设" in text


def test_the_page_holds_no_names_of_persons(browse, cast):
    volunteer = factories.volunteer(cast.weng_shui)
    page = Page(browse(cast.di).get(at(DIQING)).text)
    assert volunteer.person.name not in str(page)

"""Lists in a real browser: what is ticked, chosen, scrolled past and printed."""

from __future__ import annotations

import re
import threading

import pytest

from admin_app.services.ledger import deciding
from models import EntryState, ServiceEntry, db
from tests import factories

ONE_ENGINE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
pytestmark = [pytest.mark.browser, ONE_ENGINE]


@pytest.fixture
def many(cast):
    """Sixty entries that wait at Gan Lai."""
    activity = factories.activity(cast.gan_lai, name="夜间巡逻")
    for n in range(60):
        factories.service_entry(factories.volunteer(cast.gan_lai, name=f"志愿者甲{n}"), activity)
    return cast


def waiting():
    db.session.expire_all()
    return db.session.query(ServiceEntry).filter_by(state=EntryState.SUBMITTED).count()


def test_a_question_names_the_rows_it_is_about(many, visit):
    page = visit(many.dai)
    page.open("/ledger/")
    for box in page.page.locator("input[name=rowid]").all()[:7]:
        box.check()
    page.page.click("button[value=decline]")
    named = page.page.locator("#ask-names li").all_inner_texts()
    assert len(named) == 6
    assert named[0] == page.page.locator("input[name=rowid] >> nth=0").get_attribute("aria-label")
    assert "志愿者甲" in named[0]
    assert "2" in named[-1]
    page.page.click("#ask button[value=no]")
    assert page.page.locator("#ask-names li").count() == 0
    assert waiting() == 60


@pytest.mark.parametrize("path", ["/", "/volunteers/", "/ledger/"])
def test_a_number_is_not_sent_where_the_address_would_keep_it(many, visit, path):
    visitor = visit(many.chen)
    visitor.open(path)
    page = visitor.page
    page.fill("[name=search]", "王 138 1234 5678")
    page.press("[name=search]", "Enter")
    assert page.evaluate("document.querySelector('[name=search]').validity.customError")
    assert "search" not in page.url
    page.fill("[name=search]", "王")
    with page.expect_navigation():
        page.press("[name=search]", "Enter")
    assert "search=" in page.url


def test_all_that_match_are_taken_from_one_page(many, visit):
    page = visit(many.dai)
    page.open("/ledger/?flt_state=submitted")
    assert page.page.is_hidden("[data-beyond]")
    page.page.check("[data-tick-all]")
    page.page.click("[data-beyond]")
    assert page.page.get_attribute("[data-beyond]", "aria-pressed") == "true"
    assert "60" in page.page.inner_text("[data-ticked]")
    page.page.uncheck("input[name=rowid] >> nth=3")  # one less is no longer all
    assert page.page.is_disabled("input[name=all]")
    assert "49" in page.page.inner_text("[data-ticked]")
    page.page.check("input[name=rowid] >> nth=3")
    page.page.click("[data-beyond]")
    page.page.check("input[name=unchanged]")
    page.page.click("button[value=confirm]")
    assert "60" in page.page.inner_text("#ask-rows")
    assert "55" in page.page.locator("#ask-names li").all_inner_texts()[-1]
    with page.page.expect_navigation():
        page.page.click("#ask-yes")
    assert page.page.locator("#messages .alert-success").count() == 1
    assert waiting() == 0


def test_a_filter_is_chosen_by_typing_and_told_again(many, visit):
    page = visit(many.pu)
    page.open("/ledger/")
    page.look_up("flt_volunteer", "志愿者甲7")
    page.page.keyboard.press("Tab")  # on to the next filter, which closes what is offered
    with page.page.expect_navigation():
        page.page.click(".office-filter-buttons button")
    assert page.page.locator("tbody tr").count() == 1
    assert "志愿者甲7" in page.page.inner_text(".list-chip")
    assert "志愿者甲7" in page.page.inner_text(".ts-control >> nth=1")
    with page.page.expect_navigation():
        page.page.click(".list-chip-off")
    assert page.page.locator("tbody tr").count() == 50
    with page.page.expect_navigation():
        page.page.click(".list-ranges a >> nth=3")
    assert page.page.locator(".list-ranges [aria-current]").count() == 1


def test_the_heads_of_a_list_stay_in_sight(many, visit):
    page = visit(many.dai)
    page.open("/ledger/")
    head, row = page.page.locator("thead th >> nth=2"), page.page.locator("tbody th >> nth=30")
    row.scroll_into_view_if_needed()
    page.page.mouse.wheel(0, 400)
    page.page.wait_for_function("document.scrollingElement.scrollTop > 600")
    assert abs(head.bounding_box()["y"]) < 2
    narrow = visit(many.dai, width=640)
    narrow.open("/ledger/")
    frame = narrow.page.locator(".office-list-frame")
    frame.evaluate("frame => frame.scrollTo(300, 300)")
    box, first = frame.bounding_box(), narrow.page.locator("tbody th >> nth=10").bounding_box()
    assert abs(narrow.page.locator("thead th >> nth=1").bounding_box()["y"] - box["y"]) < 2
    assert abs(first["x"] - box["x"]) < 60  # beside its box for ticking


def test_a_phone_names_each_value_and_still_sorts(many, visit):
    page = visit(many.dai, width=390)
    page.open("/ledger/")
    told = page.page.locator("tbody tr:first-child td:nth-child(3)")
    label = told.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label.strip('"') == "志愿者"
    assert page.page.is_visible("thead a.office-sort")
    assert page.page.is_visible("[data-tick-all]")


def test_a_click_beside_a_box_ticks_it_and_one_on_a_row_opens_it(many, visit):
    page = visit(many.dai)
    page.open("/ledger/")
    page.page.click("tbody tr:first-child td >> nth=0", position={"x": 3, "y": 3})
    assert page.page.is_checked("input[name=rowid] >> nth=0")
    with page.page.expect_navigation():
        page.page.click("tbody tr:first-child td:nth-child(4)")
    assert "/ledger/details/" in page.page.url


def test_paper_has_the_rows_and_what_they_are(many, visit):
    page = visit(many.dai)
    page.open("/ledger/?flt_state=submitted")
    page.page.emulate_media(media="print")
    assert page.page.is_visible(".list-print-head")
    assert "甘来村志愿服务站" in page.page.inner_text(".list-print-head")
    assert page.page.is_visible(".list-chip")
    for unprinted in (".office-acts", ".office-narrow", ".office-pages", ".list-chip-off",
                      "input[name=rowid] >> nth=0"):  # fmt: skip
        assert page.page.is_hidden(unprinted), unprinted


def test_a_list_with_two_long_names_fits_on_the_desk_of_an_office(cast, visit):
    factories.activity(cast.gan_lai, name="关爱留守儿童" * 6, place="新时代文明实践大讲堂" * 4)
    page = visit(cast.chen)
    page.open("/activities/")
    assert page.page.locator(".office-list-frame.is-whole").count() == 1


def test_a_long_value_hangs_beside_its_label_on_a_phone(cast, visit):
    factories.activity(cast.gan_lai, name="关爱留守儿童" * 6)
    page = visit(cast.chen, width=390)
    page.open("/activities/")
    lines = page.page.locator("tbody td >> nth=0").evaluate("""(cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return [...range.getClientRects()].map((line) => line.left);
    }""")
    assert len(lines) > 1
    assert set(lines) == {lines[0]}


@pytest.mark.parametrize("width", [1366, 390])
def test_a_merge_shows_its_roll_numbers_whole(cast, visit, width):
    merge = factories.merge(cast.gan_lai)
    number = merge.kept_told.split()[-1]
    merge.kept_told = f"买买提艾力·吐尔逊江·阿卜杜拉 650102************ {number}"
    merge.absorbed_told = f"买买提艾力·吐尔逊江·阿卜杜拉 650201************ {number[:-1]}9"
    db.session.commit()
    page = visit(cast.pu, width=width)
    page.open("/merges/")
    assert page.page.locator(".office-list-frame.is-whole").count() == 1
    for cell in page.page.locator("tbody td").all()[:2]:
        assert cell.evaluate("cell => cell.scrollWidth <= cell.clientWidth")
        assert number[:-1] in cell.inner_text().split("\n")[-1]


# Told by the page itself: whoever asks it would wait for the next one first.
SEE_WORK = """() => {
  const looking = setInterval(() => {
    const place = document.querySelector(".office-working");
    if (place.hidden) return;
    clearInterval(looking);
    document.getElementById("rows").requestSubmit();
    console.log(place.innerText);
  }, 20);
}"""


def test_long_work_on_rows_says_that_it_goes_on_and_is_sent_once(many, visit, monkeypatch):
    asked, heard, seen, decline = [], [], threading.Event(), deciding.decline

    def hear(message):
        heard.append(message.text)
        seen.set()

    def slowly(rows, **given):
        asked.append(len(rows))
        seen.wait(60)
        return decline(rows, **given)

    monkeypatch.setattr(deciding, "decline", slowly)
    visitor = visit(many.dai)
    visitor.open("/ledger/")
    page = visitor.page
    page.check("[data-tick-all]")
    page.click("[data-beyond]")
    page.on("console", hear)
    page.evaluate(SEE_WORK)
    page.click("button[value=decline]")
    db.session.rollback()
    page.click("#ask button[value=yes]", no_wait_after=True)
    page.wait_for_selector(".alert-success")
    [told] = heard
    assert re.search(r"60.*已用 [1-9]\d* 秒", told, re.DOTALL)
    assert asked == [60]
    assert waiting() == 0

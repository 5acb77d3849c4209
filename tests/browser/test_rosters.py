"""Thirty people recorded at one activity by keyboard alone, and what is typed kept as a draft."""

from __future__ import annotations

import re
from datetime import date, time

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models import ServiceEntry, db
from tests import factories

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]
NAMES = [first + last for first in "赵钱孙李周吴郑王冯陈" for last in ("国强", "秀兰", "建华")]
BOX, ROWS = "#add-ts-control", "[data-roster-lines] tr"
LOOK_UP = re.compile("query=")


@pytest.fixture
def cleaning(cast):
    return factories.activity(
        cast.gan_lai,
        name="村口清洁",
        starts_at=time(9),
        ends_at=time(11),
        held_on=date(2026, 10, 3),
    )


@pytest.fixture
def people(cast):
    return [factories.volunteer(cast.gan_lai, name=name) for name in NAMES]


def type_in(page, words, lines):
    """Type a name and Enter, and wait for its line; the box stays under the fingers."""
    page.keyboard.type(words)
    page.wait_for_selector("#add-ts-dropdown .option.active")
    page.keyboard.press("Enter")
    expect(page.locator(ROWS)).to_have_count(lines)
    expect(page.locator(BOX)).to_have_value("")
    expect(page.locator(BOX)).to_be_focused()


def test_thirty_people_are_recorded_by_keyboard_alone(cast, visit, cleaning, people):
    clerk = visit(cast.chen)
    clerk.open(f"/activities/details/?id={cleaning.id}")
    page = clerk.page
    page.focus(f"a[href='/activities/roster/?id={cleaning.id}']")
    page.keyboard.press("Enter")
    expect(page.locator(BOX)).to_be_focused()
    for number, name in enumerate(NAMES[:29], start=1):
        type_in(page, name, number)
    type_in(page, people[29].number[-5:], 30)  # by roll number
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "line_start"
    page.keyboard.type("0930")
    page.keyboard.press("Enter")
    expect(page.locator(BOX)).to_be_focused()
    assert page.input_value(f"{ROWS} [name=line_start] >> nth=0") == "09:30"
    db.session.rollback()  # an open transaction of the test would lock the request out
    with page.expect_navigation(url="**/ledger/**"):
        page.keyboard.press("Control+Enter")
    found = db.session.scalars(
        select(ServiceEntry)
        .where(ServiceEntry.activity_id == cleaning.id)
        .order_by(ServiceEntry.id)
    ).all()
    assert [entry.volunteer_id for entry in found] == [one.id for one in people]
    assert [entry.minutes for entry in found] == [90] + [120] * 29


def test_the_list_of_people_waits_to_be_asked_for_however_late_it_comes(
    cast, visit, cleaning, people
):
    clerk = visit(cast.chen)
    page, held = clerk.page, []
    page.clock.install()
    page.route(LOOK_UP, lambda route: held.append(route))  # noqa: PLW0108  # takes no builtin
    clerk.open(f"/activities/roster/?id={cleaning.id}")
    with page.expect_request(LOOK_UP):
        page.clock.run_for(5000)
    expect(page.locator(BOX)).to_be_focused()
    [route] = held
    route.continue_()
    page.locator("#add-ts-dropdown .option").first.wait_for(state="attached")
    assert page.locator("#add-ts-dropdown").is_hidden()
    page.click(BOX)
    expect(page.locator("#add-ts-dropdown .option").first).to_be_visible()


def test_of_namesakes_one_is_chosen_by_keys_and_a_second_click_sends_nothing(
    cast, visit, cleaning, people
):
    namesake = factories.volunteer(cast.gan_lai, name=NAMES[0])
    clerk = visit(cast.chen)
    clerk.open(f"/activities/roster/?id={cleaning.id}")
    page = clerk.page
    expect(page.locator(BOX)).to_be_focused()
    page.keyboard.type(NAMES[0])
    page.wait_for_selector("#add-ts-dropdown .option.active")
    page.keyboard.press("Enter")
    expect(page.locator("[data-roster-asks]")).to_contain_text("同名")
    expect(page.locator(ROWS)).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator("[data-roster-asks]")).to_be_empty()
    assert page.input_value(f"{ROWS} [name=line_volunteer]") == str(namesake.id)
    db.session.rollback()
    with page.expect_navigation(url="**/ledger/**"):
        page.evaluate("""() => {
          const button = document.querySelector(".office-form-buttons button");
          button.click();
          button.click();
        }""")
    assert len(db.session.scalars(select(ServiceEntry)).all()) == 1


def test_a_lost_session_loses_no_line(cast, visit, cleaning, people):
    clerk = visit(cast.chen)
    clerk.open(f"/activities/roster/?id={cleaning.id}")
    page = clerk.page
    expect(page.locator(BOX)).to_be_focused()
    type_in(page, NAMES[0], 1)
    type_in(page, NAMES[1], 2)
    page.fill(f"{ROWS} [name=line_end] >> nth=1", "10:00")
    clerk.await_draft("10:00")
    clerk.open(f"/activities/roster/?id={cleaning.id}")
    assert page.locator(ROWS).count() == 0
    page.click(".office-draft .btn-primary")
    assert page.locator(ROWS).count() == 2
    assert page.input_value(f"{ROWS} [name=line_end] >> nth=1") == "10:00"
    with page.expect_navigation(url="**/ledger/**"):
        page.click(".office-form-buttons .btn-primary")
    assert [entry.minutes for entry in db.session.scalars(select(ServiceEntry))] == [120, 60]


def test_a_list_is_pasted_and_read_by_keys(cast, visit, cleaning, people):
    clerk = visit(cast.chen)
    clerk.open(f"/activities/roster/?id={cleaning.id}")
    page = clerk.page
    page.focus("summary:has-text('接龙')")
    page.keyboard.press("Enter")
    page.fill("#list", "#接龙\n1. 赵国强\n2. 钱秀兰 9:30-10:30\n3. 查无此人")
    with page.expect_navigation():
        page.press("#list", "Control+Enter")
    assert page.locator(ROWS).count() == 3
    assert page.locator(f"{ROWS} [aria-invalid]").count() == 1
    page.click(f"{ROWS} [data-drop] >> nth=2")
    with page.expect_navigation(url="**/ledger/**"):
        page.click(".office-form-buttons .btn-primary")
    assert [entry.minutes for entry in db.session.scalars(select(ServiceEntry))] == [120, 60]

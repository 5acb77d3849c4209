"""Attendance at the door: two tablets, a finger that slips, no connection, and no script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Activity, Attendance, EntryState, ServiceEntry, clock, db
from tests import factories

pytestmark = pytest.mark.browser

TABLET = {"width": 820, "height": 1180}
PHONE = {"width": 390, "height": 844}
REFRESH = re.compile(r"/attendance/\d+/\?")


@pytest.fixture
def patrol(cast):
    return factories.activity(
        cast.gan_lai, held_on=clock.today(), keeper_id=cast.he.id, name="巡河"
    ).id


@pytest.fixture
def people(cast):
    return [
        factories.volunteer(cast.gan_lai, name=name).id for name in ("雷小锋", "王秀英", "李娜")
    ]


def tap(visitor, who, part="expected"):
    visitor.page.click(f"section[aria-labelledby={part}] #v{who}")


def await_counts(visitor, *counts):
    # The policy of the page lets no expression be evaluated while one waits.
    for name, count in zip(("expected", "there", "gone"), counts, strict=True):
        visitor.page.wait_for_selector(f"[data-count={name}]:text-is('{count}')")


def rows():
    db.session.expire_all()
    found = db.session.scalars(select(Attendance).order_by(Attendance.id)).all()
    db.session.rollback()
    return found


def came_earlier():
    """Let everybody have come an hour ago: nobody is checked out in the minute of his coming."""
    for row in db.session.scalars(select(Attendance)):
        row.signed_in_at -= timedelta(hours=1)
    db.session.commit()


def test_two_tablets_take_attendance_of_one_door(cast, visit, patrol, people):
    if clock.office_now().hour < 1:
        pytest.skip("an hour ago was yesterday")
    first, second = visit(cast.he, **TABLET), visit(cast.chen, **PHONE)
    lei, wang, li = people
    first.open("/")
    first.page.click("a.office-waits")
    first.page.wait_for_selector(f"#v{lei}")
    # What the first notes comes to the second by its own tap, however long that takes.
    second.page.route(REFRESH, lambda route: route.abort("aborted"))
    second.open(f"/attendance/{patrol}/")

    # Quick taps one after the other, one of them twice, and the same person on both tablets.
    first.page.evaluate(
        "(taps) => taps.forEach((id) => document.getElementById(`v${id}`).click())",
        [lei, lei, wang],
    )
    await_counts(first, 1, 2, 0)
    tap(second, lei)
    second.page.wait_for_selector("#told.is-wrong")
    assert "没有重复登记" in second.page.inner_text("#told")
    await_counts(second, 1, 2, 0)  # what the other tablet noted came with the answer
    tap(second, li)
    await_counts(second, 0, 3, 0)
    assert [row.volunteer_id for row in rows()] == [lei, wang, li]

    # One who is looked for goes, and a slip is taken back.
    came_earlier()
    first.page.fill(".sheet-find [type=search]", "雷")
    first.page.wait_for_selector(f"#v{wang}", state="detached")
    tap(first, lei, "there")
    first.page.wait_for_selector(f"section[aria-labelledby=there] #v{wang}")
    await_counts(first, 0, 2, 1)
    assert first.page.input_value(".sheet-find [type=search]") == ""
    first.page.click("section[aria-labelledby=gone] button[formaction$=undo]")
    await_counts(first, 0, 3, 0)
    tap(first, lei, "there")
    await_counts(first, 0, 2, 1)

    first.press("form[action$=hand-in] button")
    second.open(f"/attendance/{patrol}/")
    with second.page.expect_navigation():
        second.page.click("form[action$=close] .btn-primary")
    [entry] = db.session.scalars(select(ServiceEntry)).all()
    assert (entry.volunteer_id, entry.state) == (lei, EntryState.DRAFT)
    # The taps above take a while: a minute may have turned between one and the next.
    assert 60 <= entry.minutes <= 65


def test_a_tap_without_a_connection_is_told_and_can_be_repeated(cast, visit, patrol, people):
    helper = visit(cast.he, **TABLET)
    helper.open(f"/attendance/{patrol}/")
    helper.page.route("**/sign-in", lambda route: route.abort())
    tap(helper, people[0])
    helper.page.wait_for_selector("#told.is-wrong")
    assert rows() == []
    helper.page.unroute("**/sign-in")
    helper.complaints.clear()  # the browser tells of the lost request too
    tap(helper, people[0])
    await_counts(helper, 2, 1, 0)


def test_what_was_asked_before_a_tap_does_not_take_it_back(cast, visit, patrol, people):
    helper = visit(cast.he, **TABLET)
    helper.open(f"/attendance/{patrol}/")
    page, held = helper.page, []
    page.route(REFRESH, lambda route: held.append((route, route.fetch())))
    with page.expect_request(REFRESH):
        page.press(".sheet-find [type=search]", "Enter")
    tap(helper, people[0])
    await_counts(helper, 2, 1, 0)
    [(route, answer)] = held
    with page.expect_response(REFRESH):
        route.fulfill(response=answer)
    # An answer would have moved the row by the time another one has come.
    page.unroute(REFRESH)
    tap(helper, people[1])
    page.wait_for_selector(f"#v{people[1]}.is-noted, section[aria-labelledby=there] #v{people[1]}")
    assert page.locator(f"section[aria-labelledby=there] #v{people[0]}").count() == 1


def test_a_question_is_still_about_the_sheet_when_it_is_answered(cast, visit, patrol, people):
    helper = visit(cast.he, **TABLET)
    helper.page.clock.install()
    helper.open(f"/attendance/{patrol}/")
    page = helper.page
    tap(helper, people[0])
    page.click("form[action$=hand-in] button")
    page.wait_for_selector("#ask[open]")
    page.wait_for_selector(f"#v{people[0]}.is-noted")
    page.clock.run_for(1500)  # longer than a finger is waited for: the rows might move now
    with page.expect_navigation():
        page.click("#ask-yes")
    db.session.expire_all()
    assert db.session.get(Activity, patrol).handed_in_at is not None


def test_the_sheet_works_by_keyboard(cast, visit, patrol, people):
    helper = visit(cast.he)
    helper.open(f"/attendance/{patrol}/")
    helper.page.focus(f"#v{people[1]}")
    helper.page.keyboard.press("Enter")
    await_counts(helper, 2, 1, 0)
    # The focus stays with the person, who stands elsewhere now.
    assert helper.page.evaluate("document.activeElement.id") == f"v{people[1]}"


def test_the_sheet_works_without_a_script(cast, visit, patrol, people):
    helper = visit(cast.he, **PHONE)
    helper.page.route(
        "**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript")
    )
    helper.open(f"/attendance/{patrol}/")
    with helper.page.expect_navigation():
        tap(helper, people[0])
    assert "已签到" in helper.page.inner_text("#messages")
    await_counts(helper, 2, 1, 0)

"""Forms in a real browser: what is said while somebody types, and what is kept."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from admin_app.services import identity
from admin_app.services.exchange import cells
from admin_app.services.people.volunteers import MOBILE
from models import Activity, Division, Volunteer, clock, db
from tests import factories
from views.fields import typed_day, typed_time

pytestmark = [
    pytest.mark.browser,
    # What is typed in the browser knows nothing of the database.
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]
NEW_VOLUNTEER, NEW_ACTIVITY, NEW_ENTRY = "/registrations/new/", "/activities/new/", "/ledger/new/"

# Both sides read these; what it means is asked of the server.
DAYS = (
    "2026-11-20", "20261120", "2026.11.20", "2026/11/20", "2026年11月20日", "2026年11月20号",
    "２０２６－１１－２０", " 2026 - 1 - 2 ", "2026、11、20", "2026-11-20 周五", "2026-02-29",
    "2024-02-29", "11-20", "11.20", "11月20日", "2-30", "13-01", "20261320", "26-11-20", "明天",
    "0000-01-01", "1-1-1", "2026-11", "20", "11-20-2026", "2026–11–20", "2026-11-200",
)  # fmt: skip
TIMES = (
    "0930", "9:30", "9：30", "9点半", "9点", "9时15分", "下午3点", "晚上8:30", "3:05PM", "15.30",
    "9.5", "930", "9", "24:00", "2400", "23:59", "9:60", "25", "09:30:00", "上午9点30分", "半",
    "12:00AM", "下午12点", "9点半钟", "１４：００",
)  # fmt: skip
CARDS = (
    "440899195003070013", "440899195003070014", "11010519491231002X", "11010519491231002x",
    " 440899 19500307 0013 ", "４４０８９９１９５００３０７００１３", "440899195013070013",
    "44089919500307001", "4408991950030700133", "440899195002300011", "'440899195003070013",
    "11010519491231002Y", "999999199001010008", "000000000000000000",
)  # fmt: skip
MOBILES = (
    "13912345678", "139 1234 5678", "139-1234-5678", "１３９１２３４５６７８", "12912345678",
    "1391234567", "139123456789", "0759-1234567", "+8613912345678",
)  # fmt: skip


def read(visitor, name, words):
    """What the script makes of some words."""
    return visitor.page.evaluate(
        "([words, name]) => words.map((typed) => window.spelling[name](typed))", [list(words), name]
    )


@pytest.fixture
def desk(cast, visit):
    """The clerk's browser, with the rules of spelling at hand."""
    visitor = visit(cast.chen)
    visitor.page.route(re.compile(r"/static/forms\.js$"), _with_spelling)
    return visitor


def _with_spelling(route):
    # Only a script of the page may import: the policy lets nobody else.
    itself = route.fetch()
    more = 'import * as spelling from "./forms/spelling.js"; window.spelling = spelling;'
    route.fulfill(response=itself, body=itself.text() + more)


def test_browser_and_server_read_days_and_times_alike(desk):
    desk.open(NEW_ACTIVITY)
    days = [day and day.isoformat() for day in map(typed_day, DAYS)]
    assert dict(zip(DAYS, read(desk, "day", DAYS), strict=True)) == dict(
        zip(DAYS, days, strict=True)
    )
    times = [time and f"{time:%H:%M}" for time in map(typed_time, TIMES)]
    assert dict(zip(TIMES, read(desk, "time", TIMES), strict=True)) == dict(
        zip(TIMES, times, strict=True)
    )


def test_browser_and_server_read_numbers_alike(desk):
    desk.open(NEW_VOLUNTEER)
    for typed, told in zip(CARDS, read(desk, "card", CARDS), strict=True):
        number = cells.identity_number(typed)
        assert told["number"] == number
        assert told["isSound"] == identity.is_sound(number), typed
        if told["isSound"]:
            assert told["born"] == identity.born_on(number).isoformat()
            assert told["isMale"] == (identity.sex(number) == "male")
    for typed, told in zip(MOBILES, read(desk, "mobile", MOBILES), strict=True):
        assert told["isSound"] == bool(MOBILE.fullmatch(cells.phone(typed))), typed
    for born, on in (("2000-02-29", "2018-02-28"), ("2000-02-29", "2018-03-01")):
        told = desk.page.evaluate("([born, on]) => window.spelling.age(born, on)", [born, on])
        assert told == clock.age_on(typed_day(born), typed_day(on))


# Days and times


def test_typed_days_and_times_are_written_out_and_wrong_ones_told(cast, visit):
    clerk = visit(cast.chen, language="en")
    clerk.open(NEW_ACTIVITY)
    page = clerk.page
    assert page.input_value("#held_on") == clock.today().isoformat()
    clerk.fill(held_on="2026年1月5日", starts_at="9点半")
    page.fill("#ends_at", "25:00")
    page.press("#ends_at", "Tab")
    assert page.input_value("#held_on") == "2026-01-05"
    assert page.input_value("#starts_at") == "09:30"
    assert "This is no time of day" in page.inner_text("#ends_at-told")
    assert page.get_attribute("#ends_at", "aria-invalid") == "true"
    assert page.locator("#half-hours option").count() == 48
    page.fill("#ends_at", "1130")
    clerk.fill(name="义诊", category="0004", state="held", gate="none")
    page.press("#ends_at", "Enter")  # saves, and what was typed last is read too
    page.wait_for_url("**/details/**")
    row = db.session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    assert (row.held_on.isoformat(), f"{row.starts_at:%H:%M}", f"{row.ends_at:%H:%M}") == (
        "2026-01-05", "09:30", "11:30",
    )  # fmt: skip


def test_the_calendar_is_walked_by_keys(cast, visit):
    clerk = visit(cast.chen)
    clerk.open(NEW_ACTIVITY)
    page = clerk.page
    page.fill("#held_on", "2026-11-20")
    page.press("#held_on", "Alt+ArrowDown")
    assert page.locator("dialog.office-calendar[open]").count() == 1
    days = "document.activeElement.dataset.dayOf"
    assert page.evaluate(days) == "2026-11-20"
    heads = page.locator(".office-days th").all_inner_texts()
    assert (heads[0], heads[6]) == ("一", "日")
    for key, day in (
        ("ArrowLeft", "2026-11-19"), ("ArrowDown", "2026-11-26"), ("Home", "2026-11-23"),
        ("End", "2026-11-29"), ("PageDown", "2026-12-29"), ("Shift+PageUp", "2025-12-29"),
        ("ArrowRight", "2025-12-30"), ("ArrowRight", "2025-12-31"), ("ArrowRight", "2026-01-01"),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert page.evaluate(days) == day, key
    page.keyboard.press("Enter")
    assert page.input_value("#held_on") == "2026-01-01"
    assert page.evaluate("document.activeElement.closest('.office-picker') !== null")
    page.press("#held_on", "Alt+ArrowDown")
    page.keyboard.press("Escape")
    assert page.input_value("#held_on") == "2026-01-01"
    page.press("#held_on", "Alt+ArrowDown")
    page.fill(".office-calendar input[type=number]", "1958")
    page.press(".office-calendar input[type=number]", "Tab")
    assert page.locator("[data-day-of='1958-01-01']").count() == 1
    page.click(".office-calendar-foot .btn-primary")
    assert page.input_value("#held_on") == clock.today().isoformat()
    page.press("#held_on", "Alt+ArrowDown")
    page.click(".office-calendar-foot .btn >> nth=1")
    assert page.input_value("#held_on") == ""


@pytest.mark.parametrize("width", [1366, 390])
def test_the_calendar_stands_beside_its_field_and_within_the_window(cast, visit, width):
    clerk = visit(cast.chen, width=width)
    clerk.open(NEW_VOLUNTEER)
    field = clerk.page.locator("#handed_in_on").bounding_box()
    button = clerk.page.locator("#handed_in_on ~ button").bounding_box()
    assert abs(button["y"] - field["y"]) < 8
    assert min(button["width"], button["height"]) >= 24
    clerk.page.click("#handed_in_on ~ button")
    box = clerk.page.locator("dialog.office-calendar").bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= 768
    day = clerk.page.locator(".office-days button").first.bounding_box()
    assert min(day["width"], day["height"]) >= 24


def test_without_scripts_days_are_the_browsers_own_and_arrive(cast, browse):
    form = browse(cast.chen).get(NEW_ACTIVITY).text
    assert re.search(r'<input[^>]* id="held_on"[^>]* type="date"', form)
    assert re.search(r'<input[^>]* id="starts_at"[^>]* type="time"', form)


def test_a_day_of_a_filter_has_the_calendar_too(cast, visit):
    factories.activity(cast.gan_lai)
    clerk = visit(cast.chen, width=390)
    clerk.open("/activities/")
    page = clerk.page
    field = page.locator("#flt_held_since").first
    if not field.is_visible():
        page.click("summary")
    field.fill("20261003")
    with page.expect_navigation():
        field.press("Enter")
    assert "2026-10-03" in page.url


# Numbers


def test_an_identity_number_tells_who_it_is_and_is_not_kept(cast, visit):
    clerk = visit(cast.chen)
    clerk.open(NEW_VOLUNTEER)
    page = clerk.page
    page.locator("#id_number").press_sequentially("44089919500307001")
    assert page.inner_text("#id_number-told") == ""  # no complaint before the end
    page.locator("#id_number").press_sequentially("4")
    assert "不符" in page.inner_text("#id_number-told") or "有误" in page.inner_text(
        "#id_number-told"
    )
    page.fill(
        "#id_number", factories.identity_number(born=clock.today() - timedelta(days=365 * 40))
    )
    told = page.inner_text("#id_number-told")
    assert re.search(r"[男女].*(39|40)", told)
    assert "required" not in page.get_attribute("label[for=guardian_name]", "class")


def test_a_minor_needs_a_guardian_on_the_day_of_registration(cast, visit):
    born = clock.today() - timedelta(days=365 * 17)
    clerk = visit(cast.chen)
    clerk.open(NEW_VOLUNTEER)
    page = clerk.page
    page.fill("#id_number", factories.identity_number(born=born))
    assert "required" in page.get_attribute("label[for=guardian_name]", "class")
    assert page.get_attribute("#guardian_name", "aria-required") == "true"
    assert "18" in page.inner_text("#guardian_name-told")
    page.fill("#handed_in_on", (clock.today() + timedelta(days=800)).isoformat())
    page.press("#handed_in_on", "Tab")
    assert page.get_attribute("#guardian_name", "aria-required") is None


# Drafts


def drafts(page):
    return page.evaluate("Object.entries(localStorage).filter(([key]) => key.startsWith('draft:'))")


def typed(visitor, **fields):
    visitor.open(NEW_VOLUNTEER)
    visitor.fill(**fields)
    visitor.await_draft([*fields.values()][-1])


def test_a_draft_keeps_no_number_wherever_it_was_typed(cast, visit):
    clerk = visit(cast.chen)
    number = factories.identity_number()
    typed(
        clerk, name=f"冯{number}", new_guardian_phone="13712345678",
        guardian_name="冯母 13812345678", skills="理发",
    )  # fmt: skip
    [(_key, kept)] = drafts(clerk.page)
    assert "理发" in kept
    for each in (number, "13712345678", "13812345678"):
        assert each not in kept
    clerk.page.on("dialog", lambda dialog: dialog.accept())


def test_a_draft_is_offered_used_and_gone_with_the_save(cast, visit):
    clerk = visit(cast.chen)
    number = factories.identity_number()
    typed(clerk, name="冯巡夜", id_number=number, new_phone="13912345678", skills="理发")
    [(key, kept)] = drafts(clerk.page)
    assert key.startswith(f"draft:{cast.chen.id}:/registrations/new/")
    assert "冯巡夜" in kept
    assert number not in kept
    assert "13912345678" not in kept
    clerk.page.on("dialog", lambda dialog: dialog.accept())
    clerk.open(NEW_VOLUNTEER)
    assert clerk.page.input_value("#name") == ""  # offered, not put back
    clerk.page.click(".office-draft .btn-primary")
    assert clerk.page.input_value("#name") == "冯巡夜"
    assert clerk.page.input_value("#skills") == "理发"
    clerk.fill(id_number=number[:-1], availability="周末", category_1="0001")
    clerk.save()
    assert drafts(clerk.page)  # refused: still worth keeping
    clerk.fill(id_number=number, new_phone="13912345678")
    clerk.save()
    assert "/details/" in clerk.page.url
    assert not drafts(clerk.page)


def test_nobody_meets_anothers_draft_and_signing_out_drops_it(cast, visit):
    clerk = visit()
    clerk.sign_in("chen")
    typed(clerk, name="冯巡夜")
    clerk.page.evaluate(
        "localStorage.setItem('draft:999:/registrations/new/:', localStorage.getItem("
        "Object.keys(localStorage).find((key) => key.startsWith('draft:'))))"
    )
    clerk.page.evaluate(
        "Object.keys(localStorage).filter((key) => /^draft:(?!999)/.test(key))"
        ".forEach((key) => localStorage.removeItem(key))"
    )
    clerk.page.on("dialog", lambda dialog: dialog.accept())
    clerk.open(NEW_VOLUNTEER)
    assert not clerk.page.locator(".office-draft").count()
    clerk.sign_out()
    assert not drafts(clerk.page)


def test_a_draft_is_forgotten_after_a_week(cast, visit):
    clerk = visit(cast.chen)
    typed(clerk, name="冯巡夜")
    clerk.page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).forEach((key) => {"
        " const draft = JSON.parse(localStorage[key]); draft.at -= 7 * 86400000;"
        " localStorage[key] = JSON.stringify(draft); })"
    )
    clerk.page.on("dialog", lambda dialog: dialog.accept())
    clerk.open(NEW_VOLUNTEER)
    assert not clerk.page.locator(".office-draft").count()
    assert not drafts(clerk.page)


def test_a_draft_on_a_row_that_changed_since_shows_both_versions(cast, visit, browse):
    number = factories.volunteer(cast.gan_lai).id
    address = f"/volunteers/edit/?id={number}"
    clerk = visit(cast.chen)
    clerk.open(address)
    clerk.fill(skills="理发")
    clerk.await_draft("理发")
    row = db.session.get(Volunteer, number)
    row.skills = "打针"
    db.session.commit()
    clerk.page.on("dialog", lambda dialog: dialog.accept())
    clerk.open(address)
    clerk.page.click(".office-draft .btn-primary")
    clerk.save()
    assert {"理发", "打针"} <= set(clerk.page.locator(".office-versions td").all_inner_texts())
    clerk.page.click("[data-forget-draft]")
    clerk.page.wait_for_url("**/details/**")
    assert not drafts(clerk.page)


# Strokes


def test_entry_after_entry_keeps_what_they_share(cast, visit):
    first, second = "冯巡夜", "邓早班"
    for name in (first, second):
        factories.volunteer(cast.gan_lai, name=name)
    factories.activity(cast.gan_lai, name="夜间巡逻")
    clerk = visit(cast.chen)
    clerk.open(NEW_ENTRY)
    assert clerk.page.evaluate("document.activeElement.id") == "volunteer-ts-control"
    clerk.look_up("volunteer", first)
    clerk.look_up("activity", "夜间巡逻")
    clerk.fill(start="1900", end="2130")
    with clerk.page.expect_navigation():
        clerk.page.click("button[name=_add_another]")
    assert clerk.page.evaluate("document.activeElement.id") == "volunteer-ts-control"
    assert clerk.page.input_value("#start") == "19:00"
    assert clerk.page.locator("#volunteer").input_value() == ""
    clerk.look_up("volunteer", second)
    clerk.page.press("#content", "Control+Enter")
    clerk.page.wait_for_url("**/details/**")
    assert second in clerk.text


def test_a_chosen_activity_suggests_its_times_and_leaves_typed_ones(cast, visit):
    hours = {"starts_at": time(19), "ends_at": time(21, 30)}
    factories.activity(cast.gan_lai, name="夜间巡逻", **hours)
    factories.activity(cast.gan_lai, name="义诊", **hours | {"starts_at": time(20)})
    factories.activity(cast.gan_lai, name="扫雪")
    clerk = visit(cast.chen)
    clerk.open(NEW_ENTRY)
    told = [clerk.page.locator(field) for field in ("#start", "#end")]
    for activity, times in (
        ("夜间巡逻", ["19:00", "21:30"]), ("义诊", ["20:00", "21:30"]), ("扫雪", ["", ""]),
    ):  # fmt: skip
        clerk.look_up("activity", activity)
        assert [field.input_value() for field in told] == times
    clerk.fill(start="19:15")
    clerk.look_up("activity", "夜间巡逻")
    assert [field.input_value() for field in told] == ["19:15", "21:30"]


def test_a_division_is_found_by_initials_and_told_by_its_path(cast, visit):
    supervisor = visit(cast.su)
    supervisor.open("/stations/new/")
    supervisor.page.fill("#division-ts-control", "qscm")
    supervisor.page.wait_for_selector("#division-ts-dropdown .option:has-text('泉水村')")
    offered = supervisor.page.locator("#division-ts-dropdown .option").all_inner_texts()
    assert all("泉水村" in words and "遂溪县" in words for words in offered)
    assert len(set(offered)) == len(offered) == 2
    assert db.session.scalar(select(Division.id).where(Division.code == "440823113215"))


def test_a_look_up_says_that_there_is_nothing_only_once_it_was_told_so(cast, visit):
    factories.activity(cast.gan_lai, name="夜间巡逻")
    clerk = visit(cast.chen, language="en")
    clerk.open(NEW_ENTRY)
    page, box = clerk.page, "#activity-ts-dropdown"
    page.click("#activity-ts-control")
    page.wait_for_selector(f"{box} .option")
    held, held_back = [], re.compile("query=%E5%A4%9C")
    page.route(held_back, lambda route: held.append(route))  # noqa: PLW0108  # takes no builtin
    with page.expect_request(held_back):
        page.keyboard.type("夜")
        assert page.locator(f"{box} [role=option]").count() == 0
    page.wait_for_selector(f"{box} .spinner")
    held[0].continue_()
    page.wait_for_selector(f"{box} .option:has-text('夜间巡逻')")


def test_a_blank_behind_what_is_looked_for_changes_nothing(cast, visit):
    factories.activity(cast.gan_lai, name="夜间巡逻")
    clerk = visit(cast.chen, language="en")
    clerk.open(NEW_ENTRY)
    page, found = clerk.page, "#activity-ts-dropdown .option:has-text('夜间巡逻')"
    page.click("#activity-ts-control")
    page.keyboard.type("夜")
    page.wait_for_selector(found)
    page.keyboard.type(" ")
    assert page.is_visible(found)
    page.keyboard.press("Enter")
    assert "夜间巡逻" in page.inner_text("#activity + .ts-wrapper .item")


def test_a_look_up_with_nothing_to_offer_says_so_before_and_while_one_types(cast, visit):
    clerk = visit(cast.chen, language="en")
    clerk.open(NEW_ENTRY)
    clerk.page.click("#activity-ts-control")
    nothing = clerk.page.locator("#activity-ts-dropdown [role=option][aria-disabled=true]")
    nothing.wait_for()
    assert nothing.inner_text() == "Nothing found."
    clerk.page.fill("#activity-ts-control", "夜")
    clerk.page.fill("#activity-ts-control", "")
    nothing.wait_for()

"""The frame around every page: place switcher, messages, what is told from elsewhere, paper."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from admin_app.services import accounts
from models import Job, JobState, Role, db
from tests import factories
from tests.browser import faces
from tests.cli.commands import run
from views.lists import long_exports

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

FOCUS = "document.activeElement"


@pytest.fixture
def twofold(cast):
    """Chen keeps the desks of two stations."""
    accounts.appoint(cast.chen, Role.CLERK, cast.quan_shui, by=None, since=date(2025, 1, 1))
    db.session.commit()
    return cast


def test_a_place_is_chosen_by_keyboard(twofold, visit):
    visitor = visit(twofold.chen, language="en")
    visitor.open("/activities/")
    page = visitor.page
    page.focus(".office-places summary")
    page.keyboard.press("Enter")
    assert page.is_visible(".office-places button")
    page.keyboard.press("Escape")
    assert not page.is_visible(".office-places button")
    assert page.evaluate(f"{FOCUS}.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    for _step in range(3):
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/activities/")
    assert "泉水村志愿服务站" in page.inner_text(".office-places summary")


@pytest.mark.parametrize("width", [683, 390])
def test_the_open_menu_of_places_is_no_wider_than_the_screen(twofold, visit, width):
    visitor = visit(twofold.chen, width=width)
    visitor.open("/")
    visitor.page.click(".office-places summary")
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    box = visitor.page.locator(".office-places form").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_a_message_stays_is_heard_and_is_closed_by_keyboard(cast, visit):
    visitor = visit(cast.chen, language="en")
    visitor.open("/activities/new/")
    visitor.fill(name="义诊", held_on="2026-10-03", gate="none")
    visitor.save()
    page = visitor.page
    page.wait_for_selector("#announcer:not(:empty)", state="attached")
    assert page.inner_text("#announcer") in page.inner_text("#messages")
    page.focus("#messages .btn-close")
    page.keyboard.press("Escape")
    page.wait_for_selector("#messages .alert", state="detached")
    assert page.evaluate(f"{FOCUS}.id") == "main"


def test_today_waits_for_a_name(cast, visit):
    row = factories.volunteer(cast.gan_lai, name="冯巡夜")
    clerk = visit(cast.chen)
    clerk.open("/")
    clerk.page.keyboard.type("fxy")
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("Enter")
    assert clerk.page.url.endswith(f"/volunteers/details/?id={row.id}")


def test_the_end_of_long_work_is_told_on_whatever_page_one_is(app, cast, visit, monkeypatch):
    monkeypatch.setattr(long_exports, "LONG", 0)
    factories.volunteer(cast.gan_lai)
    visitor = visit(cast.chen, width=390, language="en")
    visitor.open("/volunteers/export/xlsx/")
    page = visitor.page
    assert page.url.endswith("/jobs/")
    assert page.locator("[role=alert]").count() == 1  # no worker is there
    assert page.locator("progress").count() == 1
    visitor.open("/activities/")
    assert page.is_visible("#jobs-chip")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    run(app, "jobs", "work", "--once")
    db.session.rollback()
    page.wait_for_selector("#toasts .alert")
    assert page.inner_text("#announcer") == "Ready: Volunteers (Excel)"
    assert page.evaluate(f"{FOCUS}.tagName") == "BODY"
    with page.expect_download() as download:
        page.click("#toasts [data-fetch]")
    assert download.value.suggested_filename.startswith("volunteers-")
    page.focus("#toasts .btn-close")
    page.keyboard.press("Enter")
    page.wait_for_selector("#toasts .alert", state="detached")
    db.session.expire_all()
    assert db.session.scalars(select(Job.state)).one() is JobState.DONE
    db.session.rollback()
    visitor.open("/activities/")
    assert not page.locator("#jobs-chip").count()


def test_paper_is_white_and_without_the_frame(cast, visit):
    visitor = visit(cast.chen)
    visitor.open("/")
    page = visitor.page
    page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.get_attribute("html", "data-bs-theme") == "light"
    for part in ("nav.navbar", ".office-bar", "#toasts"):
        assert not page.is_visible(part), part
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.get_attribute("html", "data-bs-theme") == "dark"


def test_every_page_off_the_registers_shows_the_way_back(cast, visit):
    visitor = visit(cast.chen)
    for path in ("/reports/month/", "/import/volunteers", "/password", "/jobs/"):
        visitor.open(path)
        assert visitor.page.locator("nav .breadcrumb a[href='/']").count() == 1, path
        assert visitor.page.locator(".breadcrumb [aria-current=page]").count() == 1, path
        for landmark in ("main", "header", "nav[aria-label]"):
            assert visitor.page.locator(landmark).count() >= 1, path


@pytest.mark.parametrize("theme", faces.THEMES)
@pytest.mark.parametrize("width", [1366, 390])
def test_the_frame_opened_and_the_files_break_no_rule(twofold, visit, monkeypatch, theme, width):
    monkeypatch.setattr(long_exports, "LONG", 0)
    factories.volunteer(twofold.gan_lai)
    visitor = visit(twofold.chen, width=width)
    page = visitor.page
    page.emulate_media(color_scheme=theme)
    for path, opened in (("/", ".office-places summary"), ("/volunteers/export/xlsx/", "")):
        visitor.open(path)
        if opened:
            page.click(opened)
        page.evaluate(faces.AXE)
        assert page.evaluate(faces.JUDGE, faces.RULES)["violations"] == [], path


@pytest.mark.parametrize("width", [1366, 390])
def test_a_long_name_does_not_break_the_way_back(cast, visit, width):
    row = factories.activity(cast.gan_lai, name="关爱留守儿童与空巢老人" * 8)
    clerk = visit(cast.chen, width=width)
    for path in ("details", "edit"):
        clerk.open(f"/activities/{path}/?id={row.id}")
        last = clerk.page.locator(".breadcrumb-item").last
        assert row.name in last.get_attribute("title")
        lines = "list => list.clientHeight / parseFloat(getComputedStyle(list).lineHeight)"
        assert clerk.page.locator(".breadcrumb").evaluate(lines) < 2
        assert last.evaluate("crumb => crumb.scrollWidth > crumb.clientWidth")
        assert last.evaluate("crumb => crumb.getBoundingClientRect().right <= innerWidth")

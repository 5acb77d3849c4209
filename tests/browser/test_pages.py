"""What every page of the menu owes to whoever may open it, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from admin_app.policy import GRANTS
from models import ActivityState, EntryState
from tests import factories
from tests.cast import AT_DIVISION, AT_STATION, EVERYWHERE
from views.menu import SECTIONS

ONE_ENGINE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
pytestmark = [pytest.mark.browser, ONE_ENGINE]

# One of each role.
PEOPLE = ["lin", "dai", "ou", "mo", "chen", "he", "guan", "su", "shen", "ada"]
FORMS = ("/registrations/new/", "/ledger/new/", "/leadership/new/", "/certificate_requests/new/")


@pytest.fixture
def furnished(cast):
    """A little of everything at Gan Lai, and one row next door."""
    volunteer = factories.volunteer(cast.gan_lai)
    activity = factories.activity(cast.gan_lai, keeper_id=cast.ou.id)
    factories.activity(cast.gan_lai, keeper_id=cast.he.id, state=ActivityState.PLANNED)
    factories.service_entry(volunteer, activity, state=EntryState.SUBMITTED)
    factories.leadership_group(cast.gan_lai)
    factories.rule(cast.gan_lai)
    factories.volunteer(cast.quan_shui, name="泉水邻居")
    return cast


def granted(login):
    role = (AT_STATION | AT_DIVISION | EVERYWHERE)[login][1]
    return GRANTS[role]


@pytest.mark.parametrize("login", PEOPLE)
def test_the_menu_holds_what_the_grants_open_and_each_page_opens(furnished, visit, login):
    visitor = visit(getattr(furnished, login))
    assert visitor.open("/") == 200
    offered = visitor.menu()
    expected = [
        e for _title, entries in SECTIONS for e in entries if e.permission in granted(login)
    ]
    assert len(offered) == len(expected) + 1  # Today
    for path in offered:
        assert visitor.open(path) == 200, path
        assert visitor.page.locator("h1").count() == 1, path
        assert visitor.page.locator("#menu .nav-item.active").count() == 1, path


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("width", [1366, 390])
def test_no_page_is_wider_than_the_screen(furnished, visit, width, language):
    visitor = visit(furnished.chen, width=width, language=language)
    visitor.open("/")
    for path in [*visitor.menu(), *FORMS]:
        visitor.open(path)
        wide = visitor.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path
        assert visitor.page.get_attribute("html", "lang") == language[:2] + (
            "-CN" if language.startswith("zh") else ""
        )


def test_nothing_of_the_next_station_is_found(furnished, visit):
    visitor = visit(furnished.chen)
    visitor.open("/volunteers/?search=泉水邻")
    assert "泉水邻居" not in visitor.text
    assert visitor.page.locator(".empty").count() == 1
    visitor.open("/ledger/new/")
    visitor.page.fill("#volunteer-ts-control", "泉水邻居")
    visitor.page.wait_for_selector("#volunteer-ts-dropdown .no-results")
    assert not visitor.page.locator("#volunteer-ts-dropdown .option").count()


@pytest.mark.parametrize("way", ["click", "arrow", "letter"])
def test_a_list_waits_to_be_asked_for_however_soon_it_is_filled(furnished, visit, way):
    visitor = visit(furnished.chen)
    visitor.open("/ledger/new/")
    page, options = visitor.page, visitor.page.locator("#volunteer-ts-dropdown .option").first
    options.wait_for(state="attached")
    assert not options.is_visible()
    match way:
        case "click":
            page.click("#volunteer-ts-control")
        case "arrow":
            page.keyboard.press("ArrowDown")
        case "letter":
            page.keyboard.type("志")
    options.wait_for(state="visible")


def test_a_quick_enter_chooses_nobody(furnished, visit):
    visitor = visit(furnished.chen)
    visitor.open("/ledger/new/")
    visitor.page.click("#volunteer-ts-control")
    visitor.page.wait_for_selector("#volunteer-ts-dropdown .option")
    visitor.page.keyboard.type("无此人")
    visitor.page.keyboard.press("Enter")
    assert visitor.page.locator("#volunteer").input_value() == ""


def test_a_question_can_be_answered_no(furnished, visit):
    visitor = visit(furnished.dai)
    visitor.open("/ledger/")
    assert visitor.page.is_disabled("button[value=confirm]")
    visitor.page.focus("[data-tick-all]")
    visitor.page.keyboard.press("Space")
    visitor.page.click("button[value=confirm]")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator("#ask[open]")).to_have_count(0)
    visitor.open("/ledger/?flt0_state=submitted")
    assert visitor.page.locator("tbody tr").count() == 1


def test_what_is_missing_is_said_once_and_takes_the_focus(furnished, visit):
    visitor = visit(furnished.chen)
    visitor.open("/registrations/new/")
    visitor.save()
    assert visitor.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    visitor.page.click("[role=alert] a >> nth=0")
    assert visitor.page.evaluate("document.activeElement.id") == "name"


def test_light_and_dark_is_remembered(furnished, visit):
    visitor = visit(furnished.guan)
    visitor.open("/")
    before = visitor.page.get_attribute("html", "data-bs-theme")
    visitor.page.click("[data-theme-toggle]")
    visitor.open("/")
    assert visitor.page.get_attribute("html", "data-bs-theme") != before


def test_a_guest_sees_only_the_door(app, visit):
    visitor = visit()
    visitor.open("/volunteers/")
    assert "/sign-in" in visitor.page.url
    assert not visitor.page.locator("#menu").count()

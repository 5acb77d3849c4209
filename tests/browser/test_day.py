"""A day at the station, from the first volunteer to a paper that a stranger verifies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import Category, clock
from tests import factories

pytestmark = pytest.mark.browser

NAME = "冯巡夜"


def test_a_day_at_the_station(cast, visit):
    id_number = factories.identity_number()
    day = clock.today() - timedelta(days=1)

    clerk = visit()
    clerk.sign_in("chen")
    handed_in = _registers(clerk, id_number, day)
    deputy = visit()
    deputy.sign_in("dai")
    _accepts(deputy, handed_in, day)
    _records(clerk, day)
    clerk.sign_out()

    deputy.open("/")
    _confirms(deputy)
    deputy.open(f"/reports/month/?station={cast.gan_lai.id}&month={day:%Y-%m}")
    assert "2:30" in deputy.text

    clerk.sign_in("chen")
    clerk.open("/certificate_requests/new/")
    clerk.look_up("volunteer", NAME)
    clerk.save()
    request = clerk.page.url
    assert not clerk.page.locator("form[action$='/approve/']").count()

    number, code, paper = _issued(deputy, visit(cast.lin), request)
    assert paper[:5] == b"%PDF-"

    stranger = visit()
    stranger.open("/verify")
    stranger.fill(number=number, code=code)
    with stranger.page.expect_navigation():
        stranger.page.click("button.btn-primary")
    seen = stranger.page.inner_text("body")
    assert "2" in seen
    assert number in seen
    assert NAME not in seen
    assert id_number not in seen


def _registers(clerk, id_number, day):
    clerk.open("/registrations/new/")
    clerk.fill(
        name=NAME, id_number=id_number, new_phone="13912345678", handed_in_on=day.isoformat(),
        skills="巡逻", availability="夜间", category_1=Category.PUBLIC_SAFETY.value,
    )  # fmt: skip
    clerk.save()
    assert NAME in clerk.page.inner_text("h1")
    assert id_number not in clerk.page.content()
    return clerk.page.url


def _accepts(deputy, handed_in, day):
    deputy.page.goto(handed_in)
    deputy.page.fill("#on", day.isoformat())
    with deputy.page.expect_navigation():
        deputy.press("form[action$='/accept/'] button[type=submit]")
    assert deputy.page.locator("#messages .alert-success").count() == 1


def _records(clerk, day):
    clerk.open("/activities/new/")
    clerk.fill(
        name="夜间巡逻", category=Category.PUBLIC_SAFETY.value, state="held",
        held_on=day.isoformat(), gate="none",
    )  # fmt: skip
    clerk.save()

    clerk.open("/ledger/new/")
    clerk.look_up("volunteer", NAME)
    clerk.look_up("activity", "夜间巡逻")
    clerk.fill(start="19:00", end="21:30")
    clerk.save()
    assert "2:30" in clerk.text


def _confirms(deputy):
    deputy.page.click("a.office-waits")
    deputy.page.check("input[name=rowid]")
    deputy.page.check("input[name=unchanged]")
    deputy.page.click("button[value=confirm]")
    assert "1" in deputy.page.inner_text("#ask-rows")
    with deputy.page.expect_navigation():
        deputy.page.click("#ask-yes")
    assert deputy.page.locator("#messages .alert-success").count() == 1
    deputy.open("/ledger/")
    assert deputy.page.locator(".office-list b.green").count() == 1


def _issued(deputy, leader, request):
    """Let one person approve and another issue; return number, check code and paper."""
    deputy.page.goto(request)
    with deputy.page.expect_navigation():
        deputy.press("form[action$='/approve/'] button")
    leader.page.goto(request)
    leader.page.click("form[action$='/issue/'] button")
    with leader.page.expect_navigation(timeout=60_000):
        leader.page.click("#ask-yes")
    leader.page.goto(request)
    with leader.page.expect_navigation():
        leader.page.click("main a[href*='/certificates/details/']")
    with leader.page.expect_download() as download:
        leader.page.click("main a[href*='/paper']")
    facts = leader.page.locator(".office-facts dd").all_inner_texts()
    code = next(fact for fact in facts if len(fact) == len("3M96-94TK") and fact[4] == "-")
    return leader.page.inner_text("h1"), code, download.value.path().read_bytes()

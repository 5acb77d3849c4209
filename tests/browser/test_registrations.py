"""Registering, reviewing and printing the form, for an adult and for a minor, by keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Consent, Registration, RegistrationState, Volunteer, clock, db
from tests import factories

pytestmark = pytest.mark.browser

# So many stops lie between any two controls of a page, at most.
STOPS = 120
FOCUSED = "document.activeElement"


def go_to(page, selector, key="Tab"):
    """Press the key until the control has the focus; it must come up."""
    for _n in range(STOPS):
        if page.evaluate(f"s => {FOCUSED}.matches(s)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} is not reached by {key}")


def type_in(page, told):
    for name, words in told.items():
        go_to(page, f"#{name}")
        page.keyboard.type(words)


def choose(page, name, words):
    """Walk down a select to the word."""
    go_to(page, f"#{name}")
    for _n in range(page.locator(f"#{name} option").count()):
        if page.locator(f"#{name} option:checked").inner_text() == words:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{words} is not offered")


def hand_in(clerk, told):
    page = clerk.page
    clerk.open("/")
    go_to(page, "main a[href='/registrations/new/']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    go_to(page, "#name")
    page.keyboard.type(told["name"])
    type_in(page, {name: told[name] for name in ("id_number", "new_phone", "skills")})
    type_in(page, {"availability": told["availability"]})
    choose(page, "category_1", "文化艺术")
    type_in(page, {name: told[name] for name in told if name.startswith("guardian")})
    type_in(page, {"conduct_on": clock.today().isoformat()})
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/registrations/details/" in page.url, clerk.text
    assert told["id_number"] not in page.content()


def print_form(visitor):
    page = visitor.page
    go_to(page, "main a[href*='/registrations/paper/']")
    with page.expect_download() as paper:
        page.keyboard.press("Enter")
    assert paper.value.path().read_bytes()[:5] == b"%PDF-"


def review(deputy, name):
    page = deputy.page
    deputy.open("/")
    go_to(page, "main a[href*='/registrations/?flt_state=waiting']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    row = db.session.scalars(select(Registration).where(Registration.name == name)).one()
    row_id = row.id
    db.session.rollback()
    go_to(page, f"main a[href*='details/?id={row_id}']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    go_to(page, "form[action$='/accept/'] button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("#messages .alert-success").count() == 1, deputy.text


def test_an_adult_and_a_minor_are_registered_reviewed_and_printed_by_keyboard(cast, visit):
    born = clock.today() - timedelta(days=365 * 15)
    adult = {
        "name": "冯巡夜", "id_number": factories.identity_number(), "new_phone": "13912345678",
        "skills": "理发", "availability": "周末",
    }  # fmt: skip
    minor = {
        "name": "冯小学", "id_number": factories.identity_number(born), "new_phone": "13812345678",
        "skills": "绘画", "availability": "寒暑假", "guardian_name": "冯大",
        "guardian_relation": "父亲",
    }  # fmt: skip
    clerk, deputy = visit(cast.chen), visit(cast.dai)
    for told in (adult, minor):
        hand_in(clerk, told)
        print_form(clerk)
        review(deputy, told["name"])
        print_form(deputy)
    db.session.rollback()
    states = db.session.scalars(select(Registration.state)).all()
    assert states == [RegistrationState.ACCEPTED] * 2
    names = {line.person.name: line for line in db.session.scalars(select(Volunteer))}
    assert set(names) == {adult["name"], minor["name"]}
    consents = db.session.scalars(select(Consent)).all()
    assert {one.volunteer_id for one in consents} == {names[minor["name"]].id}
    assert {one.guardian_name for one in consents} == {"冯大"}

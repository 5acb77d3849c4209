"""A covering part of the looks of the office: each kind of page, each act, each role, each look.

Every page is looked at on a desk and on a phone, in the two languages and the two themes, by two
people where two reach it; what is done on it in one of these looks. The whole is script/crawl
--face. One engine: what a browser paints does not depend on it.
"""

from __future__ import annotations

import random
import re
from urllib.parse import urlsplit

import pytest

from tests.browser import faces, furnishing
from tests.browser.faces import Look
from tests.browser.stops import ROLES, Stop, menu_of, stops
from tests.browsing import signed_in
from tests.emptying import send_everybody_home

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]
SEED = 20261124
PARTS = 2
# The two looks of a couple share nothing.
COUPLES = (
    (Look("zh_Hans_CN", "light", "desk"), Look("en", "dark", "phone")),
    (Look("zh_Hans_CN", "dark", "phone"), Look("en", "light", "desk")),
    (Look("zh_Hans_CN", "light", "phone"), Look("en", "dark", "desk")),
    (Look("zh_Hans_CN", "dark", "desk"), Look("en", "light", "phone")),
)
ZOOMED = [look.at("zoomed") for couple in COUPLES for look in couple]
# Files and answers to scripts, the first morning, and forms that nobody fills in by hand.
NO_PAGES = re.compile(
    r"^(service_registers|wall)\.|(static|export|lookup|paper_view|pdf|pdf_view|xlsx|file|live|returned|county_view)$"
)
NO_FORMS = {
    "audit.create_view", "audit.edit_view", "backups.create_view", "backups.edit_view",
    "certificate_requests.edit_view",
    "certificates.create_view", "certificates.edit_view", "checks.create_view",
    "checks.edit_view", "divisions.create_view",
    "first_run.form", "first_run.places", "merges.edit_view", "purposes.edit_view",
    "refusals.create_view", "refusals.edit_view", "releases.edit_view", "sign_in.code",
    "volunteers.create_view",
}  # fmt: skip


@pytest.fixture
def judge(app, address, chromium):
    """Return a judge of pages: ``judge(account, look, stop)`` tells what is wrong."""
    jury = faces.Jury(app, chromium, address)
    yield jury.judge
    jury.leave()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_sound_to_look_at(app, cast, judge, part):
    furnishing.furnish(app, cast)
    wrong = [
        f"{login} {words}"
        for login, stop, look in covering(app, cast)[part::PARTS]
        for words in judge(login and getattr(cast, login), look, stop)
    ]
    assert not wrong, "\n".join(wrong)


def test_an_empty_office_is_sound_to_look_at(app, cast, judge):
    seen, wrong = set(), []
    for login in ("chen", "lin", "su", "shen"):
        for stop in stops(app, getattr(cast, login)):
            if stop.kind.count("/") > 2 or "?" in stop.kind or stop.act not in ("", "look up"):
                continue
            if str(stop) not in seen:
                look = COUPLES[len(seen) % len(COUPLES)][len(seen) % 2]
                seen.add(str(stop))
                wrong += [f"{login} {words}" for words in judge(getattr(cast, login), look, stop)]
    assert not wrong, "\n".join(wrong)


def test_the_first_morning_is_sound_to_look_at(app, cast, judge):
    send_everybody_home()
    wrong = []
    for look in (*COUPLES[0], *COUPLES[1]):
        for act in ("", "send"):
            wrong += judge(None, look, Stop("/first-run/", "/first-run/", act))
    assert not wrong, "\n".join(wrong)


def covering(app, cast):
    """Choose the looks and the people for every stop, so that all people come up."""
    chance, reached, plan = random.Random(SEED), {}, []
    for login in ROLES:
        account = login and getattr(cast, login)
        there = stops(app, account)
        menu = menu_of(signed_in(app, account).get("/").text)
        assert {*menu} <= {stop.path for stop in there}
        for stop in there:
            reached.setdefault(str(stop), []).append((login, stop))
    assert _screens(app) - _screens_of(app, reached) == NO_FORMS
    for n, name in enumerate(sorted(reached)):
        people = chance.sample(reached[name], k=len(reached[name]))
        for m, look in enumerate(_looks(n, name)):
            login, stop = people[m % len(people)]
            plan.append((login, stop, look))
    # Who reaches little may have come up nowhere.
    for login in set(ROLES) - {login for login, _stop, _look in plan}:
        own = [stop for there in reached.values() for who, stop in there if who == login]
        plan.append((login, chance.choice(own), COUPLES[0][0]))
    chance.shuffle(plan)
    return sorted(plan, key=lambda one: str(one[0]))  # people come one after the other


def _screens(app) -> set[str]:
    rules = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    return {name for name in rules if not NO_PAGES.search(name)}


def _screens_of(app, reached) -> set[str]:
    office = app.url_map.bind("localhost")
    paths = [urlsplit(there[0][1].path).path for there in reached.values()]
    return {office.match(path)[0] for path in paths if path != "/nowhere"}


def _looks(n: int, name: str) -> list[Look]:
    couple = COUPLES[n % len(COUPLES)]
    # Beside the two of a page itself one is enough of what follows: the list narrowed or turned,
    # the form sent, the look-up open.
    if "?" in name or " " in name:
        return [couple[n // len(COUPLES) % 2]]
    return [*couple, *ZOOMED[n % len(ZOOMED) :][: n % 3 == 0]]

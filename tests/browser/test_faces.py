"""A covering part of the looks of the office: each kind of page, each act, each role, each look.

Every page is looked at twice, and the two looks share neither language nor theme nor size. The
whole is script/crawl --face. One engine: what a browser paints does not depend on it.
"""

from __future__ import annotations

import random

import pytest

from tests.browser import faces
from tests.browsing import signed_in
from tests.emptying import send_everybody_home

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]
SEED = 20261124
PARTS = 2


@pytest.fixture
def judge(app, address, chromium):
    """Return a judge of pages: ``judge(account, look, stop)`` tells what is wrong."""
    jury = faces.Jury(app, chromium, address)
    yield jury.judge
    jury.leave()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_sound_to_look_at(app, cast, judge, part):
    faces.furnish(app, cast)
    wrong = [
        f"{login} {words}"
        for login, stop, look in covering(app, cast)[part::PARTS]
        for words in judge(login and getattr(cast, login), look, stop)
    ]
    assert not wrong, "\n".join(wrong)


def test_an_empty_office_is_sound_to_look_at(app, cast, judge):
    seen, wrong = set(), []
    for login in ("chen", "lin", "su", "shen"):
        for stop in faces.stops(app, getattr(cast, login)):
            if stop.act or str(stop) in seen or stop.kind.count("/") > 2 or "?" in stop.kind:
                continue
            look = faces.COUPLES[len(seen) % len(faces.COUPLES)][len(seen) % 2]
            seen.add(str(stop))
            wrong += [f"{login} {words}" for words in judge(getattr(cast, login), look, stop)]
    assert not wrong, "\n".join(wrong)


def test_the_first_morning_is_sound_to_look_at(app, cast, judge):
    send_everybody_home()
    wrong = []
    for look in faces.COUPLES[0] + faces.COUPLES[1]:
        for act in ("", "send"):
            wrong += judge(None, look, faces.Stop("/first-run/", "/first-run/", act))
    assert not wrong, "\n".join(wrong)


def covering(app, cast):
    """Choose two looks a stop, by two people where two reach it, so that all people come up."""
    chance = random.Random(SEED)
    reached = {}
    for login in faces.ROLES:
        account = login and getattr(cast, login)
        stops = faces.stops(app, account)
        menu = faces.menu_of(signed_in(app, account).get("/").text)
        assert {*menu} <= {stop.path for stop in stops}
        for stop in stops:
            reached.setdefault(str(stop), []).append((login, stop))
    plan = []
    for n, name in enumerate(sorted(reached)):
        people = chance.sample(reached[name], k=len(reached[name]))
        looks = faces.COUPLES[n % len(faces.COUPLES)]
        # A list that is narrowed or turned has one more look than the list itself.
        for m, look in enumerate(looks if "?" not in name else looks[n % 2 :][:1]):
            login, stop = people[m % len(people)]
            plan.append((login, stop, look))
    came = {login for login, _stop, _look in plan}
    assert came == set(faces.ROLES)
    chance.shuffle(plan)
    return plan

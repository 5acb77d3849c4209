"""A covering part of the looks of the office: each kind of page, each act, each role, each look.

Every page is opened once, on a desk or on a phone, and turned to the other of both and to the
other theme; where there is something to do, it is done there. In the other language it is read, as
it is sent to somebody else. Who sees what falls by a seed. The whole is script/crawl --face. One
engine: what a browser paints does not depend on it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from itertools import product
from urllib.parse import urlsplit

import pytest

from tests.browser import acts, faces, furnishing
from tests.browser.faces import Look
from tests.browser.stops import ROLES, Stop, menu_of, stops
from tests.browsing import signed_in
from tests.emptying import send_everybody_home

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]
SEED = 20261124
# How a page opens: each language in each theme on each screen. Two that follow differ in language.
OPENINGS = [
    Look(language, theme, size)
    for size, theme, language in product(("desk", "phone"), faces.THEMES, faces.LANGUAGES)
]
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
def jury(app, address, chromium):
    called = faces.Jury(app, chromium, address)
    yield called
    called.leave()


def test_every_page_is_sound_to_look_at(app, cast, jury):
    furnishing.furnish(app, cast)
    visits, readings = covering(app, cast)
    wrong = [f"{visit.login} {words}" for visit in visits for words in _made(jury, cast, visit)]
    for login, language, stop in readings:
        words = jury.read(login and getattr(cast, login), language, stop)
        wrong += [f"{login} {one}" for one in words]
    assert not wrong, "\n".join(wrong)


def test_an_empty_office_is_sound_to_look_at(app, cast, jury):
    seen, wrong = set(), []
    for login in ("chen", "lin", "su", "shen"):
        for stop in stops(app, getattr(cast, login)):
            if stop.kind.count("/") > 2 or "?" in stop.kind or stop.act not in ("", "look up"):
                continue
            if str(stop) not in seen:
                look = OPENINGS[len(seen) % len(OPENINGS)]
                seen.add(str(stop))
                told = jury.judge(getattr(cast, login), [look], stop)
                wrong += [f"{login} {words}" for words in told]
    assert not wrong, "\n".join(wrong)


def test_the_first_morning_is_sound_to_look_at(app, cast, jury):
    send_everybody_home()
    wrong = []
    for look in OPENINGS[:4]:
        for act in ("", "send"):
            looks = [look, _opposite(look)]
            wrong += jury.judge(None, looks, Stop("/first-run/", "/first-run/", act))
    assert not wrong, "\n".join(wrong)


@dataclass
class Visit:
    """What somebody looks at in one go: a page, or only what is done on it."""

    login: str | None
    stops: list[Stop]
    looks: list[Look]

    @property
    def decides(self) -> bool:
        """Tell whether a row may be another one afterwards."""
        return any(stop.act == "send" and "/details/" in stop.kind for stop in self.stops)


def _made(jury, cast, visit: Visit) -> list[str]:
    account, looks = visit.login and getattr(cast, visit.login), visit.looks
    wrong, before = [], None
    for stop in visit.stops:
        seen = _looks_at(stop, looks)
        stay = before in acts.PASSING and seen[0] == looks[-1]
        wrong += jury.judge(account, seen, stop, stay=stay)
        before = stop.act
    return wrong


def _looks_at(stop: Stop, looks: list[Look]) -> list[Look]:
    if stop.act == "menu":  # which is folded on a phone only
        return [look for look in looks if look.size == "phone"]
    return looks[-1:] if stop.act else looks


def covering(app, cast) -> tuple[list[Visit], list[tuple[str | None, str, Stop]]]:
    """Choose the looks and the people for every stop, so that all people come up.

    Returned are the visits, and who reads which page in the other language.
    """
    chance, visits, readings = random.Random(SEED), [], []
    reached = _reached(app, cast)
    paths = {stop.path for stops in reached.values() for there in stops.values() for stop in there}
    assert _screens(app) - _screens_of(app, paths) == NO_FORMS
    for n, kind in enumerate(sorted(reached)):
        people = chance.sample([*reached[kind]], k=len(reached[kind]))
        opening, left = OPENINGS[n % len(OPENINGS)], set(acts.ACTS)
        for login in people:
            mine = sorted((stop for stop in reached[kind][login] if stop.act in left), key=_order)
            if mine:
                visits.append(Visit(login, mine, _looks(n, kind, opening)))
                left -= {stop.act for stop in mine}
        [page] = [stop for stop in reached[kind][people[-1]] if not stop.act]
        other = next(one for one in faces.LANGUAGES if one != opening.language)
        readings.append((people[-1], other, page))
    # Who reaches little may have come up nowhere.
    for login in set(ROLES) - {visit.login for visit in visits}:
        own = [stop for there in reached.values() for stop in there.get(login, ())]
        visits.append(Visit(login, [chance.choice(own)], OPENINGS[:1]))
    # People come one after the other; a row is decided when its other pages have been looked at.
    return sorted(visits, key=lambda visit: (visit.decides, str(visit.login))), readings


def _reached(app, cast) -> dict[str, dict[str | None, list[Stop]]]:
    """Return the stops by the kind of the page and by who reaches it."""
    reached: dict[str, dict[str | None, list[Stop]]] = {}
    for login in ROLES:
        account = login and getattr(cast, login)
        there = stops(app, account)
        menu = menu_of(signed_in(app, account).get("/").text)
        assert {*menu} <= {stop.path for stop in there}
        for stop in there:
            reached.setdefault(stop.kind, {}).setdefault(login, []).append(stop)
    return reached


def _order(stop: Stop) -> int:
    return [*acts.ACTS].index(stop.act)


def _looks(n: int, kind: str, opening: Look) -> list[Look]:
    # A list that is narrowed or turned is looked at once; each third page also at 200 %.
    if "?" in kind:
        return [opening]
    zoomed = [replace(opening, size="zoomed")] if n % 3 == 0 else []
    return [opening, *zoomed, _opposite(opening)]


def _opposite(look: Look) -> Look:
    return replace(look.turned(), size={"desk": "phone", "phone": "desk"}[look.size])


def _screens(app) -> set[str]:
    rules = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    return {name for name in rules if not NO_PAGES.search(name)}


def _screens_of(app, paths) -> set[str]:
    office = app.url_map.bind("localhost")
    return {office.match(urlsplit(path).path)[0] for path in paths if path != "/nowhere"}

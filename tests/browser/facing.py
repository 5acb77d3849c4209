"""The whole of the looks of the office, as script/crawl --face takes it: each page in each look.

A page is opened anew for each person, language and size. In the other theme it is the same page:
the office's button sets one attribute, so there only the rules that read colours are asked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import faces, furnishing
from tests.browser.serving import launched, served
from tests.browser.stops import ROLES, Stop, stops

STATES = ("filled", "empty")
# Who holds several appointments once the office is filled; the screens are those of the roles.
SEVERAL_PLACES = ("pu",)


@contextmanager
def jury(app) -> Iterator[faces.Jury]:
    """Serve the office to a jury."""
    with served(app) as address, sync_playwright() as playwright:
        browser = launched(playwright)
        try:
            yield faces.Jury(app, browser, address)
        finally:
            browser.close()


def whole(app, people, state, seen, logins=None) -> Iterator[tuple[str | None, Stop, faces.Look]]:
    """Yield everything there is to look at in a state of the office, each in one theme.

    ``seen`` notes which pages came up; one that comes again in the next state is left out.
    """
    if state == "filled":
        furnishing.furnish(app, people)
    for login in (*ROLES, *SEVERAL_PLACES):
        if not logins or (login or "guest") in logins:
            for stop in _stops(app, people, state, login):
                # What a look-up offers depends on the rows.
                page = (login, stop, stop.sent)
                if page not in seen or stop.act == "look up":
                    seen.add(page)
                    yield from ((login, stop, look) for look in LOOKS)


def _stops(app, people, state, login) -> list[Stop]:
    there = stops(app, login and vars(people)[login])
    if login in SEVERAL_PLACES:
        return [stop for stop in there if stop.act == "places"]
    return there


# Half of the windows are opened in the dark; each is turned to the other theme.
LOOKS = [
    faces.Look(language, faces.THEMES[(n + m) % 2], size)
    for (n, language), (m, size) in product(enumerate(faces.LANGUAGES), enumerate(faces.SIZES))
]


def name(folder: Path, state, login, stop) -> Path:
    """Return the file of a picture, without the look."""
    folder.mkdir(parents=True, exist_ok=True)
    words = re.sub(r"\W+", "-", f"{state} {login} {stop}").strip("-")
    return folder / f"{words}.png"

"""Colours that the oldest browser of an office can show."""

from __future__ import annotations

import re

import pytest

from admin_app.config import ROOT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]
STATIC = ROOT / "admin_app/static"
MODERN = re.compile(r"\b(oklch|oklab|color-mix|light-dark)\(")


@pytest.mark.parametrize("name", ["office.css", "colours.css"])
def test_our_own_sheets_write_colours_plainly(app, name):
    assert not MODERN.search((STATIC / name).read_text(encoding="utf-8"))


def test_words_and_grounds_are_the_same_to_a_browser_without_new_colour_functions(cast, visit):
    seen = [colours(visit(cast.chen), crippled) for crippled in (False, True)]
    assert seen[0] == seen[1]


def colours(visitor, crippled):
    """Return the colours of a form as painted, by a browser that may not know the functions."""
    if crippled:
        tabler = (STATIC / "vendor/tabler.min.css").read_text(encoding="utf-8")
        old = MODERN.sub(r"unknown-\1(", tabler)
        visitor.page.route(
            "**/tabler.min.css", lambda route: route.fulfill(body=old, content_type="text/css")
        )
    visitor.open("/activities/new/")
    return visitor.page.evaluate("""() => Object.fromEntries(
      ["body", ".card", ".card-title", ".form-label", ".form-control", "a", ".office-bar"].map(
        (part) => {
          const style = getComputedStyle(document.querySelector(`main ${part}, ${part}`));
          return [part, [style.color, style.backgroundColor]];
        }))""")

"""Colours that the oldest browser of an office can show."""

from __future__ import annotations

import re
from pathlib import Path

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


BUTTONS = ("", "btn-primary", "btn-danger", "btn-outline-danger", "btn-ghost-primary",
           "btn-ghost-secondary")  # fmt: skip
CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_button_can_be_read_under_the_pointer_too(cast, visit, theme):
    visitor = visit(cast.chen, theme=theme)
    visitor.open("/activities/new/")
    page, wrong = visitor.page, []
    for kind in BUTTONS:
        page.evaluate(
            """kind => { document.querySelector("#tried")?.remove();
              document.querySelector("main").insertAdjacentHTML("afterbegin",
                `<div class="card"><button class="btn ${kind}" id="tried">是</button></div>`); }""",
            kind,
        )
        button = page.locator("#tried")
        for state, act in (
            ("at rest", lambda: page.mouse.move(0, 0)),
            ("under the pointer", button.hover),
            ("pressed", page.mouse.down),
        ):
            act()
            contrast = button.evaluate(CONTRAST)
            if contrast < 4.5:
                wrong.append(f"btn {kind} {state}: {contrast:.2f}")
        page.mouse.up()
    assert not wrong, "\n".join(wrong)


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

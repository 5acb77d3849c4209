"""What the office sends to browsers is held to the oldest of them, and to the policy."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from playwright._impl._driver import compute_driver_executable

from admin_app.config import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Paper is styled by its own sheet and read by no browser.
PAGES = [page for page in TEMPLATES if "print" not in page.parts]
TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE | re.DOTALL)
REFUSED = re.compile(
    r"""\s(?:on[a-z]+|style)\s*=|javascript:"""  # by the policy
    r"""|\s(?:popover(?:target)?|command(?:for)?|closedby|shadowrootmode)\b""",  # by Chromium 109
    re.IGNORECASE,
)
# Each line is later than Chromium 109.
LATE_SCRIPT = """\
export const sorted = [3, 1].toSorted();
export const promised = Promise.withResolvers();
export const grouped = Object.groupBy([1], String);
document.body.showPopover();
document.startViewTransition(() => {});
export const both = new Set([1]).union(new Set([2]));
export const late = /[\\p{L}--[a-z]]/v;
export const read = URL.canParse("/");
new CloseWatcher();
AbortSignal.any([]);
"""
LATE_STYLE = """\
.card { color: red; & .title { color: blue; } }
.card { color: color-mix(in srgb, red, blue); }
.card { color: light-dark(red, blue); }
.card { color: oklch(50% 0.1 200); }
@starting-style { .card { opacity: 0; } }
.card { text-wrap: balance; }
.card { anchor-name: --card; }
@scope (.card) { p { color: red; } }
"""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT / "templates")))
def test_no_page_holds_what_the_policy_or_the_browser_refuses(page):
    tags = TAG.findall(
        re.sub(r"{[{%#].*?[}%#]}", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    )
    assert [tag for tag in tags if REFUSED.search(tag)] == []
    scripts = [tag for tag in tags if tag.startswith("<script")]
    assert [tag for tag in scripts if " src=" not in tag] == []


@pytest.mark.parametrize(
    "tag", ['<a onclick="go()">', "<p style='color: red'>", "<div popover>",
            '<a href="javascript:go()">', '<button commandfor="ask">'],
)  # fmt: skip
def test_the_check_of_pages_sees(tag):
    assert REFUSED.search(TAG.findall(tag)[0])


@pytest.mark.parametrize(("name", "text"), [("new.js", LATE_SCRIPT), ("new.css", LATE_STYLE)])
def test_the_linter_refuses_what_chromium_109_does_not_know(name, text):
    told = lint(["--stdin", "--stdin-filename", f"admin_app/static/{name}"], text)
    missed = set(range(1, text.count("\n") + 1)) - {message["line"] for message in told}
    assert missed == set()


def lint(arguments, text):
    node, _driver = compute_driver_executable()
    done = subprocess.run(
        [node, "node_modules/eslint/bin/eslint.js", "--format", "json", *arguments],
        input=text, capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    return json.loads(done.stdout)[0]["messages"]

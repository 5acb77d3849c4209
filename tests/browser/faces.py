"""What a page looks like and says: judged in a real browser, by whoever sits before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from playwright.sync_api import TimeoutError as Late

from admin_app.config import ROOT
from tests.browser import acts
from tests.browser.stops import Stop
from tests.browser.tongues import data_words, foreign
from tests.browser.visitor import Visitor
from views.web.limits import limiter

LANGUAGES = ("zh_Hans_CN", "en")
THEMES = ("light", "dark")
# A desk of the office, a phone, and the desk at 200 %.
SIZES = {"desk": (1366, 768), "phone": (390, 844), "zoomed": (683, 384)}

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
JUDGE = Path(__file__).with_name("judge.js").read_text(encoding="utf-8")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RULES = {"type": "tag", "values": TAGS}
# All that the office's button for light or dark can change: it sets one attribute.
COLOURS = {"type": "rule", "values": ("color-contrast", "link-in-text-block")}


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    language: str
    theme: str
    size: str

    def __str__(self) -> str:
        return f"{self.language[:2]} {self.theme} {self.size}"

    def at(self, size: str) -> Look:
        """Return the look in another size."""
        return replace(self, size=size)

    def turned(self) -> Look:
        """Return the look in the other theme."""
        return replace(self, theme="dark" if self.theme == "light" else "light")


class Onlooker:
    """A browser window with one look; whoever sits down before it judges what is shown."""

    def __init__(self, app, chromium, address: str, look: Look, data: frozenset[str]) -> None:
        width, height = SIZES[look.size]
        self.app, self.look, self.data = app, look, data
        self.visitor = Visitor(
            app, address, chromium, None, width=width, height=height,
            language=look.language, theme=look.theme,
        )  # fmt: skip
        self.visitor.context.set_default_timeout(30_000)
        self.visitor.context.add_init_script(AXE)
        self.sitting: object = self
        self.looks = 0

    def sit(self, account) -> None:
        """Let another person sit down; None is a guest."""
        if self.sitting is not account:
            self.visitor.page.goto("about:blank")  # so that no page asks for more as somebody else
            self.visitor.carry_cookie(self.app, account, self.look.language)
            self.sitting = account

    def judge(self, stop: Stop, picture: Path | None = None, *, twice: bool = False) -> list[str]:
        """Go there, do what is to be done, and return what is wrong; ``twice`` in both themes."""
        try:
            self.visitor.open(stop.path)
            if not acts.ACTS[stop.act](self.visitor.page):
                return []
        except Late as late:
            return [f"{stop} [{self.look}] is not to be used: {late.message.splitlines()[0]}"]
        wrong: dict[str, Look] = {}  # the look in which it came up first
        for look in (self.look, self.look.turned())[: 1 + twice]:
            for words in self._seen(look, picture):
                wrong.setdefault(words, look)
        if stop.act in acts.MODAL:
            self.visitor.page.keyboard.press("Escape")
        return [f"{stop} [{look}] {words}" for words, look in wrong.items()]

    def _seen(self, look: Look, picture: Path | None) -> list[str]:
        page, complaints = self.visitor.page, self.visitor.complaints
        if look != self.look:
            page.evaluate(TURN, look.theme)
        if picture is not None:
            page.screenshot(path=picture.with_stem(f"{picture.stem}-{look}".replace(" ", "-")))
        self.looks += 1
        found = page.evaluate(JUDGE, RULES if look == self.look else COLOURS)
        told = [*complaints, *found["violations"]]
        complaints.clear()
        return [*told, *self._built(found, look), *self._spoken(found["said"])]

    def _built(self, found, look: Look) -> Iterator[str]:
        if found["sideways"]:
            yield f"scrolls sideways: {found['sideways']}"
        if found["lang"] != {"zh_Hans_CN": "zh-CN", "en": "en"}[look.language]:
            yield f"lang is {found['lang']}"
        if found["theme"] != look.theme:
            yield "the theme is another one"
        if found["blank"]:
            yield f"a label stands without a value: {found['blank']}"
        if found["covered"]:
            yield f"controls lie under others: {found['covered']}"
        if found["headings"] != 1:
            yield f"{found['headings']} h1"
        if found["mains"] != 1:
            yield "not one main landmark"

    def _spoken(self, said: list[str]) -> Iterator[str]:
        for words in said:
            if strange := foreign(words, self.look.language, self.data):
                yield f"speaks another language: {sorted(strange)} in “{words[:80]}”"


class Jury:
    """A window for each look, opened when it is first needed; data are known as they stood then."""

    def __init__(self, app, chromium, address: str) -> None:
        self.app, self.chromium, self.address = app, chromium, address
        self.windows: dict[Look, Onlooker] = {}

    @cached_property
    def data(self) -> frozenset[str]:
        """The words that are data, wherever they are shown."""
        return data_words()

    def judge(self, account, look: Look, stop: Stop, **how) -> list[str]:
        """Return what is wrong with a page as somebody sees it."""
        if look not in self.windows:
            self.windows[look] = Onlooker(self.app, self.chromium, self.address, look, self.data)
        self.windows[look].sit(account)
        limiter.reset()
        return self.windows[look].judge(stop, **how)

    @property
    def looks(self) -> int:
        """How often something was there to be looked at."""
        return sum(window.looks for window in self.windows.values())

    def leave(self) -> None:
        """Close the windows."""
        for window in self.windows.values():
            window.visitor.leave()


# What the button for light or dark does.
TURN = "(theme) => document.documentElement.setAttribute('data-bs-theme', theme)"

"""What a page looks like and says: judged in a real browser, by whoever sits before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import TimeoutError as Late

from admin_app.config import ROOT
from tests.browser import acts
from tests.browser.stops import Stop
from tests.browser.tongues import data_words, foreign
from tests.browser.visitor import Visitor
from tests.browsing import signed_in
from views.web.limits import limiter

LANGUAGES = ("zh_Hans_CN", "en")
THEMES = ("light", "dark")
# A desk of the office, a phone, and the desk at 200 %.
SIZES = {"desk": (1366, 768), "phone": (390, 844), "zoomed": (683, 384)}

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
JUDGE, SAID = (
    Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("judge.js", "said.js")
)
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RULES = {"type": "tag", "values": TAGS}
# All that the office's button for light or dark can change: it sets one attribute.
COLOURS = ("color-contrast", "link-in-text-block")
# What another width can change besides: what is shown, how large, and whether it scrolls.
PLACES = ("button-name", "link-name", "scrollable-region-focusable", "target-size")


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    language: str
    theme: str
    size: str

    def __str__(self) -> str:
        return f"{self.language[:2]} {self.theme} {self.size}"

    def turned(self) -> Look:
        """Return the look in the other theme."""
        return replace(self, theme="dark" if self.theme == "light" else "light")


class Onlooker:
    """A browser window in one language; whoever sits down before it judges what is shown."""

    def __init__(self, app, chromium, address: str, language: str, data: frozenset[str]) -> None:
        self.app, self.language, self.data = app, language, data
        self.visitor = Visitor(app, address, chromium, None, language=language)
        self.visitor.context.set_default_timeout(30_000)
        self.visitor.context.add_init_script(AXE)
        self.sitting: object = self
        self.looks = 0

    def sit(self, account) -> None:
        """Let another person sit down; None is a guest."""
        if self.sitting is not account:
            self.visitor.page.goto("about:blank")  # so that no page asks for more as somebody else
            self.visitor.carry_cookie(self.app, account, self.language)
            self.sitting = account

    def judge(
        self, stop: Stop, looks: Sequence[Look], picture: Path | None = None, *, stay: bool = False
    ) -> list[str]:
        """Go there, do what is to be done, and return what is wrong in each of the looks.

        The page opens in the first look and is turned to the next ones; with ``stay`` it is taken
        as it was left, which was in the first look.
        """
        page = self.visitor.page
        try:
            if not stay:
                self._open(stop.path, looks[0])
            if not acts.ACTS[stop.act](page):
                return []
        except Late as late:
            return [f"{stop} [{looks[0]}] is not to be used: {late.message.splitlines()[0]}"]
        wrong: dict[str, Look] = {}  # the look in which it came up first
        for before, look in pairwise((None, *looks)):
            for words in self._seen(before, look, acts.PARTS.get(stop.act), picture):
                wrong.setdefault(words, look)
        for words in self._spoken(page.evaluate(SAID)):
            wrong.setdefault(words, looks[0])
        if stop.act in acts.PARTS:
            page.keyboard.press("Escape")
        return [f"{stop} [{look}] {words}" for words, look in wrong.items()]

    def read(self, stop: Stop, sent: str) -> list[str]:
        """Return what a page says in another language than it should; it is read and not shown."""
        said = self.visitor.page.evaluate(SAID, sent)
        return [f"{stop} [{self.language}] {words}" for words in self._spoken(said)]

    def _open(self, path: str, look: Look) -> None:
        self._take(look)
        self.visitor.open(path)

    def _take(self, look: Look) -> None:
        """Let the window be in a look, and whatever opens in it from now on."""
        width, height = SIZES[look.size]
        self.visitor.page.set_viewport_size({"width": width, "height": height})
        self.visitor.page.emulate_media(color_scheme=look.theme)

    def _seen(
        self, before: Look | None, look: Look, part: str | None, picture: Path | None
    ) -> list[str]:
        page, complaints = self.visitor.page, self.visitor.complaints
        rules = RULES
        if before is not None:
            self._take(look)
            page.evaluate(TURN, look.theme)
            more = PLACES if look.size != before.size else ()
            rules = {"type": "rule", "values": (*COLOURS, *more)}
        if picture is not None:
            page.screenshot(path=picture.with_stem(f"{picture.stem}-{look}".replace(" ", "-")))
        self.looks += 1
        found = page.evaluate(JUDGE, rules | {"part": part})
        told = [*complaints, *found["violations"]]
        complaints.clear()
        return [*told, *self._built(found, look)]

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
            if strange := foreign(words, self.language, self.data):
                yield f"speaks another language: {sorted(strange)} in “{words[:80]}”"


class Jury:
    """A window for each language, opened when first needed; data are known as they stood then."""

    def __init__(self, app, chromium, address: str) -> None:
        self.app, self.chromium, self.address = app, chromium, address
        self.windows: dict[str, Onlooker] = {}

    @cached_property
    def data(self) -> frozenset[str]:
        """The words that are data, wherever they are shown."""
        return data_words()

    def judge(self, account, looks: Sequence[Look], stop: Stop, **how) -> list[str]:
        """Return what is wrong with a page as somebody sees it, in looks of one language."""
        window = self._window(looks[0].language)
        window.sit(account)
        limiter.reset()
        return window.judge(stop, looks, **how)

    def read(self, account, language: str, stop: Stop) -> list[str]:
        """Return what a page that is sent to somebody says in another language."""
        limiter.reset()
        sent = signed_in(self.app, account, language).get(stop.path)
        return self._window(language).read(stop, sent.text)

    def _window(self, language: str) -> Onlooker:
        if language not in self.windows:
            self.windows[language] = Onlooker(
                self.app, self.chromium, self.address, language, self.data
            )
        return self.windows[language]

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

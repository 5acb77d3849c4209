"""What a page looks like and says: every screen a person can reach, judged in a real browser.

The stops are found from the side menu by following links, so that a new screen is judged as well.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from flask.testing import FlaskClient
from playwright.sync_api import TimeoutError as Late
from sqlalchemy import Enum, String, select

from admin_app.config import ROOT
from models import (
    ActivityState,
    AuditEntry,
    CertificateState,
    EntryState,
    Model,
    RequestState,
    clock,
    db,
)
from models.sealing import SealedText
from tests import crawling, factories
from tests.browser.visitor import Visitor
from tests.browsing import signed_in
from tests.services.exchange.books import PEOPLE as PEOPLE_TITLES
from tests.services.exchange.books import ROSA, book

LANGUAGES = ("zh_Hans_CN", "en")
THEMES = ("light", "dark")
# A desk of the office, a phone, and the desk at 200 %.
SIZES = {"desk": (1366, 768), "phone": (390, 844), "zoomed": (683, 384)}
# One of each role; None is a guest.
ROLES = ("lin", "dai", "ou", "mo", "chen", "he", "guan", "su", "shen", "ada", None)
DOORS = ("/sign-in", "/verify", "/nowhere")
ABSENT = "无此一人"
DEPTH = 3

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
JUDGE = """async (tags) => {
  // What a bar that stays in sight covers is a matter of scrolling, and no fault of the page.
  for (const element of document.querySelectorAll("main *")) {
    if (getComputedStyle(element).position === "sticky") element.style.position = "static";
  }
  const found = await axe.run(document, {
    runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], preload: false,
  });
  return found.violations.flatMap((rule) => rule.nodes.slice(0, 3).map((node) =>
    `${rule.id}: ${node.target.join(" ")} ${node.any.concat(node.all, node.none)
      .map((check) => check.message).join("; ").slice(0, 200)}`));
}"""
# Words of a page with those that are spoken only; a part in another language says so itself.
READ = """() => {
  const SPOKEN = new RegExp("^(aria-(label|description|roledescription|valuetext)|title|alt"
    + "|placeholder|data-confirm|data-label|data-words-.*)$");
  const said = [document.title];
  const foreign = (element) => element.closest("[lang]") !== document.documentElement
    || element.closest("script, style, noscript, textarea, [data-axe]");
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    if (!foreign(words.currentNode.parentElement)) said.push(words.currentNode.data);
  }
  for (const element of document.querySelectorAll("*")) {
    if (foreign(element)) continue;
    for (const { name, value } of element.attributes) {
      if (SPOKEN.test(name)) said.push(value);
    }
  }
  return said.map((words) => words.trim()).filter(Boolean);
}"""
# Formats, keys as they are printed on a keyboard, and the names of things that have no other.
LATIN = {
    "Alt", "CSV", "XLSX", "XLS", "csv", "xlsx", "xls", "PDF", "SHA", "Excel", "UTC", "QR",
    "Chromium", "Windows",
}  # fmt: skip
LATIN_WORD = re.compile(r"[A-Za-z0-9_.@-]*[A-Za-z]{2,}[A-Za-z0-9_.@-]*")
CHINESE_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]+")
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)"')
FILE = re.compile(r"^//|/(export|paper)\b|\.\w+$")
MENU = re.compile(r'id="menu".*?</nav>', re.DOTALL)
# What orders or turns a list shows the same page once more.
IDLE = {"sort", "desc", "lang", "page_size", "url", "next", "version"}


@dataclass(frozen=True)
class Stop:
    """A page, and what is done there before it is judged."""

    kind: str
    path: str
    act: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.act}".strip()


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    language: str
    theme: str
    size: str

    def __str__(self) -> str:
        return f"{self.language[:2]} {self.theme} {self.size}"


# Each pair of a language, a theme and a size; the two of a couple share none.
COUPLES = (
    (Look("zh_Hans_CN", "light", "desk"), Look("en", "dark", "phone")),
    (Look("zh_Hans_CN", "dark", "phone"), Look("en", "light", "zoomed")),
    (Look("zh_Hans_CN", "dark", "zoomed"), Look("en", "light", "desk")),
    (Look("zh_Hans_CN", "light", "phone"), Look("en", "dark", "desk")),
    (Look("zh_Hans_CN", "light", "zoomed"), Look("en", "dark", "phone")),
    (Look("zh_Hans_CN", "dark", "desk"), Look("en", "light", "phone")),
)


def furnish(app, cast) -> None:
    """Put before everybody what an office has after a while: rows of each kind, in each state."""
    crawling.furnish(cast)
    place = cast.gan_lai
    people = [factories.volunteer(place) for _n in range(3)]
    factories.volunteer(
        place, name="买买提·阿不都热依木江·吐尔逊", born_on=clock.today() - timedelta(days=4000),
        guardian_name="古丽",
    )  # fmt: skip
    for n, state in enumerate(ActivityState):
        factories.activity(place, state=state, keeper_id=(cast.ou.id, cast.he.id)[n % 2])
    long = factories.activity(
        place, keeper_id=cast.ou.id, place="甘来村党群服务中心一楼新时代文明实践大讲堂（食堂旁）",
        name="关爱留守儿童与空巢老人暨冬季防火防骗宣传志愿服务联合行动第三次入户走访",
        held_on=clock.today(), content="走访。\n" * 12,
    )  # fmt: skip
    for n in range(60):
        day = clock.today() - timedelta(days=n + 1)
        factories.activity(place, held_on=day, keeper_id=(cast.ou.id, cast.he.id)[n % 2])
    for person, state in zip(people * 2, EntryState, strict=False):
        factories.service_entry(person, factories.activity(place), state=state)
    factories.service_entry(people[0], long)
    for state in RequestState:
        factories.certificate_request(place, volunteer=people[0], state=state)
    for state in CertificateState:
        factories.certificate(place, state=state)
    _import_a_sheet(app, cast)


def _import_a_sheet(app, cast) -> None:
    clerk = signed_in(app, cast.chen)
    rows = [
        (1, "王伟", "男", "1990-01-01", ROSA, "13800138000", None),
        (2, "李娜", "女", "1991-02-03", "4408", "13900139000", None),
    ]
    for confirmed in (True, False):
        told = {
            "sheet": (io.BytesIO(book(PEOPLE_TITLES, *rows)), "十月.xlsx"),
            "station": cast.gan_lai.id,
            "on": str(clock.today()),
        }
        seen = clerk.post("/import/volunteers", data=told)
        assert seen.status_code == 302, seen.text
        if confirmed:
            _confirm(clerk, seen.location)


def _confirm(clerk: FlaskClient, address: str) -> None:
    page = clerk.get(address).text
    [action] = re.findall(r'<form[^>]*method="post"[^>]*action="(/import/[^"]+)"', page)[:1]
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert clerk.post(action, data=fields).status_code == 302


# Where to look


def stops(app, account) -> list[Stop]:
    """Return every kind of page that a person reaches from the menu, with what is done there."""
    browser, found = signed_in(app, account), {}
    start = "/" if account is not None else "/sign-in"
    todo = [(start, 0), *((door, DEPTH) for door in DOORS if account is None or "sign" not in door)]
    while todo:
        path, depth = todo.pop(0)
        if _kind(path) in found:
            continue
        answer = browser.get(path)
        if answer.mimetype != "text/html" or answer.status_code in (301, 302, 303):
            continue
        found[_kind(path)] = (path, answer.text)
        if depth < DEPTH:
            todo += [(link, depth + 1) for link in _links(path, answer.text)]
            if 'type="search" id="search"' in answer.text:
                todo.append((f"{urlsplit(path).path}?search={ABSENT}", DEPTH))
    return [stop for kind, (path, page) in found.items() for stop in _acts(kind, path, page)]


def _links(path: str, page: str) -> Iterator[str]:
    here = urlsplit(path).path
    for link in LINK.findall(page):
        address = unescape(link)
        if address.startswith("?"):
            address = here + address
        if address.startswith("/") and not FILE.search(address):
            yield address


def _kind(path: str) -> str:
    parts = urlsplit(path)
    names = {name for name, _value in parse_qsl(parts.query)} - IDLE
    narrowed = {"narrowed" if name.startswith("flt") else name for name in names}
    plain = re.sub(r"[^/]*\d[^/]*", "#", parts.path)
    asked = ",".join(sorted(narrowed - {"id"}))
    return f"{plain}?{asked}" if asked else plain


def _acts(kind: str, path: str, page: str) -> Iterator[Stop]:
    yield Stop(kind, path)
    if re.search(r"<form[^>]*(data-guard|multipart)|type=\"password\"|id=\"code\"", page):
        yield Stop(kind, path, "send")
    if "data-lookup=" in page:
        yield Stop(kind, path, "look up")
    if "data-confirm=" in page:
        yield Stop(kind, path, "ask")
    if kind == "/" and 'id="menu"' in page:
        yield Stop(kind, path, "menu")


def menu_of(page: str) -> list[str]:
    """Return the addresses in the side menu of a page."""
    return LINK.findall("".join(MENU.findall(page)))


# Looking


class Onlooker:
    """A browser window with one look; whoever sits down before it judges what is shown."""

    def __init__(self, app, chromium, address: str, look: Look) -> None:
        width, height = SIZES[look.size]
        self.app, self.look = app, look
        self.visitor = Visitor(
            app, address, chromium, None, width=width, height=height,
            language=look.language, theme=look.theme,
        )  # fmt: skip
        self.visitor.context.set_default_timeout(10_000)
        self.known = data_words()
        self.sitting: object = self

    def sit(self, account) -> None:
        """Let another person sit down; None is a guest."""
        if self.sitting is not account:
            self.visitor.carry_cookie(self.app, account, self.look.language)
            self.sitting = account

    def judge(self, stop: Stop, picture: Path | None = None) -> list[str]:
        """Go there, do what is to be done, and return what is wrong."""
        page, complaints = self.visitor.page, self.visitor.complaints
        complaints.clear()
        try:
            self.visitor.open(stop.path)
            if not self._do(stop.act):
                return []
        except Late as late:
            return [f"{stop} [{self.look}] is not to be used: {late.message.splitlines()[0]}"]
        is_trail = stop.kind.startswith("/audit/")
        if picture is not None:
            page.screenshot(path=picture, full_page=True)
        wrong = [
            *self._structure(),
            *self._words(IDENTIFIERS if is_trail else frozenset()),
            *self._axe(),
        ]
        self._undo(stop.act)
        return [f"{stop} [{self.look}] {words}" for words in [*complaints, *wrong]]

    def _do(self, act: str) -> bool:
        """Do it; tell whether there was anything to do."""
        page = self.visitor.page
        if act == "send":
            with page.expect_navigation():
                page.evaluate("""() => {
                  const form = document.querySelector("main form[method=post]");
                  form.noValidate = true;
                  form.requestSubmit();
                }""")
        elif act == "look up":
            if page.locator(".office-narrow:not([open]) .ts-control").count():
                page.click(".office-narrow-title")
            page.locator(".ts-control:visible").first.click()
            page.wait_for_selector(".ts-dropdown:visible :is(.option, .no-results)")
        elif act == "ask":
            if page.locator("[data-needs-rows]").count():
                page.locator("input[name=rowid]").first.check()
            button = page.locator("main [data-confirm]:not([data-confirm='']):visible:enabled")
            if not button.count():
                return False
            button.first.click()
            page.wait_for_selector("#ask[open]")
        elif act == "menu":
            if not page.locator(".navbar-toggler:visible").count():
                return False
            page.click(".navbar-toggler")
            page.wait_for_selector("#menu.show")
        return True

    def _undo(self, act: str) -> None:
        # Left as it is, a form would ask whether its words may go.
        if act == "ask":
            self.visitor.page.keyboard.press("Escape")

    def _structure(self) -> Iterator[str]:
        page = self.visitor.page
        wide, seen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        if wide > seen:
            yield f"scrolls sideways: {wide} > {seen}: {page.evaluate(WIDEST)}"
        lang = page.get_attribute("html", "lang")
        if lang != {"zh_Hans_CN": "zh-CN", "en": "en"}[self.look.language]:
            yield f"lang is {lang}"
        if page.get_attribute("html", "data-bs-theme") != self.look.theme:
            yield "the theme is another one"
        if blank := page.evaluate(BLANK):
            yield f"a label stands without a value: {blank}"
        headings = page.locator("h1").count()
        if headings != 1:
            yield f"{headings} h1"
        if page.locator("main").count() != 1:
            yield "not one main landmark"

    def _words(self, is_trail: bool) -> Iterator[str]:
        for said in self.visitor.page.evaluate(READ):
            judge = self._chinese if self.look.language == "en" else self._english
            foreign = judge(said) - (IDENTIFIERS if is_trail else frozenset())
            if foreign:
                yield f"speaks another language: {sorted(foreign)} in “{said[:80]}”"

    def _english(self, said: str) -> set[str]:
        words = {word.strip("._-@") for word in LATIN_WORD.findall(said)}
        return {word for word in words - LATIN - self.known if not re.search(r"\d", word)}

    def _chinese(self, said: str) -> set[str]:
        return {run for run in CHINESE_RUN.findall(said) if run not in self.known}

    def _axe(self) -> list[str]:
        page = self.visitor.page
        page.evaluate(AXE)
        return list(page.evaluate(JUDGE, RULES))


class Jury:
    """A window for each look, opened when it is first needed; data are known as they stood then."""

    def __init__(self, app, chromium, address: str) -> None:
        self.app, self.chromium, self.address = app, chromium, address
        self.windows: dict[Look, Onlooker] = {}

    def judge(self, account, look: Look, stop: Stop, picture: Path | None = None) -> list[str]:
        """Return what is wrong with a page as somebody sees it."""
        if look not in self.windows:
            self.windows[look] = Onlooker(self.app, self.chromium, self.address, look)
        self.windows[look].sit(account)
        return self.windows[look].judge(stop, picture)

    def leave(self) -> None:
        """Close the windows."""
        for window in self.windows.values():
            window.visitor.leave()


# The trail tells of tables' columns as they are stored, and of what was asked for.
IDENTIFIERS = frozenset(
    {column.key for table in Model.metadata.tables.values() for column in table.columns}
    | {value for table in Model.metadata.tables.values() for column in table.columns
       if isinstance(column.type, Enum) for value in column.type.enums}
    | {"rows", "kind", "null", "true", "false", "number", "search", "filters"}
)  # fmt: skip
BLANK = """() => [...document.querySelectorAll("td")]
  .filter((cell) => getComputedStyle(cell, "::before").content.length > 6 && !cell.innerText.trim()
    && !cell.querySelector("input, svg, img") && cell.getClientRects().length)
  .slice(0, 3).map((cell) => getComputedStyle(cell, "::before").content).join(", ")"""
WIDEST = """() => [...document.querySelectorAll("body *")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 3).map((element) => `${element.tagName}.${element.className}`).join(", ")"""


def data_words() -> frozenset[str]:
    """Return the words that are data: runs of Chinese and sign-in names that rows hold.

    What the trail holds is told apart: it names tables and columns, which are no data.
    """
    found = {ABSENT, *PEOPLE_TITLES}  # a sheet brings its own titles
    for mapper in Model.registry.mappers:
        if mapper.class_ is AuditEntry:
            continue
        for column in mapper.local_table.columns:
            is_text = isinstance(column.type, String) and not isinstance(column.type, Enum)
            if is_text and not isinstance(column.type, SealedText):
                values = db.session.execute(select(column).distinct()).scalars()
                for value in filter(None, values):
                    found.update(_runs(str(value)))
                    if column.key == "login":
                        found.add(str(value))
    return frozenset(found)


def _runs(value: str) -> Iterator[str]:
    yield from CHINESE_RUN.findall(value)

"""Where to look: every kind of page that a person reaches from the side menu, by its links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

from sqlalchemy import select

from models import (
    Certificate,
    CertificateRequest,
    Notice,
    Objection,
    Registration,
    ServiceEntry,
    db,
)
from tests.browser.tongues import ABSENT
from tests.browsing import signed_in

# One of each role; None is a guest.
ROLES = ("lin", "dai", "ou", "mo", "chen", "he", "guan", "su", "shen", "ada", None)
NOWHERE = "/nowhere"
DOORS = ("/verify/", NOWHERE)
DEPTH = 3
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)"')
FILE = re.compile(r"^//|^/(registers|wall)/|/(export|paper|pdf|xlsx)\b|\.\w+$")
MENU = re.compile(r'id="menu".*?</nav>', re.DOTALL)
STATED = {
    "ledger": ServiceEntry, "certificate_requests": CertificateRequest, "certificates": Certificate,
    "notices": Notice, "objections": Objection, "registrations": Registration,
}  # fmt: skip
# What orders or turns a list shows the same page once more.
IDLE = {"sort", "desc", "lang", "page_size", "url", "next", "version"}
# What differs each time a page is sent.
PASSING = re.compile(
    r'nonce="[^"]*"|name="csrf_token" value="[^"]*"|name="(?:once|send)" value="[^"]*"'
)


@dataclass(frozen=True)
class Stop:
    """A page, and what is done there before it is judged."""

    kind: str
    path: str
    act: str = ""
    sent: str = field(default="", compare=False)  # a digest of the page

    def __str__(self) -> str:
        return f"{self.kind} {self.act}".strip()


def stops(app, account) -> list[Stop]:
    """Return every kind of page that a person reaches from the menu, with what is done there."""
    browser, found = signed_in(app, account), {}
    todo = [(path, 0 if path == "/" else DEPTH) for path in (*_starts(account), *_states(account))]
    while todo:
        path, depth = todo.pop(0)
        if _kind(path) in found:
            continue
        answer = browser.get(path)
        is_foreign = answer.status_code in (403, 404) and path != NOWHERE
        if answer.mimetype != "text/html" or answer.location or is_foreign:
            continue
        found[_kind(path)] = (path, answer.text)
        if depth < DEPTH:
            todo += [(link, depth + 1) for link in _links(path, answer.text)]
            if 'type="search" id="search"' in answer.text:
                todo.append((f"{urlsplit(path).path}?search={ABSENT}", DEPTH))
    there = [stop for kind, (path, page) in found.items() for stop in _acts(kind, path, page)]
    # A list that is narrowed or turned does what the list does.
    done = {(stop.kind, stop.act) for stop in there}
    return [
        stop for stop in there
        if not stop.act or "?" not in stop.kind or (stop.kind.split("?")[0], stop.act) not in done
    ]  # fmt: skip


def _starts(account) -> tuple[str, ...]:
    if account is not None:
        return "/", "/jobs/", *DOORS
    return "/sign-in", *DOORS, *_papers()


def _states(account) -> Iterator[str]:
    """Yield one row in each state of what changes its page with its state."""
    if account is None:
        return
    for screen, model in STATED.items():
        rows = db.session.scalars(select(model).order_by(model.id)).all()
        for state, row in {_state(row): row for row in rows}.items():
            yield f"/{screen}/details/?id={row.id}&{state}"


def _state(row) -> str:
    if getattr(row, "reversal", None):
        return "reversed"
    return "doubted" if getattr(row, "is_doubted", False) else str(row.state)


def _papers() -> Iterator[str]:
    """Yield the addresses in the QR codes of papers, one in each state."""
    papers = db.session.scalars(select(Certificate).where(Certificate.sha256.is_not(None))).all()
    for state, paper in {_state(paper): paper for paper in papers}.items():
        yield f"/verify/{paper.number}?code={paper.code}&{state}"


def _links(path: str, page: str) -> Iterator[str]:
    for link in LINK.findall(page):
        address = urljoin(path, unescape(link))
        if address.startswith("/") and not FILE.search(address):
            yield address


def _kind(path: str) -> str:
    parts = urlsplit(path)
    names = {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)} - IDLE
    narrowed = {"narrowed" if name.startswith("flt") else name for name in names}
    plain = re.sub(r"[^/]*\d[^/]*", "#", parts.path)
    asked = ",".join(sorted(narrowed - {"id"}))
    return f"{plain}?{asked}" if asked else plain


def _acts(kind: str, path: str, page: str) -> Iterator[Stop]:
    sent = sha256(PASSING.sub("", page).encode()).hexdigest()
    yield Stop(kind, path, "", sent)
    is_form = "data-guard" in page
    signs = {
        "send": is_form or re.search(r"<form[^>]*multipart|type=\"password\"|id=\"code\"", page),
        "collide": is_form and 'name="version"' in page,
        "day": is_form and re.search(r'type="(date|month)"', page),
        "look up": "data-lookup=" in page,
        "ask": "data-confirm=" in page,
        "places": kind == "/" and "office-places" in page,
        "menu": kind == "/" and 'id="menu"' in page,
    }
    yield from (Stop(kind, path, act, sent) for act, is_there in signs.items() if is_there)


def menu_of(page: str) -> list[str]:
    """Return the addresses in the side menu of a page."""
    return LINK.findall("".join(MENU.findall(page)))

"""What a signed-in person may type: every address of the office with odd values in every place."""

from __future__ import annotations

import inspect
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

import views
from models import Account
from tests.factories import ROWS

# Percent-encoded, as they stand in an address; the first few are what people really type.
ODD = (
    "",
    "-1",
    "0",
    "1",
    "1,2",
    "abc",
    "%00",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 5000,
    "%EF%BC%91%EF%BC%92",  # full-width digits
    "%ED%A0%80",  # a lone surrogate
    "%F0%AC%AD%8E%FF",
    "1e9",
    "NaN",
    "None",
    "%27%20OR%201=1--",
    "%25_%5C%25",
    "../../etc/passwd",
    "%3Cscript%3E",
    "x" * 3000,
    "2026-13-45",
    "0001-01-01",
    "9999-12-31",
    "2026-00",
)
# The same as a form carries them.
TYPED = (
    "", "-1", "0", "1,2", "abc", "\x00", "a\x00b", str(2**63), str(10**30), "9" * 5000, "１２",
    "𬭎\ufffd", "1e9", "' OR 1=1--", "%_\\%", "x" * 3000, "\ufdfa" * 40, "2026-13-45", "0001-01-01",
    "9999-12-31", "25:61", "23:59", "=HYPERLINK(1)", "\u202e", "y",
)  # fmt: skip
MANY = [str(number) for number in range(1, 40_000)]
LIST_ARGUMENTS = ("page", "page_size", "sort", "desc", "search", "flt", "flt_", "flt0_0", "lang")
PLACEHOLDER = re.compile(r"<[^>]+>")
# The modules of the base screen.
BASES = ("views.base", "views.browsing", "views.lists.narrowing", "views.writing")
ASKED = re.compile(r"""request\.(?:args|values)(?:\.get(?:list)?\(|\[)\s*["'](\w+)""")
POSTED = re.compile(r"""request\.(?:form|values)(?:\.get(?:list)?\(|\[)\s*["'](\w+)""")


@dataclass(frozen=True)
class Visit:
    """One request: a method, an address and what is posted."""

    endpoint: str
    method: str
    url: str
    form: dict[str, object] | None = field(default=None, hash=False)

    def __str__(self) -> str:
        typed = "" if self.form is None else f" {str(self.form)[:200]}"
        return f"{self.method} {self.url[:200]}{typed}"


def everybody(people) -> list[str | None]:
    """Return the logins of the cast, and None for a guest."""
    return [*sorted(k for k, v in vars(people).items() if isinstance(v, Account)), None]


def furnish(people) -> dict[str, list[int]]:
    """Save a row of each register at every station; return the keys by the screen's endpoint."""
    places = [people.gan_lai, people.quan_shui, people.weng_shui]
    return {
        screen.screen or screen.resource: [ROWS[screen.model](place).id for place in places]
        for screen in views.SCREENS
    }


def make(browser: FlaskClient, visit: Visit) -> str:
    """Make a visit and return what the office got wrong, or nothing."""
    told: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = told.append  # type: ignore[method-assign]
    logger = browser.application.logger
    logger.addHandler(handler)
    try:
        answer = browser.open(visit.url, method=visit.method, data=visit.form)
    finally:
        logger.removeHandler(handler)
    answer.close()
    if answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return ""
    return f"{answer.status_code} " + "".join(_cause(record) for record in told)


def _cause(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    own = [
        f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename
    ]
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(own[-3:]))
    return f"{error!r:.300} at {places}"


def visits(app: flask.Flask, known: dict[str, list[int]]) -> Iterator[Visit]:
    """Yield every visit; ``known`` names rows that exist, by the endpoint of their register."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if "static" in rule.endpoint or not rule.methods:
            continue
        keys = [str(key) for key in known.get(rule.endpoint.partition(".")[0], [])]
        if "GET" in rule.methods:
            for url in _addresses(app, rule, keys):
                yield Visit(rule.endpoint, "GET", url)
        if "POST" in rule.methods:
            yield from _posts(app, rule, keys)


def _addresses(app: flask.Flask, rule: Rule, keys: list[str]) -> Iterator[str]:
    plain = _path(rule, keys[0] if keys else "1")
    yield plain
    for name in _arguments(app, rule):
        for value in (*(keys if name == "id" else ()), *ODD):
            yield f"{plain}?{name}={value}"
        yield f"{plain}?{name}=1&{name}=2&{name}[]=3"
    if rule.arguments:
        for value in ODD:
            yield _path(rule, value or "%20")


def _posts(app: flask.Flask, rule: Rule, keys: list[str]) -> Iterator[Visit]:
    screen, act = _screen(app, rule), rule.endpoint.rpartition(".")[2]
    plain = _path(rule, keys[0] if keys else "1")
    yield Visit(rule.endpoint, "POST", plain, {})
    for value in ODD if rule.arguments else ():
        yield Visit(rule.endpoint, "POST", _path(rule, value or "%20"), {})
    if act in ("create_view", "edit_view") and screen is not None:
        yield from _forms(rule.endpoint, plain, screen, keys if act == "edit_view" else [])
        return
    names = _read_by(app, rule, POSTED)
    if act == "action_view" and screen is not None:
        for action in (*screen._actions_data, "", "unknown", "delete", "\x00"):
            for ticked in ([], keys[:1], ["abc"], [*keys[:1], "abc"], ["1,2"], [*TYPED], MANY):
                yield Visit(rule.endpoint, "POST", plain, {"action": action, "rowid": ticked})
        return
    for name in names:
        for value in (*keys[:1], *TYPED):
            yield Visit(rule.endpoint, "POST", plain, {name: value})
        yield Visit(rule.endpoint, "POST", plain, {name: ["1", "2"]})
    for value in TYPED if len(names) > 1 else ():
        yield Visit(rule.endpoint, "POST", plain, dict.fromkeys(names, value))


def _forms(endpoint: str, plain: str, screen: object, keys: list[str]) -> Iterator[Visit]:
    names = [declared.name for section in screen.sections for declared in section.fields]
    names += [f"{name}-holder" for name in names if name.startswith("seat_")]
    urls = [f"{plain}?id={key}" for key in keys[:1]] or [plain]
    for url in urls:
        for value in TYPED:
            yield Visit(endpoint, "POST", url, {"version": "1"} | dict.fromkeys(names, value))
        for name in [name for name in names if not name.startswith("seat_")]:
            for value in TYPED:
                sound = SOUND | {name: value}
                yield Visit(endpoint, "POST", url, sound)
    for value in ODD:
        yield Visit(endpoint, "POST", f"{plain}?id={value}", SOUND)


# Sound values for fields of these names, so that an odd one gets past its neighbours.
SOUND: dict[str, object] = {
    "version": "1", "name": "张三", "title": "守则", "text": "正文", "kind": "conduct",
    "since": "2025-01-01", "held_on": "2026-10-03", "category": "0009", "state": "held",
    "starts_at": "09:00", "ends_at": "11:00", "start": "09:00", "end": "11:00",
    "login": "newcomer", "password": "a long enough word", "role": "clerk",
    "id_number": "440899199005170014", "registered_on": "2025-01-01", "volunteer": "1",
    "handed_in_on": "2025-01-01", "new_phone": "13912345678", "skills": "理发",
    "availability": "周末", "category_1": "0001",
    "activity": "1", "station": "1", "division": "1", "account": "1", "computers": "1",
}  # fmt: skip


def _arguments(app: flask.Flask, rule: Rule) -> list[str]:
    screen = _screen(app, rule)
    act = rule.endpoint.rpartition(".")[2]
    if screen is None:
        return _read_by(app, rule, ASKED)
    if act in ("index_view", "export"):
        return [*LIST_ARGUMENTS, *(f"flt_{flt.key}" for flt in screen.filters)]
    return {
        "details_view": ["id"],
        "edit_view": ["id", "url"],
        "create_view": ["url"],
        "ajax_lookup": ["name", "query", "limit", "offset"],
        "filter_lookup": ["name", "query", "limit", "offset"],
    }.get(act, _read_by(app, rule, ASKED))


def _read_by(app: flask.Flask, rule: Rule, pattern: re.Pattern[str]) -> list[str]:
    view = inspect.unwrap(app.view_functions[rule.endpoint])
    module = sys.modules.get(view.__module__)
    if module is None or not view.__module__.startswith("views"):
        return []
    # The base's methods read their own arguments; a screen of its own may read them anywhere.
    source = inspect.getsource(view if view.__module__ in BASES else module)
    return sorted(set(pattern.findall(source)))


def _screen(app: flask.Flask, rule: Rule):
    views = app.extensions["admin"][0]._views
    found = {view.endpoint: view for view in views if hasattr(view, "sections")}
    return found.get(rule.endpoint.partition(".")[0])


def _path(rule: Rule, value: str) -> str:
    if value.startswith(".."):
        value = quote(value, safe="")
    return PLACEHOLDER.sub(value.replace("\\", "%5C"), rule.rule)

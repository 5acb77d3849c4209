"""How values look: chips for states, columns of numbers, filters that would say nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import flask
from flask import render_template, request, url_for
from markupsafe import Markup

from models import (
    ActivityState,
    CertificateState,
    CheckOutcome,
    Choice,
    EntryState,
    NoticeState,
    ObjectionState,
    RequestState,
    RollState,
    clock,
)

from . import formats
from .web import locale
from .web.requests import access

STATES = (
    ActivityState, CertificateState, CheckOutcome, EntryState, NoticeState, ObjectionState,
    RequestState, RollState,
)  # fmt: skip

# Green is settled well, yellow waits for somebody, blue is under way, red is void, grey is over.
TONES = {
    "planned": "blue",
    "held": "green",
    "cancelled": "secondary",
    "draft": "blue",
    "submitted": "yellow",
    "confirmed": "green",
    "declined": "secondary",
    "published": "green",
    "withdrawn": "red",
    "received": "yellow",
    "checked": "blue",
    "upheld": "blue",
    "not_upheld": "secondary",
    "taken_back": "secondary",
    "requested": "yellow",
    "approved": "blue",
    "issued": "green",
    "valid": "green",
    "voided": "red",
    "replaced": "secondary",
    "registered": "green",
    "left": "secondary",
    "running": "blue",
    "clean": "green",
    "differs": "red",
    "no_entry": "yellow",
    "broken": "red",
}


def register(app: flask.Flask) -> None:
    """Hand the templates what they ask about values."""
    app.add_template_filter(tone)
    app.add_template_filter(formats.moment)
    app.add_template_filter(formats.hours)
    app.add_template_global(sees_one_station)
    app.add_template_global(clock.today, "today")
    app.add_template_global(asset)
    app.add_template_global(form_words)


def asset(name: str) -> str:
    """Return the address of what every browser loads; a page names some thirty."""
    return _asset(name, request.script_root)


@lru_cache
def _asset(name: str, _root: str) -> str:
    return url_for("static", filename=name)


def form_words() -> Markup:
    """Return what the scripts of forms say in the language of the page."""
    return _form_words(locale(), request.script_root)


@lru_cache
def _form_words(_language: str, _root: str) -> Markup:
    return Markup(render_template("words.html"))  # noqa: S704  # our own template, escaped


def tone(value: Any) -> str:
    """Return the colour of a state's chip; what is no state has none."""
    return TONES[value.value] if isinstance(value, STATES) and isinstance(value, Choice) else ""


def sees_one_station(resource: str) -> bool:
    """Tell whether the person's register is one station's: naming it on each row says nothing."""
    places = access().places(f"{resource}:read")
    return bool(places) and {(p.column, p.value) for p in places} == {("station", places[0].value)}

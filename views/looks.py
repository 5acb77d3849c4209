"""How values look: chips for states, columns of numbers, filters that would say nothing."""

from __future__ import annotations

from typing import Any

import flask

from models import (
    ActivityState,
    CertificateState,
    Choice,
    EntryState,
    RequestState,
    RollState,
    clock,
)

from .web.requests import access

STATES = (ActivityState, CertificateState, EntryState, RequestState, RollState)

# Green is settled well, yellow waits for somebody, blue is under way, red is void, grey is over.
TONES = {
    "planned": "blue",
    "held": "green",
    "cancelled": "secondary",
    "draft": "blue",
    "submitted": "yellow",
    "confirmed": "green",
    "declined": "secondary",
    "requested": "yellow",
    "approved": "blue",
    "issued": "green",
    "valid": "green",
    "voided": "red",
    "replaced": "secondary",
    "registered": "green",
    "left": "secondary",
}


def register(app: flask.Flask) -> None:
    """Hand the templates what they ask about values."""
    app.add_template_filter(tone)
    app.add_template_global(sees_one_station)
    app.add_template_global(clock.today, "today")


def tone(value: Any) -> str:
    """Return the colour of a state's chip; what is no state has none."""
    return TONES[value.value] if isinstance(value, STATES) and isinstance(value, Choice) else ""


def sees_one_station(resource: str) -> bool:
    """Tell whether the person's register is one station's: naming it on each row says nothing."""
    places = access().places(f"{resource}:read")
    return bool(places) and {(p.column, p.value) for p in places} == {("station", places[0].value)}

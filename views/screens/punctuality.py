"""Who records in time: the share of a place by month, and of each of its stations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from admin_app.services.ledger import deadlines
from admin_app.services.ledger.deadlines import Punctuality
from admin_app.services.reports import Month, Place, own
from models import Station, clock
from views import formats
from views.lookups import key
from views.web.requests import access

from . import asked, uploads

READ = "reports:read"
PAGE_SIZE = 50

blueprint = Blueprint("punctuality", __name__, url_prefix="/reports/punctuality")


@blueprint.get("/")
@login_required
def index() -> str | Response:
    """Show how a place kept to the ten working days in a month and in the year up to it."""
    if "place" in request.args:
        return redirect(url_for(".index", **asked.chosen_place(), month=str(asked.month())))
    place, month = asked.place(READ), asked.month()
    today = clock.today()
    by_month = deadlines.on_time_by_month(place, month, today)
    stations: list[Punctuality] = []
    if not isinstance(place, Station):
        stations = sorted(deadlines.on_time(place, month, today), key=_worst_first)
    pages = max(1, -(-len(stations) // PAGE_SIZE))
    page = min(key(request.args.get("page")) or 1, pages)
    return render_template(
        "reports/punctuality.html",
        place=place,
        month=month,
        tally=by_month[-1][1],
        by_month=[(one, its) for one, its in by_month[::-1] if its.held],
        stations=stations[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        page=page,
        pages=pages,
        around=asked.around(READ, place),
        months=list(asked.months_offered(month)),
        address=_address,
        rows=_rows,
        percent=formats.percent,
        uploads=_uploads(place),
    )


def _worst_first(one: Punctuality) -> tuple[float, int, str]:
    share = 2.0 if one.share is None else one.share
    return share, -one.late, one.station


def _address(place: Any, month: Month, **more: Any) -> str:
    return url_for(".index", **asked.named(place), month=str(month), **more)


def _uploads(place: Place) -> str | None:
    """Return the page of what is not in the official system, for whom it opens."""
    if not access().reaches(uploads.READ, place):
        return None
    return url_for("uploads.index", **asked.named(place))


def _rows(place: Any, month: Month, *, late: bool = False) -> str | None:
    """Return the list of the activities behind a number, for whom it shows just these."""
    return next(_lists(place, month, late=late), None)


def _lists(place: Place | Punctuality, month: Month, *, late: bool) -> Iterator[str]:
    if not access().may("activities:read"):
        return
    here: dict[str, str] = {}
    if asked.is_station(place) or isinstance(place, Punctuality):
        here = {"flt9_station": str(place.id)}
    elif own(access()) != [place]:
        return  # a list is narrowed to a station, or shows the whole of one's own place
    days = {"flt1_held_since": f"{month.first}", "flt2_held_until": f"{month.last}"}
    state = {"flt3_recording": "late"} if late else {"flt0_state": "held"}
    yield url_for("activities.index_view", **state, **days, **here)

"""What is not in the official system yet: of each station of a place, and of each month."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from admin_app.services.ledger import uploads
from admin_app.services.ledger.uploads import StationStanding, Upload
from admin_app.services.reports import Month
from models import Station, clock
from views.lookups import key

from . import asked

READ = "ledger:read"
PAGE_SIZE = 50

blueprint = Blueprint("uploads", __name__, url_prefix="/reports/uploads")


@blueprint.get("/")
@login_required
def index() -> str | Response:
    """Show how much of a place waits to be entered there, and since when; it opens to the rows."""
    if "place" in request.args:
        return redirect(url_for(".index", **asked.chosen_place()))
    place = asked.place(READ)
    stations = sorted(uploads.by_station(place), key=_most_first)
    pages = max(1, -(-len(stations) // PAGE_SIZE))
    page = min(key(request.args.get("page")) or 1, pages)
    shown = stations[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return render_template(
        "reports/uploads.html",
        place=place,
        total=uploads.total(stations),
        stations=[] if isinstance(place, Station) else shown,
        months=uploads.by_month(place) if isinstance(place, Station) else [],
        oldest=uploads.oldest(shown),
        days=lambda day: (clock.today() - day).days,
        page=page,
        pages=pages,
        around=asked.around(READ, place),
        turned=lambda to: url_for(".index", **asked.named(place), page=to),
        rows=_rows,
        back=_back,
    )


def _most_first(one: StationStanding) -> tuple[int, int, int]:
    return -one.waiting, -one.to_take_back, one.id


def _rows(station: int, since: Month | None, until: Month | None = None) -> str:
    """Return the list of a station's entries of some months that wait."""
    days: dict[str, Any] = {}
    if since is not None:
        days["flt2_served_since"] = since.first
    if until is not None:
        days["flt3_served_until"] = until.last
    return _listed(station, Upload.WAITS, **days)


def _back(station: int) -> str:
    """Return the list of a station's entries that are to be taken back there."""
    return _listed(station, Upload.TO_TAKE_BACK)


def _listed(station: int, upload: Upload, **days: Any) -> str:
    return url_for(
        "ledger.index_view", flt0_official=upload.value, flt1_station=str(station), **days
    )

"""Sheets for the wall, one by one or all of a station, for who reads and exports them there."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, send_file, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from admin_app.services import audit, wall
from admin_app.services.wall import PaperSize, Sheet
from models import AuditAction, DomainError, LeadershipGroup, Rule, Station, db, engine
from views.lookups import key
from views.web.requests import access

blueprint = Blueprint("wall", __name__, url_prefix="/wall")

# What may be asked for by name of a station.
OF_STATION: dict[str, Callable[[Station], list[Sheet]]] = {
    "week": lambda station: [wall.of_week(station)],
    "services": lambda station: [wall.of_services(station)],
    "flow": lambda station: [wall.of_flow(station)],
    "whole": lambda station: wall.whole(station)[0],
}


def may_print(row: Any) -> bool:
    """Tell whether the person prints what hangs on the wall of a station, rule or group."""
    return access().reaches(f"{row.resource}:export", row)


def may_print_whole(station: Station) -> bool:
    """Tell whether the person prints all sheets of a station."""
    return all(
        access().reaches(f"{model.resource}:export", station)
        for model in (Station, Rule, LeadershipGroup)
    )


@blueprint.get("/rule")
@login_required
def rule() -> Response:
    """Send one rule as a sheet and keep a trace of it."""
    row = _asked(Rule)
    return _handed_over(row, row.station, lambda: [wall.of_rule(row)])


@blueprint.get("/group")
@login_required
def group() -> Response:
    """Send the chart of a leadership group and keep a trace of it."""
    row = _asked(LeadershipGroup)
    return _handed_over(row, row.station, lambda: [wall.of_group(row)])


@blueprint.get("/station")
@login_required
def station() -> Response:
    """Send one sheet of a station, or all that hangs there, and keep a trace of it."""
    row, name = _asked(Station), request.args.get("sheet", "whole")
    if name not in OF_STATION:
        abort(404)
    if name == "whole" and not may_print_whole(row):
        abort(403)
    return _handed_over(row, row, lambda: OF_STATION[name](row), name)


def _asked(model: type[Any]) -> Any:
    """Return the row asked for; out of reach it does not exist."""
    found = key(request.args.get("id"))
    row = db.session.get(model, found) if found is not None else None
    if row is None:
        abort(404)
    if not may_print(row):
        abort(403)
    return row


def _handed_over(
    row: Any, place: Station, make: Callable[[], list[Sheet]], name: str = ""
) -> Response:
    size = request.args.get("paper", PaperSize.A4.value)
    if size not in set(PaperSize):
        abort(404)
    file = f"{place.code}-{name or row.resource}-{size}.pdf"
    try:
        sheets = make()
        pdf = wall.printed(place, sheets, PaperSize(size)).pdf
    except DomainError as refusal:
        flash(str(refusal), "error")
        return redirect(url_for(f"{row.resource}.details_view", id=row.id))
    engine.begin_writing()  # only now: no transaction may wait for a paper
    audit.record(
        AuditAction.PRINT, row.__tablename__, row=row, report="wall",
        sheets=[sheet.kind for sheet in sheets], paper_size=size,
    )  # fmt: skip
    db.session.commit()
    return send_file(
        BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=file
    )

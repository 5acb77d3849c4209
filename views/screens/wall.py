"""Sheets for the wall, one by one or all of a station, for who reads and exports them there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, send_file, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from admin_app.policy import Access, declared
from admin_app.services import audit, wall
from admin_app.services.jobs import Kind, Made, Progress
from admin_app.services.reports import OutOfReach
from admin_app.services.wall import PaperSize, Sheet
from models import AuditAction, DomainError, LeadershipGroup, Rule, Station, db, engine
from views.lookups import key
from views.web.requests import access

from . import jobs

blueprint = Blueprint("wall", __name__, url_prefix="/wall")

# What may be asked for by name of a station.
OF_STATION: dict[str, Callable[[Station], list[Sheet]]] = {
    "week": lambda station: [wall.of_week(station)],
    "services": lambda station: [wall.of_services(station)],
    "flow": lambda station: [wall.of_flow(station)],
}
WHOLE = "whole"
MODELS = (Station, Rule, LeadershipGroup)


def may_print(row: Any) -> bool:
    """Tell whether the person prints what hangs on the wall of a station, rule or group."""
    return access().reaches(f"{row.resource}:export", row)


def may_print_whole(station: Station, person: Access | None = None) -> bool:
    """Tell whether the person, by default the one who asks, prints all sheets of a station."""
    person = person or access()
    return all(person.reaches(f"{model.resource}:export", station) for model in MODELS)


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
    """Send one sheet of a station and keep a trace of it, or ask for all that hangs there.

    Each of a dozen sheets is tried in several sizes, so all of them are a job.
    """
    row, name = _asked(Station), request.args.get("sheet", WHOLE)
    if name == WHOLE:
        return _asked_whole(row)
    if name not in OF_STATION:
        abort(404)
    return _handed_over(row, row, lambda: OF_STATION[name](row), name)


def _asked_whole(station: Station) -> Response:
    if not may_print_whole(station):
        abort(403)
    size = _size()
    return jobs.hand_over(
        KIND.name,
        needs=[f"{model.resource}:export" for model in MODELS],
        about={"place": station.name, "size": size.value},
        asked={"station": station.id, "size": size.value},
    )


def _make(wanted: Mapping[str, Any], progress: Progress) -> Made:
    """Print all sheets of a station, in the name of who asked."""
    person = declared()
    assert isinstance(person, Access)  # noqa: S101  # a job is done in its asker's name
    station = db.session.get(Station, wanted["station"])
    if station is None or not may_print_whole(station, person):
        raise OutOfReach
    size = PaperSize(wanted["size"])
    sheets, _amiss = wall.whole(station)
    pdf = wall.printed(station, sheets, size, progress).pdf
    return Made(
        BytesIO(pdf),
        name=_file(station, WHOLE, size),
        mimetype="application/pdf",
        action=AuditAction.PRINT,
        register=Station.__tablename__,
        row=station,
        details=_details(sheets, size),
    )


KIND = Kind(
    "wall",
    lambda about: gettext("Sheets for the wall · %(place)s · %(size)s", place=about["place"],
                          size=PaperSize(about["size"]).label),
    _make,
)  # fmt: skip


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
    size = _size()
    file = _file(place, name or row.resource, size)
    try:
        sheets = make()
        pdf = wall.printed(place, sheets, size).pdf
    except DomainError as refusal:
        flash(str(refusal), "error")
        return redirect(url_for(f"{row.resource}.details_view", id=row.id))
    engine.begin_writing()  # only now: no transaction may wait for a paper
    audit.record(AuditAction.PRINT, row.__tablename__, row=row, **_details(sheets, size))
    db.session.commit()
    return send_file(
        BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=file
    )


def _size() -> PaperSize:
    try:
        return PaperSize(request.args.get("paper", PaperSize.A4.value))
    except ValueError:
        abort(404)


def _file(station: Station, name: str, size: PaperSize) -> str:
    return f"{station.code}-{name}-{size.value}.pdf"


def _details(sheets: Sequence[Sheet], size: PaperSize) -> dict[str, Any]:
    return {
        "report": "wall",
        "sheets": [sheet.kind for sheet in sheets],
        "paper_size": size.value,
    }

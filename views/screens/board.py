"""The target board: what is asked of a division, how far it is, and who is behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask_babel import lazy_gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from admin_app.services import audit
from admin_app.services.reports.months import FIRST_YEAR
from admin_app.services.standards import board
from admin_app.services.standards.board import Board, Community, Site
from models import AuditAction, Choice, Division, clock, db, engine
from views import formats
from views.lookups import key
from views.web.requests import access

from . import asked

READ, EXPORT = "board:read", "board:export"
PAGE_SIZE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("board", __name__, url_prefix="/board")


class Measure(Choice):
    """What a number of the board is about; each opens to the rows it is counted from."""

    COVERAGE = "coverage", _("Communities with a station")
    REGISTERED = "registered", _("Registered volunteers among residents")
    PROJECTS = "projects", _("Regular projects")
    ACTIVITIES = "activities", _("Activities this month")
    MANAGERS = "managers", _("Managers")
    TEAMS = "teams", _("Teams")
    CHECKLIST = "checklist", _("Checklists met")
    ON_TIME = "on_time", _("Recorded in time")


@dataclass(frozen=True)
class Rows:
    """Where the rows of a measure come from, and those of them that are behind."""

    every: Callable[[Board], Sequence[Community | Site]]
    behind: Callable[[Board], Sequence[Community | Site]]


def _communities(board: Board) -> Sequence[Community]:
    return list(board.grounds.communities.values())


def _sites(board: Board) -> Sequence[Site]:
    return board.grounds.sites


ROWS = {
    Measure.COVERAGE: Rows(_communities, lambda board: board.uncovered),
    Measure.REGISTERED: Rows(_communities, lambda board: board.short_of_people),
    Measure.PROJECTS: Rows(_communities, lambda board: board.short_of_projects),
    Measure.ACTIVITIES: Rows(_sites, lambda board: board.short_of_activities),
    Measure.MANAGERS: Rows(_sites, lambda board: board.without_manager),
    Measure.TEAMS: Rows(_sites, lambda board: board.without_team),
    Measure.CHECKLIST: Rows(
        lambda board: [one for one in board.grounds.sites if one.score is not None],
        lambda board: board.short_of_items,
    ),
    Measure.ON_TIME: Rows(_sites, lambda board: board.late),
}


@blueprint.get("/")
@login_required
def index() -> str | Response:
    """Show the board of a division on a day: itself, what lies right below it, the gaps."""
    if "place" in request.args:
        return redirect(url_for(".index", **asked.chosen_place(), on=_day().isoformat()))
    place, on = _place(), _day()
    return render_template(
        "board/board.html",
        board=board.board(place, on=on),
        milestones=board.milestones(place, on=on),
        around=asked.around(READ, place),
        may_export=access().reaches(EXPORT, place),
        Measure=Measure,
        ROWS=ROWS,
        **_words(place, on),
    )


@blueprint.get("/rows")
@login_required
def rows() -> str:
    """Show the communities or stations that a number is counted from, or those behind alone."""
    place, on, measure = _place(), _day(), _measure()
    told = board.board(place, on=on)
    behind = request.args.get("all") is None
    source = ROWS[measure]
    found = source.behind(told) if behind else source.every(told)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(key(request.args.get("page")) or 1, pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return render_template(
        "board/rows.html",
        board=told,
        measure=measure,
        behind=behind,
        count=len(found),
        rows=shown,
        areas=_areas(shown),
        page=page,
        pages=pages,
        **_words(place, on),
    )


@blueprint.get("/xlsx")
@login_required
def xlsx() -> Response:
    """Send the board with its gap lists as a workbook and keep a trace of it."""
    return _exported("xlsx", AuditAction.EXPORT, XLSX, lambda place, on: board.workbook(
        board.board(place, on=on)
    ))  # fmt: skip


@blueprint.get("/pdf")
@login_required
def pdf() -> Response:
    """Send the board as a sheet to print and keep a trace of it."""

    def printed(place: Division, on: date) -> bytes:
        return board.paper(board.board(place, on=on), board.milestones(place, on=on)).pdf

    return _exported("pdf", AuditAction.PRINT, "application/pdf", printed)


def _exported(
    form: str, action: AuditAction, mimetype: str, made: Callable[[Division, date], bytes]
) -> Response:
    place, on = _place(), _day()
    access().require(EXPORT, place)
    content = made(place, on)
    with engine.writing():
        audit.record(action, place.__tablename__, row=place, report="board", on=on.isoformat())
        db.session.commit()
    name = f"{place.name}-达标情况-{on.isoformat()}.{form}"
    return send_file(BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)


def _place() -> Division:
    place = asked.place(READ)
    if not isinstance(place, Division):
        abort(404)
    return place


def _day() -> date:
    """Return the day asked for, today if none is; there is no board of a day to come."""
    typed = request.args.get("on", "").strip()
    try:
        day = min(date.fromisoformat(typed), clock.today()) if typed else clock.today()
    except ValueError:
        abort(404)
    if day.year < FIRST_YEAR:
        abort(404)
    return day


def _measure() -> Measure:
    try:
        return Measure(request.args.get("what", Measure.COVERAGE.value))
    except ValueError:
        abort(404)


def _areas(rows: Sequence[Community | Site]) -> dict[int, str]:
    """Return the names of the townships and counties that some rows lie in, by their number."""
    wanted = {area for row in rows for area in (row.county_id, row.township_id)}
    found = (db.session.get(Division, area) for area in wanted if area is not None)
    return {one.id: one.name for one in found if one is not None}


def _words(place: Division, on: date) -> dict[str, Any]:
    def address(where: Division = place, endpoint: str = ".index", **more: Any) -> str:
        return url_for(endpoint, division=where.id, on=on.isoformat(), **more)

    return {
        "place": place, "on": on, "today": clock.today(), "address": address,
        "percent": lambda value: formats.percent(None if value is None else value / 100),
    }  # fmt: skip

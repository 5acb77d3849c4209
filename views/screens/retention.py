"""Data whose time of keeping is over: the list, and the leader's decision on each line."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from admin_app.services.privacy import held_back, retention
from models import DomainError, Station, Volunteer, clock, db
from views.fields import typed_day
from views.lookups import key
from views.web.requests import access, actor

PAGE_SIZE = 50

blueprint = Blueprint("retention", __name__, url_prefix="/privacy/keeping")


@blueprint.get("/")
@login_required
def index() -> str:
    """Show each station's number of months, and whose data are due."""
    if not access().may("privacy:read"):
        abort(403)
    return render_template(
        "privacy/retention.html",
        places=retention.keeping(access()),
        may_decide=lambda row: access().reaches("privacy:decide", row),
        next_year=clock.today().replace(year=clock.today().year + 1, day=1).isoformat(),
        shown=retention.SHOWN,
    )


@blueprint.get("/held")
@login_required
def held() -> str:
    """Show whose data at one station are past their time and stay, and why."""
    number = key(request.args.get("station"))
    station = db.session.get(Station, number) if number else None
    if station is None:
        abort(404)
    count = held_back.count(station, access=access())
    pages = max(1, -(-count // PAGE_SIZE))
    page = min(key(request.args.get("page")) or 1, pages)
    first = (page - 1) * PAGE_SIZE
    return render_template(
        "privacy/held_back.html",
        station=station,
        count=count,
        lines=held_back.of(station, first=first, most=PAGE_SIZE, access=access()),
        page=page,
        pages=pages,
    )


@blueprint.post("/keep")
@login_required
def keep() -> Response:
    """Keep the data of one line for the typed reason."""

    def act(row: Volunteer) -> None:
        until = typed_day(request.form.get("until", "").strip())
        if until is None:
            raise DomainError(_("Type the day until which it is kept."))
        reason = request.form.get("reason", "")
        retention.keep(row, reason, until, by=actor(), access=access())

    return _decide(act)


@blueprint.post("/delete")
@login_required
def delete() -> Response:
    """Delete the data of one line, confirmed by its roll number."""
    confirmed = request.form.get("confirmed", "")
    return _decide(lambda row: retention.delete(row, confirmed, by=actor(), access=access()))


def _decide(act: Callable[[Volunteer], None]) -> Response:
    number = key(request.form.get("id"))
    row = db.session.get(Volunteer, number) if number else None
    if row is None:
        abort(404)
    if not access().reaches("privacy:decide", row):
        abort(403)
    try:
        act(row)
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
    else:
        flash(_("Noted."), "success")
    return redirect(url_for(".index"))

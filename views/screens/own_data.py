"""The sheet of one's own data: asked for by the person, shown once, traced with its purpose."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from admin_app.services import privacy
from models import DomainError, Volunteer, db
from views import formats, trail
from views.lookups import key
from views.web.requests import access

blueprint = Blueprint("own_data", __name__, url_prefix="/own-data")


@blueprint.before_request
def _ask_who() -> object:
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return None


@blueprint.post("/")
def show() -> str | Response:
    """Show all that is kept about a person; posted, so that looking twice is asking twice."""
    number = key(request.form.get("id"))
    row = db.session.get(Volunteer, number) if number else None
    if row is None:
        abort(404)
    if not access().reaches("volunteers:own_data", row):
        abort(403)
    try:
        sheet = privacy.sheet(row, request.form.get("purpose", ""), access=access())
    except DomainError as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return redirect(url_for("volunteers.details_view", id=number))
    page = render_template(
        "privacy/own_data.html", sheet=sheet, name=row.person.name, number=row.number,
        station=row.station.name, parts=_parts(sheet), register=formats.register,
        moment=formats.moment,
    )  # fmt: skip
    db.session.commit()
    return page


def _parts(sheet: privacy.Sheet) -> list[tuple[str, list[list[tuple[str, str]]]]]:
    """Return each register with its rows, every value under the words of the screens."""
    known, parts = trail.labels(), {}
    for kept in sheet.rows:
        rows = parts.setdefault(kept.table, [])
        rows.append(
            [
                (str(known.get((kept.table, name)) or trail.STORED.get(name, name)),
                 trail.written(kept.table, name, value))
                for name, value in kept.values.items()
            ]
        )  # fmt: skip
    return [(formats.register(table), rows) for table, rows in parts.items()]

"""The sheet of one's own data: asked for by the person, shown once, traced with its purpose."""

from __future__ import annotations

from io import BytesIO

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import force_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from admin_app.services import privacy
from admin_app.services.privacy import paper
from models import DomainError, Volunteer, clock, db
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
    if request.form.get("as") == "pdf":
        return _pdf(sheet)
    page = render_template(
        "privacy/own_data.html", sheet=sheet, name=row.person.name, number=row.number,
        station=row.station.name, parts=_parts(sheet), register=formats.register,
        moment=formats.moment,
    )  # fmt: skip
    db.session.commit()
    return page


def _pdf(sheet: privacy.Sheet) -> Response:
    """Send the sheet on paper, which is Chinese whatever the screen speaks."""
    row = sheet.volunteer
    number = row.id
    try:
        with force_locale("zh_Hans_CN"):
            seen = [_look(look) for look in sheet.seen]
            printed = paper.paper(row, _parts(sheet), seen, on=clock.today())
            name = "{}-{}.pdf".format(gettext("Own data"), row.number)
    except DomainError as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return redirect(url_for("volunteers.details_view", id=number))
    db.session.commit()
    return send_file(
        BytesIO(printed.pdf), mimetype="application/pdf", as_attachment=True, download_name=name
    )


def _look(look: privacy.Look) -> str:
    told = [formats.moment(look.at), look.by or gettext("System"), str(look.act.label)]
    told.append(formats.register(look.register))
    if look.is_whole_list:
        told.append(gettext("a list of many, the person perhaps on it"))
    return " · ".join(told)


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

"""The register of services on paper, for who reads and exports the ledger there."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, abort, request, send_file
from flask_login import login_required
from werkzeug.wrappers import Response

from admin_app.services import audit
from admin_app.services.ledger import registers
from admin_app.services.ledger.registers import Register
from admin_app.services.reports import Month
from models import AuditAction, Station, Volunteer, db, engine
from views.lookups import key
from views.web.requests import access

READ, EXPORT = "ledger:read", "ledger:export"

blueprint = Blueprint("service_registers", __name__, url_prefix="/registers")


@blueprint.get("/station")
@login_required
def station() -> Response:
    """Send the month of a station as a PDF and keep a trace of it."""
    place = _asked(Station, "station")
    month = Month.parse(request.args.get("month", ""))
    return _handed_over(registers.of_station(place, month), place, month=str(month))


@blueprint.get("/volunteer")
@login_required
def volunteer() -> Response:
    """Send the year of a volunteer as a PDF and keep a trace of it."""
    person = _asked(Volunteer, "volunteer")
    # A year is written as the months are, and is refused in the same words.
    year = Month.parse(f"{request.args.get('year', '')}-01").year
    return _handed_over(registers.of_volunteer(person, year), person, year=str(year))


def may_print(row: Any) -> bool:
    """Tell whether the person may print the register of a station or volunteer."""
    return all(access().reaches(permission, row) for permission in (READ, EXPORT))


def _asked(model: type[Any], name: str) -> Any:
    """Return the row asked for; out of reach of reading the ledger it does not exist."""
    found = key(request.args.get(name))
    row = db.session.get(model, found) if found is not None else None
    if row is None or not access().reaches(READ, row):
        abort(404)
    access().require(EXPORT, row)
    return row


def _handed_over(register: Register, row: Any, **period: str) -> Response:
    content, name = registers.paper(register).pdf, f"{register.name}.pdf"
    engine.begin_writing()
    audit.record(AuditAction.PRINT, row.__tablename__, row=row, report="service_register", **period)
    db.session.commit()
    return send_file(
        BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name
    )

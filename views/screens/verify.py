"""Verification of certificates: the one page that is open to everybody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin_app.services import certificates
from admin_app.services.certificates import Answer, State
from models import CertificateState, engine
from views.web.limits import limiter

MAX_NAME = 50

blueprint = Blueprint("verify", __name__, url_prefix="/verify")

# One count for the form and the QR address; enough for a personnel office behind one address.
_limited = limiter.shared_limit("30 per minute; 300 per hour", scope="verify")


@blueprint.get("/")
def ask() -> str:
    """Show the form."""
    return _form(number="", code="")


@blueprint.post("/")
@_limited
def answer() -> str | tuple[str, int]:
    """Answer what was typed; a whole name comes this way only, so no address ever holds it."""
    engine.begin_reading()
    typed = request.form
    return _answered(
        typed.get("number", ""), typed.get("code", ""), typed.get("name", "")[:MAX_NAME]
    )


@blueprint.get("/<number>")
@_limited
def scanned(number: str) -> str | tuple[str, int]:
    """Answer the address in the QR code; without a code, ask for it."""
    code = request.args.get("code", "")
    return _answered(number, code, "") if code else _form(number=number, code="")


@blueprint.after_request
def _keep_out_of_search_engines(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _answered(number: str, code: str, name: str) -> str | tuple[str, int]:
    found = certificates.verify(number, code, name)
    if not found.is_found:
        return _form(number=number, code=code, refused=True), 404
    return render_template(
        "verify/answer.html", answer=found, code=code, hours=_hours(found),
        state=_state(found),
    )  # fmt: skip


def _state(found: Answer) -> Any:
    if found.state is State.UNDER_CHECK:
        return _("Under check")
    return CertificateState(found.state).label


def _form(number: str, code: str, *, refused: bool = False) -> str:
    return render_template("verify/form.html", number=number, code=code, refused=refused)


def _hours(found: Answer) -> str:
    hours, minutes = divmod(found.minutes, 60)
    return _("%(hours)d h %(minutes)d min", hours=hours, minutes=minutes)

"""How the office is: the doctor's findings, for whoever looks after the machine."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, render_template
from flask_login import current_user

from admin_app.services import doctor
from views.web.requests import access

blueprint = Blueprint("doctor", __name__, url_prefix="/doctor")


@blueprint.before_request
def _ask_who() -> object:
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if not access().may("doctor:read"):
        abort(403)
    return None


@blueprint.get("/")
def index() -> str:
    """Show every part and how to mend it."""
    return render_template("doctor/doctor.html", findings=doctor.examine(), Health=doctor.Health)

"""The first screen of an empty office: its place, its first station, its first account."""

from __future__ import annotations

import ipaddress

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from admin_app.services import accounts, office, setup
from admin_app.services.places import divisions
from models import DomainError, Role, db

blueprint = Blueprint("first_run", __name__, url_prefix="/first-run")

OPEN_ENDPOINTS = frozenset({"static", "sign_in.language"})
FIELDS = ("division_code", "station_name", "name", "login", "role")


@blueprint.before_app_request
def lead_here() -> Response | None:
    """Lead every page of an office without accounts to the first screen."""
    if request.endpoint in OPEN_ENDPOINTS or request.blueprint == blueprint.name:
        return None
    if current_user.is_authenticated or office.has_accounts():
        return None
    return redirect(url_for("first_run.form"))


@blueprint.before_request
def close_once_opened() -> None:
    """Let these screens vanish with the first account."""
    if office.has_accounts():
        abort(404)


@blueprint.get("/")
def form() -> str:
    """Show the form."""
    return _page({"role": Role.LEADER.value})


@blueprint.post("/")
def open_office() -> str | Response | tuple[str, int]:
    """Open the office, or say what is missing."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        _require_presence()
        setup.open_office(_opening(typed))
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        return _page(typed, refusal=str(refusal)), 409
    setup.forget_code()
    flash(_("The office is open: sign in."), "success")
    return redirect(url_for("sign_in.sign_in"))


@blueprint.get("/places")
def places() -> list[tuple[str, str]]:
    """Answer the look-up of places with pairs of code and name."""
    return setup.places(request.args.get("query", "")[:50])


def _page(typed: dict[str, str], *, refusal: str | None = None) -> str:
    needs_code = not _is_at_the_machine()
    if needs_code:
        setup.code()
        current_app.logger.warning("the set-up code lies in %s", setup.code_path())
    return render_template(
        "first_run/first_run.html",
        typed=typed,
        place=_place(typed.get("division_code", "")),
        roles=setup.FIRST_ROLES,
        refusal=refusal,
        needs_code=needs_code,
        code_path=setup.code_path().name,
        min_password=accounts.MIN_PASSWORD,
    )


def _opening(typed: dict[str, str]) -> setup.Opening:
    password = request.form.get("password", "")
    if password != request.form.get("password_again", ""):
        raise DomainError(_("The two passwords differ: type them again."))
    missing = [name for name in FIELDS if not typed[name]]
    if missing:
        raise DomainError(_("Fill in every field."))
    roles = {role.value: role for role in setup.FIRST_ROLES}
    if typed["role"] not in roles:
        raise DomainError(_("The first person is the station's leader or its clerk."))
    return setup.Opening(
        division_code=typed["division_code"],
        station_name=typed["station_name"],
        login=typed["login"],
        name=typed["name"],
        password=password,
        role=roles[typed["role"]],
    )


def _require_presence() -> None:
    """Refuse a stranger on the network who would open the office in our place."""
    if not _is_at_the_machine() and not setup.is_the_code(request.form.get("code", "")):
        raise DomainError(
            _("The set-up code is wrong: read it from the file %(file)s in the office's folder.",
              file=setup.code_path().name)
        )  # fmt: skip


def _is_at_the_machine() -> bool:
    # A proxy on this machine that was not declared would make every stranger look local.
    forwarded = {"Forwarded", "X-Forwarded-For", "X-Real-Ip"} & set(request.headers.keys())
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback and not forwarded
    except ValueError:
        return False


def _place(code: str) -> tuple[str, str] | None:
    """Return the chosen place once more, so that a refused form keeps it."""
    return next(iter(setup.places(code)), None) if len(code) == divisions.CODE_LENGTH else None

"""One's own account: where one is signed in, what happened at the door, the second factor."""

from __future__ import annotations

import flask
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required
from markupsafe import Markup
from werkzeug.wrappers import Response

from admin_app.policy import unscoped
from admin_app.services import accounts
from admin_app.services.accounts import rescues
from admin_app.services.accounts import second_factor as factor
from admin_app.services.paper import codes
from models import Account, DomainError, db, engine
from views import formats
from views.web import proving
from views.web.requests import needs_second_factor, whole_access

blueprint = Blueprint("account", __name__, url_prefix="/account")

Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@login_required
def index() -> str:
    """Show one's own sign-ins, their past, and the second factor."""
    return render_template(
        "account/account.html",
        sign_ins=accounts.of(current_user, hours=_hours()),
        history=accounts.history(current_user),
        moment=formats.moment,
        codes_left=factor.codes_left(current_user),
    )


@blueprint.post("/sign-ins/<int(max=2147483647):id_>/end")
@login_required
def end(id_: int) -> Response:
    """End one of one's own sign-ins."""
    try:
        accounts.end_one(current_user._get_current_object(), id_)
    except DomainError:
        abort(404)
    db.session.commit()
    flash(_("The sign-in is ended."), "success")
    return redirect(url_for(".index"))


@blueprint.post("/sign-ins/end-others")
@login_required
def end_others() -> Response:
    """End all of one's own sign-ins but this one."""
    count = accounts.end_all(current_user._get_current_object(), but=current_user.sign_in_id)
    db.session.commit()
    flash(ngettext("%(num)d sign-in is ended.", "%(num)d sign-ins are ended.", count), "success")
    return redirect(url_for(".index"))


@blueprint.post("/rescues/<int(max=2147483647):id_>/seen")
@login_required
def take_note(id_: int) -> Response:
    """Take note of somebody's having been let in at the machine."""
    try:
        rescues.take_note(id_, whole_access())
    except DomainError:
        abort(404)
    db.session.commit()
    return redirect("/")


@blueprint.post("/prove")
@login_required
def prove() -> Answer:
    """Take the password once more, and lead on to what asked for it."""
    return proving.proved()  # type: ignore[return-value]


@blueprint.get("/second-factor")
@login_required
def second_factor() -> Answer:
    """Show the code to be scanned, or that a second factor is set up."""
    if current_user.has_second_factor:
        return redirect(url_for(".index"))
    engine.begin_writing()
    page = _set_up_page(None)
    db.session.commit()
    return page


@blueprint.post("/second-factor")
@login_required
def switch_on() -> Answer:
    """Switch the second factor on by its first code, and show the recovery codes this once."""
    try:
        with unscoped("one's own second factor"):
            fresh = factor.confirm(_own(), request.form.get("code", ""))
            db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        return _set_up_page(str(refusal)), 409
    return render_template("account/codes.html", codes=fresh)


@blueprint.post("/second-factor/off")
@login_required
def switch_off() -> Response:
    """Switch one's own second factor off, where no role of one's needs it."""
    with unscoped("one's own second factor"):
        factor.switch_off(_own())
        db.session.commit()
    flash(_("The second factor is switched off."), "success")
    return redirect(url_for(".index"))


@blueprint.post("/second-factor/codes")
@login_required
def renew_codes() -> Answer:
    """Make new recovery codes, and show them this once."""
    if not current_user.has_second_factor:
        abort(404)
    with unscoped("one's own second factor"):
        fresh = factor.renew(_own())
        db.session.commit()
    return render_template("account/codes.html", codes=fresh)


def _set_up_page(refusal: str | None) -> str:
    with unscoped("one's own second factor"):
        account = _own()
        secret = factor.begin(account)
        db.session.flush()
        address = factor.address(account, secret)
    return render_template(
        "account/second_factor.html",
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        image=Markup(codes.qr_svg(address)),  # noqa: S704  # drawn here
        refusal=refusal,
        is_asked=needs_second_factor(),
    )


def _own() -> Account:
    # The signed-in account is detached: nothing that a request loads may change it.
    account: Account = db.session.get_one(Account, current_user.id)
    return account


def _hours() -> int:
    hours: int = flask.current_app.extensions["station_settings"].sign_in_hours
    return hours

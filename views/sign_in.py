"""Signing in and out, and the language of this browser."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required, login_user, logout_user
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from admin_app.services import accounts
from models import DomainError, db

from . import jobs
from .web.languages import COOKIE, LANGUAGES
from .web.requests import OWN_PATH

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def sign_in() -> str | Response:
    """Show the form, or pass on who is signed in already."""
    if current_user.is_authenticated:
        return redirect("/")
    return render_template("sign_in/sign_in.html", refusal=None, login="")


@blueprint.post("/sign-in")
def try_sign_in() -> str | Response | tuple[str, int]:
    """Sign in, or say why not; a failed try is kept in the trail too."""
    login = request.form.get("login", "")
    try:
        account = accounts.sign_in(login, request.form.get("password", ""))
    except accounts.SignInRefused as refusal:
        db.session.commit()
        return render_template("sign_in/sign_in.html", refusal=str(refusal), login=login), 401
    token, language = account.token, account.language
    db.session.commit()
    session.clear()
    session[COOKIE] = language
    account.token = token
    login_user(account)
    jobs.watch_again()
    target = request.args.get("next", "")
    return redirect(target if OWN_PATH.fullmatch(target) else "/")


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this sign-in, here and in the database."""
    if current_user.is_authenticated:
        accounts.sign_out(current_user.token)
        db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("sign_in.sign_in"))


@blueprint.get("/password")
@login_required
def password() -> str:
    """Ask for a new password of one's own."""
    return render_template("sign_in/password.html", refusal=None)


@blueprint.post("/password")
@login_required
def change_password() -> str | Response | tuple[str, int]:
    """Change one's own password; every sign-in ends, this one too."""
    given = request.form
    try:
        accounts.change_password(current_user.login, given.get("current", ""), _twice(given))
    except DomainError as refusal:
        db.session.commit()
        return render_template("sign_in/password.html", refusal=str(refusal)), 409
    db.session.commit()
    logout_user()
    flash(_("The password is changed: sign in with it."), "success")
    return redirect(url_for("sign_in.sign_in"))


@blueprint.post("/language/<code>")
def language(code: str) -> Response:
    """Speak another language in this browser."""
    if code not in LANGUAGES:
        abort(404)
    session[COOKIE] = code
    target = request.form.get("next", "")
    return redirect(target if OWN_PATH.fullmatch(target) else "/")


def _twice(given: ImmutableMultiDict[str, str]) -> str:
    if given.get("password", "") != given.get("again", ""):
        raise DomainError(_("The two new passwords differ: type them again."))
    return given.get("password", "")

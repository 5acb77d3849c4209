"""Signing in and out, and the language of this browser."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required, login_user, logout_user
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from admin_app.services import accounts
from models import Account, DomainError, clock, db
from views.web.clients import client, remember
from views.web.languages import COOKIE, LANGUAGES
from views.web.requests import OWN_PATH

from . import jobs

blueprint = Blueprint("sign_in", __name__)
# Who has proved the password and not yet the code, in the signed session, for a few minutes.
HALF, HALF_SECONDS = "half", 300

Answer = str | Response | tuple[str, int]


@blueprint.get("/sign-in")
def sign_in() -> str | Response:
    """Show the form, or pass on who is signed in already."""
    if current_user.is_authenticated:
        return redirect("/")
    return render_template("sign_in/sign_in.html", refusal=None, login="")


@blueprint.post("/sign-in")
def try_sign_in() -> Answer:
    """Sign in, or ask for the code, or say why not; a failed try is kept in the trail too."""
    login = request.form.get("login", "")
    whence = client(login)
    try:
        account = accounts.sign_in(login, request.form.get("password", ""), client=whence)
    except accounts.CodeNeeded as needed:
        db.session.commit()
        session.clear()
        now = int(clock.utc_now().timestamp())
        session[HALF] = [needed.account_id, needed.mark, login, now]
        return redirect(url_for(".code", next=request.args.get("next", "")))
    except accounts.SignInRefused as refusal:
        db.session.commit()
        return render_template("sign_in/sign_in.html", refusal=str(refusal), login=login), 401
    return _let_in(account)


@blueprint.get("/sign-in/code")
def code() -> Answer:
    """Ask who has proved the password for the code of the authenticator."""
    if _half() is None:
        return redirect(url_for(".sign_in"))
    return render_template("sign_in/code.html", refusal=None)


@blueprint.post("/sign-in/code")
def try_code() -> Answer:
    """Take the code of the authenticator, or one of the recovery paper."""
    half = _half()
    if half is None:
        return redirect(url_for(".sign_in"))
    account_id, mark, login = half
    whence = client(login)
    try:
        typed = request.form.get("code", "")
        account = accounts.prove_code(account_id, mark, typed, client=whence)
        account = accounts.begin(account, client=whence)
    except accounts.SignInRefused as refusal:
        db.session.commit()
        return render_template("sign_in/code.html", refusal=str(refusal)), 401
    return _let_in(account)


def _let_in(account: Account) -> Response:
    token, language, login = account.token, account.language, account.login
    db.session.commit()
    # Whatever the browser brought along is gone: nobody signs a person into his own session.
    session.clear()
    session[COOKIE] = language
    account.token = token
    login_user(account)
    jobs.watch_again()
    target = request.args.get("next", "")
    answer = redirect(target if OWN_PATH.fullmatch(target) else "/")
    remember(answer, login)
    return answer


def _half() -> tuple[int, str, str] | None:
    """Return whose password was proved in this browser a moment ago: number, mark and name."""
    match session.get(HALF):
        case [number, mark, login, at] if clock.utc_now().timestamp() - at <= HALF_SECONDS:
            return number, mark, login
    return None


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
        login = current_user.login
        accounts.change_password(
            login, given.get("current", ""), _twice(given), client=client(login)
        )
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

"""Dangerous acts: who does one types the own password once more, unless just done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import flask
from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from admin_app.services import accounts
from models import clock, db

from .clients import client
from .requests import OWN_PATH

# For so long a password that was typed stands for what follows.
LASTS = timedelta(minutes=10)
FIELD = "_own_password"
OURS = (FIELD, "csrf_token")
# Every act that asks, by its method and endpoint, and what it is called on the page that asks.
DANGEROUS: dict[tuple[str, str], Any] = {
    ("POST", "accounts.create_view"): _("Open an account"),
    ("POST", "imports.open_accounts"): _("Open accounts from a sheet"),
    ("POST", "accounts.edit_view"): _("Change an account or its password"),
    ("POST", "accounts.end_sign_ins_view"): _("End the sign-ins of an account"),
    ("POST", "accounts.second_factor_off_view"): _("Switch off a second factor"),
    ("POST", "appointments.create_view"): _("Give an appointment"),
    ("POST", "appointments.edit_view"): _("Change an appointment"),
    ("POST", "appointments.widen_view"): _("Widen an appointment"),
    ("POST", "appointments.delegate_view"): _("Delegate an appointment"),
    ("POST", "account.switch_off"): _("Switch off a second factor"),
    ("POST", "account.renew_codes"): _("Make new recovery codes"),
    ("POST", "certificates.void_view"): _("Void a certificate"),
    ("POST", "certificates.uphold_view"): _("Let a certificate stand"),
    ("POST", "ledger.reverse_view"): _("Reverse an entry"),
    ("POST", "leadership.hand_over_view"): _("Hand a term over"),
    ("POST", "dismissals.decide_view"): _("Decide a dismissal"),
    ("POST", "privacy.decide_view"): _("Decide a privacy request"),
    ("POST", "retention.delete"): _("Delete the data of who left"),
    ("POST", "releases.release_view"): _("Release numbers in clear"),
    ("GET", "volunteers.export"): _("Export volunteers"),
    ("GET", "ledger.export"): _("Export service entries"),
    ("GET", "certificates.export"): _("Export certificates"),
    ("GET", "audit.export"): _("Export the audit trail"),
}

Answer = Response | tuple[str, int] | None


def register(app: flask.Flask) -> None:
    """Ask before every dangerous act; call it after identity is declared."""
    app.before_request(_ask)


def ask() -> Answer:
    """Return the page that asks for the password, or None where it was typed of late."""
    told = request.form.get(FIELD)
    if told is not None:
        try:
            accounts.prove_again(
                current_user._get_current_object(), told, client=client(current_user.login)
            )
        except accounts.SignInRefused as refusal:
            db.session.commit()  # the failed try counts and is traced
            return _page(str(refusal)), 401
        db.session.commit()
        current_user.proved_at = clock.utc_now()
        _forget_the_password()
        return None
    proved = current_user.proved_at
    if proved is not None and proved > clock.utc_now() - LASTS:
        return None
    return _page(None), 401


def _ask() -> Answer:
    if (request.method, request.endpoint) not in DANGEROUS or not current_user.is_authenticated:
        return None
    return ask()


def _forget_the_password() -> None:
    kept = [(k, v) for k, v in request.form.items(multi=True) if k != FIELD]
    request.form = ImmutableMultiDict(kept)


def _page(refusal: str | None) -> str:
    address = request.full_path.rstrip("?")
    # What is only fetched cannot carry a password: it is proved first, and then fetched.
    target = address if request.method == "POST" else url_for("account.prove", next=address)
    return render_template(
        "account/prove.html",
        act=DANGEROUS.get((request.method, str(request.endpoint))),
        target=target,
        posted=[(k, v) for k, v in request.form.items(multi=True) if k not in OURS],
        refusal=refusal,
        field=FIELD,
    )


def proved() -> Response | Answer:
    """Take the password for something that is only fetched, and lead on to it."""
    if FIELD not in request.form:
        return redirect("/")
    refusal = ask()
    if refusal is not None:
        return refusal
    target = request.args.get("next", "")
    return redirect(target if OWN_PATH.fullmatch(target) else "/")

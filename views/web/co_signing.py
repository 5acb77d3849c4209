"""The second person at one PC: proved by login, password and code, and nobody signed in or out."""

from __future__ import annotations

from flask import flash, request
from flask_babel import gettext as _

from admin_app.policy import access_of, unscoped
from admin_app.services import accounts
from models import Account, db

from .clients import client
from .requests import lacks_second_factor

# What the form of templates/macros/co_sign.html posts.
LOGIN, PASSWORD, CODE = "login", "password", "code"


def second_person() -> Account | None:
    """Return whose login, password and code were typed; else say why not, and return None.

    A failed try is traced and counts as at the door, and whom the door would lead to a new
    password or a second factor first signs nothing: who gave him his password knows it too.
    """
    told = request.form
    login = told.get(LOGIN, "")
    try:
        second = accounts.prove(
            login, told.get(PASSWORD, ""), told.get(CODE, "").strip(), client=client(login)
        )
        _require_set_up(second)
    except accounts.CodeNeeded:
        db.session.commit()
        flash(_("The second person has a second factor: type its code too."), "error")
    except accounts.SignInRefused as refusal:
        db.session.commit()  # the failed try counts and is traced
        flash(str(refusal), "error")
    else:
        return second
    return None


def _require_set_up(second: Account) -> None:
    """Raise ``SignInRefused`` for whom every page would lead elsewhere first."""
    if second.must_change_password:
        raise accounts.SignInRefused(
            _("The second person has still to sign in and choose an own password.")
        )
    with unscoped("what the second person may do"):
        access = access_of(second)
    if lacks_second_factor(second, access):
        raise accounts.SignInRefused(
            _("The second person has still to sign in and set up a second factor.")
        )

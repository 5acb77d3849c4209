"""The second person at one PC: proved by login, password and code, and nobody signed in or out."""

from __future__ import annotations

from flask import flash, request
from flask_babel import gettext as _

from admin_app.services import accounts
from models import Account, db

from .clients import client

# What the form of templates/macros/co_sign.html posts.
LOGIN, PASSWORD, CODE = "login", "password", "code"


def second_person() -> Account | None:
    """Return whose login, password and code were typed; else say why not, and return None.

    A failed try is traced and counts as at the door.
    """
    told = request.form
    login = told.get(LOGIN, "")
    try:
        return accounts.prove(
            login, told.get(PASSWORD, ""), told.get(CODE, "").strip(), client=client(login)
        )
    except accounts.CodeNeeded:
        db.session.commit()
        flash(_("The second person has a second factor: type its code too."), "error")
    except accounts.SignInRefused as refusal:
        db.session.commit()  # the failed try counts and is traced
        flash(str(refusal), "error")
    return None

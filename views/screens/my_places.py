"""The place switcher: people with several appointments act in all of them, or in one."""

from __future__ import annotations

import flask
from flask import Blueprint, abort, redirect, request
from flask_login import login_required
from werkzeug.wrappers import Response

from admin_app.policy import Held
from views import menu
from views.lookups import key
from views.web.requests import choose_place, chosen_place, whole_access

ALL = "all"

blueprint = Blueprint("my_places", __name__)


def register(app: flask.Flask) -> None:
    """Hand the bar of every page the appointments held, and the one chosen."""
    app.add_template_global(held_places)
    app.add_template_global(chosen_place)


def held_places() -> list[Held]:
    """Return the appointments held, each once however many divisions it reaches."""
    return list({held.appointment_id: held for held in whole_access().held}.values())


@blueprint.post("/place")
@login_required
def choose() -> Response:
    """Act in the chosen appointment from now on; what is not held does not exist."""
    typed = request.form.get("place", "")
    chosen = None if typed == ALL else key(typed)
    if (chosen is None and typed != ALL) or not choose_place(chosen):
        abort(404)
    now = whole_access() if chosen is None else whole_access().at(chosen)
    back = request.form.get("next", "")
    # A record of the place one left does not exist in the other: only a screen is gone back to.
    return redirect(back if now is not None and menu.opens(back, now) else "/")

"""Who asks, in whose scope, and whether the request reads or writes."""

from __future__ import annotations

import re

import flask
from flask import flash, g, request, session
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from werkzeug.datastructures import ImmutableMultiDict

from admin_app.config import Settings
from admin_app.policy import NOBODY, Access, access_of, enter
from admin_app.services import accounts
from models import Account, db, engine

READING = frozenset({"GET", "HEAD", "OPTIONS"})
# The appointment that a person with several of them acts in, in the signed session.
PLACE = "place"
OWN_PATH = re.compile(r"/(?![/\\])[^\s\\]*")


def access() -> Access:
    """Return what the person who asks may do."""
    found = g.get("access", NOBODY)
    assert isinstance(found, Access)  # noqa: S101  # narrows flask.g
    return found


def whole_access() -> Access:
    """Return all that the person holds, whatever place is chosen in the bar."""
    found = g.get("whole_access", NOBODY)
    assert isinstance(found, Access)  # noqa: S101  # narrows flask.g
    return found


def chosen_place() -> int | None:
    """Return the one appointment that the person acts in now; None is all of them."""
    chosen = session.get(PLACE)
    return chosen if isinstance(chosen, int) else None


def choose_place(appointment_id: int | None) -> bool:
    """Act in one appointment from the next request on, or in all; False if it is not held."""
    if appointment_id is None:
        session.pop(PLACE, None)
        return True
    if whole_access().at(appointment_id) is None:
        return False
    session[PLACE] = appointment_id
    return True


def actor() -> Account:
    """Return the signed-in account itself, for services to keep."""
    account = current_user._get_current_object()
    assert isinstance(account, Account)  # noqa: S101  # narrows Flask-Login's proxy
    return account


def own_station(resource: str) -> int | None:
    """Return the one station where the person may write the register, if it is just one."""
    places = access().places(f"{resource}:write")
    stations = {place.value for place in places if place.column == "station"}
    return stations.pop() if len(stations) == 1 and len(places) == 1 else None


def register(app: flask.Flask, login: LoginManager) -> None:
    """Declare identity and scope before every view, and end them after it."""
    login.login_view = "sign_in.sign_in"
    login.login_message = None
    login.session_protection = None  # the token in the database is what is checked

    @login.user_loader
    def load(token: str) -> Account | None:
        settings: Settings = app.extensions["station_settings"]
        return accounts.find(token, hours=settings.sign_in_hours)

    app.before_request(_begin)
    app.before_request(_drop_foreign_targets)
    app.teardown_request(_end)


def _begin() -> None:
    g.leave = enter(NOBODY)
    if request.endpoint == "static":
        return
    if request.method in READING:
        engine.begin_reading()
    else:
        engine.begin_writing()
    if current_user.is_authenticated:
        g.whole_access = access_of(current_user)
        g.access = _narrowed(g.whole_access)
        g.leave()
        g.leave = enter(g.access)


def _narrowed(whole: Access) -> Access:
    chosen = chosen_place()
    if chosen is None:
        return whole
    narrowed = whole.at(chosen)
    if narrowed is None:
        choose_place(None)
        flash(_("The appointment you had chosen has ended: you see all your places again."))
    return narrowed or whole


def _drop_foreign_targets() -> None:
    # Flask-Admin follows ?url= after saving; only a path of our own may stand there.
    target = request.args.get("url")
    if target and not OWN_PATH.fullmatch(target):
        kept = [(k, v) for k, v in request.args.items(multi=True) if k != "url"]
        request.args = ImmutableMultiDict(kept)


def _end(_error: BaseException | None) -> None:
    leave = g.pop("leave", None)
    if leave is not None:
        leave()
        engine.begin_writing()
        db.session.remove()

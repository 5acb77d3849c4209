"""Who asks, in whose scope, and whether the request reads or writes."""

from __future__ import annotations

import re
from datetime import timedelta

import flask
from flask import flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from admin_app.config import Settings
from admin_app.policy import NOBODY, Access, access_of, enter
from admin_app.services import accounts
from admin_app.services.accounts import second_factor
from models import Account, clock, db, engine

READING = frozenset({"GET", "HEAD", "OPTIONS"})
# The appointment that a person with several of them acts in, in the signed session.
PLACE = "place"
# What a page asks for by itself, again and again.
WAITING = "jobs.live"
SEEN_EVERY = timedelta(minutes=1)
# What opens while a password or a second factor is still to be chosen.
BEFORE_SET_UP = frozenset({
    "static", "admin.static", "sign_in.password", "sign_in.change_password", "sign_in.sign_in",
    "sign_in.sign_out", "sign_in.language", "sign_in.code", "sign_in.try_code", WAITING,
})  # fmt: skip
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
        account = accounts.find(
            token, hours=settings.sign_in_hours, idle_minutes=settings.idle_minutes
        )
        if account is not None and request.endpoint != WAITING:
            _touch(account)
        return account

    app.before_request(_begin)
    app.before_request(_lead_to_set_up)
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


def _touch(account: Account) -> None:
    """Note once a minute that the person is at work; a page that asks by itself is none."""
    now = clock.utc_now()
    if account.seen_at is not None and account.seen_at > now - SEEN_EVERY:
        return
    engine.begin_writing()
    accounts.touch(account.sign_in_id, at=now)
    db.session.commit()
    if request.method in READING:
        engine.begin_reading()


def _lead_to_set_up() -> Response | None:
    """Lead who has to change the password, or to set a second factor up, there before all else."""
    if not current_user.is_authenticated or request.endpoint in BEFORE_SET_UP:
        return None
    if current_user.must_change_password:
        return redirect(url_for("sign_in.password"))
    if request.blueprint != "account" and needs_second_factor():
        return redirect(url_for("account.second_factor"))
    return None


def needs_second_factor() -> bool:
    """Tell whether the person holds a role that must have a second factor, and has none."""
    return lacks_second_factor(actor(), whole_access())


def lacks_second_factor(account: Account, access: Access) -> bool:
    """Tell whether an account holds a role that must have a second factor, and has none."""
    settings: Settings = flask.current_app.extensions["station_settings"]
    roles = frozenset(settings.second_factor_roles)
    if not roles or account.has_second_factor:
        return False
    return second_factor.is_asked_of(access, roles)


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

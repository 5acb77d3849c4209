"""Who asks: a person at one station, one of a county, one who sees all; signed in."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Any

import flask
from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services import accounts
from models import Account, Division, Role, SignIn, Station, db

SINCE = date(2024, 1, 1)


def signed_in(app: flask.Flask, station_id: int) -> dict[str, Any]:
    """Return a signed-in client for each scope: ``station``, ``county`` and ``all``."""
    clients = {}
    with app.app_context(), unscoped("a benchmark hires its people"):
        for scope, role, place in _posts(station_id):
            client = clients[scope] = app.test_client()
            with client.session_transaction() as kept:
                kept["_user_id"] = _token(_account(scope, role, place))
        db.session.commit()
    return clients


def _posts(station_id: int) -> Iterator[tuple[str, Role, Any]]:
    station = db.session.get_one(Station, station_id)
    yield "station", Role.CLERK, station
    yield "county", Role.SUPERVISOR, db.session.get_one(Division, station.county_id)
    yield "all", Role.SUPERVISOR, db.session.get_one(Division, station.prefecture_id)


def _account(scope: str, role: Role, place: Any) -> Account:
    """Return the account of a post; a kept office has hired it before."""
    login = f"bench-{scope}"
    known = db.session.scalar(select(Account).filter_by(login=login))
    if known is not None:
        return known
    account = Account(login=login, name=scope, password_hash="x")  # noqa: S106  # opens nothing
    db.session.add(account)
    db.session.flush()  # the appointment names the account by its number
    accounts.appoint(account, role, place, by=None, since=SINCE)
    return account


def _token(account: Account) -> str:
    token = secrets.token_urlsafe(32)
    kept = sha256(token.encode()).hexdigest()
    db.session.add(SignIn(account_id=account.id, token_hash=kept))
    return token

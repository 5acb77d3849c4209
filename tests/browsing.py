"""Browsers for the tests: one a person, signed in without the form."""

from __future__ import annotations

import secrets
from contextvars import Context
from hashlib import sha256

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from models import SignIn, db


class Browser(FlaskClient):
    """A browser of its own: what the test holds open reaches no request, and no request it."""

    def open(self, *args, **kwargs):
        db.session.rollback()  # an open transaction of the test would lock the request out
        kwargs.setdefault("buffered", True)  # a file that was sent is closed again
        return Context().run(super().open, *args, **kwargs)


def signed_in(app, account, language="en"):
    """Return the browser of an account, or of a guest for None; it sends its CSRF token."""
    app.test_client_class = Browser
    browser, raw = app.test_client(), secrets.token_hex(20)
    token = _open(account) if account is not None else None
    with browser.session_transaction() as kept:
        kept["csrf_token"], kept["language"] = raw, language
        if token:
            kept["_user_id"], kept["_fresh"] = token, True
    signer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    browser.environ_base["HTTP_X_CSRFTOKEN"] = signer.dumps(raw)
    return browser


def _open(account):
    token = secrets.token_urlsafe(32)
    hashed = sha256(token.encode()).hexdigest()
    db.session.add(SignIn(account_id=account.id, token_hash=hashed))
    db.session.commit()
    return token

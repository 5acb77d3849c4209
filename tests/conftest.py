"""The office, a browser a person, and the cast every test shares."""

from __future__ import annotations

import secrets
from contextvars import Context

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from admin_app.policy import unscoped
from models import SignIn, db
from tests import cast as company
from tests.offices import Offices

ENGINES = ("sqlite", "postgresql")


class Browser(FlaskClient):
    """A browser of its own: what the test holds open reaches no request, and no request it."""

    def open(self, *args, **kwargs):
        db.session.rollback()  # an open transaction of the test would lock the request out
        return Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def offices(tmp_path_factory):
    opened = Offices(tmp_path_factory.mktemp("offices"))
    yield opened
    opened.close()


@pytest.fixture(params=ENGINES)
def app(request, offices):
    """The office, in turn on each engine; the test itself sees every row."""
    office = offices.on(request.param)
    office.app.test_client_class = Browser
    with office.app.app_context(), unscoped("a test looks at everything"):
        yield office.app
        db.session.remove()


@pytest.fixture
def cast(app):
    return company.call()


@pytest.fixture
def browse(app):
    """Return a signed-in browser: ``browse(cast.lin).get("/volunteers/")``."""
    return lambda account: _signed_in(app, account)


def _signed_in(app, account):
    token, raw = secrets.token_urlsafe(32), secrets.token_hex(20)
    db.session.add(SignIn(account_id=account.id, token_hash=_hash(token)))
    db.session.commit()
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"], kept["csrf_token"] = token, True, raw
        kept["language"] = "en"
    signer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    browser.environ_base["HTTP_X_CSRFTOKEN"] = signer.dumps(raw)
    return browser


def _hash(token):
    from hashlib import sha256

    return sha256(token.encode()).hexdigest()

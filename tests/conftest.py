"""The office, a browser a person, and the cast every test shares."""

from __future__ import annotations

import pytest
from hypothesis import settings

from admin_app.policy import unscoped
from models import db
from tests import cast as company
from tests.browsing import Browser, signed_in
from tests.hashing import CHEAP, hash_with
from tests.offices import ENGINES, Offices

# How long an example takes says how busy the machine is, not whether it holds.
settings.register_profile("office", deadline=None)
settings.load_profile("office")


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes():
    with pytest.MonkeyPatch.context() as patch:
        hash_with(patch, CHEAP)
        yield


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
    """Return a signed-in browser: ``browse(cast.lin).get("/volunteers/")``; None is a guest."""
    return lambda account, language="en": signed_in(app, account, language)

"""A second, empty office on the same engine: where a backup is put back."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from contextvars import Context

import pytest

from admin_app.factory import create_app
from models import EntryState, db
from tests import factories

_numbers = itertools.count(1)


@pytest.fixture
def elsewhere(app, offices, tmp_path):
    """Return what opens a further office on the same engine; ``keys`` are those of the first."""
    with ExitStack() as stack:

        def opened(folder=None):
            place = folder or tmp_path / f"office-{next(_numbers)}"
            url = ""
            if db.engine.dialect.name == "postgresql":
                server = offices.open["postgresql"].server
                url = server.url(f"second_{place.name.replace('-', '_')}")
                if not place.exists():
                    url = server.create(f"second_{place.name.replace('-', '_')}")
                    stack.callback(server.drop, url.rpartition("/")[2])
            # A context of its own: opening an office must not inherit a test's.
            office = Context().run(create_app, instance=place, database_url=url, language="en")
            stack.callback(_let_go, office)
            return office

        yield opened


def _let_go(office):
    with office.app_context():
        db.session.remove()
        db.engine.dispose()
    office.extensions["station_presence"].close()


@pytest.fixture
def served(cast):
    """Two confirmed hours of one volunteer of Gan Lai, with a picture at the station."""
    volunteer = factories.volunteer(cast.gan_lai, name="贺兰心", phone="13812345678")
    activity = factories.activity(cast.gan_lai)
    factories.service_entry(volunteer, activity, state=EntryState.CONFIRMED)
    picture = factories.evidence_file(cast.gan_lai)
    return volunteer, picture

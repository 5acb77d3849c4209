"""The access matrix: every role, every route, an own and a foreign row, told from one table.

``matrix.txt`` says how each act of the office answers each role. A new route without a line
fails, and so does one that answers otherwise. STATION_MATRIX=write adds the lines that are missing,
as the office answers now: read them before they are committed.
"""

from __future__ import annotations

import os

import pytest

from admin_app.services.paper.press import Press
from models import Role
from tests.access import asking
from tests.access.asking import UNKNOWN
from tests.browsing import signed_in

WRITES = os.environ.get("STATION_MATRIX") == "write"


@pytest.fixture(scope="module")
def table():
    return asking.read()


@pytest.fixture
def office(offices):
    """The office on the engine of one PC: who may does not hang on the engine."""
    from admin_app.policy import unscoped
    from models import db
    from tests.browsing import Browser

    app = offices.on("sqlite").app
    app.test_client_class = Browser
    with app.app_context(), unscoped("a test looks at everything"):
        yield app
        db.session.remove()


def test_every_act_has_a_line_and_every_line_an_act(office, table):
    known = {str(act) for act in asking.acts(office)}
    assert sorted(known - set(table)) == [], "say in matrix.txt to whom these open"
    assert sorted(set(table) - known) == [], "these lines tell of nothing any more"


@pytest.mark.parametrize("column", asking.COLUMNS)
def test_each_act_answers_as_the_table_says(office, table, column, monkeypatch):
    known = asking.read()
    acts = asking.acts(office)
    if WRITES:
        acts = [act for act in acts if known.get(str(act), {}).get(column) in (None, UNKNOWN)]
    found, stations, own_stations = answers(office, acts, column, monkeypatch)
    if WRITES:
        merged = known | {act: known.get(act, {}) | {column: s} for act, s in found.items()}
        asking.write(merged)
        return
    wrong = {
        act: f"{signs} and not {table[act][column]}"
        for act, signs in found.items()
        if act in table and signs != table[act][column]
    }
    assert wrong == {}
    assert stations <= own_stations, "written at a place of others"


def answers(office, acts, column, monkeypatch):
    """Ask everything in one role; return the signs, where was written, and where one may."""
    from tests import cast as company

    cast = company.call()
    guest = column == asking.GUEST
    account = None if guest else getattr(cast, asking.HOLDERS[Role(column)])
    own, foreign = asking.furnish(cast, account)
    everywhere = guest or account.appointments[0].place == "Whole system"
    stations = {cast.gan_lai.id, cast.quan_shui.id}
    if everywhere and not guest:
        stations.add(cast.weng_shui.id)
    browser, watch = signed_in(office, account), asking.Watch(monkeypatch)
    monkeypatch.setattr(Press, "print", lambda *_given: ({"pages": 1}, b"%PDF-"))
    found = {}
    for act in acts:
        signs = ""
        for rows in (own, foreign) if act.names_a_row and not guest else (own,):
            kept = dict(browser._cookies)
            signs += asking.ask(browser, act, rows)
            browser._cookies = kept
        found[str(act)] = signs
    watch.stop()
    return found, watch.stations, stations

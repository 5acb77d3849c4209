"""Long exports, written by the database: the same words as told by Python, on both engines."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from admin_app.policy import unscoped
from models import db, engine
from tests import factories
from views.lists import dumps, listing
from views.lists.exports import harmless
from views.registers.ledger.entries import LedgerView
from views.registers.people.volunteers import VolunteerView

WORDS = ["=1+1", "平常的话", '他说“好”, "谢谢"', "两\n行", "-", "", None, "@家", "a,b", "1"]


def parts(app, screen):
    view = next(v for v in app.extensions["admin"][0]._views if type(v) is screen)
    return view._exported, select(view.model), listing.keys(view.model, view.order)


def written(dump):
    return list(csv.reader(io.StringIO(b"".join(dump.lines()).decode())))


RULES = (
    None, "u30d", "u15n", "u7u", "d480", "a120", "u30d d480", "u5n a77", "d7 a7", "u30u d480 a120",
)  # fmt: skip


@pytest.fixture
def entries(cast, monkeypatch):
    """Thirty entries in several windows, with everything a spreadsheet may stumble over."""
    monkeypatch.setattr(dumps, "FIRST_ROWS", 4)
    monkeypatch.setattr(dumps, "WINDOW", 7)
    volunteer, activity = factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai)
    for n in range(30):
        started = datetime(2026, 3, 1, 8, n) + timedelta(days=n // 3)
        factories.service_entry(
            volunteer, activity, content=WORDS[n % 10], started_at=started,
            ended_at=started + timedelta(minutes=1), minutes=n * 7 + 1, served_on=started.date(),
            flags=["before_registration", "unheard_of"][: n % 3],
            rule=RULES[n % len(RULES)],
        )  # fmt: skip


def test_a_long_list_leaves_whole_in_order_and_in_the_words_of_the_screen(app, cast, entries):
    with unscoped("a test reads it twice"), engine.reading():
        exported, found, order = parts(app, LedgerView)
        told = [tuple(row) for row in exported.told(found, order)]
        dump = exported.dump(found, order, safe=True)
        db.session.rollback()
        assert len(told) == 30
        assert [tuple(row) for row in exported.stream(found, order)] == told
        assert written(dump) == [[harmless(cell) for cell in row] for row in told]


def test_a_narrowed_list_leaves_narrowed(app, browse, cast, entries):
    page = browse(cast.chen).get(
        "/ledger/export/csv/?flt_served_since=2026-03-09&flt_served_until=2026-03-10"
    )
    assert len(list(csv.reader(io.StringIO(page.data.decode("utf-8-sig"))))) == 1 + 6


@pytest.mark.parametrize("screen", [LedgerView, VolunteerView])
def test_the_longest_registers_are_written_by_the_database(app, cast, screen):
    with unscoped("a test looks at a statement"):
        exported, found, order = parts(app, screen)
        assert exported.dump(found, order, safe=True) is not None

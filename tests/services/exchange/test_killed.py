"""An import whose process is killed: it happened wholly or not at all."""

from __future__ import annotations

import os
import random
import signal
import time
from datetime import date, timedelta
from io import BytesIO

import pytest
import xlsxwriter
from sqlalchemy import func, select

from admin_app.policy import unscoped
from admin_app.services import audit
from admin_app.services.exchange import batches
from admin_app.services.exchange.batches import Upload
from admin_app.services.ledger import checking
from models import EntrySource, EntryState, ImportKind, ServiceEntry, Station, clock, db
from tests import factories
from tests.services.exchange.books import LEDGER, number

PEOPLE, DAYS = 40, 60
ROWS = PEOPLE * DAYS
KILLS = 4
FIRST = date(2026, 6, 1)


@pytest.fixture(scope="module")
def sheet():
    """Return a ledger of two thousand rows, as a workbook."""
    output = BytesIO()
    with xlsxwriter.Workbook(output) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, LEDGER)
        for row in range(ROWS):
            person, day = row % PEOPLE, FIRST + timedelta(days=row // PEOPLE)
            page.write_row(
                row + 1, 0,
                (row + 1, day.isoformat(), f"陈{person}", number(f"44089919900101{person:03}"),
                 f"环保宣传{person % 3}", "", "08:30", "11:00", 2.5),
            )  # fmt: skip
    return output.getvalue()


def land(sheet, station_id):
    """Bring the sheet in as the command does, and leave without a word to anybody."""
    with unscoped("a command brings the sheet in"):
        station = db.session.get(Station, station_id)
        upload = Upload(ImportKind.LEDGER, "台账.xlsx", sheet, station, clock.today())
        batches.bring_in(upload, by=None, access=None, at=clock.utc_now(), dry_run=False)
        db.session.commit()


def landed_after(seconds, sheet, station_id):
    """Kill a process that imports after so many seconds; return how many rows are there."""
    db.session.rollback()
    db.engine.dispose()  # a connection serves one process
    child = os.fork()
    if not child:
        try:
            land(sheet, station_id)
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    imported = select(func.count()).select_from(ServiceEntry.__table__)
    return db.session.scalar(imported.where(ServiceEntry.__table__.c.source == EntrySource.COMMAND))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_killed_import_is_wholly_there_or_not_at_all(app, cast, sheet):
    people = [
        factories.volunteer(cast.gan_lai, name=f"陈{person}",
                            id_number=number(f"44089919900101{person:03}"))
        for person in range(PEOPLE)
    ]  # fmt: skip
    factories.service_entry(people[0], factories.activity(cast.gan_lai), state=EntryState.CONFIRMED)
    station_id, chance = cast.gan_lai.id, random.Random(20)
    for _turn in range(KILLS):
        assert landed_after(chance.uniform(0.02, 0.6), sheet, station_id) in {0, ROWS}
        assert checking.verify().differences == ()
        assert audit.verify() == []
    # Left alone it lands: the rounds above did not pass because nothing could.
    if landed_after(0, sheet, station_id) == 0:
        land(sheet, station_id)
    assert landed_after(0, sheet, station_id) == ROWS
    assert checking.verify().differences == ()

"""One filled office twice: served as ours, and as stock Flask-Admin over a copy of its data."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flask
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from admin_app.policy import unscoped
from benchmarks.population import names
from benchmarks.tasks import stock
from benchmarks.tasks.hand import Hand
from benchmarks.tasks.wanted import ASKED, SERVED, SKILLS, served_on
from models import Category, EntryState, clock, db
from tests import cast, factories
from tests.browser.serving import launched, served
from tests.browser.visitor import Visitor
from tests.offices import WORK, SqliteOffice

OFTEN = ("夜间巡逻", "环保宣传", "义诊", "楼道清洁")
PEOPLE, ACTIVITIES, WAITING = 60, 20, 60


@dataclass
class Side:
    """One of the two products: who sits before it, and the data behind it."""

    name: str
    sit_down: Any
    engine: Engine

    def rows(self) -> Session:
        """Return a session that sees every row as it is now."""
        return Session(self.engine)


@contextmanager
def opened() -> Iterator[tuple[Side, Side]]:
    """Serve both; ours comes first."""
    with tempfile.TemporaryDirectory(prefix="station-tasks-") as made:
        folder = Path(made)
        office = SqliteOffice(folder)
        office.reset()
        with office.app.app_context(), unscoped("a benchmark fills an office"):
            people = fill()
            db.session.remove()  # the last connection writes all of the data into the file
            office.dispose()
            shutil.copyfile(folder / f"{WORK}.db", folder / "stock.db")
            with _both(office.app, people, create_engine(f"sqlite:///{folder}/stock.db")) as sides:
                yield sides
            office.dispose()


@contextmanager
def _both(app: flask.Flask, people: SimpleNamespace, engine: Engine) -> Iterator[tuple[Side, Side]]:
    other = stock.make(engine, app.extensions["station_keyring"])
    with served(app) as ours, served(other) as theirs, chromium() as browser:

        def at_ours(login: str) -> Hand:
            visitor = Visitor(app, ours, browser, getattr(people, login))
            visitor.open("/")
            return Hand(visitor.page)

        def at_stock(_login: str) -> Hand:
            page = browser.new_page(
                viewport={"width": 1366, "height": 768}, locale="zh-CN",
                timezone_id=str(clock.OFFICE_ZONE),
            )  # fmt: skip
            page.goto(f"{theirs}/admin/")
            return Hand(page)

        yield Side("ours", at_ours, db.engine), Side("stock", at_stock, engine)
    engine.dispose()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the machine's Chromium for a while."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        try:
            yield browser
        finally:
            browser.close()


def fill() -> SimpleNamespace:
    """Fill the station of Gan Lai with two months of work, and return its people."""
    people = cast.call()
    station, today = people.gan_lai, clock.today()
    called = [*islice(names(), PEOPLE), *ASKED]
    roll = [factories.volunteer(station, name=name, skills=SKILLS) for name in called]
    for n in range(ACTIVITIES):
        held = _activity(station, OFTEN[n % len(OFTEN)], today - timedelta(days=3 * n + 2))
        for volunteer in (roll[PEOPLE], roll[n]):
            _entry(volunteer, held, people, state=EntryState.CONFIRMED)
    _activity(station, SERVED, served_on())
    late = _activity(station, "消防宣传", today - timedelta(days=3))
    for volunteer in roll[:WAITING]:
        _entry(volunteer, late, people)
    factories.leadership_group(station)
    factories.rule(station)
    return cast.call()


def _activity(station: Any, name: str, day: date) -> Any:
    return factories.activity(
        station, name=name, held_on=day, category=Category.COMMUNITY, starts_at=time(9),
        ends_at=time(11),
    )  # fmt: skip


def _entry(volunteer: Any, held: Any, people: SimpleNamespace, **state: Any) -> None:
    factories.service_entry(
        volunteer, held, recorded_by_id=people.chen.id,
        recorded_at=datetime.combine(held.held_on, time(12)), **state,
    )  # fmt: skip

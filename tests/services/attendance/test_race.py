"""Two tablets at one moment: nobody is noted twice, and nobody is lost."""

from __future__ import annotations

import threading
import time as time_module
from collections import Counter
from contextvars import Context

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from admin_app.policy import access_of, acting_as
from admin_app.services import accounts
from admin_app.services.attendance import taking
from models import Activity, Attendance, DomainError, clock, db, engine
from tests import factories

TABLETS, PEOPLE, PATIENCE = 2, 12, 20
SECONDS = 20


@pytest.fixture
def door(cast):
    people = [factories.volunteer(cast.gan_lai).id for _n in range(PEOPLE)]
    held = factories.activity(cast.gan_lai, held_on=clock.today(), keeper_id=cast.he.id)
    return people, held.id


def tap_all(app, login, people, activity_id, told):
    with app.app_context():
        for number in people:
            told[_tried(login, number, activity_id)] += 1
        db.session.remove()


def _tried(login, number, activity_id):
    for _turn in range(PATIENCE):
        try:
            return _once(login, number, activity_id)
        except OperationalError:
            db.session.rollback()
    return "never heard"


def _once(login, number, activity_id):
    try:
        engine.begin_writing()
        access = access_of(accounts.by_login(login))
        with acting_as(access):
            taking.sign_in(db.session.get(Activity, activity_id), number, access=access)
            db.session.commit()
    except (DomainError, IntegrityError):
        db.session.rollback()
        return "refused"
    return "noted"


def test_two_tablets_that_tap_everybody_note_each_once(app, cast, door):
    people, activity_id = door
    db.session.commit()
    told = [Counter() for _n in range(TABLETS)]
    threads = [
        threading.Thread(
            target=Context().run, args=(tap_all, app, login, people, activity_id, counted)
        )
        for login, counted in zip(("he", "chen"), told, strict=True)
    ]
    ends = time_module.monotonic() + SECONDS
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, ends - time_module.monotonic()))
    assert sum(told, Counter()) == {"noted": PEOPLE, "refused": PEOPLE}
    noted = db.session.scalars(select(Attendance.volunteer_id)).all()
    assert sorted(noted) == sorted(people)

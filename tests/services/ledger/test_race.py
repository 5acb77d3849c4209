"""Many writers at one moment: one of them is accepted, and the totals know of that one."""

from __future__ import annotations

import threading
import time as time_module
from collections import Counter
from contextvars import Context
from datetime import date, time

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services import accounts
from admin_app.services.ledger import checking, deciding, hours
from admin_app.services.ledger.hours import Stretch
from models import Activity, DomainError, PersonLife, ServiceEntry, Volunteer, db
from tests import factories

DAY = date(2026, 10, 3)
MORNING = Stretch.on(DAY, time(9), time(11))
WRITERS, VOLUNTEERS, PATIENCE = 8, 100, 20
SECONDS = 10


@pytest.fixture
def crowd(cast):
    """A hundred volunteers of Gan Lai, and an activity of the day."""
    people = [factories.volunteer(cast.gan_lai).id for _n in range(VOLUNTEERS)]
    return people, factories.activity(cast.gan_lai, held_on=DAY).id


def write(app, people, activity_id, told):
    """Record and confirm for everybody, each in a transaction of its own."""
    with app.app_context():
        for number in people:
            told[_tried(number, activity_id)] += 1
        db.session.remove()


def _tried(number, activity_id):
    """Try until the database has had time for it; whoever waits too long begins again."""
    for _turn in range(PATIENCE):
        try:
            return _once(number, activity_id)
        except OperationalError:
            db.session.rollback()
    return "never heard"


def _once(number, activity_id):
    try:
        clerk, deputy = accounts.by_login("chen"), accounts.by_login("dai")
        with acting_as(access_of(clerk)):
            volunteer = db.session.get(Volunteer, number)
            entry = hours.record(volunteer, db.session.get(Activity, activity_id), MORNING)
        with acting_as(access_of(deputy)):
            deciding.confirm([entry], by=deputy, access=access_of(deputy))
            db.session.commit()
    except (DomainError, IntegrityError):
        db.session.rollback()
        return "refused"
    return "accepted"


def test_of_eight_writers_for_one_slot_one_is_accepted(app, crowd):
    people, activity_id = crowd
    db.session.commit()
    db.session.remove()
    told = [Counter() for _n in range(WRITERS)]
    threads = [
        threading.Thread(target=Context().run, args=(write, app, people, activity_id, one))
        for one in told
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(told, Counter()) == {
        "accepted": VOLUNTEERS, "refused": VOLUNTEERS * (WRITERS - 1),
    }  # fmt: skip
    counted = select(func.count(ServiceEntry.id)).where(ServiceEntry.counts)
    assert db.session.scalar(counted) == VOLUNTEERS
    assert db.session.scalar(select(func.sum(PersonLife.minutes))) == VOLUNTEERS * 120
    assert checking.verify().differences == ()


def test_of_eight_desks_that_record_one_slot_one_is_accepted(app, crowd):
    people, activity_id = crowd
    db.session.commit()
    db.session.remove()
    told, together = Counter(), threading.Barrier(WRITERS)

    def desk():
        with app.app_context():
            for number in people[:20]:
                together.wait(SECONDS)
                told[_recorded(number, activity_id)] += 1
            db.session.remove()

    threads = [threading.Thread(target=Context().run, args=(desk,)) for _n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == {"accepted": 20, "refused": 20 * (WRITERS - 1)}
    assert db.session.scalar(select(func.count(ServiceEntry.id))) == 20


def _recorded(number, activity_id):
    """Record at one desk, as the form does, and leave it to another to confirm."""
    clerk = accounts.by_login("chen")
    try:
        with acting_as(access_of(clerk)):
            volunteer = db.session.get(Volunteer, number)
            hours.record(volunteer, db.session.get(Activity, activity_id), MORNING)
            db.session.commit()
    except DomainError:
        db.session.rollback()
        return "refused"
    return "accepted"


def test_two_who_write_entries_of_one_activity_see_each_other_s(app, crowd):
    """Else the one with a quality would stop the clock that the one without keeps running."""
    people, activity_id = crowd
    db.session.commit()
    db.session.remove()
    is_written = threading.Event()

    def desk(number, quality):
        with app.app_context(), unscoped("a test writes from two desks at once"):
            if quality:
                is_written.wait(SECONDS)
            volunteer = db.session.get(Volunteer, number)
            activity = db.session.get(Activity, activity_id)
            hours.record(volunteer, activity, MORNING, quality=quality)
            if not quality:
                is_written.set()
                time_module.sleep(0.5)  # the other one is under way meanwhile
            db.session.commit()
            db.session.remove()

    threads = [
        threading.Thread(target=Context().run, args=(desk, number, quality))
        for number, quality in zip(people, (None, "认真负责"), strict=False)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.scalar(select(func.count(ServiceEntry.id))) == 2
    assert db.session.get(Activity, activity_id).recorded_on is None

"""The ledger is checked once a night, by one worker, and what was found is kept and told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services import jobs
from admin_app.services.jobs import nightly
from admin_app.services.ledger import checking
from models import (
    CheckOutcome,
    EntryState,
    JobWorker,
    LedgerCheck,
    PersonLife,
    RegisteredCount,
    clock,
    db,
)
from tests import factories

NIGHT = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Return what sets the office's clock; it begins at half past two."""

    def set_to(hour, minute=30, *, night=NIGHT):
        now = datetime(night.year, night.month, night.day, hour, minute)
        monkeypatch.setattr(clock, "office_now", lambda: now)

    set_to(2)
    return set_to


@pytest.fixture
def served(cast):
    """Two hours of one person, confirmed."""
    lei = factories.volunteer(cast.gan_lai)
    return factories.service_entry(
        lei, factories.activity(cast.gan_lai), state=EntryState.CONFIRMED
    )


def worker():
    with unscoped("a test"):
        row = JobWorker()
        db.session.add(row)
        db.session.flush()
        number = row.id
        db.session.commit()
        return number


def checks():
    db.session.rollback()
    db.session.expire_all()
    with unscoped("a test"):
        return db.session.scalars(select(LedgerCheck).order_by(LedgerCheck.night)).all()


def falsify():
    db.session.execute(update(PersonLife).values(minutes=PersonLife.minutes + 1))
    db.session.commit()


def test_a_clean_ledger_is_noted_with_its_entries(served):
    assert nightly.check_if_due(worker())
    [check] = checks()
    assert (check.night, check.outcome) == (NIGHT, CheckOutcome.CLEAN)
    assert (check.entries, check.differences) == (1, 0)
    assert check.ended_at is not None


def test_before_its_hour_nothing_is_checked_and_after_it_once_a_night(app, served, at):
    at(1, 59)
    assert not nightly.check_if_due(worker())
    at(13)  # the machine was off at night
    assert nightly.check_if_due(worker())
    at(23)
    assert not nightly.check_if_due(worker())
    at(3, night=NIGHT + timedelta(days=1))
    assert nightly.check_if_due(worker())
    assert len(checks()) == 2


def test_without_an_hour_it_is_not_done(app, served, monkeypatch):
    settings = app.extensions["station_settings"]
    monkeypatch.setitem(
        app.extensions, "station_settings", settings.model_copy(update={"nightly_hour": None})
    )
    assert not nightly.check_if_due(worker())


def test_what_a_living_worker_does_no_other_begins(served, monkeypatch):
    first, second = worker(), worker()
    asked = []
    verify = checking.verify

    def verify_and_ask():
        asked.append(nightly.check_if_due(second))
        return verify()

    monkeypatch.setattr(checking, "verify", verify_and_ask)
    assert nightly.check_if_due(first)
    assert asked == [False]
    [check] = checks()
    assert check.worker_id == first


def test_what_a_dead_worker_left_another_takes_over(served, monkeypatch):
    dead = worker()

    def die():
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(checking, "verify", die)
        with pytest.raises(KeyboardInterrupt):
            nightly.check_if_due(dead)
    heir = worker()
    assert not nightly.check_if_due(heir)
    db.session.execute(
        update(JobWorker)
        .where(JobWorker.id == dead)
        .values(beat_at=clock.utc_now() - timedelta(minutes=5))
    )
    db.session.commit()
    assert nightly.check_if_due(heir)
    [check] = checks()
    assert (check.worker_id, check.outcome) == (heir, CheckOutcome.CLEAN)


def test_differences_are_counted_by_table_and_name_nobody(served):
    falsify()
    nightly.check_if_due(worker())
    [check] = checks()
    assert (check.outcome, check.differences) == (CheckOutcome.DIFFERS, 1)
    assert check.by_table == {"person_lives": 1}


def test_counts_of_residents_that_the_rolls_do_not_bear_out_are_told(served, caplog):
    with unscoped("somebody writes past the office"):
        db.session.execute(update(RegisteredCount).values(people=RegisteredCount.people + 1))
        db.session.commit()
    nightly.check_if_due(worker())
    [check] = checks()
    assert (check.outcome, check.by_table) == (CheckOutcome.DIFFERS, {"registered_counts": 1})
    assert "standards recount" in caplog.text


def test_no_entry_in_sight_is_not_called_clean(cast):
    nightly.check_if_due(worker())
    [check] = checks()
    assert (check.outcome, check.entries) == (CheckOutcome.NO_ENTRY, 0)


def test_a_check_that_breaks_is_told(served, monkeypatch):
    monkeypatch.setattr(checking, "verify", lambda: 1 / 0)
    nightly.check_if_due(worker())
    [check] = checks()
    assert check.outcome is CheckOutcome.BROKEN


def test_a_worker_that_waits_does_it(served, monkeypatch):
    one = jobs.Worker()
    verify = checking.verify

    def verify_and_stop():
        one.stopping.set()
        return verify()

    monkeypatch.setattr(checking, "verify", verify_and_stop)
    one.work()
    [check] = checks()
    assert (check.worker_id, check.outcome) == (one.id, CheckOutcome.CLEAN)


def test_a_check_sees_one_moment_while_others_save(served, cast, monkeypatch):
    """Otherwise what was confirmed between two of its questions would read as a difference."""
    lives = checking._lives

    def lives_of_then():
        if db.engine.dialect.name == "postgresql":
            with db.engine.begin() as other:
                other.execute(update(PersonLife).values(minutes=PersonLife.minutes + 1))
        return lives()

    monkeypatch.setattr(checking, "_lives", lives_of_then)
    nightly.check_if_due(worker())
    assert [check.outcome for check in checks()] == [CheckOutcome.CLEAN]


# Who is told


def warned(account):
    access = access_of(account)
    with acting_as(access):
        found = jobs.warning(access)
        return found and found.outcome


def test_administrators_and_supervisors_are_warned_of_differences(cast):
    factories.ledger_check(NIGHT, outcome=CheckOutcome.DIFFERS, differences=2)
    for login in ("ada", "su", "shen"):
        assert warned(getattr(cast, login)) is CheckOutcome.DIFFERS, login
    for login in ("lin", "chen", "guan"):
        assert warned(getattr(cast, login)) is None, login


def test_the_next_clean_night_ends_the_warning(cast):
    factories.ledger_check(NIGHT, outcome=CheckOutcome.DIFFERS, differences=2)
    factories.ledger_check(NIGHT + timedelta(days=1))
    factories.ledger_check(NIGHT + timedelta(days=2), outcome=CheckOutcome.RUNNING, ended_at=None)
    assert warned(cast.ada) is None


def test_an_office_without_entries_is_warned_once_it_had_some(cast):
    for nights in range(2):
        factories.ledger_check(
            NIGHT + timedelta(days=2 * nights), outcome=CheckOutcome.NO_ENTRY, entries=0
        )
        assert warned(cast.ada) is (CheckOutcome.NO_ENTRY if nights else None)
        factories.ledger_check(NIGHT + timedelta(days=1 + 2 * nights))


def test_today_and_the_list_say_what_was_found(browse, cast):
    factories.ledger_check(
        NIGHT, outcome=CheckOutcome.DIFFERS, differences=2, by_table={"person_lives": 2}
    )
    page = browse(cast.ada).get("/").text
    assert "found 2 differences" in page
    assert "/checks/" in page
    row = checks()[0].id
    assert "Totals of a person 2" in browse(cast.ada).get(f"/checks/details/?id={row}").text
    assert "found 2 differences" not in browse(cast.lin).get("/").text

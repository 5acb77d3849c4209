"""A button over very many rows: a worker does it, all or none, for whom and as it was pressed."""

from __future__ import annotations

from contextvars import Context
from datetime import date, timedelta
from threading import Thread

import pytest
from sqlalchemy import delete, func, select, update

from admin_app.services.jobs import Worker, progress
from admin_app.services.ledger import deciding
from admin_app.services.people import guardians
from models import (
    AuditAction,
    AuditEntry,
    Consent,
    EntryState,
    Job,
    JobState,
    JobWorker,
    OverlapRefusal,
    ServiceEntry,
    clock,
    db,
)
from tests import factories
from tests.cli.commands import run
from tests.pages import Page
from views import long_acts

WAITING = 25


@pytest.fixture(autouse=True)
def many(monkeypatch):
    """Eleven rows are many, told of by fives and at once."""
    monkeypatch.setattr(long_acts, "LONG", 10)
    monkeypatch.setattr(deciding, "TOLD_EVERY", 5)
    monkeypatch.setattr(progress, "SECONDS", 0)


@pytest.fixture
def waiting(cast):
    """Twenty-five entries at Gan Lai that wait, recorded by the clerk; a worker is there."""
    activity = factories.activity(cast.gan_lai)
    rows = [
        factories.service_entry(
            factories.volunteer(cast.gan_lai), activity, recorded_by_id=cast.chen.id
        )
        for _n in range(WAITING)
    ]
    Worker()
    return rows


def press(browser, act="confirm", **ticked):
    """Press the button for all that wait; return the page that is led to, and the job."""
    told = {"action": act, "all": str(WAITING)} | (ticked or {"unchanged": "1"})
    answer = browser.post("/ledger/action/?flt_state=submitted", data=told)
    page = browser.get(answer.location)
    db.session.rollback()
    return page, db.session.scalar(select(Job).order_by(Job.id.desc()).limit(1))


def work(app):
    assert run(app, "jobs", "work", "--once").exit_code == 0
    db.session.rollback()
    db.session.expire_all()


def states():
    db.session.rollback()
    db.session.expire_all()
    return {
        state.value: number
        for state, number in db.session.execute(
            select(ServiceEntry.state, func.count()).group_by(ServiceEntry.state)
        )
    }


def decided():
    asked = select(AuditEntry.account_id).where(AuditEntry.action == AuditAction.DECIDE)
    return list(db.session.scalars(asked))


def test_a_worker_confirms_them_all_in_the_name_of_who_pressed(app, cast, browse, waiting):
    browser = browse(cast.dai)
    page, job = press(browser)
    assert page.request.path == "/jobs/"
    assert "Confirm · Service entries · 25 records" in Page(page.text).text
    assert states() == {"submitted": WAITING}
    work(app)
    assert job.state is JobState.DONE, job.error
    assert states() == {"confirmed": WAITING}
    assert decided() == [cast.dai.id] * WAITING
    assert {row.decided_by_id for row in waiting} == {cast.dai.id}
    told = Page(browser.get("/jobs/").text).text
    assert "Done" in told
    assert "25 entries confirmed." in told
    assert f"/jobs/{job.id}/file" not in browser.get("/jobs/").text
    assert browser.get(f"/jobs/{job.id}/file").status_code == 409
    [ended] = browser.get("/jobs/live").json["ended"]
    assert (ended["words"], ended["address"]) == (
        "Done: Confirm · Service entries · 25 records", "",
    )  # fmt: skip


def read(browse, account, language):
    """Return what the page of one's long work says, in a language."""
    return Page(browse(account, language).get("/jobs/").text).text


def test_what_was_done_is_read_in_the_language_of_whoever_looks(app, cast, browse, waiting):
    activity = factories.activity(cast.gan_lai)
    child = factories.volunteer(cast.gan_lai, born_on=date(2014, 5, 1), guardian_name="雷母")
    db.session.execute(delete(Consent).where(Consent.volunteer_id == child.id))
    marks = [guardians.WITHOUT_GUARDIAN]
    factories.service_entry(child, activity, recorded_by_id=cast.chen.id, flags=marks)
    press(browse(cast.dai), all=str(WAITING + 1), unchanged="1")
    work(app)
    english, chinese = (read(browse, cast.dai, tongue) for tongue in ("en", "zh_Hans_CN"))
    assert "25 entries confirmed. 1 entry waits on" in english
    assert "已确认 25 条服务记录。 1 条未确认，仍待处理" in chinese
    assert "confirmed" not in chinese


def test_a_refusal_is_read_in_the_language_of_whoever_looks(app, cast, browse, waiting):
    twin = factories.volunteer(cast.quan_shui, person=waiting[0].person)
    elsewhere = factories.activity(cast.quan_shui)
    press(browse(cast.dai, "zh_Hans_CN"))
    factories.service_entry(twin, elsewhere, state=EntryState.CONFIRMED)
    work(app)
    assert "This person served at" in read(browse, cast.dai, "en")
    chinese = read(browse, cast.dai, "zh_Hans_CN")
    assert "此人在 泉水村志愿服务站 已有" in chinese
    assert "This person" not in chinese
    [live] = browse(cast.dai, "en").get("/jobs/live").json["ended"]
    assert "This person served at" in live["reason"]


def test_what_was_kept_in_one_language_is_still_read(app, cast, browse, waiting):
    _page, job = press(browse(cast.dai))
    job.state, job.outcome = JobState.DONE, "25 entries confirmed."
    db.session.commit()
    assert "25 entries confirmed." in read(browse, cast.dai, "zh_Hans_CN")


def test_many_are_declined_as_well(app, cast, browse, waiting):
    press(browse(cast.dai), "decline")
    work(app)
    assert states() == {"declined": WAITING}


def test_one_that_its_recorder_may_not_confirm_leaves_all_as_they_were(app, cast, browse, waiting):
    waiting[20].recorded_by_id = cast.dai.id
    db.session.commit()
    _page, job = press(browse(cast.dai))
    work(app)
    assert job.state is JobState.FAILED
    assert "another person must decide" in job.error
    assert states() == {"submitted": WAITING}
    assert decided() == []


def test_without_the_tick_nothing_is_confirmed(app, cast, browse, waiting):
    _page, job = press(browse(cast.dai), changed="1")
    work(app)
    assert "none of the six kinds" in job.error
    assert states() == {"submitted": WAITING}


def test_what_changed_after_it_was_seen_is_not_confirmed(app, cast, browse, waiting):
    _page, job = press(browse(cast.dai))
    waiting[3].content = "改过"
    db.session.commit()
    work(app)
    assert "changed after you saw them" in job.error
    assert states() == {"submitted": WAITING}


def test_two_that_overlap_are_refused_and_written_down(app, cast, browse, waiting):
    twin = factories.volunteer(cast.quan_shui, person=waiting[0].person)
    elsewhere = factories.activity(cast.quan_shui)
    _page, job = press(browse(cast.dai))
    factories.service_entry(twin, elsewhere, state=EntryState.CONFIRMED)
    work(app)
    assert "This person served at" in job.error
    assert db.session.scalar(select(func.count(OverlapRefusal.id))) == 1
    assert states() == {"submitted": WAITING, "confirmed": 1}


def test_whose_appointment_ends_meanwhile_confirms_nothing(app, cast, browse, waiting):
    _page, job = press(browse(cast.dai))
    [held] = cast.dai.appointments
    held.until = date(2025, 6, 1)
    db.session.commit()
    work(app)
    assert "ended before the work began" in job.error
    assert states() == {"submitted": WAITING}


def test_how_far_it_is_can_be_seen_while_it_is_under_way(app, cast, browse, waiting, monkeypatch):
    browser, seen = browse(cast.dai), []
    press(browser)
    note = progress.Progress.look

    def ask():
        with app.app_context():
            seen.append(browser.get("/jobs/live").json)

    def look(self):
        note(self)
        asked = Thread(target=Context().run, args=(ask,))
        asked.start()
        asked.join()

    monkeypatch.setattr(progress.Progress, "look", look)
    work(app)
    assert [told["live"][0]["percent"] for told in seen] == [20, 40, 60, 80, 100]
    assert states() == {"confirmed": WAITING}
    folder = app.extensions["station_settings"].instance
    assert list(folder.glob("job-*")) == []


def test_a_worker_killed_half_way_leaves_nothing_and_the_next_does_it_once(
    app, cast, browse, waiting, monkeypatch
):
    _page, job = press(browse(cast.dai))

    def killed(_self):
        raise SystemExit

    with monkeypatch.context() as half_way:
        half_way.setattr(progress.Progress, "look", killed)
        run(app, "jobs", "work", "--once")
    db.session.rollback()
    db.session.expire_all()
    assert job.state is JobState.RUNNING
    assert states() == {"submitted": WAITING}
    long_ago = clock.utc_now() - timedelta(minutes=5)
    db.session.execute(update(JobWorker).values(beat_at=long_ago))
    db.session.commit()
    work(app)
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert states() == {"confirmed": WAITING}
    assert decided() == [cast.dai.id] * WAITING


def test_given_up_before_it_began_nothing_is_confirmed(app, cast, browse, waiting):
    browser = browse(cast.dai)
    _page, job = press(browser)
    browser.post(f"/jobs/{job.id}/cancel")
    work(app)
    assert job.state is JobState.CANCELLED
    assert states() == {"submitted": WAITING}


def test_without_a_worker_the_person_waits(cast, browse, waiting):
    db.session.execute(update(JobWorker).values(beat_at=clock.utc_now() - timedelta(minutes=5)))
    db.session.commit()
    page, job = press(browse(cast.dai))
    assert job is None
    assert "25 entries confirmed." in Page(page.text).text


def test_few_are_done_at_once(cast, browse, waiting, monkeypatch):
    monkeypatch.setattr(long_acts, "LONG", WAITING)
    page, job = press(browse(cast.dai))
    assert job is None
    assert "25 entries confirmed." in Page(page.text).text

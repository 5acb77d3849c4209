"""Workers come and go, are killed and come back, and no job is lost or half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select, update

from admin_app.config import ROOT
from admin_app.policy import access_of
from admin_app.services import jobs
from admin_app.services.jobs import Kind, Made, files, queue
from admin_app.services.jobs.files import PART_BYTES
from admin_app.services.jobs.kinds import EXTENSION
from admin_app.services.places import divisions
from models import AuditAction, AuditEntry, Job, JobPart, JobState, JobWorker, clock, db
from tests import factories
from tests.cli.commands import read, run

SECONDS = 60
CONTENT = os.urandom(PART_BYTES * 2 + 17)
NEED = "volunteers:export"


@pytest.fixture
def making(app):
    """The work of a kind of the tests' own: put what it does into ``act``."""

    class Making:
        def __init__(self):
            self.times = 0
            self.act = lambda _progress: None

        def __call__(self, _asked, progress):
            self.times += 1
            progress(0, 2)
            self.act(progress)
            return Made(BytesIO(CONTENT), "a.bin", "application/octet-stream",
                        AuditAction.EXPORT, "volunteers")  # fmt: skip

    kinds, made = app.extensions[EXTENSION], Making()
    app.extensions[EXTENSION] = kinds | {"test": Kind("test", lambda _about: "a test", made)}
    yield made
    app.extensions[EXTENSION] = kinds


def ask(account, **asked):
    job = jobs.ask(
        "test", by=account, access=access_of(account), needs=(NEED,), about={}, asked=asked,
        appointment_id=None, language="en", at=clock.utc_now(),
    )  # fmt: skip
    db.session.commit()
    number = job.id
    jobs.ring(number)
    return number


def work(app):
    assert run(app, "jobs", "work", "--once").exit_code == 0
    db.session.rollback()
    db.session.expire_all()


def job_of(number):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Job, number)


def total(model):
    return db.session.scalar(select(func.count()).select_from(model))


def exported():
    asked = select(func.count()).select_from(AuditEntry)
    return db.session.scalar(asked.where(AuditEntry.action == AuditAction.EXPORT))


def die():
    """Make every worker one that has not been heard of for long."""
    db.session.rollback()
    long_ago = clock.utc_now() - timedelta(minutes=5)
    db.session.execute(update(JobWorker).values(beat_at=long_ago))
    db.session.commit()


def test_a_long_file_comes_back_as_it_was(app, cast, making):
    number = ask(cast.chen)
    work(app)
    job = job_of(number)
    assert (job.state, job.size, job.attempts) == (JobState.DONE, len(CONTENT), 1)
    assert total(JobPart) == 3
    assert b"".join(jobs.parts(job.id, job.attempts)) == CONTENT


def test_a_bell_rung_twice_or_for_nothing_is_no_work(app, cast, making):
    number = ask(cast.chen)
    jobs.ring(number)
    jobs.ring(10**6)
    work(app)
    assert making.times == 1


def test_a_lost_bell_is_rung_again(app, cast, making, monkeypatch):
    monkeypatch.setattr(queue.Queue, "put", lambda *_given: 1 / 0)
    number = ask(cast.chen)  # the asker hears nothing of it
    monkeypatch.undo()
    work(app)
    assert job_of(number).state is JobState.DONE


def test_what_a_dead_worker_left_is_begun_again_once(app, cast, making):
    number = ask(cast.chen)
    states = []

    def killed(_progress):
        states.append(job_of(number).state)
        raise SystemExit

    making.act = killed
    for _life in range(2):
        outcome = run(app, "jobs", "work", "--once")
        assert outcome.exit_code == 0
        assert job_of(number).state is JobState.RUNNING
        die()
    work(app)
    job = job_of(number)
    assert states == [JobState.RUNNING] * 2
    assert (job.state, job.attempts) == (JobState.FAILED, 2)
    assert "cut off twice" in job.error
    assert total(JobPart) == 0
    assert total(JobWorker) == 0


def test_a_job_given_up_under_way_leaves_no_file_and_no_trace(app, cast, making, monkeypatch):
    monkeypatch.setattr("admin_app.services.jobs.progress.SECONDS", 0)
    number = ask(cast.chen)

    def given_up(progress):
        jobs.cancel(db.session.get_one(Job, number), at=clock.utc_now())
        db.session.commit()
        progress(1)

    making.act = given_up
    work(app)
    assert job_of(number).state is JobState.CANCELLED
    assert total(JobPart) == 0
    assert not exported()


def test_a_job_given_up_at_the_last_moment_leaves_none_either(app, cast, making, monkeypatch):
    number = ask(cast.chen)
    kept = files.keep

    def keep_and_give_up(*given):
        size = kept(*given)
        jobs.cancel(db.session.get_one(Job, number), at=clock.utc_now())
        db.session.commit()
        return size

    monkeypatch.setattr(files, "keep", keep_and_give_up)
    work(app)
    assert job_of(number).state is JobState.CANCELLED
    assert total(JobPart) == 0
    assert not exported()


def test_a_worker_told_to_stop_puts_its_job_back(app, cast, making, monkeypatch):
    monkeypatch.setattr("admin_app.services.jobs.progress.SECONDS", 0)
    number = ask(cast.chen)

    def told(progress):
        os.kill(os.getpid(), signal.SIGTERM)
        progress(1)

    making.act = told
    work(app)
    job = job_of(number)
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)
    making.act = lambda _progress: None
    work(app)
    assert job_of(number).state is JobState.DONE


def test_the_operator_sees_what_waits(app, cast, making):
    number = ask(cast.chen)
    listed = read(run(app, "jobs", "list", "--json"))
    assert listed == [{"id": number, "kind": "test", "state": "queued", "done": 0, "total": None}]


def test_what_somebody_else_put_into_the_queue_is_not_opened(app, cast, making, tmp_path):
    ask(cast.chen)
    with queue.opened() as bell:
        foreign = f"cos\nsystem\n(S'touch {tmp_path}/opened'\ntR.:0000"
        bell._huey.storage.enqueue(foreign.encode())
    work(app)
    work(app)
    assert making.times == 1
    assert list(tmp_path.iterdir()) == []


# A real worker, in a process of its own


def started(app, *options):
    settings = app.extensions["station_settings"]
    environment = os.environ | {
        "STATION_INSTANCE": str(settings.instance), "STATION_DATABASE_URL": settings.database_url,
        "STATION_LANGUAGE": "en",
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work", *options]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def newest():
    number = db.session.scalar(select(func.max(Job.id)))
    db.session.rollback()
    return number


def until(told):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = told()
        db.session.rollback()  # while the test only waits, the worker must get at the database
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("nothing happened")


def test_a_real_worker_makes_the_file_and_leaves_when_told(app, browse, cast, monkeypatch):
    monkeypatch.setattr("views.lists.long_exports.LONG", 0)
    factories.volunteer(cast.gan_lai)
    worker = started(app)
    try:
        browse(cast.chen).get("/volunteers/export/xlsx/")
        number = newest()
        until(lambda: job_of(number).state is JobState.DONE)
        until(lambda: jobs.is_any_at_work(clock.utc_now()))
        worker.terminate()
        assert worker.wait(SECONDS) == 0
    finally:
        worker.kill()
        worker.communicate()
    db.session.rollback()
    assert not jobs.is_any_at_work(clock.utc_now())


def test_a_killed_worker_s_job_is_taken_up_by_the_next(app, browse, cast, monkeypatch):
    monkeypatch.setattr("views.screens.reports.LONG", 0)
    county = divisions.by_code("440823000000").id
    worker = started(app)
    try:
        # Laying a paper out takes a second or two: time enough to be killed in the middle of it.
        browse(cast.su).get(f"/reports/month/pdf?division={county}&month=2026-10")
        number = newest()
        until(lambda: job_of(number).state is JobState.RUNNING)
    finally:
        worker.kill()
        worker.communicate()
    job = job_of(number)
    assert (job.state, job.attempts) == (JobState.RUNNING, 1)
    assert total(JobPart) == 0
    die()
    with started(app, "--once") as other:
        assert other.wait(SECONDS) == 0
    job = job_of(number)
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert b"".join(jobs.parts(number, 2)).startswith(b"%PDF")

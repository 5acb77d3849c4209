"""Long lists and reports: made by a worker, told anywhere, fetched by their asker alone."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select, update

from admin_app.services import accounts
from admin_app.services.places import divisions
from models import AuditAction, AuditEntry, Job, JobPart, JobState, Role, clock, db
from tests import factories
from tests.cli.commands import run
from tests.pages import table
from views.lists import long_exports
from views.screens import reports


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Every workbook of a list and every report of an area counts as long."""
    monkeypatch.setattr(long_exports, "LONG", 0)
    monkeypatch.setattr(reports, "LONG", 0)


@pytest.fixture
def rows(cast):
    return [factories.volunteer(cast.gan_lai, name=name) for name in ("王秀英", "李大山")]


def asked(browser, address="/volunteers/export/xlsx/"):
    answer = browser.get(address)
    assert (answer.status_code, answer.location) == (302, "/jobs/")
    db.session.rollback()
    return db.session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()


def work(app):
    outcome = run(app, "jobs", "work", "--once")
    assert outcome.exit_code == 0
    db.session.rollback()
    db.session.expire_all()


def fetched(browser, job):
    return browser.get(f"/jobs/{job.id}/file")


def test_all_sheets_for_the_wall_are_printed_and_told_as_they_are_made(app, browse, cast):
    browser = browse(cast.chen)
    station = cast.gan_lai.id
    job = asked(browser, f"/wall/station?id={station}&sheet=whole&paper=a3")
    assert "Sheets for the wall · 甘来村志愿服务站 · A3" in browser.get("/jobs/").text
    work(app)
    assert job.state is JobState.DONE, job.error
    answer = fetched(browser, job)
    assert answer.data.startswith(b"%PDF")
    assert unquote(answer.headers["Content-Disposition"]).endswith("-whole-a3.pdf")
    kept = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == AuditAction.PRINT)
    ).one()
    assert (kept.changes["sheets"], kept.changes["paper_size"]) == (["flow", "services"], "a3")
    for login, code in {"quan": 404, "zhao": 404, "mo": 403}.items():
        found = browse(getattr(cast, login)).get(f"/wall/station?id={station}").status_code
        assert found == code, login


def test_a_long_workbook_holds_what_the_list_shows(app, browse, cast, rows):
    factories.volunteer(cast.quan_shui, name="泉水邻居")
    browser = browse(cast.chen)
    job = asked(browser)
    assert job.state is JobState.QUEUED
    work(app)
    assert job.state is JobState.DONE, job.error
    assert (job.done, job.total) == (2, 2)
    answer = fetched(browser, job)
    assert answer.headers["Content-Length"] == str(len(answer.data)) == str(job.size)
    csv = table(browser.get("/volunteers/export/csv/"))
    assert table(answer) == csv


def test_a_long_workbook_is_as_narrow_as_the_search(app, browse, cast, rows):
    browser = browse(cast.chen)
    job = asked(browser, "/volunteers/export/xlsx/?search=秀英")
    work(app)
    cells = {cell for line in table(fetched(browser, job)) for cell in line}
    assert "王秀英" in cells
    assert "李大山" not in cells


def test_a_short_workbook_is_sent_at_once(browse, cast, rows, monkeypatch):
    monkeypatch.setattr(long_exports, "LONG", 2)
    answer = browse(cast.chen).get("/volunteers/export/xlsx/")
    assert answer.status_code == 200
    assert len(table(answer)) == 3
    assert db.session.scalar(select(func.count(Job.id))) == 0


def test_nothing_personal_lies_open_in_the_queue_or_the_table(app, browse, cast, rows):
    browser = browse(cast.chen)
    asked(browser, "/volunteers/export/xlsx/?search=王秀英")
    work(app)
    kept = db.session.execute(
        select(Job.about, Job.reach, Job.file_name, func.length(Job.__table__.c.asked))
    ).one()
    assert "王秀英" not in str(kept)
    folder = app.extensions["station_settings"].instance
    for file in folder.glob("queue.db*"):
        assert "王秀英".encode() not in file.read_bytes()
    raw = db.session.connection().exec_driver_sql("SELECT content FROM job_parts").scalars().all()
    assert raw
    assert not any(bytes(part).startswith(b"PK") for part in raw)


def test_making_and_fetching_leave_their_traces(app, browse, cast, rows):
    browser = browse(cast.chen)
    job = asked(browser)
    work(app)
    fetched(browser, job)
    made, sent = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.action == AuditAction.EXPORT)
        .order_by(AuditEntry.id)
    ).all()  # fmt: skip
    assert (made.account_id, made.register) == (cast.chen.id, "volunteers")
    assert made.changes == {"rows": 2, "kind": "xlsx"}
    assert (sent.account_id, sent.register) == (cast.chen.id, "volunteers")
    assert sent.changes == {"job": job.id, "kind": "export", "fetched": True}


def test_a_file_is_its_asker_s_alone(app, browse, cast, rows):
    job = asked(browse(cast.chen))
    work(app)
    for login in ("lin", "dai", "quan", "su", "shen", "ada"):
        browser = browse(getattr(cast, login))
        assert fetched(browser, job).status_code == 404
        assert browser.post(f"/jobs/{job.id}/cancel").status_code == 404
        assert "/file" not in browser.get("/jobs/").text
    assert browse(None).get(f"/jobs/{job.id}/file").location.startswith("/sign-in")


def test_who_lost_the_appointment_gets_no_file_that_was_made_with_it(app, browse, cast, rows):
    browser = browse(cast.chen)
    job = asked(browser)
    work(app)
    [held] = cast.chen.appointments
    held.until = date(2025, 6, 1)
    db.session.commit()
    assert fetched(browser, job).status_code == 403
    db.session.expire_all()
    assert job.fetched_at is None


def test_rights_are_asked_anew_when_the_work_begins(app, browse, cast, rows):
    browser = browse(cast.chen)
    job = asked(browser)
    [held] = cast.chen.appointments
    held.until = date(2025, 6, 1)
    db.session.commit()
    work(app)
    assert job.state is JobState.FAILED
    assert "ended before the work began" in job.error
    assert "ended before the work began" in browser.get("/jobs/").text
    assert db.session.scalar(select(func.count()).select_from(JobPart)) == 0


def test_a_job_asked_for_at_one_place_stays_there(app, browse, cast, rows):
    accounts.appoint(cast.chen, Role.CLERK, cast.quan_shui, by=None, since=date(2025, 1, 1))
    db.session.commit()
    factories.volunteer(cast.quan_shui, name="泉水邻居")
    there = next(a.id for a in cast.chen.appointments if a.station_id == cast.quan_shui.id)
    browser = browse(cast.chen)
    browser.post("/place", data={"place": there})
    job = asked(browser)
    browser.post("/place", data={"place": "all"})
    work(app)
    cells = {cell for line in table(fetched(browser, job)) for cell in line}
    assert "泉水邻居" in cells
    assert "王秀英" not in cells


def test_what_is_asked_for_twice_is_made_once(browse, cast, rows, monkeypatch):
    monkeypatch.setattr(long_exports, "LONG", -1)
    browser = browse(cast.chen)
    for address in ("", "", "?search=王", "?search=王"):
        asked(browser, f"/volunteers/export/xlsx/{address}")
    assert db.session.scalar(select(func.count(Job.id))) == 2
    for word in "abcdefgh":
        last = browser.get(f"/volunteers/export/xlsx/?search={word}")
    assert last.status_code == 409
    assert "wait until one is ready" in last.text


def test_a_job_can_be_given_up(app, browse, cast, rows):
    browser = browse(cast.chen)
    job = asked(browser)
    assert browser.post(f"/jobs/{job.id}/cancel").location == "/jobs/"
    assert "nothing was made" in browser.get("/jobs/").text
    work(app)
    assert job.state is JobState.CANCELLED
    assert fetched(browser, job).status_code == 409


def test_the_bar_tells_of_it_on_every_page_and_of_the_end_once(app, browse, cast, rows):
    browser = browse(cast.chen)
    assert 'id="jobs-chip"' not in browser.get("/ledger/").text
    job = asked(browser)
    assert "A job waits: no worker is there" in browser.get("/ledger/").text
    told = browser.get("/jobs/live").json
    assert [one["id"] for one in told["live"]] == [job.id]
    assert told["ended"] == []
    work(app)
    [end] = browser.get("/jobs/live").json["ended"]
    assert end["words"] == "Ready: Volunteers (Excel)"
    assert end["address"] == f"/jobs/{job.id}/file"
    assert browser.get("/jobs/live").json["ended"] == []
    assert "1 file is ready" in browser.get("/ledger/").text
    fetched(browser, job)
    assert 'id="jobs-chip"' not in browser.get("/ledger/").text
    assert browser.get("/jobs/live").headers["Cache-Control"] == "no-store"


def test_the_page_says_when_nobody_works_and_what_to_do(app, browse, cast, rows):
    browser = browse(cast.chen)
    asked(browser)
    page = browser.get("/jobs/").text
    assert "No worker is there, so nothing moves." in page
    assert "flask --app wsgi jobs work" in page
    work(app)
    assert "No worker is there" not in browser.get("/jobs/").text


def test_what_has_expired_is_gone(app, browse, cast, rows):
    browser = browse(cast.chen)
    job = asked(browser)
    work(app)
    number, past = job.id, clock.utc_now() - timedelta(minutes=1)
    db.session.execute(update(Job).values(expires_at=past))
    db.session.commit()
    assert browser.get(f"/jobs/{number}/file").status_code == 409
    assert f"/jobs/{number}/file" not in browser.get("/jobs/").text
    work(app)
    assert db.session.scalar(select(func.count(Job.id))) == 0
    assert db.session.scalar(select(func.count()).select_from(JobPart)) == 0


@pytest.mark.parametrize(
    ("form", "act"),
    [("pdf", (b"%PDF", AuditAction.PRINT)), ("xlsx", (b"PK", AuditAction.EXPORT))],
)
def test_the_report_of_a_large_area_is_made_by_a_worker(app, browse, cast, form, act):
    start, action = act
    county = divisions.by_code("440823000000")
    browser, number = browse(cast.su), county.id
    job = asked(browser, f"/reports/month/{form}?division={number}&month=2026-10")
    work(app)
    assert job.state is JobState.DONE, job.error
    answer = fetched(browser, job)
    assert answer.data.startswith(start)
    assert "2026-10月报" in unquote(answer.headers["Content-Disposition"])
    made = db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).first()
    assert made.changes == {"report": "month", "month": "2026-10"}
    assert (made.account_id, made.register, made.row_id) == (cast.su.id, "divisions", number)


def test_a_defect_is_told_in_words_and_nothing_is_half_made(app, browse, cast, rows, monkeypatch):
    def broken(*_given):
        raise RuntimeError("secret 440899199003070021")

    monkeypatch.setattr("views.lists.exports.workbook", broken)
    browser = browse(cast.chen)
    job = asked(browser)
    work(app)
    assert job.state is JobState.FAILED
    assert "Something went wrong on our side" in job.error
    assert "secret" not in browser.get("/jobs/").text
    [end] = browser.get("/jobs/live").json["ended"]
    assert end["address"] == ""


@pytest.mark.parametrize("typed", ["0", "-1", "x", "9" * 50, "9223372036854775808", "%00"])
def test_an_odd_number_is_no_job(browse, cast, typed):
    assert browse(cast.chen).get(f"/jobs/{typed}/file").status_code == 404

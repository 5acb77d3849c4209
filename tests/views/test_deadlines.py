"""The clock on the screens: the list and its filter, one activity, Today, and the working days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from models import Activity, ServiceEntry, Workday, clock, db
from tests import factories
from tests.pages import listed, table

OLD = date(2026, 10, 3)


@pytest.fixture
def clocks(cast):
    """One activity overdue, one due today, one with time left, one recorded."""
    rows = {name: factories.activity(cast.gan_lai, held_on=OLD) for name in ("overdue", "done")}
    factories.service_entry(factories.volunteer(cast.gan_lai), rows["done"], quality="认真负责")
    for name, due in (("due_today", 0), ("in_time", 3)):
        rows[name] = factories.activity(cast.gan_lai, held_on=OLD)
        rows[name].due_on = clock.today() + timedelta(days=due)
    db.session.commit()
    return {name: row.id for name, row in rows.items()}


def test_the_list_is_narrowed_by_how_the_clock_stands(browse, cast, clocks):
    expected = {
        "overdue": {"overdue"}, "due_today": {"due_today"},
        "open": {"overdue", "due_today", "in_time"},
    }  # fmt: skip
    for word, names in expected.items():
        page = browse(cast.chen).get(f"/activities/?flt_recording={word}").text
        assert listed(page) == {clocks[name] for name in names}, word
        file = browse(cast.chen).get(f"/activities/export/csv/?flt_recording={word}")
        assert len(table(file)) == 1 + len(names), word
    page = browse(cast.chen).get("/activities/?flt_recording=someday").text
    assert "its value is unknown" in page
    assert "2026-10-20" in page


@pytest.mark.parametrize(
    ("name", "words"),
    [("overdue", "Overdue: hours"), ("due_today", "Due today: "), ("in_time", ""), ("done", "")],
)
def test_an_activity_says_how_its_clock_stands(browse, cast, clocks, name, words):
    page = browse(cast.dai).get(f"/activities/details/?id={clocks[name]}").text
    assert words in page
    assert ('class="alert alert-warning mt-3"' in page) is bool(words)


def test_an_activity_says_what_is_missing_before_it_can_be_due(browse, cast):
    number = factories.activity(cast.gan_lai, held_on=date(2026, 12, 18)).id
    page = browse(cast.chen).get(f"/activities/details/?id={number}").text
    assert "The working days of 2027 are not known here" in page
    assert "not set" in browse(cast.chen).get("/activities/").text


def test_today_leads_those_who_record_or_confirm_to_what_is_overdue(browse, cast, clocks):
    for login, told in (("chen", True), ("dai", True), ("lin", True), ("mo", False), ("su", False)):
        page = browse(getattr(cast, login)).get("/").text
        assert ("/activities/?flt_recording=overdue" in page) is told, login


def test_a_quality_that_is_written_later_stops_the_clock(browse, cast):
    activity = factories.activity(cast.gan_lai, held_on=OLD)
    entry = factories.service_entry(
        factories.volunteer(cast.gan_lai), activity, recorded_at=datetime(2026, 10, 12, 2)
    )
    told = {"version": "1", "activity": activity.id, "start": "09:00", "end": "11:00"}
    number, activity_id = entry.id, activity.id
    browse(cast.chen).post(f"/ledger/edit/?id={number}", data=told | {"quality": "居民满意"})
    db.session.expire_all()
    assert db.session.get(ServiceEntry, number).rated_at is not None
    assert db.session.get(Activity, activity_id).recorded_on == clock.today()


def test_an_activity_that_is_typed_in_has_its_day(browse, cast):
    answer = browse(cast.chen).post(
        "/activities/new/",
        data={
            "name": "义诊",
            "held_on": "2026-02-13",
            "category": "0004",
            "state": "held",
            "gate": "none",
        },
    )
    assert answer.status_code == 302
    [made] = db.session.query(Activity).filter_by(name="义诊")
    assert made.due_on == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("login", "may"),
    [("pu", True), ("di", True), ("ada", True), ("su", False), ("tu", False), ("chen", False)],
)
def test_prefectures_and_the_administrator_keep_the_working_days(browse, cast, login, may):
    kept = factories.workday(date(2027, 1, 1)).id
    browser = browse(getattr(cast, login))
    told = {"day": "2027-02-06", "is_worked": "y", "occasion": "春节调休"}
    made = browser.post("/workdays/new/", data=told)
    assert made.status_code == (302 if may else 403)
    other = told | {"version": "1", "day": "2027-01-02"}
    changed = browser.post(f"/workdays/edit/?id={kept}", data=other)
    assert changed.status_code == (302 if may else 403)
    gone = browser.post("/workdays/delete/", data={"id": kept})
    assert gone.status_code == (302 if may else 403)
    days = {row.day for row in db.session.query(Workday)}
    assert days == ({date(2027, 2, 6)} if may else {date(2027, 1, 1)})

"""A station's week: kept as a whole, refused as a whole, and what lies outside it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from admin_app.policy import access_of, acting_as
from admin_app.services.ledger import findings
from admin_app.services.ledger.findings import Kind
from admin_app.services.ledger.overlaps import Period
from admin_app.services.places import opening_hours
from admin_app.services.places.opening_hours import USUAL
from models import AuditEntry, DomainError, NotAllowed, OpeningHours, Weekday, db
from tests import factories

MONDAY = date(2026, 10, 5)
WEEK = Period(MONDAY, MONDAY + timedelta(days=6))


@pytest.fixture
def keep(cast):
    def keep(station, week, by=cast.chen):
        access = access_of(by)
        with acting_as(access):
            opening_hours.set_week(station, week, access=access)
        db.session.commit()

    return keep


def hours(*parts):
    return [tuple(time.fromisoformat(word) for word in part.split("-")) for part in parts]


def test_the_usual_week_is_that_of_annex_5(cast, keep):
    keep(cast.gan_lai, USUAL)
    week = opening_hours.week(cast.gan_lai)
    assert week[Weekday.MONDAY] == hours("08:30-11:30", "15:00-18:00")
    assert week[Weekday.SUNDAY] == hours("09:00-11:30", "15:00-18:30")
    assert opening_hours.week(cast.quan_shui) == {day: [] for day in Weekday}


def test_what_stays_the_same_is_not_touched(cast, keep):
    keep(cast.gan_lai, USUAL)
    keep(cast.gan_lai, {**USUAL, Weekday.MONDAY: hours("08:30-12:00"), Weekday.SUNDAY: []})
    assert opening_hours.week(cast.gan_lai)[Weekday.MONDAY] == hours("08:30-12:00")
    acts = [
        entry.action.value
        for entry in db.session.scalars(
            select(AuditEntry).where(AuditEntry.register == "opening_hours")
        )
    ]
    assert (acts.count("create"), acts.count("delete")) == (15, 4)


@pytest.mark.parametrize(
    ("stretches", "words"),
    [
        (hours("11:30-08:30"), "closes at 08:30"),
        (hours("08:30-08:30"), "closes at 08:30"),
        (hours("08:30-11:30", "11:00-12:00"), "share the time from 11:00 to 11:30"),
        (hours("08:00-09:00", "09:00-10:00", "10:00-11:00", "11:00-12:00"), "3 stretches"),
    ],
)
def test_a_week_that_cannot_be_is_refused_as_a_whole(cast, keep, stretches, words):
    keep(cast.gan_lai, USUAL)
    with pytest.raises(DomainError, match=words):
        keep(cast.gan_lai, {**USUAL, Weekday.MONDAY: [], Weekday.FRIDAY: stretches})
    db.session.rollback()
    assert opening_hours.week(cast.gan_lai) == {day: list(USUAL[day]) for day in Weekday}


def test_only_who_writes_the_station_says_when_it_is_open(cast, keep):
    for login in ("dai", "mo"):
        with pytest.raises(NotAllowed):
            keep(cast.gan_lai, USUAL, by=getattr(cast, login))
        db.session.rollback()
    assert db.session.query(OpeningHours).count() == 0


def test_hours_are_looked_at_where_somebody_keeps_them(cast, keep):
    entry = factories.service_entry(
        factories.volunteer(cast.quan_shui), factories.activity(cast.quan_shui, held_on=MONDAY)
    )
    assert findings.unset(cast.quan_shui, WEEK)[-1] is Kind.OUTSIDE_HOURS
    keep(cast.gan_lai, USUAL)
    assert Kind.OUTSIDE_HOURS not in findings.unset(cast.gan_lai, WEEK)
    # A station that keeps no hours is never outside of them.
    assert findings.of(Kind.OUTSIDE_HOURS, cast.quan_shui.division.parent, WEEK) == []
    assert entry.station_id == cast.quan_shui.id


def test_service_past_midnight_is_outside(cast, keep):
    keep(cast.gan_lai, {day: hours("00:01-23:59") for day in Weekday})
    began = datetime.combine(MONDAY, time(22))
    factories.service_entry(
        factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai, held_on=MONDAY),
        started_at=began, ended_at=began + timedelta(hours=3),
    )  # fmt: skip
    assert len(findings.of(Kind.OUTSIDE_HOURS, cast.gan_lai, WEEK)) == 1


quarters = st.integers(0, 94)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    served=st.tuples(st.integers(0, 6), quarters, st.integers(1, 40)),
    edges=st.lists(quarters, min_size=4, max_size=4, unique=True).map(sorted),
)
def test_the_finder_agrees_with_the_clock_on_the_wall(cast, keep, served, edges):
    day, began, long = served
    at = [time(*divmod(15 * edge, 60)) for edge in edges]
    stretches = [(at[0], at[1]), (at[2], at[3])]
    keep(cast.gan_lai, {Weekday(str(day + 1)): stretches})
    on = MONDAY + timedelta(days=day)
    start = datetime.combine(on, time(*divmod(15 * began, 60)))
    end = min(start + timedelta(minutes=15 * long), datetime.combine(on, time(23, 59)))
    entry = factories.service_entry(
        factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai, held_on=on),
        started_at=start, ended_at=end,
    )  # fmt: skip
    is_held = any(opens <= start.time() and end.time() <= closes for opens, closes in stretches)
    found = {one.id for one in findings.of(Kind.OUTSIDE_HOURS, cast.gan_lai, WEEK)}
    assert (entry.id in found) is not is_held
    db.session.delete(entry)
    db.session.commit()

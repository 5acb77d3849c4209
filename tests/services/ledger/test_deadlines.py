"""The clock of ten working days: by when, when it stops, and who is late."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from sqlalchemy import delete

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services.ledger import deadlines, deciding, due_days, hours, reversals
from admin_app.services.ledger.deadlines import Recording
from admin_app.services.ledger.hours import Stretch
from admin_app.services.reports import Month
from models import (
    ActivityState,
    EntryState,
    Figure,
    FigureName,
    ReversalGround,
    clock,
    db,
)
from tests import factories

DAY, DUE = date(2026, 10, 3), date(2026, 10, 20)
LATER = date(2026, 10, 21)
IN_TIME = datetime(2026, 10, 12, 2)


@pytest.fixture
def patrol(cast):
    return factories.activity(cast.gan_lai, held_on=DAY, name="巡逻")


@pytest.fixture
def lei(cast):
    return factories.volunteer(cast.gan_lai)


def entry(volunteer, activity, *, quality="认真负责", recorded_at=IN_TIME, **fields):
    return factories.service_entry(
        volunteer, activity, quality=quality, recorded_at=recorded_at, **fields
    )


# By when


def test_an_activity_is_due_ten_working_days_after_its_day(patrol):
    assert patrol.due_on == DUE


def test_an_activity_that_moves_is_due_by_its_new_day(patrol):
    patrol.held_on = date(2026, 11, 2)
    db.session.commit()
    assert patrol.due_on == date(2026, 11, 16)
    patrol.held_on = date(2026, 12, 18)
    db.session.commit()
    assert patrol.due_on is None


def test_the_figure_of_the_place_on_the_day_counts(cast):
    factories.figure(
        FigureName.RECORDING_DAYS, 5, division_code="440823000000", since=date(2026, 11, 1)
    )
    days = {
        key: factories.activity(getattr(cast, key), held_on=date(2026, 11, 2)).due_on
        for key in ("gan_lai", "weng_shui")
    }
    assert days == {"gan_lai": date(2026, 11, 9), "weng_shui": date(2026, 11, 16)}
    assert factories.activity(cast.gan_lai, held_on=DAY).due_on == DUE


def test_where_no_figure_is_set_nothing_is_due(cast):
    db.session.execute(delete(Figure).where(Figure.name == FigureName.RECORDING_DAYS))
    patrol = factories.activity(cast.gan_lai, held_on=DAY)
    assert patrol.due_on is None
    assert due_days.why_unset(patrol)
    assert deadlines.overdue(cast.gan_lai, LATER) == []
    assert deadlines.on_time(cast.gan_lai, Month.of(DAY), LATER) == []
    assert deadlines.standing(patrol, LATER) is Recording.OPEN


def test_a_list_that_is_entered_later_sets_what_was_not_known(cast):
    late = factories.activity(cast.gan_lai, held_on=date(2026, 12, 18))
    other = factories.activity(cast.weng_shui, held_on=date(2026, 12, 18))
    factories.figure(FigureName.RECORDING_DAYS, 20, division_code="533400000000")
    assert "2027" in due_days.why_unset(late)
    day = factories.workday(date(2027, 1, 1), occasion="元旦")
    db.session.expire_all()
    assert (late.due_on, other.due_on) == (date(2027, 1, 4), date(2027, 1, 18))
    day.day = date(2027, 1, 4)
    db.session.commit()
    assert late.due_on == date(2027, 1, 1)
    db.session.delete(day)
    db.session.commit()
    assert (late.due_on, other.due_on) == (None, None)


# When the clock stops


def test_the_clock_stops_on_the_office_s_day_of_the_last_entry(cast, patrol, lei):
    assert patrol.recorded_on is None
    entry(lei, patrol)
    assert patrol.recorded_on == date(2026, 10, 12)
    # Half past midnight in Shanghai.
    entry(factories.volunteer(cast.gan_lai), patrol, recorded_at=datetime(2026, 10, 19, 16, 30))
    assert patrol.recorded_on == DUE


@pytest.mark.parametrize("quality", [None, ""])
def test_an_entry_without_a_quality_keeps_it_running(cast, patrol, lei, quality):
    entry(lei, patrol)
    entry(factories.volunteer(cast.gan_lai), patrol, quality=quality)
    assert patrol.recorded_on is None


def test_a_quality_that_comes_later_counts_from_then_on(cast, patrol, lei, monkeypatch):
    row = entry(lei, patrol, quality=None)
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 10, 22, 1))
    hours.rate(row, "居民满意")
    db.session.commit()
    assert patrol.recorded_on == date(2026, 10, 22)
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 10, 30, 1))
    hours.rate(row, "居民很满意")
    db.session.commit()
    assert patrol.recorded_on == date(2026, 10, 22)
    hours.rate(row, "")
    db.session.commit()
    assert patrol.recorded_on is None


def test_what_does_not_count_any_more_neither_stops_nor_holds_it(cast, patrol, lei):
    lacking = entry(lei, patrol, quality=None)
    with acting_as(access_of(cast.dai)):
        deciding.decline([lacking], by=cast.dai, access=access_of(cast.dai))
        db.session.commit()
    assert patrol.recorded_on is None
    row = entry(lei, patrol)
    assert patrol.recorded_on == date(2026, 10, 12)
    with acting_as(access_of(cast.dai)):
        deciding.confirm([row], by=cast.dai, access=access_of(cast.dai))
        db.session.commit()
        assert patrol.recorded_on == date(2026, 10, 12)
        reversals.reverse(
            row, ReversalGround.WRONG_TIME, "时间记错", by=cast.dai, access=access_of(cast.dai)
        )
        db.session.commit()
    assert patrol.recorded_on is None


def test_an_entry_that_moves_or_goes_is_missed_where_it_was(cast, patrol, lei):
    other = factories.activity(cast.gan_lai, held_on=DAY)
    row = entry(lei, patrol)
    with unscoped("a test acts as the desk"):
        hours.correct(row, other, Stretch.on(DAY, time(9), time(11)))
        db.session.commit()
    assert (patrol.recorded_on, other.recorded_on) == (None, date(2026, 10, 12))
    db.session.delete(row)
    db.session.commit()
    assert other.recorded_on is None


def test_neither_makes_an_activity_look_changed(cast, patrol, lei):
    before = (patrol.version, patrol.updated_at)
    entry(lei, patrol)
    factories.workday(date(2026, 10, 20))
    db.session.expire_all()
    assert (patrol.due_on, patrol.recorded_on) == (LATER, date(2026, 10, 12))
    assert (patrol.version, patrol.updated_at) == before


# Who is late


def test_an_activity_is_due_on_its_day_and_overdue_on_the_next(cast, patrol, lei):
    entry(lei, patrol, quality=None)
    assert deadlines.overdue(cast.gan_lai, DUE) == []
    [today] = deadlines.due_today(cast.gan_lai, DUE)
    [late] = deadlines.overdue(cast.gan_lai, LATER)
    assert today == late
    assert (late.id, late.activity, late.station) == (patrol.id, "巡逻", cast.gan_lai.code)
    assert (late.held_on, late.due_on) == (DAY, DUE)
    assert (late.entries, late.missing_quality) == (1, 1)
    assert deadlines.due_today(cast.gan_lai, LATER) == []
    assert deadlines.standing(patrol, DUE) is Recording.DUE_TODAY
    assert deadlines.standing(patrol, LATER) is Recording.OVERDUE


def test_only_what_was_held_counts_and_desk_duty_with_it(cast):
    for state in (ActivityState.PLANNED, ActivityState.CANCELLED):
        factories.activity(cast.gan_lai, held_on=DAY, state=state)
    desk = factories.activity(cast.gan_lai, held_on=DAY, desk_duty=True)
    assert [late.id for late in deadlines.overdue(cast.gan_lai, LATER)] == [desk.id]
    assert [
        (one.held, one.on_time) for one in deadlines.on_time(cast.gan_lai, Month.of(DAY), LATER)
    ] == [(1, 0)]


def test_what_was_recorded_since_was_still_missing_on_an_earlier_day(cast, patrol, lei):
    entry(lei, patrol, recorded_at=datetime(2026, 10, 30, 2))
    assert [late.id for late in deadlines.overdue(cast.gan_lai, LATER)] == [patrol.id]
    assert deadlines.overdue(cast.gan_lai, date(2026, 10, 30)) == []
    assert deadlines.standing(patrol, LATER) is None


def test_each_station_has_its_share_of_the_month(cast, patrol, lei):
    entry(lei, patrol, state=EntryState.CONFIRMED)
    late = factories.activity(cast.gan_lai, held_on=date(2026, 10, 8))
    entry(lei, late, recorded_at=datetime(2026, 10, 30, 2))
    factories.activity(cast.quan_shui, held_on=DAY)
    factories.activity(cast.weng_shui, held_on=DAY)
    factories.activity(cast.gan_lai, held_on=date(2026, 11, 2))
    county = cast.su.appointments[0].division
    told = [
        (one.station, str(one.month), one.held, one.on_time)
        for one in deadlines.on_time(county, Month.of(DAY), LATER)
    ]
    assert told == [
        (cast.gan_lai.code, "2026-10", 2, 1), (cast.quan_shui.code, "2026-10", 1, 0),
    ]  # fmt: skip


def test_what_still_has_time_is_judged_neither_way(cast, patrol, lei):
    entry(lei, patrol, recorded_at=datetime(2026, 10, 20, 2))
    for on, told in ((DUE, (1, 1, 0, 0)), (date(2026, 10, 19), (1, 0, 1, 0))):
        [one] = deadlines.on_time(cast.gan_lai, Month.of(DAY), on)
        assert (one.held, one.on_time, one.running, one.late) == told, on
        assert one.share == (1.0 if one.on_time else None)


def test_a_place_has_its_share_of_each_month_of_a_year(cast, patrol, lei):
    entry(lei, patrol)
    factories.activity(cast.quan_shui, held_on=date(2026, 9, 8))
    factories.activity(cast.gan_lai, held_on=date(2025, 10, 31))
    factories.activity(cast.weng_shui, held_on=DAY)
    county = cast.su.appointments[0].division
    told = deadlines.on_time_by_month(county, Month.of(DAY), LATER)
    assert (str(told[0][0]), str(told[-1][0]), len(told)) == ("2025-11", "2026-10", 12)
    shares = {str(month): (tally.held, tally.share) for month, tally in told if tally.held}
    assert shares == {"2026-09": (1, 0.0), "2026-10": (1, 1.0)}


def test_nobody_is_told_of_another_place(cast, patrol):
    factories.activity(cast.weng_shui, held_on=DAY)
    with acting_as(access_of(cast.chen)):
        assert [late.id for late in deadlines.overdue(cast.gan_lai, LATER)] == [patrol.id]
        assert deadlines.overdue(cast.weng_shui, LATER) == []
        assert deadlines.on_time(cast.weng_shui, Month.of(DAY), LATER) == []

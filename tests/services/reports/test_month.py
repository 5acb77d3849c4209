from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from admin_app.policy import access_of, acting_as
from admin_app.services import reports
from admin_app.services.places import divisions, stations
from admin_app.services.reports import Month, OutOfReach
from models import (
    ActivityState,
    Category,
    Division,
    DomainError,
    EntryState,
    Figure,
    FigureName,
    Level,
    RollState,
    db,
)
from tests import factories

OCTOBER = Month(2026, 10)
FIRST, LAST = OCTOBER.first, OCTOBER.last
COUNTY, PREFECTURE, DIQING = "440823000000", "440800000000", "533400000000"


def served(volunteer, activity, start=9, minutes=120, state=EntryState.CONFIRMED):
    began = datetime.combine(activity.held_on, time(start))
    ended = datetime.combine(activity.held_on, time(start + minutes // 60, minutes % 60))
    return factories.service_entry(
        volunteer, activity, state=state, started_at=began, ended_at=ended, minutes=minutes
    )


def counts(place, month=OCTOBER):
    return reports.month(place, month).counts


def test_only_what_was_confirmed_counts(cast):
    patrol = factories.activity(cast.gan_lai)
    served(factories.volunteer(cast.gan_lai), patrol, minutes=95)
    served(factories.volunteer(cast.gan_lai), patrol, state=EntryState.SUBMITTED)
    served(factories.volunteer(cast.gan_lai), patrol, state=EntryState.DECLINED)
    found = counts(cast.gan_lai)
    assert (found.attendances, found.participants, found.minutes) == (1, 1, 95)


def test_a_month_holds_its_first_and_last_day_and_no_other(cast):
    lei = factories.volunteer(cast.gan_lai)
    for day in (date(2026, 9, 30), FIRST, LAST, date(2026, 11, 1)):
        served(lei, factories.activity(cast.gan_lai, held_on=day))
    report = reports.month(cast.gan_lai, OCTOBER)
    assert (report.counts.activities, report.counts.attendances) == (2, 2)
    assert [row.held_on for row in report.activities] == [FIRST, LAST]
    assert report.trend[-2:] == ((Month(2026, 9), 120), (OCTOBER, 240))


def test_the_trend_reaches_over_the_new_year_and_leaves_no_month_out(cast):
    lei = factories.volunteer(cast.gan_lai)
    served(lei, factories.activity(cast.gan_lai, held_on=date(2025, 12, 31)), minutes=45)
    trend = reports.month(cast.gan_lai, Month(2026, 2)).trend
    assert [str(month) for month, _minutes in trend] == [
        "2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02"
    ]  # fmt: skip
    assert [minutes for _month, minutes in trend] == [0, 0, 0, 45, 0, 0]


def test_activities_not_held_and_desk_duty_do_not_count_among_the_asked(cast):
    factories.activity(cast.gan_lai)
    factories.activity(cast.gan_lai, state=ActivityState.CANCELLED)
    factories.activity(cast.gan_lai, state=ActivityState.PLANNED)
    served(factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai, desk_duty=True))
    report = reports.month(cast.gan_lai, OCTOBER)
    assert (report.counts.activities, report.counts.desk_duties) == (1, 1)
    assert (report.missing, report.counts.minutes) == (1, 120)
    assert sum(row.minutes for row in report.activities) == 120


def test_service_at_an_activity_that_was_never_set_to_held_is_still_listed(cast):
    plan = factories.activity(cast.gan_lai, state=ActivityState.PLANNED)
    served(factories.volunteer(cast.gan_lai), plan)
    report = reports.month(cast.gan_lai, OCTOBER)
    assert [row.minutes for row in report.activities] == [120]
    assert report.counts.activities == 0


def test_one_person_at_two_stations_counts_once_in_the_county(cast):
    lei = factories.volunteer(cast.gan_lai)
    twin = factories.volunteer(cast.quan_shui, person=lei.person)
    served(lei, factories.activity(cast.gan_lai))
    served(twin, factories.activity(cast.quan_shui), start=14)
    report = reports.month(divisions.by_code(COUNTY), OCTOBER)
    assert (report.counts.attendances, report.counts.participants) == (2, 1)
    assert report.counts.registered_total == 1
    assert [row.counts.participants for row in report.stations] == [1, 1]
    assert [row.counts.registered_total for row in report.stations] == [1, 1]


def test_who_comes_to_a_second_roll_is_new_to_the_station_and_not_to_the_county(cast):
    lei = factories.volunteer(cast.gan_lai, registered_on=date(2025, 1, 1))
    factories.volunteer(cast.quan_shui, person=lei.person)  # registered on 3 October 2026
    assert counts(cast.quan_shui).registered_new == 1
    assert counts(divisions.by_code(COUNTY)).registered_new == 0


def test_the_roll_is_that_of_the_months_end(cast):
    for day in (date(2026, 9, 30), FIRST, LAST, date(2026, 11, 1)):
        factories.volunteer(cast.gan_lai, registered_on=day)
    for left in (LAST, date(2026, 11, 1), None):
        row = factories.volunteer(cast.gan_lai, registered_on=date(2025, 1, 1))
        row.state, row.left_on = RollState.LEFT, left
    db.session.commit()
    found = counts(cast.gan_lai)
    assert (found.registered_new, found.registered_total) == (2, 4)
    assert counts(cast.gan_lai, Month(2026, 9)).registered_total == 3


def test_minutes_add_up_by_category_and_by_station(cast):
    lei = factories.volunteer(cast.gan_lai)
    hua = factories.volunteer(cast.quan_shui)
    served(lei, factories.activity(cast.gan_lai, category=Category.HEALTH), minutes=61)
    served(lei, factories.activity(cast.gan_lai, category=Category.TRAFFIC), 14, minutes=59)
    served(hua, factories.activity(cast.quan_shui, category=Category.TRAFFIC), minutes=7)
    report = reports.month(divisions.by_code(COUNTY), OCTOBER)
    assert {row.category: row.minutes for row in report.categories} == {
        Category.HEALTH: 61, Category.TRAFFIC: 66
    }  # fmt: skip
    assert [row.counts.minutes for row in report.stations] == [120, 7]
    assert report.counts.minutes == 127


def test_every_station_stands_in_the_report_also_with_nothing(cast):
    report = reports.month(divisions.by_code(COUNTY), OCTOBER)
    assert [row.code for row in report.stations] == sorted([cast.gan_lai.code, cast.quan_shui.code])
    assert (report.stations_asked, report.stations_reaching) == (2, 0)
    assert {row.area for row in report.stations} == {
        cast.gan_lai.division.parent.name, cast.quan_shui.division.parent.name
    }  # fmt: skip


def test_a_station_closed_before_or_opened_later_is_left_out_and_asked_nothing(cast):
    cast.gan_lai.closed_on = date(2026, 9, 30)
    cast.quan_shui.opened_on = date(2026, 11, 1)
    db.session.commit()
    county = divisions.by_code(COUNTY)
    assert reports.month(county, OCTOBER).stations == ()
    factories.volunteer(cast.gan_lai)  # still stands on its roll, so the row must show
    [row] = reports.month(county, OCTOBER).stations
    assert (row.asked, row.counts.registered_total) == (None, 1)


def test_what_is_asked_follows_the_figures_of_the_place_and_day(cast):
    asked = reports.month(cast.gan_lai, OCTOBER).asked
    assert (asked.low, asked.high) == (2, 3)
    db.session.add(
        Figure(
            name=FigureName.MONTHLY_ACTIVITIES_MIN, division_code="440823106000", value=4,
            since=LAST, basis="镇方案",
        )
    )  # fmt: skip
    db.session.commit()
    report = reports.month(divisions.by_code(COUNTY), OCTOBER)
    assert {row.code: row.asked.low for row in report.stations} == {
        cast.gan_lai.code: 4, cast.quan_shui.code: 2
    }  # fmt: skip
    assert reports.month(cast.gan_lai, Month(2026, 9)).asked.low == 2


def test_where_nothing_is_asked_nothing_is_missing(cast):
    report = reports.month(cast.weng_shui, OCTOBER)
    assert (report.asked, report.missing, report.stations_asked) == (None, 0, 0)


@pytest.mark.parametrize("level", [Level.COMMUNITY, Level.TOWNSHIP, Level.COUNTY, Level.PREFECTURE])
def test_a_division_of_each_level_reports_its_stations(cast, level):
    served(factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai))
    division = next(d for d in divisions.lineage(cast.gan_lai.division) if d.level is level)
    report = reports.month(division, OCTOBER)
    assert report.counts.minutes == 120
    assert cast.gan_lai.code in {row.code for row in report.stations}
    assert cast.weng_shui.code not in {row.code for row in report.stations}


def test_no_report_is_made_for_a_province(app):
    province = db.session.scalars(select(Division).where(Division.level == Level.PROVINCE)).first()
    with pytest.raises(DomainError):
        reports.month(province, OCTOBER)


def test_a_report_takes_as_many_statements_for_many_stations_as_for_few(cast):
    county = divisions.by_code(COUNTY)

    def statements():
        found = []
        event.listen(db.engine, "before_cursor_execute", lambda *given: found.append(given[2]))
        reports.month(county, OCTOBER)
        return len(found)

    few = statements()
    for number in range(5):
        station = stations.open_station(cast.gan_lai.division, f"第{number}站")
        served(factories.volunteer(station), factories.activity(station))
    county.name  # noqa: B018  # loaded again before counting
    assert statements() == few <= 12


def test_an_observer_reads_totals_of_entries_that_he_may_not_read(cast):
    served(factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai))
    with acting_as(access_of(cast.guan)):
        assert counts(cast.gan_lai).minutes == 120


def test_nobody_compiles_out_of_reach(cast):
    with acting_as(access_of(cast.chen)), pytest.raises(OutOfReach):
        reports.month(cast.weng_shui, OCTOBER)
    with acting_as(access_of(cast.tu)), pytest.raises(OutOfReach):
        reports.month(cast.tu.appointments[0].division.parent, OCTOBER)


@given(st.dates(date(1990, 2, 1), date(2100, 11, 30)))
def test_a_month_is_read_as_it_is_written(day):
    month = Month.of(day)
    assert Month.parse(str(month)) == month
    assert month.first <= day <= month.last
    assert month.shifted(1).first > month.last >= day
    assert month.shifted(7).shifted(-7) == month


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-00", "2026-1", "0000-01", "２０２６-10", "2026-10-01", "9999-12"],
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(DomainError):
        Month.parse(text)

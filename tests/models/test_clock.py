"""Ages and days: what a birthday changes, and from which day on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models import clock


@pytest.mark.parametrize("age", [8, 14, 18])
def test_an_age_is_reached_on_the_birthday_and_not_the_day_before(age):
    birthday = date(2026 - age, 10, 3)
    assert clock.age_on(birthday, date(2026, 10, 2)) == age - 1
    assert clock.age_on(birthday, date(2026, 10, 3)) == age


@pytest.mark.parametrize("age", [8, 14, 18])
def test_a_leap_day_child_is_older_on_the_first_of_march_or_on_the_leap_day_itself(age):
    born = date(2008, 2, 29)
    year = 2008 + age
    if year % 4:
        assert clock.age_on(born, date(year, 2, 28)) == age - 1
        assert clock.age_on(born, date(year, 3, 1)) == age
    else:
        assert clock.age_on(born, date(year, 2, 28)) == age - 1
        assert clock.age_on(born, date(year, 2, 29)) == age


@given(some.dates(date(1920, 1, 1), date(2026, 1, 1)), some.integers(0, 110 * 366))
def test_an_age_grows_by_one_a_year_and_never_shrinks(born, days):
    day = born + timedelta(days=days)
    today, tomorrow = clock.age_on(born, day), clock.age_on(born, day + timedelta(days=1))
    assert 0 <= today <= tomorrow <= today + 1


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 10, 31, 15, 59), date(2026, 10, 31)),
        (datetime(2026, 10, 31, 16, 0), date(2026, 11, 1)),
        (datetime(2024, 2, 28, 16, 0), date(2024, 2, 29)),
        (datetime(2025, 12, 31, 16, 0), date(2026, 1, 1)),
    ],
)
def test_a_day_of_the_office_begins_at_four_in_the_afternoon_of_utc(moment, day):
    assert clock.office_time(moment).date() == day

"""Working days by the State Council's lists: 调休, years nobody entered, and the office's table."""

from __future__ import annotations

from datetime import date

import pytest

from admin_app.services.places import workdays
from models import DomainError
from tests import factories


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2026, 2, 14), True),  # Saturdays worked for the Spring Festival
        (date(2026, 2, 28), True),
        (date(2026, 2, 16), False),
        (date(2026, 9, 20), True),  # and a Sunday and a Saturday for the National Day
        (date(2026, 10, 10), True),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 11), False),
        (date(2024, 2, 29), True),
    ],
)
def test_the_lists_of_the_state_council_are_followed(app, day, is_worked):
    assert workdays.is_worked(day) is is_worked


@pytest.mark.parametrize(
    ("after", "days", "due"),
    [
        (date(2026, 10, 3), 10, date(2026, 10, 20)),  # over a Saturday that is worked
        (date(2026, 2, 13), 10, date(2026, 3, 5)),  # over nine days off and two Saturdays worked
        (date(2026, 11, 2), 10, date(2026, 11, 16)),  # two plain weeks
        (date(2026, 12, 17), 10, date(2026, 12, 31)),
        (date(2024, 2, 28), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 1, date(2024, 3, 1)),
    ],
)
def test_the_days_count_from_the_day_after(app, after, days, due):
    assert workdays.due(after, days) == due


def test_a_year_that_nobody_entered_is_named_and_not_guessed(app):
    with pytest.raises(DomainError, match="2027"):
        workdays.due(date(2026, 12, 18), 10)
    with pytest.raises(DomainError, match="2003"):
        workdays.is_worked(date(2003, 5, 5))


def test_a_year_is_known_from_its_first_day_in_the_table(app):
    factories.workday(date(2027, 1, 1), occasion="元旦")
    assert workdays.due(date(2026, 12, 18), 10) == date(2027, 1, 4)
    factories.workday(date(2027, 1, 3), is_worked=True, occasion="元旦调休")
    assert workdays.due(date(2026, 12, 18), 10) == date(2027, 1, 3)
    with pytest.raises(DomainError, match="2028"):
        workdays.due(date(2027, 12, 31), 10)


def test_the_table_overrules_the_library(app):
    factories.workday(date(2026, 11, 16), occasion="临时放假")
    assert workdays.due(date(2026, 11, 2), 10) == date(2026, 11, 17)

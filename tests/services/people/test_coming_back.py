"""Who leaves a roll and comes back stood on it before and after, and not between."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from admin_app.policy import access_of
from admin_app.services.exchange import stored
from admin_app.services.ledger import findings
from admin_app.services.ledger.findings import Kind
from admin_app.services.ledger.overlaps import Period
from admin_app.services.people import registrations, roll, trainings, volunteers
from admin_app.services.people.volunteers import Particulars
from admin_app.services.places import divisions
from admin_app.services.reports import counting
from admin_app.services.reports.months import Month
from admin_app.services.standards import registered
from models import (
    DomainError,
    EntryState,
    RollGap,
    RollState,
    Volunteer,
    clock,
    db,
)
from tests import factories

DAY = timedelta(days=1)
FIRST, LEFT, BACK = date(2025, 1, 1), date(2025, 3, 31), date(2025, 6, 10)
NUMBER = factories.identity_number(serial=77)


@pytest.fixture
def lei(cast):
    """Lei came, left, and came back; twice."""
    return factories.volunteer(
        cast.gan_lai, name="雷桂英", id_number=NUMBER, registered_on=FIRST, guardian_name="雷母"
    )


def leave(line, day):
    line.state, line.left_on = RollState.LEFT, day
    db.session.commit()


def come_back(line, day):
    given = Particulars(name="雷桂英", id_number=NUMBER, registered_on=day, guardian_name="雷母")
    assert volunteers.register(line.station, given) is line
    db.session.commit()


def go_and_return(line, left=LEFT, back=BACK):
    leave(line, left)
    come_back(line, back)


def counted(on):
    return registered.at(divisions.by_code("440823000000"), on=on).people


def is_sound():
    return registered.differences(db.session.connection()) == 0


def there(condition):
    return db.session.scalar(select(func.count(Volunteer.id)).where(condition)) == 1


@pytest.mark.parametrize(
    ("day", "stood", "at_the_end"),
    [
        (FIRST, True, True),
        (LEFT - DAY, True, True),
        (LEFT, True, False),
        (LEFT + DAY, False, False),
        (BACK - DAY, False, False),
        (BACK, True, True),
    ],
)
def test_the_days_between_do_not_count(cast, lei, day, stood, at_the_end):
    go_and_return(lei)
    assert (lei.registered_on, lei.left_on, lei.state) == (FIRST, None, RollState.REGISTERED)
    assert roll.was_there(lei, day) is stood
    assert there(roll.still_there(day)) is stood
    assert there(roll.there_at_the_end(day)) is at_the_end
    assert counted(day) == at_the_end
    assert is_sound()


def test_whoever_returns_twice_was_away_twice(cast, lei):
    go_and_return(lei)
    later, again = date(2025, 9, 1), date(2025, 9, 2)
    go_and_return(lei, later, again)
    assert roll.periods(lei) == [(FIRST, LEFT), (BACK, later), (again, None)]
    assert [counted(day) for day in (LEFT, BACK, later, again)] == [0, 1, 0, 1]
    leave(lei, date(2025, 10, 1))
    assert roll.periods(lei)[-1] == (again, date(2025, 10, 1))
    assert is_sound()
    with pytest.raises(DomainError, match="2025"):
        roll.require_last_day(lei, again - DAY)
    roll.require_last_day(lei, again)


def test_back_on_the_last_day_is_no_absence(cast, lei):
    go_and_return(lei, LEFT, LEFT)
    assert lei.gaps == []
    assert counted(LEFT) == 1
    assert is_sound()


def test_service_between_is_found_and_no_sheet_brings_it(cast, lei):
    go_and_return(lei)
    found = {}
    for day in (LEFT, LEFT + DAY, BACK - DAY, BACK):
        held = factories.activity(cast.gan_lai, held_on=day)
        entry = factories.service_entry(
            lei, held, served_on=day, started_at=datetime.combine(day, time(9)),
            ended_at=datetime.combine(day, time(10)), state=EntryState.CONFIRMED,
        )  # fmt: skip
        found[entry.id] = day
    county, year = divisions.by_code("440823000000"), Period(FIRST, date(2025, 12, 31))
    told = {one.id: one.left_on for one in findings.of(Kind.AFTER_LEAVING, county, year)}
    assert told == {id_: LEFT for id_, day in found.items() if LEFT < day < BACK}
    assert findings.counts(county, year)[Kind.AFTER_LEAVING] == 2
    known = stored.roll(cast.gan_lai, [NUMBER])[NUMBER]
    assert [known.had_left(day) for day in found.values()] == [False, True, True, False]


def test_a_training_and_a_month_know_who_was_away(cast, lei):
    go_and_return(lei)
    training = factories.training(cast.gan_lai, held_on=BACK - DAY)
    access = access_of(cast.chen)
    with pytest.raises(DomainError, match="not on the roll"):
        trainings.add(training, [lei], access=access)
    training.held_on = BACK
    assert trainings.add(training, [lei], access=access) == 1
    months = [Month(2025, number) for number in (2, 3, 5, 6)]
    told = [counting.registered(cast.gan_lai, month)[0][cast.gan_lai.id] for month in months]
    assert [one.total for one in told] == [1, 0, 0, 1]
    assert [one.new for one in told] == [0, 0, 0, 0]


def test_the_reviewer_is_told_that_the_days_between_do_not_count(cast, lei, browse):
    leave(lei, LEFT)
    row = factories.registration(
        cast.gan_lai, name="雷桂英", id_number=NUMBER, by=cast.chen, guardian_name="雷母"
    )
    page = browse(cast.dai).get(f"/registrations/details/?id={row.id}").text
    assert "the days between do not count" in page
    line = registrations.accept(row, by=cast.dai, access=access_of(cast.dai))
    db.session.commit()
    assert line is lei
    [gap] = db.session.scalars(select(RollGap))
    assert (gap.left_on, gap.back_on) == (LEFT, clock.today())
    assert (
        f"{LEFT} → {clock.today()}"
        in browse(cast.chen).get(f"/volunteers/details/?id={lei.id}").text
    )


def test_two_lines_that_become_one_stand_for_the_days_of_either(cast, lei):
    go_and_return(lei)
    other = factories.volunteer(cast.gan_lai, registered_on=date(2025, 3, 20))
    leave(other, date(2025, 4, 30))
    roll.join(lei, other)
    db.session.commit()
    assert roll.periods(lei) == [(FIRST, date(2025, 4, 30)), (BACK, None)]
    assert is_sound()

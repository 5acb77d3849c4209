"""What waits for whom, and where their places stand."""

from __future__ import annotations

from datetime import date, time

import pytest

from admin_app.policy import access_of, acting_as
from admin_app.services import workbench
from models import (
    OBLIGATORY,
    Account,
    ActivityState,
    EntryState,
    LeadershipSeat,
    RuleKind,
    SeatKind,
    db,
)
from tests import factories

DAY = date(2026, 10, 20)


@pytest.fixture
def gan_lai(cast):
    """Three entries at Gan Lai, one of them confirmed, and one waiting next door."""
    for station in (cast.gan_lai, cast.quan_shui):
        volunteer, activity = factories.volunteer(station), factories.activity(station)
        factories.service_entry(volunteer, activity)
    for state, starts, ends in (
        (EntryState.CONFIRMED, 13, 15),
        (EntryState.DECLINED, 16, 18),
    ):
        volunteer = factories.volunteer(cast.gan_lai)
        activity = factories.activity(
            cast.gan_lai, desk_duty=True, starts_at=time(starts), ends_at=time(ends)
        )
        factories.service_entry(volunteer, activity, state=state)
    return cast


def numbers(account, on=DAY):
    access = access_of(account)
    db.session.commit()
    with acting_as(access):
        return {number.name: number for number in workbench.numbers(access, on=on)}


def waiting(account):
    access = access_of(account)
    with acting_as(access):
        return {number.name: number.count for number in workbench.waiting(access)}


def test_entries_wait_for_those_who_confirm_and_only_their_station_s(gan_lai):
    assert waiting(gan_lai.dai) == {"to_confirm": 1}
    assert waiting(gan_lai.lin) == {"to_confirm": 1}
    for login in ("chen", "mo", "guan", "su", "ada"):
        assert waiting(getattr(gan_lai, login)) == {}


def test_nothing_is_counted_that_the_person_may_not_read(gan_lai):
    assert set(numbers(gan_lai.guan)) == {"unposted", "stations"}
    assert set(numbers(gan_lai.ada)) == {"stations", "accounts"}


def test_confirmed_minutes_of_the_month_are_counted(gan_lai):
    assert numbers(gan_lai.chen)["minutes"].count == 120
    assert numbers(gan_lai.chen, on=date(2026, 11, 1))["minutes"].count == 0


def test_activities_stand_beside_what_is_asked_of_one_station(gan_lai):
    held = numbers(gan_lai.chen)["activities"]
    assert (held.count, held.low, held.high, held.is_short) == (1, 2, 3, True)
    factories.activity(gan_lai.gan_lai)
    factories.activity(gan_lai.gan_lai, state=ActivityState.PLANNED)
    assert not numbers(gan_lai.chen)["activities"].is_short


@pytest.mark.parametrize("login", ["su", "wang", "ou"])
def test_nothing_is_asked_of_a_county_where_no_figure_is_set_or_of_one_keeper(gan_lai, login):
    assert numbers(getattr(gan_lai, login))["activities"].low is None


def test_seats_count_as_unfilled_until_they_are_held_or_do_not_apply(cast):
    every = len(SeatKind)
    assert numbers(cast.chen)["unfilled"].count == every
    group = factories.leadership_group(cast.gan_lai)
    group.seats.append(
        LeadershipSeat(
            station=cast.gan_lai, kind=SeatKind.OWNERS_COMMITTEE, holder=None, inapplicable=True
        )
    )
    assert numbers(cast.chen)["unfilled"].count == every - 2
    group.until = date(2026, 10, 19)
    assert numbers(cast.chen)["unfilled"].count == every


def test_a_rule_counts_once_however_many_editions_are_posted(cast):
    every = len(OBLIGATORY)
    assert numbers(cast.chen)["unposted"].count == every
    for edition in (1, 2):
        factories.rule(cast.gan_lai, edition=edition, posted_on=date(2026, 1, edition))
    factories.rule(cast.gan_lai, kind=RuleKind.WORKFLOW)
    assert numbers(cast.chen)["unposted"].count == every - 1


def test_the_activities_of_these_days_are_one_s_own_and_not_cancelled(gan_lai):
    factories.activity(gan_lai.gan_lai, state=ActivityState.CANCELLED, held_on=DAY)
    shown = factories.activity(gan_lai.gan_lai, held_on=DAY)
    factories.activity(gan_lai.quan_shui, held_on=DAY)
    access = access_of(gan_lai.chen)
    with acting_as(access):
        assert workbench.activities_around(access, on=DAY) == [shown]


def test_open_accounts_count_for_whom_they_are_kept_by(cast):
    everybody = db.session.query(Account).count()
    assert numbers(cast.ada)["accounts"].count == everybody
    # Ten at Gan Lai's and Quan Shui's desks, the township's supervisor and the county's own.
    below = numbers(cast.su)["accounts"].count
    assert below == 10
    cast.chen.active = False
    db.session.commit()
    assert numbers(cast.su)["accounts"].count == below - 1

"""Terms of a leadership group, and the appointments that its seats carry."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from admin_app.policy import acting_as
from admin_app.policy.access import access_of
from admin_app.services import accounts, committee
from models import DomainError, LeadershipGroup, NotAllowed, Role, SeatKind, clock, db
from tests import factories

DAY = timedelta(days=1)


@pytest.fixture
def group(cast):
    return factories.leadership_group(cast.gan_lai)


def give(seat, account, by):
    """Let a seat carry an appointment, as somebody who appoints."""
    with acting_as(access_of(by)):
        held = committee.give(seat, account, by=access_of(by))
        db.session.commit()
    return held


def handed_over(group, by, since, **told):
    with acting_as(access_of(by)):
        following = committee.hand_over(group, since=since, access=access_of(by), **told)
        db.session.commit()
    return following


def test_a_term_goes_over_with_its_seats_and_without_what_they_carry(cast, group):
    today = clock.today()
    [seat] = group.seats
    held = give(seat, cast.lin, cast.su)
    assert seat.appointment is held
    assert held in cast.lin.appointments  # it was given before; the seat takes it along
    assert len(cast.lin.appointments) == 1
    db.session.expire_all()  # the clerk may not read appointments, and yet they count
    with pytest.raises(NotAllowed), acting_as(access_of(cast.chen)):
        committee.hand_over(group, since=today + DAY, access=access_of(cast.chen))
    db.session.rollback()
    with pytest.raises(DomainError, match="nobody would lead"):
        handed_over(group, cast.lin, today + DAY)
    db.session.rollback()
    assert committee.ending(group, today).is_leaderless
    following = handed_over(group, cast.lin, today + DAY, leaderless=True)
    assert (group.until, following.since, following.until) == (today, today + DAY, None)
    assert [(s.kind, s.holder, s.appointment) for s in following.seats] == [
        (SeatKind.LEADER, seat.holder, None)
    ]
    assert held.until == today
    assert access_of(cast.lin, today).may("rules:adopt")
    assert not access_of(cast.lin, today + DAY).may("rules:adopt")
    with acting_as(access_of(cast.su)):
        [offered] = following.seats
        assert committee.last_account(offered).id == cast.lin.id
    renewed = give(offered, cast.lin, cast.su)
    assert (renewed.role, renewed.since, renewed.until) == (Role.LEADER, today + DAY, None)


def test_with_another_leader_ahead_nobody_is_warned(cast, group):
    [seat] = group.seats
    give(seat, cast.lin, cast.su)
    today = clock.today()
    accounts.appoint(cast.dai, Role.LEADER, cast.gan_lai, by=None, since=today + DAY)
    db.session.commit()
    assert not committee.ending(group, today).is_leaderless
    handed_over(group, cast.lin, today + DAY)


def test_only_who_may_appoint_gives_a_seat_its_appointment_and_within_the_term(cast, group):
    [seat] = group.seats
    for login in ("lin", "chen", "tu", "di"):
        by = getattr(cast, login)
        with pytest.raises((NotAllowed, DomainError)):
            give(seat, cast.mo, by)
        db.session.rollback()
    group.until = clock.today() + 10 * DAY
    db.session.commit()
    access = access_of(cast.su)
    for days in ({"since": group.since - DAY}, {"until": group.until + DAY}):
        with pytest.raises(DomainError, match="within its term"), acting_as(access):
            committee.give(seat, cast.mo, by=access, **days)
        db.session.rollback()
    held = give(seat, cast.mo, cast.su)
    assert (held.role, held.since, held.until) == (Role.LEADER, clock.today(), group.until)
    with pytest.raises(DomainError, match="already"):
        give(seat, cast.mo, cast.su)
    name, access = cast.mo.name, access_of(cast.chen)
    number = group.id
    db.session.rollback()
    db.session.expunge_all()  # what was read in one scope follows its relations in that scope
    with acting_as(access):
        group = db.session.get_one(LeadershipGroup, number)
        with pytest.raises(DomainError, match="carries an appointment"):
            committee.seat(group, {SeatKind.LEADER: committee.Seating("换人")})
        with pytest.raises(DomainError, match="end the term first"):
            committee.require_free(group)
        committee.seat(group, {SeatKind.LEADER: committee.Seating(name)})


def test_a_term_that_only_ends_ends_what_it_carries(cast, group):
    [seat] = group.seats
    held = give(seat, cast.lin, cast.su)
    today, access = clock.today(), access_of(cast.lin)
    with acting_as(access):
        with pytest.raises(DomainError, match="after it began"):
            committee.end(group, on=group.since - DAY, access=access)
        committee.end(group, on=today, access=access, leaderless=True)
        db.session.commit()
        assert (group.until, held.until) == (today, today)
        with pytest.raises(DomainError, match="ended on"):
            committee.hand_over(group, since=today + 9 * DAY, access=access)


def test_terms_of_a_station_do_not_overlap(cast, group):
    access = access_of(cast.lin)
    with acting_as(access):
        for since, until, words in (
            (date(2026, 1, 1), None, "still runs"),
            (date(2024, 1, 1), date(2025, 1, 1), "do not overlap"),
            (date(2024, 1, 1), date(2023, 1, 1), "after it began"),
        ):
            other = LeadershipGroup(station_id=cast.gan_lai.id, since=since, until=until)
            with pytest.raises(DomainError, match=words):
                committee.settle(other, before=None, access=access)
        earlier = LeadershipGroup(
            station_id=cast.gan_lai.id, since=date(2024, 1, 1), until=date(2024, 12, 31)
        )
        committee.settle(earlier, before=None, access=access)
        with pytest.raises(DomainError, match="later day"):
            committee.hand_over(group, since=group.since, access=access)


def test_what_annex_3_asks_for_is_told_in_words(cast, group):
    told = [str(words) for words in committee.gaps(group)]
    assert told[0] == "Both deputies are missing: annex 3 asks for two."
    assert len(told) == 3
    with acting_as(access_of(cast.chen)):
        committee.seat(group, {
            **{kind: committee.Seating("林书记") for kind in SeatKind},
            SeatKind.OWNERS_COMMITTEE: committee.Seating(inapplicable=True),
            SeatKind.LEADER: committee.Seating(),
            SeatKind.DEPUTY_VOLUNTEER: committee.Seating(),
        })  # fmt: skip
        db.session.commit()
    told = [str(words) for words in committee.gaps(group)]
    assert told == [
        "There is no leader.",
        "One of the two deputies is missing: Deputy: backbone of a volunteer organization.",
        "林书记 holds 10 seats.",
    ]

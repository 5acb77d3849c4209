"""Registered people by where they live: once each, on any day, and kept as the rolls change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask_migrate import downgrade, upgrade
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admin_app.services.places import divisions
from admin_app.services.standards import registered
from admin_app.services.standards.registered import Registered, Stretch, moves_of
from models import Person, RollState, Station, Volunteer, db
from tests import factories

SUIXI, ZHANJIANG = "440823000000", "440800000000"
FIRST = date(2025, 1, 1)


def told(code, on=date(2026, 1, 1)):
    found = registered.at(divisions.by_code(code), on=on)
    return found.people, found.official


def is_sound():
    return registered.differences(db.session.connection()) == 0


def test_a_person_on_two_rolls_counts_once_where_the_person_lives(cast):
    one = factories.volunteer(cast.gan_lai, registered_on=FIRST, official_number="4408-1")
    assert one.person.lives_in_id == cast.gan_lai.division_id
    again = factories.volunteer(cast.quan_shui, person=one.person)
    again.registered_on = date(2025, 6, 1)
    factories.volunteer(cast.quan_shui, registered_on=date(2025, 3, 1))
    db.session.commit()
    found = registered.by_division(divisions.by_code(ZHANJIANG), on=date(2026, 1, 1))
    assert found[cast.gan_lai.division_id] == Registered(1, 1)
    assert found[cast.quan_shui.division_id] == Registered(1, 0)
    assert found[divisions.by_code(SUIXI).id] == Registered(2, 1)
    assert found[divisions.by_code(SUIXI).id].local == 1
    assert told(ZHANJIANG, on=date(2025, 2, 1)) == (1, 1)
    assert told(ZHANJIANG, on=date(2024, 12, 31)) == (0, 0)
    assert is_sound()


def test_who_leaves_one_roll_and_stays_on_another_still_counts(cast):
    one = factories.volunteer(cast.gan_lai, registered_on=FIRST, official_number="4408-1")
    again = factories.volunteer(cast.quan_shui, person=one.person)
    again.registered_on = date(2025, 6, 1)
    one.left_on, one.state = date(2025, 9, 1), RollState.LEFT
    db.session.commit()
    assert told(SUIXI, on=date(2025, 8, 31)) == (1, 1)
    assert told(SUIXI, on=date(2025, 9, 1)) == (1, 0)
    again.left_on = date(2025, 10, 1)
    db.session.commit()
    assert [told(SUIXI, on=date(2025, 10, 1) - timedelta(days=n))[0] for n in (1, 0)] == [1, 0]
    one.left_on = None
    db.session.commit()
    assert told(SUIXI) == (1, 1)
    assert is_sound()


def test_who_moves_counts_at_the_new_place_and_unknown_nowhere(cast):
    one = factories.volunteer(cast.gan_lai, registered_on=FIRST)
    one.person.lives_in = cast.weng_shui.division
    db.session.commit()
    assert (told(SUIXI), told("533400000000")) == ((0, 0), (1, 0))
    one.person.lives_in = None
    db.session.commit()
    assert (told(SUIXI), told("533400000000")) == ((0, 0), (0, 0))
    assert is_sound()
    db.session.delete(one)
    db.session.commit()
    assert is_sound()


def test_what_is_undone_was_never_counted(cast):
    one = factories.volunteer(cast.gan_lai, registered_on=FIRST)
    one.left_on = date(2025, 2, 1)
    db.session.flush()
    db.session.rollback()
    other = db.session.get_one(Volunteer, one.id)
    other.number = other.number.replace("-", "#", 1)[:24]
    with pytest.raises(Exception, match=r"(?i)unique"):
        factories.volunteer(cast.gan_lai, person=other.person)
    db.session.rollback()
    assert told(SUIXI) == (1, 0)
    assert is_sound()


def test_a_recount_finds_what_was_kept(cast):
    for n in range(5):
        factories.volunteer(cast.gan_lai, registered_on=FIRST + timedelta(days=n % 3))
    kept = told(SUIXI)
    registered.recount(db.session.connection())
    assert told(SUIXI) == kept == (5, 0)
    db.session.connection().execute(
        registered._counts.update().values(people=registered._counts.c.people + 1)
    )
    assert registered.differences(db.session.connection()) == 1


days = st.integers(0, 12)
rolls = st.lists(st.tuples(days, st.none() | days, st.booleans()), max_size=4)


@given(rolls)
def test_moves_count_a_person_on_the_days_that_some_roll_holds(stretches):
    told = [
        Stretch(FIRST + timedelta(since), None if until is None else FIRST + timedelta(until), mark)
        for since, until, mark in stretches
    ]
    moves = moves_of(told, 1)
    for n in range(15):
        day = FIRST + timedelta(n)
        holds = [s for s in told if s.since <= day and (s.until is None or day < s.until)]
        standing = [sum(sums[p] for (on, _), sums in moves.items() if on <= day) for p in (0, 1)]
        assert standing == [bool(holds), any(s.is_official for s in holds)]


acts = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 1), days, st.none() | days, st.booleans()),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts)
def test_whatever_changes_the_counts_are_what_the_rolls_say(cast, acts):
    people = [factories.volunteer(cast.gan_lai).person_id for _n in range(4)]
    places = [cast.gan_lai.id, cast.quan_shui.id]
    for who, at, since, until, mark in acts:
        person, station = db.session.get(Person, people[who]), db.session.get(Station, places[at])
        row = db.session.query(Volunteer).filter_by(
            person_id=person.id, station_id=station.id
        ).one_or_none() or factories.volunteer(station, person=person)  # fmt: skip
        row.registered_on = FIRST + timedelta(since)
        row.left_on = None if until is None else FIRST + timedelta(until)
        row.official_number = "8" if mark else None
        person.lives_in_id = [station.division_id, None, cast.weng_shui.division_id][since % 3]
        db.session.commit()
    assert is_sound()


def test_who_is_on_file_already_lives_at_the_first_roll_and_counts(cast):
    one = factories.volunteer(cast.quan_shui, registered_on=FIRST, official_number="8")
    factories.volunteer(cast.gan_lai, person=one.person)  # later
    gone = factories.volunteer(cast.gan_lai, registered_on=FIRST)
    gone.left_on = date(2025, 7, 1)
    db.session.commit()
    people, home = [one.person_id, gone.person_id], cast.quan_shui.division_id
    db.session.remove()
    downgrade(revision="0020")
    upgrade()
    assert db.session.get(Person, people[0]).lives_in_id == home
    assert told(SUIXI, on=date(2025, 6, 30)) == (2, 1)
    assert told(SUIXI) == (1, 1)
    assert is_sound()

from datetime import date, timedelta
from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admin_app.policy import access_of, acting_as
from admin_app.services.ledger import overlaps
from admin_app.services.ledger.overlaps import CLAIMING, Period
from admin_app.services.places import divisions
from models import EntryState, db
from tests.services.ledger.stretches import meet, saved, stretch

DAY = date(2026, 10, 3)
COUNTY = "440823000000"
EVER = Period()


def found(code=COUNTY, period=EVER):
    pairs = overlaps.find(divisions.by_code(code), period)
    return [(one.first.id, one.second.id) for one in pairs]


def test_two_entries_that_share_a_minute_are_a_pair_and_touching_ones_are_none(twins):
    one, two, _touching = saved(
        stretch(twins[0], 540, 660), stretch(twins[1], 659, 700), stretch(twins[0], 700, 760)
    )
    assert found() == [(one.id, two.id)]
    [pair] = overlaps.find(divisions.by_code(COUNTY), Period())
    assert (pair.name, pair.minutes, pair.is_same) == ("雷小锋", 1, False)
    assert pair.second.station == "泉水村志愿服务站"


def test_what_claims_no_time_overlaps_nothing(twins):
    saved(
        stretch(twins[0], 540, 660),
        stretch(twins[1], 540, 660, state=EntryState.DECLINED),
    )
    assert found() == []


def test_a_pair_across_prefectures_is_found_from_either_side(twins):
    here, there = saved(stretch(twins[0], 540, 660), stretch(twins[2], 600, 720))
    assert found() == [(here.id, there.id)]
    assert found("533400000000") == [(there.id, here.id)]
    assert found("440825000000") == []


def test_service_past_midnight_meets_the_morning_after(twins):
    late, early = saved(stretch(twins[0], 1400, 1500), stretch(twins[1], 1441, 1450))
    assert found() == [(late.id, early.id)]
    after = Period(since=DAY + timedelta(days=1))
    assert found(period=after) == [(early.id, late.id)]
    assert found(period=Period(until=DAY - timedelta(days=1))) == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(0, 2 * 24 * 6),
            st.integers(1, 20),
            st.sampled_from([*EntryState, EntryState.SUBMITTED]),
        ),
        max_size=12,
    ),
    st.integers(-1, 3), st.integers(-1, 3),
)  # fmt: skip
def test_the_pairs_are_those_that_comparing_each_with_each_finds(twins, told, since, until):
    rows = [
        stretch(twins[at], 10 * began, 10 * (began + long), state=state)
        for at, began, long, state in told
    ]
    # The database refuses what is confirmed to overlap; such a row waits.
    confirmed = []
    for row in rows:
        if row.state is EntryState.CONFIRMED:
            if any(meet(row, other) for other in confirmed):
                row.state = EntryState.SUBMITTED
            else:
                confirmed.append(row)
    period = Period(DAY + timedelta(days=since), DAY + timedelta(days=until))
    db.session.add_all(rows)
    db.session.flush()
    here = {twin[0].station_id for twin in twins[:2]}
    expected = {
        frozenset((one.id, two.id))
        for one, two in combinations(rows, 2)
        if meet(one, two) and one.state in CLAIMING and two.state in CLAIMING
        if any(
            e.station_id in here and period.since <= e.served_on <= period.until
            for e in (one, two)
        )
    }  # fmt: skip
    pairs = found(period=period)
    db.session.rollback()
    assert len(pairs) == len(expected)
    assert {frozenset(pair) for pair in pairs} == expected


def test_who_asks_finds_the_first_in_reach_only(cast, twins):
    here, there = saved(stretch(twins[0], 540, 660), stretch(twins[2], 600, 720))
    with acting_as(access_of(cast.su)):
        assert found() == [(here.id, there.id)]
        assert found("533400000000") == []

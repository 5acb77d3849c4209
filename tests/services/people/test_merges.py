from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from admin_app.policy import access_of
from admin_app.services import accounts
from admin_app.services.ledger import checking, reversals
from admin_app.services.people import merges, volunteers
from admin_app.services.standards import registered
from models import (
    Account,
    AreaMonth,
    DomainError,
    EntryState,
    MergeState,
    NotAllowed,
    PersonLife,
    ReversalGround,
    Role,
    RollState,
    ServiceEntry,
    db,
)
from tests import factories
from tests.factories import DAY


def prepare(kept, absorbed, by, reason="号码少打一位"):
    return merges.prepare(kept, absorbed, reason, by=by, access=access_of(by))


def perform(merge, by):
    merges.perform(merge, by=by, access=access_of(by))
    db.session.commit()


def served(line, start, **more):
    activity = factories.activity(line.station, held_on=more.pop("on", DAY))
    began = datetime.combine(activity.held_on, time(start))
    return factories.service_entry(
        line, activity, started_at=began, ended_at=began + timedelta(hours=2),
        **{"state": EntryState.CONFIRMED} | more,
    )  # fmt: skip


@pytest.fixture
def pair(cast):
    """The same human being twice on one roll, once more next door, with hours in all of them."""
    kept = factories.volunteer(cast.gan_lai, name="李来", registered_on=date(2025, 6, 1))
    wrong = factories.volunteer(cast.gan_lai, name="李来", registered_on=date(2025, 2, 1))
    door = factories.volunteer(cast.quan_shui, person=wrong.person)
    for line, start in ((kept, 8), (wrong, 11), (door, 15)):
        served(line, start)
    served(wrong, 9, state=EntryState.SUBMITTED, on=DAY + timedelta(days=1))
    return kept, wrong, door


def life(person):
    return db.session.scalar(select(PersonLife.minutes).where(PersonLife.person_id == person)) or 0


def people(level, place):
    return db.session.scalar(
        select(AreaMonth.people).where(
            AreaMonth.level == level, AreaMonth.place_id == place, AreaMonth.category == ""
        )
    )


def test_a_merge_keeps_every_minute_and_counts_one_human_being(cast, pair):
    kept, wrong, door = pair
    mine, other, county = kept.person_id, wrong.person_id, cast.gan_lai.county_id
    paper = factories.certificate_request(cast.gan_lai, volunteer=wrong)
    assert (life(mine), life(other), people("county", county)) == (120, 240, 2)
    assert registered.at(cast.gan_lai.division, on=DAY).people == 2
    merge = prepare(kept, wrong, cast.su)
    assert merges.hours(merge) == (120, 240)
    perform(merge, cast.pu)
    assert (merge.state, merge.minutes, merge.entries) == (MergeState.DONE, 360, 3)
    assert (life(mine), life(other)) == (360, 0)
    assert (people("county", county), people("station", cast.gan_lai.id)) == (1, 1)
    assert checking.verify().differences == ()
    assert registered.at(cast.gan_lai.division, on=DAY).people == 1
    assert registered.differences(db.session.connection()) == 0
    entries = db.session.scalars(select(ServiceEntry)).all()
    assert {entry.person_id for entry in entries} == {mine}
    assert {entry.volunteer_id for entry in entries} == {kept.id, door.id}
    assert (paper.volunteer_id, door.person_id) == (kept.id, mine)
    assert (wrong.state, wrong.person_id) == (RollState.LEFT, other)
    assert (kept.state, kept.registered_on) == (RollState.REGISTERED, date(2025, 2, 1))
    assert merge.moved["lines"] == {str(wrong.id): kept.id}
    assert len(merge.moved["entries"]) == 3
    with pytest.raises(DomainError, match="merged into another"):
        volunteers.register(cast.weng_shui, volunteers.Particulars("李来", wrong.person.id_number))


served_by = st.tuples(
    st.sampled_from(["kept", "absorbed"]),
    st.sampled_from(["gan_lai", "quan_shui"]),
    st.integers(0, 34),  # days, over the end of a month
    st.integers(6, 9),  # of hours that come in twos
    st.sampled_from([*EntryState, "reversed"]),
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(served_by, max_size=7, unique_by=lambda one: one[2:4]))
def test_whatever_two_rows_served_a_merge_keeps_every_minute(cast, histories):
    lines = {(who, "gan_lai"): factories.volunteer(cast.gan_lai) for who in ("kept", "absorbed")}
    rows = {who: line.person for (who, _where), line in lines.items()}
    judge = Account(login=f"judge{rows['kept'].id}", name="审", password_hash="x")
    db.session.add(judge)
    for place in (cast.gan_lai, cast.quan_shui):
        accounts.appoint(judge, Role.DEPUTY, place, by=None, since=date(2024, 1, 1))
    db.session.commit()
    for who, where, day, twice, state in [("kept", "gan_lai", 40, 6, "confirmed"), *histories]:
        station = getattr(cast, where)
        if (who, where) not in lines:
            lines[who, where] = factories.volunteer(station, person=rows[who])
        entry = served(
            lines[who, where], 2 * twice, on=DAY - timedelta(days=day),
            state=EntryState.CONFIRMED if state == "reversed" else EntryState(state),
        )  # fmt: skip
        if state == "reversed":
            ground, access = ReversalGround.WRONG_TIME, access_of(judge)
            reversals.reverse(entry, ground, "抄错了时间", by=judge, access=access)
            db.session.commit()
    mine, other = rows["kept"].id, rows["absorbed"].id
    before, told = life(mine) + life(other), told_of(mine, other)
    perform(prepare(lines["kept", "gan_lai"], lines["absorbed", "gan_lai"], cast.su), cast.pu)
    assert (life(mine), life(other)) == (before, 0)
    assert told_of(mine) == told
    assert before == sum(minutes for _id, minutes, counts in told if counts)
    assert checking.verify().differences == ()
    assert registered.differences(db.session.connection()) == 0


def told_of(*persons):
    """Return the entries of these rows: their number, minutes, and whether they count."""
    asked = select(ServiceEntry.id, ServiceEntry.minutes, ServiceEntry.counts)
    asked = asked.where(ServiceEntry.person_id.in_(persons)).order_by(ServiceEntry.id)
    return [tuple(row) for row in db.session.execute(asked)]


def test_the_database_lets_an_entry_go_by_a_done_merge_alone(cast, pair):
    kept, wrong, door = pair
    merge = prepare(kept, wrong, cast.su)
    db.session.commit()
    number, table = merge.id, ServiceEntry.__table__
    of_door = update(table).where(table.c.volunteer_id == door.id)
    to_kept, back = (of_door.values(person_id=line.person_id) for line in (kept, wrong))
    with pytest.raises(DBAPIError, match="cannot change"):
        db.session.execute(to_kept)
    db.session.rollback()
    perform(db.session.get(type(merge), number), cast.pu)
    undone = text("UPDATE person_merges SET state = 'prepared'")
    for change in (back, undone, text("DELETE FROM person_merges")):
        with pytest.raises(DBAPIError, match="cannot"):
            db.session.execute(change)
        db.session.rollback()


def test_entries_of_both_at_one_time_are_told_and_nothing_moves(cast, pair):
    kept, wrong, _door = pair
    twin = served(wrong, 9, on=DAY)
    merge = prepare(kept, wrong, cast.su)
    db.session.commit()
    with pytest.raises(DomainError, match=f"#{twin.id}"):
        perform(merge, cast.pu)
    db.session.rollback()
    assert (merge.state, wrong.state) == (MergeState.PREPARED, RollState.REGISTERED)
    assert checking.verify().differences == ()


def test_who_prepares_does_not_decide_and_who_decides_reaches_every_roll(cast, pair):
    kept, wrong, door = pair
    with pytest.raises(NotAllowed):
        prepare(kept, door, cast.chen)
    merge = prepare(kept, wrong, cast.chen)
    with pytest.raises(DomainError, match="waits for a decision already"):
        prepare(wrong, kept, cast.su)
    with pytest.raises(DomainError, match="beyond your place"):
        perform(merge, cast.lin)
    cast.su.person_id = kept.person_id
    with pytest.raises(DomainError, match="about yourself"):
        perform(merge, cast.su)
    merges.decline(merge, by=cast.pu, access=access_of(cast.pu))
    again = prepare(kept, wrong, cast.pu)
    with pytest.raises(DomainError, match="another person decides"):
        perform(again, cast.pu)
    with pytest.raises(DomainError, match="of one person already"):
        prepare(wrong, door, cast.pu)

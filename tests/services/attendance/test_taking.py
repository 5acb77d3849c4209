from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from admin_app.policy import access_of, acting_as
from admin_app.services.attendance import roster, taking
from admin_app.services.ledger import deciding, hours
from models import (
    Attendance,
    AttendanceState,
    DomainError,
    EntrySource,
    EntryState,
    FigureName,
    Gate,
    NotAllowed,
    PersonLife,
    RollState,
    ServiceEntry,
    clock,
    db,
)
from tests import factories

DAY = date(2026, 10, 3)


class Clock:
    """The office's clock, set by hand."""

    def __init__(self):
        self.set(time(9))

    def set(self, at, day=DAY):
        self.now = datetime.combine(day, at)


@pytest.fixture
def tick(monkeypatch):
    office = Clock()
    monkeypatch.setattr(clock, "office_now", lambda: office.now)
    monkeypatch.setattr(clock, "utc_now", lambda: office.now - timedelta(hours=8))
    return office


@pytest.fixture
def patrol(cast):
    """An activity that the helper takes attendance of."""
    return factories.activity(cast.gan_lai, held_on=DAY, keeper_id=cast.he.id)


@pytest.fixture
def lei(cast):
    return factories.volunteer(cast.gan_lai, name="雷锋")


def do(account, verb, *args, **more):
    """Act as one person, commit, and roll back what is refused."""
    access = access_of(account)
    with acting_as(access):
        try:
            done = verb(*args, access=access, **more)
            db.session.commit()
        except Exception:
            db.session.rollback()
            raise
    return done


def came(account, patrol, lei, tick, *, at=time(9), until=None):
    tick.set(at)
    row = do(account, taking.sign_in, patrol, lei.id)
    if until:
        tick.set(until)
        do(account, taking.sign_out, patrol, row.id, version=row.version)
    return row


def closed(cast, patrol):
    return do(cast.chen, taking.close, patrol)


def entries():
    return db.session.scalars(select(ServiceEntry).order_by(ServiceEntry.id)).all()


def test_two_taps_note_a_stretch(cast, patrol, lei, tick):
    row = came(cast.he, patrol, lei, tick, until=time(11, 30))
    assert (row.signed_in_at, row.signed_out_at, row.noted_by_id, row.state) == (
        datetime(2026, 10, 3, 9), datetime(2026, 10, 3, 11, 30), cast.he.id,
        AttendanceState.COMPLETE,
    )  # fmt: skip


def test_the_helper_sees_names_and_roll_numbers_of_the_station_and_nothing_else(cast, patrol, lei):
    stranger = factories.volunteer(cast.quan_shui)
    access = access_of(cast.he)
    with acting_as(access):
        found = roster.sheet(patrol, access=access).expected
        assert not db.session.scalars(select(ServiceEntry)).all()
    assert found == [roster.Name(lei.id, 1, lei.number, "雷锋")]
    assert stranger.number not in {one.number for one in found}


@pytest.mark.parametrize("words", ["雷", "雷锋", "lf", "0001", " 雷 锋"])
def test_people_are_found_by_name_initials_and_roll_number(cast, patrol, lei, words):
    for _n in range(2):
        factories.volunteer(cast.gan_lai, name="王秀英")
    access = access_of(cast.he)
    with acting_as(access):
        found = roster.sheet(patrol, access=access, words=words).expected
    assert [one.name for one in found] == ["雷锋"]


def test_serials_of_a_printed_sheet_stay_when_somebody_leaves_or_joins_later(cast, patrol, lei):
    second = factories.volunteer(cast.gan_lai)
    access = access_of(cast.chen)
    lei.state, lei.left_on = RollState.LEFT, DAY + timedelta(days=2)
    factories.volunteer(cast.gan_lai, registered_on=DAY + timedelta(days=1))
    third = factories.volunteer(cast.gan_lai)
    db.session.commit()
    with acting_as(access):
        found = roster.everybody(patrol, access=access, most=9)
    assert [(one.serial, one.volunteer_id) for one in found] == [
        (1, lei.id), (2, second.id), (3, third.id),
    ]  # fmt: skip


@pytest.mark.parametrize("login", ["lin", "dai", "mo", "guan", "ou", "quan", "su", "shen", "ada"])
def test_nobody_else_takes_attendance_there(cast, patrol, lei, tick, login):
    with pytest.raises(NotAllowed):
        do(getattr(cast, login), taking.sign_in, patrol, lei.id)


def test_a_helper_writes_on_no_sheet_of_another(cast, lei, tick):
    other = factories.activity(cast.gan_lai, held_on=DAY, keeper_id=cast.ou.id)
    with pytest.raises(NotAllowed):
        do(cast.he, taking.sign_in, other, lei.id)
    row = came(cast.ou, other, lei, tick)
    with acting_as(access_of(cast.he)):
        assert db.session.get(Attendance, row.id, populate_existing=True) is None
        db.session.rollback()


def test_the_guard_of_writes_itself_keeps_a_helper_to_what_is_kept(cast, lei):
    other = factories.activity(cast.gan_lai, held_on=DAY, keeper_id=cast.ou.id)
    keys = {
        "station_id": cast.gan_lai.id, "activity_id": other.id, "volunteer_id": lei.id,
    }  # fmt: skip
    with acting_as(access_of(cast.he)):
        db.session.add(Attendance(**keys, signed_in_at=datetime(2026, 10, 3, 9)))
        with pytest.raises(NotAllowed):
            db.session.flush()
    db.session.rollback()


def test_a_volunteer_of_another_station_is_not_signed_in(cast, patrol, tick):
    with pytest.raises(DomainError, match="roll"):
        do(cast.he, taking.sign_in, patrol, factories.volunteer(cast.quan_shui).id)


def test_who_is_there_is_not_signed_in_twice_by_the_other_helper(cast, patrol, lei, tick):
    came(cast.he, patrol, lei, tick)
    with pytest.raises(DomainError, match="Signed in already since 09:00"):
        came(cast.chen, patrol, lei, tick, at=time(9, 1))


def test_the_database_too_refuses_to_sign_in_twice(cast, patrol, lei, tick):
    row = came(cast.he, patrol, lei, tick)
    copied = (
        "INSERT INTO attendances (activity_id, volunteer_id, signed_in_at, station_id, created_at,"
        " updated_at) SELECT activity_id, volunteer_id, signed_in_at, station_id, created_at,"
        " updated_at FROM attendances WHERE id = :id"
    )
    number = row.id
    db.session.commit()
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.execute(text(copied), {"id": number})


def test_a_tap_on_a_line_that_changed_meanwhile_is_told_and_loses_nothing(cast, patrol, lei, tick):
    row = came(cast.he, patrol, lei, tick)
    seen = row.version
    tick.set(time(11))
    do(cast.chen, taking.sign_out, patrol, row.id, version=seen)
    with pytest.raises(DomainError, match="Somebody else"):
        do(cast.he, taking.undo, patrol, row.id, version=seen)
    assert row.signed_out_at == datetime(2026, 10, 3, 11)


def test_one_may_come_again_and_stretches_do_not_overlap(cast, patrol, lei, tick):
    came(cast.he, patrol, lei, tick, until=time(10))
    second = came(cast.he, patrol, lei, tick, at=time(10), until=time(12))
    with pytest.raises(DomainError, match="nothing was noted twice"):
        do(cast.he, taking.correct, patrol, second.id, time(9, 30), time(12), "迟登记",
           version=second.version)  # fmt: skip
    with pytest.raises(DomainError, match="nothing was noted twice"):
        do(cast.he, taking.add, patrol, lei.id, time(9, 30), time(9, 40), "补登")


def test_the_last_tap_is_taken_back(cast, patrol, lei, tick):
    row = came(cast.he, patrol, lei, tick, until=time(10))
    do(cast.he, taking.undo, patrol, row.id, version=row.version)
    assert row.state is AttendanceState.OPEN
    do(cast.he, taking.undo, patrol, row.id, version=row.version)
    assert not db.session.scalars(select(Attendance)).all()


def test_a_sign_out_is_not_taken_back_over_a_later_stretch(cast, patrol, lei, tick):
    first = came(cast.he, patrol, lei, tick, until=time(10))
    came(cast.he, patrol, lei, tick, at=time(10, 30))
    with pytest.raises(DomainError, match="Signed in already"):
        do(cast.he, taking.undo, patrol, first.id, version=first.version)


@pytest.mark.parametrize("times", [(time(23), None), (time(10), time(23))])
def test_a_time_that_has_not_come_is_not_typed(cast, patrol, lei, tick, times):
    tick.set(time(12))
    with pytest.raises(DomainError, match="not come yet"):
        do(cast.he, taking.add, patrol, lei.id, *times, "补登")


def test_a_typed_time_wants_a_remark_and_says_whose_it_is(cast, patrol, lei, tick):
    row = came(cast.he, patrol, lei, tick)
    tick.set(time(12))
    with pytest.raises(DomainError, match="Say why"):
        do(cast.he, taking.correct, patrol, row.id, time(8), None, " ", version=row.version)
    do(cast.he, taking.correct, patrol, row.id, time(8), time(10), "忘签", version=row.version)
    assert (row.remark, row.decided_by_id, row.state) == (
        "忘签", cast.he.id, AttendanceState.COMPLETE,
    )  # fmt: skip
    with pytest.raises(DomainError, match="correct it instead"):
        do(cast.he, taking.undo, patrol, row.id, version=row.version)


def test_on_another_day_nobody_taps(cast, patrol, lei, tick):
    row = came(cast.he, patrol, lei, tick)
    tick.set(time(9), day=DAY + timedelta(days=1))
    with pytest.raises(DomainError, match="not today"):
        do(cast.he, taking.sign_in, patrol, factories.volunteer(cast.gan_lai).id)
    with pytest.raises(DomainError, match="day of the activity is over"):
        do(cast.he, taking.sign_out, patrol, row.id, version=row.version)


def test_what_is_no_volunteering_has_no_attendance(cast, patrol, lei, tick):
    patrol.gate = Gate.PAID
    db.session.commit()
    with pytest.raises(DomainError, match="no volunteering"):
        came(cast.he, patrol, lei, tick)


def test_a_handed_in_sheet_is_the_clerks(cast, patrol, lei, tick):
    row = came(cast.he, patrol, lei, tick)
    do(cast.he, taking.hand_in, patrol)
    tick.set(time(11))
    with pytest.raises(DomainError, match="handed in"):
        do(cast.he, taking.sign_out, patrol, row.id, version=row.version)
    do(cast.chen, taking.sign_out, patrol, row.id, version=row.version)
    do(cast.chen, taking.give_back, patrol)
    do(cast.he, taking.undo, patrol, row.id, version=row.version)


@pytest.mark.parametrize("verb", [taking.close, taking.give_back])
def test_a_helper_hands_in_and_does_not_close(cast, patrol, verb):
    with pytest.raises(NotAllowed):
        do(cast.he, verb, patrol)


def test_closing_makes_drafts_which_count_nothing(cast, patrol, lei, tick):
    row = came(cast.he, patrol, lei, tick, until=time(11))
    assert closed(cast, patrol) == taking.Closed(1, [])
    [draft] = entries()
    assert (draft.state, draft.source, draft.minutes, draft.served_on) == (
        EntryState.DRAFT, EntrySource.ATTENDANCE, 120, DAY,
    )  # fmt: skip
    assert row.state is AttendanceState.ENTERED
    assert not db.session.scalars(select(PersonLife)).all()
    assert closed(cast, patrol).drafts == 0


def test_a_sign_in_without_sign_out_gives_no_hours_until_a_person_decides(cast, patrol, lei, tick):
    row = came(cast.he, patrol, lei, tick)
    tick.set(time(18))
    closed(cast, patrol)
    assert (entries(), row.state) == ([], AttendanceState.OPEN)
    do(cast.chen, taking.correct, patrol, row.id, time(9), time(11), "本人说明",
       version=row.version)  # fmt: skip
    assert (row.decided_by_id, row.remark) == (cast.chen.id, "本人说明")
    assert closed(cast, patrol).drafts == 1


def test_the_clerk_drops_a_stretch_for_a_reason(cast, patrol, lei, tick):
    row = came(cast.he, patrol, lei, tick)
    with pytest.raises(NotAllowed):
        do(cast.he, taking.drop, patrol, row.id, "未参加", version=row.version)
    do(cast.chen, taking.drop, patrol, row.id, "未参加", version=row.version)
    assert (row.state, row.dropped_for, row.decided_by_id) == (
        AttendanceState.DROPPED, "未参加", cast.chen.id,
    )  # fmt: skip
    assert closed(cast, patrol).drafts == 0
    came(cast.chen, patrol, lei, tick)  # and may come after all


def test_what_the_ledger_refuses_stays_on_the_sheet_and_the_rest_becomes_drafts(
    cast, patrol, lei, tick
):
    factories.figure(FigureName.COUNT_UNIT_MINUTES, 60)
    short = came(cast.he, patrol, lei, tick, until=time(9, 30))
    wang = factories.volunteer(cast.gan_lai)
    came(cast.he, patrol, wang, tick, until=time(11))
    done = closed(cast, patrol)
    assert done.drafts == 1
    [(name, why)] = done.refused
    assert name == "雷锋"
    assert "60" in why
    assert short.state is AttendanceState.COMPLETE


def test_a_deleted_draft_leaves_the_stretch_to_be_entered_anew(cast, patrol, lei, tick):
    row = came(cast.he, patrol, lei, tick, until=time(11))
    closed(cast, patrol)
    [draft] = entries()
    with acting_as(access_of(cast.chen)):
        db.session.delete(draft)
        db.session.commit()
    db.session.refresh(row)
    assert row.state is AttendanceState.COMPLETE
    assert closed(cast, patrol).drafts == 1


@pytest.fixture
def draft(cast, patrol, lei, tick):
    came(cast.he, patrol, lei, tick, until=time(11))
    closed(cast, patrol)
    [made] = entries()
    return made


def test_a_draft_is_not_decided_before_it_is_submitted(cast, draft):
    for verb in (deciding.confirm, deciding.decline):
        with pytest.raises(DomainError, match="is a draft"):
            do(cast.dai, verb, [draft], by=cast.dai)
    assert do(cast.chen, hours.submit, [draft]) == 1
    assert (draft.state, draft.recorded_by_id) == (EntryState.SUBMITTED, cast.chen.id)
    with pytest.raises(DomainError, match="no draft"):
        do(cast.chen, hours.submit, [draft])
    assert do(cast.dai, deciding.confirm, [draft], by=cast.dai) == 1


@pytest.mark.parametrize("login", ["he", "ou", "dai", "lin", "quan"])
def test_only_the_clerk_submits(cast, draft, login):
    with pytest.raises(NotAllowed):
        do(getattr(cast, login), hours.submit, [draft])


def test_a_draft_takes_nobodys_time_and_is_checked_when_it_is_submitted(cast, draft, lei):
    other = factories.activity(cast.gan_lai, held_on=DAY)
    with acting_as(access_of(cast.chen)):
        hours.record(lei, other, hours.Stretch.on(DAY, time(10), time(11)))
        db.session.commit()
    with pytest.raises(DomainError, match="served at"):
        do(cast.chen, hours.submit, [draft])
    assert draft.state is EntryState.DRAFT
    with acting_as(access_of(cast.chen)):
        hours.correct(draft, draft.activity, hours.Stretch.on(DAY, time(9), time(10)))
        db.session.commit()
    assert do(cast.chen, hours.submit, [draft]) == 1


def test_two_drafts_of_one_time_are_not_both_submitted(cast, draft, lei):
    with acting_as(access_of(cast.chen)):
        other = hours.record(
            lei, draft.activity, hours.Stretch.on(DAY, time(10), time(11)), draft=True
        )
        db.session.commit()
    with pytest.raises(DomainError, match="served at"):
        do(cast.chen, hours.submit, [draft, other])
    assert {draft.state, other.state} == {EntryState.DRAFT}


def test_the_clock_of_recording_runs_on_while_an_entry_is_a_draft(cast, draft, tick):
    activity = draft.activity
    with acting_as(access_of(cast.chen)):
        hours.rate(draft, "良好")
        db.session.commit()
    assert activity.recorded_on is None
    tick.set(time(9), day=date(2026, 10, 20))
    do(cast.chen, hours.submit, [draft])
    assert activity.recorded_on == date(2026, 10, 20)


def test_sheets_that_wait_are_listed_however_old(cast, patrol, lei, tick):
    came(cast.he, patrol, lei, tick)
    access = access_of(cast.he)
    later = DAY + timedelta(days=40)
    with acting_as(access):
        assert roster.sheets(access, on=later) == [patrol]
        assert roster.waits([patrol]) == {patrol.id: 1}
    foreign = access_of(cast.ou)
    with acting_as(foreign):
        assert roster.sheets(foreign, on=later) == []

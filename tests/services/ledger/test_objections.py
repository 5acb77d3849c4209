"""An objection from its receipt to what the objector was told, and who may not judge it."""

from __future__ import annotations

import threading
from contextvars import Context
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services import accounts
from admin_app.services.ledger import hours, lives, objections, reversals
from admin_app.services.ledger.hours import Stretch
from models import (
    AuditAction,
    AuditEntry,
    DomainError,
    EntryState,
    NotAllowed,
    NoticeState,
    Objection,
    ObjectionState,
    Objector,
    ReversalGround,
    clock,
    db,
)
from tests import factories

DAY = timedelta(days=1)
CONTACT = "13912345678"


def served(volunteer, cast, *, confirmer="dai", **fields):
    """Two hours that Chen recorded and Dai confirmed."""
    entry = factories.service_entry(volunteer, factories.activity(volunteer.station), **fields)
    entry.recorded_by_id = cast.chen.id
    entry.state, entry.decided_by_id = EntryState.CONFIRMED, getattr(cast, confirmer).id
    db.session.commit()
    return entry


@pytest.fixture
def lei(cast):
    return factories.volunteer(cast.gan_lai, name="雷桂英")


@pytest.fixture
def entry(lei, cast):
    return served(lei, cast)


@pytest.fixture
def notice(cast, entry):
    return factories.notice(cast.gan_lai, [entry])


def receive(by, contact=None, **fields):
    """Write an objection down as a person at the desk does."""
    told = {"objector": Objector.VOLUNTEER, "text": "是三个小时。", "received_on": clock.today()}
    with acting_as(access_of(by)), db.session.no_autoflush:
        row = Objection(**told | fields)
        objections.receive(row, contact, access=access_of(by))
        db.session.commit()
    return row


def act(verb, row, *told, by):
    """Do something to an objection in a person's name and commit, or nothing at all."""
    access = access_of(by)
    named = {"by": by} if verb in (objections.check, objections.decide) else {}
    try:
        with acting_as(access):
            done = verb(row, *told, access=access, **named)
            db.session.commit()
            return done
    except DomainError:
        db.session.rollback()
        raise


def check(row, by):
    act(objections.check, row, "签到表上是九点到十一点。", by=by)


def decide(row, result, by, answer="已核对。"):
    act(objections.decide, row, result, answer, by=by)


# Receiving


def test_from_receipt_to_what_the_objector_is_told(cast, lei, entry, notice):
    row = receive(cast.chen, CONTACT, entry=entry)
    assert (row.volunteer, row.notice, row.station) == (lei, notice, cast.gan_lai)
    assert (row.received_by_id, row.state) == (cast.chen.id, ObjectionState.RECEIVED)
    check(row, cast.lin)
    decide(row, ObjectionState.UPHELD, cast.lin, "更正为三个小时。")
    access = access_of(cast.lin)
    with acting_as(access):
        reversal = reversals.reverse(
            entry, ReversalGround.WRONG_TIME, "签到表", by=cast.lin, access=access
        )
        db.session.commit()
    with acting_as(access_of(cast.chen)):
        right = hours.record(
            lei, entry.activity, Stretch.on(factories.DAY, entry.started_at.time(),
                                            entry.started_at.time().replace(hour=12)),
        )  # fmt: skip
        db.session.commit()
    assert right in objections.corrections(row)
    act(objections.note_correction, row, right.id, by=cast.chen)
    assert (row.reversal_id, row.new_entry_id) == (reversal.id, right.id)
    act(objections.tell, row, clock.today(), by=cast.chen)
    words = [step.words for step in lives.of(entry)]
    for told in ("Objected", "Checked, to be decided", "Objection: Upheld"):
        assert told in words
    assert "Corrects what was objected" in [step.words for step in lives.of(right)]


def test_an_objection_to_all_of_a_person_s_hours_is_part_of_each_one_s_life(
    cast, lei, entry, notice
):
    other = served(factories.volunteer(cast.gan_lai), cast)
    receive(cast.chen, volunteer=lei, notice=notice)
    assert "Objected" in [step.words for step in lives.of(entry)]
    assert "Objected" not in [step.words for step in lives.of(other)]


def test_a_volunteer_asks_for_a_correction_at_any_time_without_a_notice(cast, lei):
    assert receive(cast.chen, volunteer=lei).notice is None
    assert receive(cast.chen, volunteer=lei, objector=Objector.DESK).state.value == "received"


def test_the_public_objects_to_what_hangs_only(cast, lei, entry, notice):
    anybody = {"objector": Objector.ANYBODY, "volunteer": lei}
    with pytest.raises(DomainError, match="Choose the notice"):
        receive(cast.chen, **anybody)
    with pytest.raises(DomainError, match="No hours of this volunteer"):
        receive(cast.chen, **anybody | {"volunteer": factories.volunteer(cast.gan_lai)},
                notice=notice)  # fmt: skip
    receive(cast.chen, **anybody, notice=notice)


@pytest.mark.parametrize("objector", list(Objector))
def test_nobody_objects_to_a_draft(cast, lei, entry, objector):
    hidden = factories.notice(cast.gan_lai, [entry], state=NoticeState.DRAFT)
    with pytest.raises(DomainError, match="not published yet"):
        receive(cast.chen, volunteer=lei, notice=hidden, objector=objector)


def test_what_is_said_tomorrow_is_not_written_down_today(cast, lei):
    with pytest.raises(DomainError, match="in the future"):
        receive(cast.chen, volunteer=lei, received_on=clock.today() + DAY)


@pytest.mark.parametrize("who", ["quan", "wang", "lin", "su", "mo", "shen"])
def test_only_the_desk_of_the_station_writes_objections_down(cast, lei, who):
    by = getattr(cast, who)
    access_of(by), db.session.refresh(lei)  # as if it had been found before
    with pytest.raises(NotAllowed):
        receive(by, volunteer=lei)
    db.session.rollback()
    assert db.session.scalars(select(Objection)).all() == []


def test_a_notice_of_another_station_is_not_what_it_is_about(cast, lei):
    foreign = factories.notice(cast.quan_shui)
    with pytest.raises(NotAllowed):
        receive(cast.chen, volunteer=lei, notice=foreign)


# Who may judge


@pytest.mark.parametrize("who", ["chen", "mo", "su", "zhao", "quan", "shen"])
def test_who_is_not_of_the_leadership_there_neither_checks_nor_decides(cast, lei, who):
    row = factories.objection(cast.gan_lai, volunteer=lei)
    by = getattr(cast, who)
    with pytest.raises(NotAllowed):
        check(row, by)
    with pytest.raises(NotAllowed):
        decide(row, ObjectionState.TAKEN_BACK, by)
    assert row.state is ObjectionState.RECEIVED


@pytest.mark.parametrize("named", [True, False])
def test_who_vouched_for_the_hours_neither_checks_nor_buries_it(cast, lei, entry, notice, named):
    row = factories.objection(
        cast.gan_lai, volunteer=lei, notice=notice, entry=entry if named else None
    )
    with pytest.raises(DomainError, match="You recorded or confirmed"):
        check(row, cast.dai)
    with pytest.raises(DomainError, match="You recorded or confirmed"):
        decide(row, ObjectionState.TAKEN_BACK, cast.dai)
    check(row, cast.lin)
    with pytest.raises(DomainError, match="You recorded or confirmed"):
        decide(row, ObjectionState.NOT_UPHELD, cast.dai)
    assert not row.single_handed


def test_an_exempted_station_s_only_person_judges_and_it_is_marked(cast, lei, entry):
    factories.exemption(cast.gan_lai)
    row = factories.objection(cast.gan_lai, volunteer=lei, entry=entry)
    check(row, cast.dai)
    assert row.single_handed


def test_nobody_judges_what_is_about_his_own_hours_not_even_exempted(cast, lei, entry):
    factories.exemption(cast.gan_lai)
    cast.lin.person_id = lei.person_id
    db.session.commit()
    row = factories.objection(cast.gan_lai, volunteer=lei, entry=entry)
    with pytest.raises(DomainError, match="your own hours"):
        check(row, cast.lin)


def test_where_everybody_vouched_the_desk_names_the_entry(cast, lei, entry):
    """Lin confirmed one of them, Dai the other: for one entry there is somebody else."""
    later = factories.activity(cast.gan_lai, held_on=factories.DAY - DAY)
    second = factories.service_entry(
        lei, later, recorded_by_id=cast.chen.id, decided_by_id=cast.lin.id,
        state=EntryState.CONFIRMED,
    )  # fmt: skip
    notice = factories.notice(cast.gan_lai, [entry, second])
    row = factories.objection(cast.gan_lai, volunteer=lei, notice=notice)
    for judge in (cast.lin, cast.dai):
        with pytest.raises(DomainError, match="name the single entry"):
            check(row, judge)
    stranger = served(factories.volunteer(cast.gan_lai), cast)
    for wrong in (stranger.id, None):
        with pytest.raises(DomainError, match="Choose one"):
            act(objections.name_entry, row, wrong, by=cast.chen)
    act(objections.name_entry, row, second.id, by=cast.chen)
    check(row, cast.dai)
    with pytest.raises(DomainError, match="checked before"):
        act(objections.name_entry, row, entry.id, by=cast.chen)


# The order of things


def test_it_is_decided_once_and_after_the_check(cast, lei):
    row = factories.objection(cast.gan_lai, volunteer=lei)
    with pytest.raises(DomainError, match="Check it first"):
        decide(row, ObjectionState.UPHELD, cast.lin)
    check(row, cast.lin)
    with pytest.raises(DomainError, match="checked before"):
        check(row, cast.dai)
    for wrong in (ObjectionState.RECEIVED, ObjectionState.CHECKED):
        with pytest.raises(DomainError, match="Choose the result"):
            decide(row, wrong, cast.lin)
    decide(row, ObjectionState.NOT_UPHELD, cast.lin)
    with pytest.raises(DomainError, match="decided before"):
        decide(row, ObjectionState.UPHELD, cast.dai)


@pytest.mark.parametrize("words", ["", "  ", "字" * 1001])
def test_finding_and_answer_are_said_in_words(cast, lei, words):
    row = factories.objection(cast.gan_lai, volunteer=lei)
    with pytest.raises(DomainError):
        act(objections.check, row, words, by=cast.lin)
    with pytest.raises(DomainError):
        decide(row, ObjectionState.TAKEN_BACK, cast.lin, words)
    assert row.state is ObjectionState.RECEIVED


def test_an_upheld_objection_is_corrected_by_what_was_mended(cast, lei, entry):
    row = factories.objection(cast.gan_lai, volunteer=lei, entry=entry, state=ObjectionState.UPHELD)
    with pytest.raises(DomainError, match="Nothing is mended"):
        act(objections.note_correction, row, None, by=cast.chen)
    with pytest.raises(DomainError, match="Choose one"):  # recorded before anybody objected
        act(objections.note_correction, row, entry.id, by=cast.chen)
    other = factories.objection(cast.gan_lai, volunteer=lei, state=ObjectionState.NOT_UPHELD)
    with pytest.raises(DomainError, match="Only an upheld"):
        act(objections.note_correction, other, None, by=cast.chen)


@pytest.mark.parametrize("days", [-1, 1])
def test_the_objector_is_told_between_receipt_and_today(cast, lei, days):
    today = clock.today()
    row = factories.objection(
        cast.gan_lai, volunteer=lei, received_on=today, state=ObjectionState.UPHELD
    )
    with pytest.raises(DomainError, match="Choose the day"):
        act(objections.tell, row, today + days * DAY, by=cast.chen)
    act(objections.tell, row, today, by=cast.chen)
    with pytest.raises(DomainError, match="told before"):
        act(objections.tell, row, today, by=cast.lin)


# What is personal


def test_the_contact_is_shown_for_the_answer_with_a_trace_and_then_erased(cast, lei):
    row = receive(cast.chen, CONTACT, volunteer=lei)
    assert row.contact_masked == "139********"
    with pytest.raises(DomainError, match="while there is a result"):
        act(objections.contact_of, row, by=cast.chen)
    decide(row, ObjectionState.TAKEN_BACK, cast.lin)
    with pytest.raises(NotAllowed):
        act(objections.contact_of, row, by=cast.lin)
    assert act(objections.contact_of, row, by=cast.chen) == CONTACT
    act(objections.tell, row, clock.today(), by=cast.chen)
    assert row.contact is None
    with pytest.raises(DomainError, match="while there is a result"):
        act(objections.contact_of, row, by=cast.chen)
    shown = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.SHOW))
    assert [(told.account_id, told.row_id) for told in shown] == [(cast.chen.id, row.id)]


def test_neither_names_nor_words_go_into_the_trail(cast, lei):
    row = receive(cast.chen, CONTACT, volunteer=lei, objector_name="王五", text="雷桂英没有来")
    check(row, cast.lin)
    decide(row, ObjectionState.NOT_UPHELD, cast.lin, "雷桂英来了")
    kept = db.session.scalars(select(AuditEntry).where(AuditEntry.register == "objections"))
    told = "".join(str(one.changes) for one in kept)
    for secret in ("王五", "雷桂英", "139", "签到表"):
        assert secret not in told


@pytest.mark.parametrize(
    ("contact", "shown"),
    [("", ""), ("微信", "**"), ("123456", "******"), ("1234567", "123****")],
)
def test_a_short_way_of_contact_is_not_shown_at_all(contact, shown):
    assert objections.masked(contact) == shown


# Two at once


def test_of_two_who_decide_at_once_one_comes_second(app, cast, lei):
    row = factories.objection(cast.gan_lai, volunteer=lei, state=ObjectionState.CHECKED)
    number = row.id
    db.session.commit()
    db.session.remove()
    ready, told = threading.Barrier(2), []

    def desk(login, result):
        with app.app_context(), unscoped("a test decides from two desks at once"):
            by = accounts.by_login(login)
            access = access_of(by)
            db.session.commit()
            ready.wait(10)
            try:
                asked = db.session.get(Objection, number)
                objections.decide(asked, result, "好", by=by, access=access)
                db.session.commit()
                told.append((login, result))
            except DomainError:
                db.session.rollback()
            db.session.remove()

    results = (("dai", ObjectionState.UPHELD), ("lin", ObjectionState.NOT_UPHELD))
    threads = [threading.Thread(target=Context().run, args=(desk, *one)) for one in results]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [(login, result)] = told
    kept = db.session.get(Objection, number)
    assert (kept.state, kept.decided_by.login) == (result, login)


def test_an_objection_received_before_the_demo_day_is_of_its_day(cast, lei):
    row = receive(cast.chen, volunteer=lei, received_on=date(2026, 11, 5))
    assert str(row) == f"2026-11-05 · {lei.number}"

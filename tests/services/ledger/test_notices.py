"""What hangs on the wall: whose hours, by which name, and what counts as publicised after."""

from __future__ import annotations

import threading
from contextvars import Context
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services import accounts
from admin_app.services.ledger import notices, publicity
from models import (
    AuditAction,
    AuditEntry,
    DomainError,
    EntryState,
    FigureName,
    NotAllowed,
    Notice,
    NoticeLine,
    NoticeState,
    ObjectionState,
    Role,
    clock,
    db,
)
from tests import factories

DAY = timedelta(days=1)
# The day after the notice of the factory comes down, and its last day.
AFTER, LAST = date(2026, 11, 9), date(2026, 11, 8)


def volunteer(station, *, agrees=True, **fields):
    agreed = date(2026, 1, 1) if agrees else None
    return factories.volunteer(station, publication_consent_on=agreed, **fields)


def served(volunteer, **fields):
    """Two confirmed hours on 3 October."""
    fields = {"state": EntryState.CONFIRMED} | fields
    return factories.service_entry(volunteer, factories.activity(volunteer.station), **fields)


def draft(cast, **fields):
    today = clock.today()
    fields = {
        "state": NoticeState.DRAFT, "published_at": None, "prepared_by_id": cast.chen.id,
        "hangs_since": today, "hangs_until": today + 6 * DAY,
    } | fields  # fmt: skip
    return factories.notice(cast.gan_lai, **fields)


def publish(notice, by):
    access = access_of(by)
    with acting_as(access):
        notices.publish(notice, by=by, access=access)
    db.session.commit()


def withdraw(notice, by, reason="姓名有误"):
    access = access_of(by)
    with acting_as(access):
        notices.withdraw(notice, reason, by=by, access=access)
    db.session.commit()


def hung(notice):
    """Everything that the sheet tells of people."""
    sheet = notices.sheet_of(notice)
    rows = [(row.name_masked, row.times, row.minutes) for row in sheet.rows]
    return rows, (sheet.unnamed, sheet.unnamed_minutes)


# Whose hours, by which name


def test_a_name_is_masked_and_hangs_by_consent_only(cast):
    served(volunteer(cast.gan_lai, name="雷桂英"))
    served(volunteer(cast.gan_lai, name="王秀英", agrees=False))
    assert hung(draft(cast)) == ([("雷**", 1, 120)], (1, 120))


def test_a_consent_that_begins_after_the_first_day_names_nobody(cast):
    later = factories.volunteer(cast.gan_lai, publication_consent_on=clock.today() + DAY)
    served(later)
    assert hung(draft(cast)) == ([], (1, 120))


def test_whoever_is_under_age_is_not_named_though_he_agreed(cast):
    day = clock.today()
    young = day.replace(year=day.year - 18) + DAY
    served(volunteer(cast.gan_lai, born_on=young, guardian_name="雷父"))
    served(volunteer(cast.gan_lai, name="王秀英", born_on=young - DAY, guardian_name="王父"))
    assert hung(draft(cast)) == ([("王**", 1, 120)], (1, 120))


def test_minors_without_the_guardian_s_word_are_told_apart_from_who_did_not_agree(cast):
    day = clock.today()
    young = day.replace(year=day.year - 18) + DAY
    for n, (born_on, agrees) in enumerate([(young, True), (young, False), (young - DAY, False)]):
        served(volunteer(cast.gan_lai, born_on=born_on, agrees=agrees, guardian_name=f"雷父{n}"))
    row = draft(cast)
    for _state in range(2):
        sheet = notices.sheet_of(row)
        assert (sheet.adults, sheet.minors, sheet.unnamed) == (1, 2, 3)
        assert (sheet.adults_minutes, sheet.minors_minutes) == (120, 240)
        if row.state is NoticeState.DRAFT:
            publish(row, cast.dai)
    told = notices.values(row, sheet)
    assert (told["people"], told["adults"], told["minors"]) == (3, 1, 2)


def test_where_no_age_is_set_nobody_is_named(cast):
    served(volunteer(cast.gan_lai))
    for figure in db.session.scalars(select(factories.Figure).filter_by(name="adult_age")):
        db.session.delete(figure)
    db.session.commit()
    assert hung(draft(cast)) == ([], (1, 120))


def test_what_does_not_count_does_not_hang(cast):
    lei = volunteer(cast.gan_lai)
    served(lei, state=EntryState.SUBMITTED)
    served(lei, state=EntryState.DECLINED)
    elsewhere = volunteer(cast.quan_shui)
    served(elsewhere)
    assert hung(draft(cast)) == ([], (0, 0))
    with pytest.raises(DomainError, match="Nothing to publish"):
        publish(draft(cast), cast.dai)


def test_the_period_holds_its_first_and_its_last_day(cast):
    served(volunteer(cast.gan_lai))  # on 3 October
    day = factories.DAY
    assert hung(draft(cast, served_since=day, served_until=day))[0]
    assert not hung(draft(cast, served_since=day + DAY))[0]
    assert not hung(draft(cast, served_since=day - DAY, served_until=day - DAY))[0]


# Publishing


def test_what_hangs_is_frozen_when_it_is_published(cast):
    lei = volunteer(cast.gan_lai, name="雷桂英")
    served(lei)
    notice = draft(cast)
    publish(notice, cast.dai)
    assert (notice.state, notice.published_by_id) == (NoticeState.PUBLISHED, cast.dai.id)
    assert (notice.named, notice.unnamed, notice.minutes) == (1, 0, 120)
    served(lei, **_afternoon())
    lei.person.name = "刘桂英"
    db.session.commit()
    assert hung(notice) == ([("雷**", 1, 120)], (0, 0))
    assert hung(draft(cast)) == ([("刘**", 1, 120)], (0, 0))


def test_who_takes_the_consent_back_is_not_named_again(cast):
    lei = volunteer(cast.gan_lai)
    served(lei)
    notice = draft(cast)
    publish(notice, cast.dai)
    lei.publication_consent_on = None
    db.session.commit()
    assert hung(notice) == ([], (1, 120))
    assert notices.values(notice, notices.sheet_of(notice))["people"] == 1


@pytest.mark.parametrize("who", ["chen", "mo", "su", "quan", "zhao", "shen"])
def test_who_is_not_of_the_leadership_there_publishes_nothing(cast, who):
    served(volunteer(cast.gan_lai))
    notice = draft(cast)
    with pytest.raises(NotAllowed):
        publish(notice, getattr(cast, who))
    db.session.rollback()
    assert notice.state is NoticeState.DRAFT


def test_who_prepared_it_does_not_publish_it_unless_the_county_says_so(cast):
    served(volunteer(cast.gan_lai))
    notice = draft(cast, prepared_by_id=cast.dai.id)
    with pytest.raises(DomainError, match="You prepared this notice"):
        publish(notice, cast.dai)
    db.session.rollback()
    factories.exemption(cast.gan_lai)
    publish(notice, cast.dai)
    assert notice.is_single_handed
    assert notices.values(notice, notices.sheet_of(notice))["alone"]


def test_a_notice_is_published_once(cast):
    served(volunteer(cast.gan_lai))
    notice = draft(cast)
    publish(notice, cast.dai)
    with pytest.raises(DomainError, match="published or withdrawn before"):
        publish(notice, cast.lin)


def test_a_notice_whose_first_day_is_over_is_not_published(cast):
    served(volunteer(cast.gan_lai))
    with pytest.raises(DomainError, match="first day is over"):
        publish(draft(cast, hangs_since=clock.today() - DAY), cast.dai)


def test_a_name_that_cannot_be_printed_is_not_published(cast):
    served(volunteer(cast.gan_lai, name="\ue000桂英"))
    with pytest.raises(DomainError, match="U\\+E000"):
        publish(draft(cast), cast.dai)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"served_until": date(2026, 9, 30)}, "lies before"),
        ({"hangs_since": date(2026, 10, 30)}, "must be over"),
        ({"hangs_since": date(9999, 12, 31)}, "year ahead"),
        ({"days": 0}, "1 to 365"),
        ({"days": 366}, "1 to 365"),
        ({"days": 6}, "7 days here at least"),
    ],
)
def test_days_that_cannot_be_are_refused(cast, fields, words):
    notice = draft(cast)
    for name, value in fields.items():
        setattr(notice, name, value)
    with db.session.no_autoflush, pytest.raises(DomainError, match=words):
        notices.settle(notice)


def test_the_days_hold_the_first_and_the_last_and_the_place_says_how_many(cast):
    notice = draft(cast, hangs_since=date(2026, 11, 2))
    notices.settle(notice)
    assert notice.hangs_until == date(2026, 11, 8)
    factories.figure(FigureName.NOTICE_DAYS, 3, division_code="440823000000")
    notice.days = 3
    notices.settle(notice)
    assert notice.hangs_until == date(2026, 11, 4)
    assert notices.days_asked(cast.weng_shui, on=clock.today()) == 7


# Withdrawing


def test_what_was_withdrawn_is_published_anew(cast):
    served(volunteer(cast.gan_lai, name="雷桂英"))
    first = draft(cast)
    publish(first, cast.dai)
    withdraw(first, cast.lin)
    assert (first.state, first.withdrawn_by_id) == (NoticeState.WITHDRAWN, cast.lin.id)
    again = draft(cast)
    publish(again, cast.dai)
    assert again.named == 1
    with pytest.raises(DomainError, match="Only a published notice"):
        withdraw(first, cast.lin)


@pytest.mark.parametrize("reason", ["", " \n", "\x00"])
def test_a_withdrawal_needs_a_reason(cast, reason):
    with pytest.raises(DomainError, match="Say why"):
        withdraw(factories.notice(cast.gan_lai), cast.lin, reason)


def test_the_trail_tells_what_was_decided_and_nobody_s_words(cast):
    served(volunteer(cast.gan_lai, name="雷桂英"))
    notice = draft(cast)
    publish(notice, cast.dai)
    withdraw(notice, cast.lin, "雷桂英不同意")
    told = db.session.scalars(select(AuditEntry).where(AuditEntry.register == "notices")).all()
    assert [t.account_id for t in told if t.action is AuditAction.DECIDE] == [
        cast.dai.id, cast.lin.id,
    ]  # fmt: skip
    assert "雷" not in "".join(str(t.changes) for t in told)


# What counts as publicised


def not_yet(*entries, on=AFTER):
    db.session.commit()
    return publicity.not_yet(entries, entries[0].station, on=on)


@pytest.fixture
def strict(cast):
    """Suixi county certifies publicised hours only, of service since October 2026."""
    factories.figure(
        FigureName.PUBLICISED_ONLY, 1, division_code="440823000000", since=date(2026, 10, 1)
    )


def test_nothing_must_be_publicised_where_no_figure_says_so(cast):
    assert not_yet(served(volunteer(cast.gan_lai))) == set()


def test_the_figure_of_the_place_and_of_the_day_of_service_decides(cast, strict):
    before = factories.activity(cast.gan_lai, held_on=date(2026, 9, 30))
    old = factories.service_entry(volunteer(cast.gan_lai), before, state=EntryState.CONFIRMED)
    new, far = served(volunteer(cast.gan_lai)), served(volunteer(cast.weng_shui))
    assert not_yet(old, new) == {new.id}
    assert not_yet(far) == set()


def test_hours_are_publicised_once_the_last_day_is_over(cast, strict):
    entry = served(volunteer(cast.gan_lai))
    factories.notice(cast.gan_lai, [entry])
    assert not_yet(entry, on=LAST) == {entry.id}
    assert not_yet(entry, on=AFTER) == set()


@pytest.mark.parametrize("state", [NoticeState.DRAFT, NoticeState.WITHDRAWN])
def test_what_does_not_hang_publicises_nothing(cast, strict, state):
    entry = served(volunteer(cast.gan_lai))
    factories.notice(cast.gan_lai, [entry], state=state)
    assert not_yet(entry) == {entry.id}


@pytest.mark.parametrize(
    ("state", "doubted"),
    [
        (ObjectionState.RECEIVED, True),
        (ObjectionState.CHECKED, True),
        (ObjectionState.UPHELD, True),
        (ObjectionState.NOT_UPHELD, False),
        (ObjectionState.TAKEN_BACK, False),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_an_objection_keeps_hours_back_until_it_is_settled(cast, strict, state, doubted, named):
    lei, wang = volunteer(cast.gan_lai), volunteer(cast.gan_lai)
    entry, other = served(lei), served(wang)
    notice = factories.notice(cast.gan_lai, [entry, other])
    factories.objection(
        cast.gan_lai, volunteer=lei, notice=notice, state=state, entry=entry if named else None
    )
    assert not_yet(entry, other) == ({entry.id} if doubted else set())


def test_an_upheld_objection_is_settled_by_its_correction(cast, strict):
    lei = volunteer(cast.gan_lai)
    entry, right = served(lei), served(lei, **_afternoon())
    notice = factories.notice(cast.gan_lai, [entry])
    factories.objection(
        cast.gan_lai, volunteer=lei, notice=notice, state=ObjectionState.UPHELD, new_entry=right
    )
    assert not_yet(entry) == set()


# Two at once


def test_of_two_notices_published_at_once_no_entry_hangs_on_both(app, cast):
    served(volunteer(cast.gan_lai))
    drafts = [draft(cast).id, draft(cast).id]
    db.session.commit()
    db.session.remove()
    ready, told = threading.Barrier(2), []

    def desk(number, login):
        with app.app_context(), unscoped("a test publishes from two desks at once"):
            by = accounts.by_login(login)
            access = access_of(by)
            db.session.commit()
            ready.wait(10)
            try:
                notices.publish(db.session.get(Notice, number), by=by, access=access)
                db.session.commit()
            except DomainError:
                db.session.rollback()
                told.append("refused")
            else:
                told.append("published")
            db.session.remove()

    threads = [
        threading.Thread(target=Context().run, args=(desk, number, login))
        for number, login in zip(drafts, ("dai", "lin"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["published", "refused"]
    assert len(db.session.scalars(select(NoticeLine)).all()) == 1


def _afternoon():
    from datetime import datetime, time

    day = factories.DAY
    return {
        "started_at": datetime.combine(day, time(14)),
        "ended_at": datetime.combine(day, time(16)),
    }


def test_two_appointments_do_not_lend_each_other_a_place(cast):
    """A deputy of Gan Lai who keeps the desk of Weng Shui publishes at Gan Lai alone."""
    accounts.appoint(cast.dai, Role.CLERK, cast.weng_shui, by=None, since=date(2025, 1, 1))
    served(volunteer(cast.weng_shui))
    notice = factories.notice(
        cast.weng_shui, state=NoticeState.DRAFT, hangs_since=clock.today(),
        hangs_until=clock.today() + 6 * DAY,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        publish(notice, cast.dai)

"""Who is under age: consent by what it is for, three ages, and no hazardous work."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from admin_app.policy import access_of, acting_as
from admin_app.services import attendance, evidence
from admin_app.services.ledger import deciding, hours
from admin_app.services.ledger.hours import Stretch
from admin_app.services.people import guardians
from admin_app.services.people.guardians import Guardian
from admin_app.services.privacy import withdrawing
from models import (
    Attendance,
    Consent,
    ConsentScope,
    DomainError,
    EntryState,
    EvidenceFile,
    ServiceEntry,
    clock,
    db,
)
from tests import factories
from tests.factories import DAY

REGISTRATION, SERVICE, PUBLICATION, _ANSWER = ConsentScope


def born(age, *, on=DAY):
    return on.replace(year=on.year - age)


def child(cast, age, **fields):
    return factories.volunteer(
        cast.gan_lai,
        born_on=born(age),
        guardian_name="雷母",
        registered_on=date(2026, 1, 1),
        **fields,
    )


def serve(who, *, on=DAY, at=None, **fields):
    held = at or factories.activity(who.station, held_on=on)
    began = datetime.combine(on, time(9))
    return hours.record(who, held, Stretch(began, began + timedelta(hours=1)), **fields)


def test_registering_with_a_guardian_is_consent_to_registration_and_service_alone(cast):
    lei = child(cast, 15)
    assert {one.scope for one in guardians.of(lei)} == {REGISTRATION, SERVICE}
    assert {one.given_on for one in guardians.of(lei)} == {date(2026, 1, 1)}
    assert serve(lei).flags == []


@pytest.mark.parametrize(("age", "mark"), [(18, None), (17, "under age"), (7, "too young")])
def test_without_consent_a_guardian_who_is_there_is_named(cast, age, mark):
    who = factories.volunteer(cast.gan_lai, born_on=born(age), guardian_name="雷母")
    for one in guardians.of(who):
        one.withdrawn_on = DAY
    db.session.commit()
    if mark is None:
        assert serve(who).flags == []
        return
    with pytest.raises(DomainError, match=mark):
        serve(who)
    entry = serve(who, guardian_present="雷母")
    assert (entry.flags, entry.guardian_present) == ([], "雷母")


def test_the_youngest_are_accompanied_whatever_was_agreed(cast):
    kind = child(cast, 8)
    younger = child(cast, 7)
    assert serve(kind).flags == []
    with pytest.raises(DomainError, match="too young"):
        serve(younger)


def test_a_draft_is_judged_when_it_is_submitted(cast):
    lei = factories.volunteer(cast.gan_lai, born_on=born(15), guardian_name="雷母")
    for one in guardians.of(lei):
        db.session.delete(one)
    draft = serve(lei, draft=True)
    db.session.commit()
    assert draft.flags == ["without_guardian"]
    clerk = access_of(cast.chen)
    with acting_as(clerk), pytest.raises(DomainError, match="under age"):
        hours.submit([draft], access=clerk)
    db.session.rollback()
    factories.consent(lei, given_on=DAY)
    with acting_as(clerk):
        assert hours.submit([draft], access=clerk) == 1
    assert (draft.state, draft.flags) == (EntryState.SUBMITTED, [])


@pytest.mark.parametrize(("age", "mark"), [(15, "without_guardian"), (7, "unaccompanied")])
def test_what_came_in_without_a_guardian_is_confirmed_once_one_answers(cast, age, mark):
    lei = factories.volunteer(cast.gan_lai, born_on=born(age), guardian_name="雷母")
    for one in guardians.of(lei):
        db.session.delete(one)
    entries = [
        factories.service_entry(
            lei, factories.activity(cast.gan_lai, held_on=DAY - timedelta(days=n)),
            flags=["outside_window", mark], recorded_by_id=cast.chen.id,
        )
        for n in range(2)
    ]  # fmt: skip
    deputy = access_of(cast.dai)
    with acting_as(deputy):
        assert deciding.unanswered(entries) == entries
        with pytest.raises(DomainError, match="guardian"):
            deciding.confirm(entries, by=cast.dai, access=deputy)
        db.session.rollback()
    if age >= 8:
        factories.consent(lei, given_on=DAY)  # not yet on the day before
    else:
        entries[0].guardian_present = "雷母"
        db.session.commit()
    with acting_as(deputy):
        assert deciding.unanswered(entries) == [entries[1]]
        with pytest.raises(DomainError, match="guardian"):
            deciding.confirm(entries, by=cast.dai, access=deputy)
        db.session.rollback()
        deciding.confirm(entries[:1], by=cast.dai, access=deputy)
        deciding.decline(entries[1:], by=cast.dai, access=deputy)
    assert [entry.state for entry in entries] == [EntryState.CONFIRMED, EntryState.DECLINED]
    assert [entry.flags for entry in entries] == [["outside_window"], ["outside_window", mark]]


def test_nobody_under_age_is_recorded_at_hazardous_work(cast):
    rescue = factories.activity(cast.gan_lai, hazardous=True)
    with pytest.raises(DomainError, match="hazardous"):
        serve(child(cast, 17), at=rescue, guardian_present="雷母")
    assert serve(child(cast, 18), at=rescue)


def test_nobody_under_age_signs_in_at_hazardous_work(cast, monkeypatch):
    now = datetime.combine(clock.today(), time(10))
    monkeypatch.setattr(clock, "office_now", lambda: now)
    rescue = factories.activity(cast.gan_lai, hazardous=True, held_on=now.date())
    lei = factories.volunteer(cast.gan_lai, born_on=born(17, on=now.date()), guardian_name="雷母")
    access = access_of(cast.chen)
    with acting_as(access), pytest.raises(DomainError, match="hazardous"):
        attendance.taking.sign_in(rescue, lei.id, access=access)


def test_who_was_there_with_a_child_goes_from_the_sheet_into_the_entry(cast):
    lei = child(cast, 7)
    activity = factories.activity(cast.gan_lai)
    stretch = factories._saved(
        Attendance(
            station_id=activity.station_id, activity=activity, volunteer_id=lei.id,
            signed_in_at=datetime.combine(DAY, time(9)),
            signed_out_at=datetime.combine(DAY, time(10)),
        )
    )  # fmt: skip
    access = access_of(cast.chen)
    with acting_as(access):
        attendance.taking.accompany(
            activity, stretch.id, " 雷母 ", version=stretch.version, access=access
        )
        assert attendance.taking.close(activity, access=access).drafts == 1
        entry = db.session.scalars(select(ServiceEntry)).one()
        assert (entry.guardian_present, entry.flags) == ("雷母", [])
        assert hours.submit([entry], access=access) == 1


def test_a_consent_is_kept_by_what_it_is_for_and_withdrawn_alone(cast):
    lei = child(cast, 15)
    father = Guardian("雷父", "父亲", "139 0000 1234")
    [named] = guardians.agree(lei, [PUBLICATION], father, on=DAY)
    assert (named.phone, named.phone_masked) == ("13900001234", "139****1234")
    with pytest.raises(DomainError, match="already"):
        guardians.agree(lei, [PUBLICATION], father, on=DAY + timedelta(days=1))
    for scopes, on, why in (
        ([], DAY, "Choose"),
        ([SERVICE], clock.today() + DAY.resolution, "ahead"),
    ):
        with pytest.raises(DomainError, match=why):
            guardians.agree(lei, scopes, father, on=on)
    access = access_of(cast.chen)
    with acting_as(access):
        withdrawing.withdraw(named, on=DAY, access=access)
        with pytest.raises(DomainError, match="before"):
            withdrawing.withdraw(named, on=DAY, access=access)
    assert not guardians.has_agreed(lei, PUBLICATION, on=DAY)
    assert guardians.has_agreed(lei, SERVICE, on=DAY)


@pytest.mark.parametrize(
    ("age", "own", "guardian", "named"),
    [
        (18, True, False, True), (18, False, True, False),
        (17, True, False, False), (17, False, True, False), (17, True, True, True),
        (13, False, True, True), (13, True, False, False),
    ],
)  # fmt: skip
def test_a_name_hangs_only_by_the_word_of_whoever_decides(age, own, guardian, named):
    ages = guardians.Gates(adult=18, sensitive=14, capacity=8)
    told = guardians.may_be_named(
        born(age), DAY if own else None, is_agreed=guardian, ages=ages, on=DAY
    )
    assert told is named
    assert not guardians.may_be_named(born(18), DAY, is_agreed=True, ages=guardians.Gates(), on=DAY)


def test_a_paper_of_consent_is_for_the_desk_alone(cast):
    [consent, _service] = factories.consent(factories.volunteer(cast.gan_lai))
    with pytest.raises(DomainError, match="names somebody"):
        factories.evidence_file(cast.gan_lai, subject=factories.EvidenceSubject.CONSENT)
    paper = factories.evidence_file(
        cast.gan_lai, subject=factories.EvidenceSubject.CONSENT, consent=consent
    )
    seen = select(EvidenceFile.id)
    for account, sees in ((cast.chen, True), (cast.lin, True), (cast.su, False)):
        with acting_as(access_of(account)):
            assert (db.session.scalar(seen) == paper.id) is sees, account.login
            assert evidence.of(cast.gan_lai) == []
    with acting_as(clerk := access_of(cast.chen)):
        assert evidence.remove(paper, access=clerk) is False
        db.session.commit()
    assert db.session.get(Consent, consent.id) is not None


def test_a_confirmed_entry_keeps_who_was_present(cast):
    who = child(cast, 15)
    entry = factories.service_entry(who, factories.activity(cast.gan_lai))
    entry.state = EntryState.CONFIRMED
    db.session.commit()
    with pytest.raises(Exception, match="change"):
        db.session.execute(
            ServiceEntry.__table__.update()
            .where(ServiceEntry.__table__.c.id == entry.id)
            .values(guardian_present="别人")
        )
    db.session.rollback()

"""A station asks beyond the rules only what it states a purpose for, and lets go of it again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from admin_app.policy import access_of
from admin_app.services.people import registrations
from admin_app.services.people.registrations import Told, asked
from admin_app.services.privacy import answers, erasing, purposes
from models import (
    ALWAYS_SENSITIVE,
    OPTIONAL_COLUMNS,
    Category,
    ConsentScope,
    DomainError,
    NotAllowed,
    OptionalField,
    Registration,
    SlotDay,
    SlotPart,
    Volunteer,
    clock,
    columns_of,
    db,
    slot_bit,
    slots_in,
)
from models.sealing import SealedText
from tests import factories

SATURDAY_MORNING = slot_bit(SlotDay.SATURDAY, SlotPart.MORNING)
# A sound answer to each field, by its columns.
ANSWERS = {
    OptionalField.POLITICAL_STATUS: {"political_status": "13"},
    OptionalField.EDUCATION: {"education": "20"},
    OptionalField.OCCUPATION: {"occupation": "80"},
    OptionalField.NATIONALITY: {"nationality": "中国"},
    OptionalField.ETHNIC_GROUP: {"ethnic_group": "藏族"},
    OptionalField.EMAIL: {"email": "lei@example.org"},
    OptionalField.ADDRESS: {"address": "甘来村 3 号"},
    OptionalField.SERVICE_AREA: {"service_area": "甘来村"},
    OptionalField.SPECIALITIES: {"specialities": ["01", "23"]},
    OptionalField.SLOTS: {"slots": SATURDAY_MORNING},
    OptionalField.EMERGENCY_CONTACT: {
        "emergency_name": "雷大山", "emergency_relation": "父亲", "emergency_phone": "13787654321",
    },
    OptionalField.HEALTH_NOTE: {"health_note": "有高血压"},
}  # fmt: skip
ALL = {name: value for told in ANSWERS.values() for name, value in told.items()}


def state(station, by, field, **more):
    told = {"purpose": "排班", "by": by, "access": access_of(by)} | more
    return purposes.state(station, field, told.pop("purpose"), **told)


def state_all(station):
    for field in OptionalField:
        purposes.state(station, field, "安排服务", by=None)


def take(row, told, **more):
    answers.take(row, told, born_on=row.person.born_on, on=clock.today(), **more)


def hand_in(cast, told, **more):
    sound = {
        "name": "李来", "id_number": factories.identity_number(), "phone": "13912345678",
        "handed_in_on": clock.today(), "skills": "理发", "availability": "周末",
        "categories": [Category.COMMUNITY], "answers": told,
    }  # fmt: skip
    return registrations.hand_in(cast.gan_lai, Told(**sound | more), by=cast.chen)


@pytest.fixture
def lei(cast):
    return factories.volunteer(cast.gan_lai, name="雷桂英")


def test_every_field_has_an_answer_a_name_on_paper_and_columns_that_the_trail_hides():
    assert set(ANSWERS) == set(purposes.NAMES) == set(OptionalField)
    for model in (Registration, Volunteer):
        assert OPTIONAL_COLUMNS | {"separate_consents"} <= model.audit_hides
        columns = model.__table__.columns
        assert set(columns.keys()) >= OPTIONAL_COLUMNS
        for name in ("emergency_phone", "health_note"):
            assert isinstance(columns[name].type, SealedText)
            assert columns[name].type.context == f"{model.__tablename__}.{name}"


def test_what_no_purpose_asks_is_refused_field_by_field(cast, lei):
    for field, told in ANSWERS.items():
        with pytest.raises(DomainError, match="does not ask this"):
            take(lei, told, agreed_on=clock.today())
        take(lei, dict.fromkeys(told))  # an empty answer is none
        state(cast.gan_lai, cast.lin, field)
        take(lei, told, agreed_on=clock.today())
        assert getattr(lei, columns_of(field)[0]) == told[columns_of(field)[0]]
    assert lei.emergency_phone_masked == "137****4321"
    assert {*lei.separate_consents} == set(ALWAYS_SENSITIVE)
    purposes.erase(lei)
    assert {getattr(lei, name) for name in OPTIONAL_COLUMNS} == {None}
    assert lei.separate_consents is None


def test_a_purpose_is_stated_by_the_leader_in_words_and_once(cast):
    for login in ("chen", "dai", "su", "zhao"):
        with pytest.raises(NotAllowed):
            state(cast.gan_lai, getattr(cast, login), OptionalField.EMAIL)
    with pytest.raises(DomainError, match="in its own words"):
        state(cast.gan_lai, cast.lin, OptionalField.EMAIL, purpose=" ")
    with pytest.raises(DomainError, match="not for days past"):
        state(cast.gan_lai, cast.lin, OptionalField.EMAIL, since=clock.today() - timedelta(1))
    today, week = clock.today(), timedelta(weeks=1)
    with pytest.raises(DomainError, match="end before it begins"):
        state(cast.gan_lai, cast.lin, OptionalField.EMAIL, ends_on=today)
    one = state(cast.gan_lai, cast.lin, OptionalField.EMAIL, since=today + week)
    assert purposes.asked(cast.gan_lai.id) == {}
    assert list(purposes.asked(cast.gan_lai.id, on=today + week)) == [OptionalField.EMAIL]
    before = state(cast.gan_lai, cast.lin, OptionalField.EMAIL, ends_on=today + week)
    for ends_on in (None, today + 2 * week):
        with pytest.raises(DomainError, match="stated for this field already"):
            state(cast.gan_lai, cast.lin, OptionalField.EMAIL, since=today, ends_on=ends_on)
    assert purposes.asked(cast.gan_lai.id) == {OptionalField.EMAIL: before}
    assert purposes.asked(cast.quan_shui.id) == {}
    assert state(cast.gan_lai, cast.lin, OptionalField.HEALTH_NOTE).is_sensitive
    for row in (one, before):
        with pytest.raises(NotAllowed):
            purposes.end(row, access=access_of(cast.chen))
        purposes.end(row, access=access_of(cast.lin))
    with pytest.raises(DomainError, match="ended before"):
        purposes.end(before, access=access_of(cast.lin))
    assert list(purposes.asked(cast.gan_lai.id)) == [OptionalField.HEALTH_NOTE]
    assert list(purposes.asked(cast.gan_lai.id, on=today + week)) == [OptionalField.HEALTH_NOTE]


def test_a_sensitive_answer_stands_only_with_a_separate_consent(cast, lei):
    state(cast.gan_lai, cast.lin, OptionalField.ETHNIC_GROUP, is_sensitive=True)
    state(cast.gan_lai, cast.lin, OptionalField.HEALTH_NOTE)
    state(cast.gan_lai, cast.lin, OptionalField.EMAIL)
    take(lei, {"email": "lei@example.org"})
    db.session.commit()
    today = clock.today()
    for told in ({"ethnic_group": "藏族"}, {"health_note": "有高血压"}):
        for agreed_on, why in ((None, "is sensitive"), (today + timedelta(1), "lies ahead")):
            with pytest.raises(DomainError, match=why):
                take(lei, told, agreed_on=agreed_on)
            db.session.rollback()
    take(lei, {"ethnic_group": "藏族", "health_note": "有高血压"}, agreed_on=today)
    agreed = {"on": today.isoformat()}
    assert lei.separate_consents == {"ethnic_group": agreed, "health_note": agreed}
    # What was agreed to once may be corrected; emptied, the consent goes with it.
    take(lei, {"health_note": "血压已正常"})
    take(lei, {"ethnic_group": ""})
    assert lei.separate_consents == {"health_note": agreed}
    with pytest.raises(DomainError, match="No separate consent"):
        answers.withdraw(lei, "ethnic_group")
    answers.withdraw(lei, "health_note")
    assert (lei.health_note, lei.separate_consents) == (None, None)


def test_under_age_the_guardian_agrees_and_of_a_child_to_everything(cast):
    today = clock.today()
    for field in (OptionalField.EMAIL, OptionalField.HEALTH_NOTE):
        state(cast.gan_lai, cast.lin, field)
    youth, child = (
        factories.volunteer(
            cast.gan_lai, born_on=today.replace(year=today.year - age, day=1),
            guardian_name="雷母", registered_on=today,
        )
        for age in (16, 12)
    )  # fmt: skip
    db.session.commit()
    take(youth, {"email": "a@example.org"})
    with pytest.raises(DomainError, match="guardian agrees"):
        take(youth, {"health_note": "哮喘"}, agreed_on=today)
    db.session.rollback()
    with pytest.raises(DomainError, match="is sensitive"):
        take(child, {"email": "b@example.org"}, guardian="雷母")
    db.session.rollback()
    take(youth, {"health_note": "哮喘"}, agreed_on=today, guardian="雷母")
    take(child, {"email": "b@example.org"}, agreed_on=today, guardian="雷母")
    told = {"on": today.isoformat(), "guardian": "雷母"}
    assert youth.separate_consents == {"health_note": told}
    assert child.separate_consents == {"email": told}
    assert factories.consent(youth, ConsentScope.REGISTRATION, given_on=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"email": "nobody"}, "no e-mail address"),
        ({"emergency_name": "", "emergency_phone": "13787654321"}, "Name the person"),
        ({"emergency_name": "雷大山", "emergency_phone": None}, "Type the phone"),
        ({"emergency_name": "雷大山", "emergency_phone": "12"}, "7 to 15 digits"),
        ({"ethnic_group": "藏" * 31}, "shorten it"),
        ({"health_note": "病" * 501}, "shorten it"),
    ],
)
def test_an_unsound_answer_is_refused(cast, lei, told, why):
    state_all(cast.gan_lai)
    with pytest.raises(DomainError, match=why):
        take(lei, told, agreed_on=clock.today())


def test_what_was_written_before_the_lists_stays_until_a_code_is_chosen(cast, lei):
    state(cast.gan_lai, cast.lin, OptionalField.EDUCATION)
    lei.education = "私塾"
    take(lei, {"education": "私塾"})
    assert lei.education == "私塾"
    with pytest.raises(ValueError, match="另一种"):
        take(lei, {"education": "另一种"})
    take(lei, {"education": "80"})
    assert lei.education == "80"


def test_the_roll_takes_over_what_was_handed_in_and_nothing_is_kept_twice(cast):
    state_all(cast.gan_lai)
    row = hand_in(cast, ALL, separate_consent_on=clock.today(), availability="")
    assert row.availability == "周六上午"
    db.session.commit()
    on_paper = asked.values(row)
    assert dict(on_paper["short"])["政治面貌"] == "群众"
    assert dict(on_paper["long"])["紧急联系人"] == "雷大山　父亲　137****4321"
    assert [row for row in on_paper["grid"] if any(row[1])] == [
        ("上午", [False] * 5 + [True, False, False])
    ]
    assert on_paper["sensitive"] == [("健康说明", True)]
    line = registrations.accept(row, by=cast.dai, access=access_of(cast.dai))
    db.session.commit()
    masked = {"emergency_phone_masked": "137****4321"}
    assert {name: getattr(line, name) for name in OPTIONAL_COLUMNS} == ALL | masked
    assert {*line.separate_consents} == {"health_note"}
    assert {getattr(row, name) for name in OPTIONAL_COLUMNS} == {None}
    assert row.separate_consents is None
    assert asked.values(row)["long"] == on_paper["long"]  # as the line of the roll tells it
    gone = hand_in(cast, {"email": "c@example.org"}, name="王来")
    registrations.withdraw(gone, "不来了", by=cast.chen, access=access_of(cast.chen))
    assert gone.email is None


def test_an_ended_purpose_hides_and_its_clearing_takes_away(cast, lei):
    state_all(cast.gan_lai)
    take(lei, ALL, agreed_on=clock.today())
    other = factories.volunteer(cast.quan_shui, health_note="邻站的话")
    row = purposes.asked(cast.gan_lai.id)[OptionalField.HEALTH_NOTE]
    waiting = hand_in(cast, ANSWERS[OptionalField.HEALTH_NOTE], separate_consent_on=clock.today())
    db.session.commit()
    access = access_of(cast.lin)
    with pytest.raises(DomainError, match="asks this field still"):
        purposes.clear(row, access=access)
    purposes.end(row, access=access)
    on_paper = dict(asked.values(waiting)["long"])
    assert "住址" in on_paper
    assert "健康说明" not in on_paper
    assert lei.health_note == "有高血压"
    with pytest.raises(NotAllowed):
        purposes.clear(row, access=access_of(cast.chen))
    assert (purposes.kept(row), purposes.clear(row, access=access)) == (2, 2)
    db.session.commit()
    assert (lei.health_note, waiting.health_note, other.health_note) == (None, None, "邻站的话")
    assert (lei.separate_consents, lei.ethnic_group) == (None, "藏族")
    assert (purposes.kept(row), row.cleared_on) == (0, clock.today())


def test_deleting_a_person_s_data_takes_every_answer_away(cast, lei):
    state_all(cast.gan_lai)
    take(lei, ALL, agreed_on=clock.today())
    db.session.commit()
    erasing.erase(lei)
    db.session.commit()
    assert {getattr(lei, name) for name in OPTIONAL_COLUMNS} == {None}
    assert lei.separate_consents is None


def test_who_can_come_is_told_where_the_times_are_asked(cast, lei):
    lei.slots = SATURDAY_MORNING | 1
    db.session.commit()
    can = select(Volunteer.id).where(
        Volunteer.slots.bitwise_and(SATURDAY_MORNING) != 0, purposes.asking(OptionalField.SLOTS)
    )
    assert db.session.scalars(can).all() == []
    state(cast.gan_lai, cast.lin, OptionalField.SLOTS)
    assert db.session.scalars(can).all() == [lei.id]
    assert slots_in(lei.slots) == [
        (SlotDay.MONDAY, SlotPart.MORNING), (SlotDay.SATURDAY, SlotPart.MORNING),
    ]  # fmt: skip

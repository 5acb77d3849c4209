from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from admin_app.policy import access_of
from admin_app.services.people import registrations, volunteers
from admin_app.services.people.registrations import Told, papers
from models import (
    Category,
    DomainError,
    NotAllowed,
    RegistrationAct,
    RegistrationState,
    RollState,
    RuleKind,
    Volunteer,
    clock,
    db,
    id_number_hash,
)
from tests import factories
from tests.factories import DAY


def accept(row, by, **more):
    return registrations.accept(row, by=by, access=access_of(by), **more)


def give_back(row, by, reason="号码有误"):
    registrations.give_back(row, reason, by=by, access=access_of(by))


def told(**more):
    sound = {
        "name": "李来", "id_number": factories.identity_number(), "phone": "13912345678",
        "handed_in_on": DAY, "skills": "理发", "availability": "周末",
        "categories": [Category.COMMUNITY],
    }  # fmt: skip
    return Told(**sound | more)


@pytest.fixture
def row(cast):
    return factories.registration(cast.gan_lai, by=cast.chen, name="李来")


def test_an_accepted_registration_is_a_line_of_the_roll(cast, row):
    rule = factories.rule(cast.gan_lai, kind=RuleKind.CONDUCT, adopted_on=date(2025, 1, 1))
    number, hashed = row.id_number, row.id_number_hash
    with pytest.raises(DomainError, match="code of conduct is missing"):
        accept(row, cast.dai)
    registrations.correct(
        row, told(id_number=None, phone=None, conduct_on=DAY, skills="巡逻"), by=cast.chen
    )
    line = accept(row, cast.dai, on=DAY)
    db.session.commit()
    assert (row.state, row.volunteer_id) == (RegistrationState.ACCEPTED, line.id)
    assert line.number.startswith(cast.gan_lai.code)
    assert (line.person.id_number, line.registered_on) == (number, DAY)
    assert (line.skills, line.categories) == ("巡逻", ["0001"])
    assert (line.conduct_rule_id, line.conduct_on) == (rule.id, DAY)
    # The numbers in clear have gone over to the roll.
    assert (row.id_number, row.phone, row.id_number_hash) == (None, None, hashed)
    assert not row.single_handed
    acts = [step.act for step in registrations.steps(row)]
    assert acts == [
        RegistrationAct.HANDED_IN, RegistrationAct.CORRECTED, RegistrationAct.ACCEPTED,
    ]  # fmt: skip
    with pytest.raises(DomainError, match="does not wait"):
        accept(row, cast.lin)


def test_who_recorded_or_corrected_it_reviews_nothing(cast, row):
    with pytest.raises(NotAllowed):
        accept(row, cast.chen)
    row.recorded_by_id = None
    registrations.correct(row, told(id_number=None), by=cast.dai)
    for act in (accept, give_back):
        with pytest.raises(DomainError, match="another person reviews it"):
            act(row, cast.dai)
    factories.exemption(cast.gan_lai, since=clock.today())
    accept(row, cast.dai)
    assert row.single_handed


def test_nobody_reviews_himself(cast, row):
    person = factories.volunteer(cast.quan_shui, id_number=row.id_number, name="李来").person
    cast.dai.person_id = person.id
    factories.exemption(cast.gan_lai, since=clock.today())
    with pytest.raises(DomainError, match="your own registration"):
        accept(row, cast.dai)


def test_every_return_stays_on_file_and_it_comes_in_again(cast, row):
    with pytest.raises(DomainError, match="Say why"):
        give_back(row, cast.lin, " ")
    give_back(row, cast.lin)
    with pytest.raises(DomainError, match="does not wait"):
        accept(row, cast.dai)
    sound = factories.identity_number(date(1980, 2, 3))
    registrations.correct(row, told(id_number=sound), by=cast.chen)
    registrations.hand_in_again(row, by=cast.chen, access=access_of(cast.chen))
    give_back(row, cast.dai, "电话打不通")
    registrations.hand_in_again(row, by=cast.chen, access=access_of(cast.chen))
    with pytest.raises(DomainError, match="Only what was returned"):
        registrations.hand_in_again(row, by=cast.chen, access=access_of(cast.chen))
    assert accept(row, cast.dai).person.id_number == sound
    reasons = [step.reason for step in registrations.steps(row) if step.reason]
    assert reasons == ["号码有误", "电话打不通"]
    assert row.born_on == date(1980, 2, 3)


def test_what_is_withdrawn_is_erased(cast, row):
    hashed = row.id_number_hash
    registrations.withdraw(row, "本人不愿意了", by=cast.chen, access=access_of(cast.chen))
    db.session.commit()
    assert (row.state, row.name, row.id_number, row.phone, row.skills, row.categories) == (
        RegistrationState.WITHDRAWN, "李*", None, None, "", [],
    )  # fmt: skip
    with pytest.raises(DomainError, match="decided before"):
        registrations.withdraw(row, "再来", by=cast.chen, access=access_of(cast.chen))
    again = factories.registration(cast.gan_lai, name="李来")
    assert again.id_number_hash != hashed


def test_what_cannot_be_handed_in_is_said(cast, row):
    place, number = cast.gan_lai, row.id_number
    for wrong, words in (
        ({"id_number": number}, "waits for the review"),
        ({"id_number": None}, "18 characters"),
        ({"phone": None}, "Type a mobile number"),
        ({"skills": "  "}, "what the person can do"),
        ({"availability": ""}, "when the person can serve"),
        ({"categories": []}, "one to 4"),
        ({"categories": list(Category)[:5]}, "one to 4"),
        ({"handed_in_on": clock.today() + timedelta(days=1)}, "in the future"),
        ({"id_number": factories.identity_number(date(2020, 1, 1))}, "name the guardian"),
    ):
        with db.session.no_autoflush, pytest.raises(DomainError, match=words):
            registrations.hand_in(place, told(**wrong), by=cast.chen)
        db.session.rollback()
    known = factories.identity_number()
    factories.volunteer(cast.quan_shui, id_number=known, name="王来")
    with pytest.raises(DomainError, match="under another name"):
        registrations.hand_in(place, told(id_number=known), by=cast.chen)


def test_the_same_human_being_is_told_and_nothing_of_the_other_station(cast, row):
    assert not registrations.is_on_another_roll(row)
    other = factories.volunteer(cast.weng_shui, id_number=row.id_number, name="李来")
    assert registrations.is_on_another_roll(row)
    line = accept(row, cast.dai)
    assert (line.person_id, line.station_id) == (other.person_id, cast.gan_lai.id)
    assert line.number != other.number


def test_who_left_comes_back_to_the_same_line(cast):
    number = factories.identity_number()
    line = factories.volunteer(cast.gan_lai, id_number=number, name="李来")
    line.state, line.left_on = RollState.LEFT, date(2026, 1, 1)
    db.session.commit()
    row = factories.registration(cast.gan_lai, id_number=number, name="李来", skills="唱歌")
    assert registrations.left_line(row) is line
    back = accept(row, cast.dai)
    db.session.commit()
    assert (back.id, back.number, back.state, back.left_on) == (
        line.id, line.number, RollState.REGISTERED, None,
    )  # fmt: skip
    assert back.skills == "唱歌"
    assert volunteers.line_of(cast.gan_lai, id_number_hash(number)) is line
    assert db.session.scalars(select(Volunteer)).all() == [line]


def test_the_paper_shows_no_number_and_asks_a_guardian_of_a_minor(cast, row):
    before = papers.values(row)
    assert (before["review"], before["is_minor"]) == (None, False)
    assert row.id_number not in str(before)
    minor = factories.registration(
        cast.gan_lai, born_on=date(2012, 3, 4), guardian_name="李大", guardian_phone="13800138000"
    )
    asked = papers.values(minor)
    assert (asked["is_minor"], asked["guardian"]["name"]) == (True, "李大")
    assert asked["guardian"]["phone"] == "138****8000"
    accept(row, cast.lin)
    assert papers.values(row)["review"]["number"] == row.volunteer.number
    assert papers.paper(minor).pdf.startswith(b"%PDF")

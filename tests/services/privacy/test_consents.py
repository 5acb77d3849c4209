"""Each purpose is agreed to by itself, after a notice that was read, and taken back by itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from admin_app.policy import access_of, acting_as
from admin_app.services import committee, privacy
from admin_app.services.people import guardians, registrations
from admin_app.services.people.guardians import Guardian
from admin_app.services.people.registrations import papers
from admin_app.services.privacy import answers, consents, purposes, releases, withdrawing
from models import (
    Consent,
    ConsentScope,
    ConsentWay,
    DomainError,
    FigureName,
    NotAllowed,
    OptionalField,
    Release,
    ReleasePurpose,
    RuleKind,
    clock,
    db,
)
from tests import factories
from tests.factories import DAY

REGISTRATION, PUBLICATION = ConsentScope.REGISTRATION, ConsentScope.PUBLICATION
NEXT = DAY + timedelta(days=1)


def notice(station, **fields):
    told = {
        "kind": RuleKind.PRIVACY, "title": "个人信息处理告知书", "edition": 1, "adopted_on": DAY
    }  # fmt: skip
    return factories.rule(station, **told | fields)


def withdraw(consent, by, on=None):
    with acting_as(access_of(by)):
        withdrawing.withdraw(consent, on=on or clock.today(), access=access_of(by))
        db.session.commit()


def rows(volunteer):
    return {(one.told, one.guardian_name): one for one in consents.of(volunteer)}


def accepted(cast, **told):
    row = factories.registration(cast.gan_lai, by=cast.chen, **told)
    with acting_as(access_of(cast.dai)):
        line = registrations.accept(row, by=cast.dai, access=access_of(cast.dai))
        db.session.commit()
    return row, line


def test_the_model_notice_tells_what_the_law_asks_and_makes_nothing_up(cast):
    station = cast.gan_lai
    access = access_of(cast.chen)
    with acting_as(access):
        text = committee.written(station, RuleKind.PRIVACY, on=clock.today())[1]
        for words in (
            "处理者：甘来村志愿服务站",
            "目的和方式",
            "种类",
            "保存期限",
            "权利",
            "未满14周岁",
        ):
            assert words in text
        assert "由本站在此写明" in text
        assert "可以不填：" not in text
    factories.purpose(station, field=OptionalField.EMAIL, ended_on=None)
    factories.purpose(
        station, field=OptionalField.HEALTH_NOTE, purpose="安排合适的岗位。", is_sensitive=True,
        ended_on=None,
    )  # fmt: skip
    factories.figure(FigureName.RETENTION_MONTHS, 24, division_code=station.code[:12])
    station.phone = "0759-7700000"
    with acting_as(access):
        text = committee.written(station, RuleKind.PRIVACY, on=clock.today())[1]
    assert "电子邮箱，用于活动通知发到邮箱。" in text
    assert "健康说明，用于安排合适的岗位；属于敏感个人信息，须单独同意。" in text
    assert "满24个月" in text
    assert "联系电话：0759-7700000" in text


def test_the_form_and_the_line_say_which_edition_was_read(cast):
    first = notice(cast.gan_lai, text="甲" * 250)
    row = factories.registration(cast.gan_lai, by=cast.chen)
    access = access_of(cast.dai)
    with acting_as(access), pytest.raises(DomainError, match="privacy notice was read is missing"):
        registrations.accept(row, by=cast.dai, access=access)
    db.session.rollback()
    told = papers.values(row)["notice"]
    assert (told["edition"], told["on"], told["paragraphs"]) == (1, "", [["甲" * 200, "甲" * 50]])
    assert papers.paper(row).pages > 1
    read, line = accepted(cast, notice_on=DAY)
    notice(cast.gan_lai, edition=2, adopted_on=NEXT)
    assert papers.values(read)["notice"]["edition"] == 1
    assert (line.notice_rule_id, line.notice_on) == (first.id, DAY)
    [own] = consents.of(line)
    assert (own.scope, own.notice_rule, own.given_on) == (REGISTRATION, first, DAY)
    assert own.way is ConsentWay.SIGNED
    # The day before the first edition nobody had read one.
    assert committee.in_force(cast.gan_lai, RuleKind.PRIVACY, on=DAY - timedelta(days=1)) is None
    assert committee.in_force(cast.gan_lai, RuleKind.PRIVACY, on=NEXT).edition == 2


def test_a_minor_and_his_guardian_agree_each_for_himself_and_a_child_does_not(cast):
    notice(cast.gan_lai)
    for born, own in ((date(2011, 1, 1), True), (date(2014, 1, 1), False)):
        _row, line = accepted(cast, born_on=born, guardian_name="雷母", notice_on=DAY)
        assert (("Registration", None) in rows(line)) is own
        assert rows(line)["Registration", "雷母"].notice_rule.edition == 1


def test_being_named_is_agreed_to_and_taken_back(cast):
    _row, line = accepted(cast, publication_consent_on=DAY)
    own = rows(line)["Being named in public", None]
    assert (own.given_on, own.withdrawn_on) == (DAY, None)
    with acting_as(access_of(cast.chen)):
        consents.name_from(line, NEXT)
        db.session.commit()
    assert own.withdrawn_on == clock.today()
    [now] = consents.standing(line, PUBLICATION)
    withdraw(now, cast.chen, NEXT)
    assert (line.publication_consent_on, now.withdrawn_on) == (None, NEXT)
    assert line.restricted_on is None


def test_an_answer_goes_with_its_consent_wherever_it_is_taken_back(cast):
    lei = factories.volunteer(cast.gan_lai)
    for field in (OptionalField.HEALTH_NOTE, OptionalField.ETHNIC_GROUP):
        factories.purpose(cast.gan_lai, field=field, is_sensitive=True, ended_on=None)
    told = {"health_note": "有高血压", "ethnic_group": "藏族"}
    with acting_as(access_of(cast.chen)):
        answers.take(lei, told, born_on=lei.person.born_on, on=DAY, agreed_on=DAY)
        db.session.commit()
    health, group = (rows(lei)[words, None] for words in ("Health note", "Ethnic group"))
    withdraw(health, cast.chen, DAY)
    assert (lei.health_note, lei.ethnic_group) == (None, "藏族")
    assert (health.withdrawn_on, group.withdrawn_on) == (DAY, None)
    with acting_as(access_of(cast.chen)):
        answers.withdraw(lei, "ethnic_group")
        db.session.commit()
    assert (lei.ethnic_group, group.withdrawn_on) == (None, clock.today())


def test_who_takes_back_the_registration_is_used_for_nothing_more(cast):
    _row, line = accepted(cast, notice_on=DAY, publication_consent_on=DAY)
    named, kept = rows(line)["Being named in public", None], rows(line)["Registration", None]
    for by in (cast.wang, cast.mo):
        with acting_as(access_of(by)), pytest.raises(NotAllowed):
            withdrawing.withdraw(kept, on=DAY, access=access_of(by))
    withdraw(kept, cast.chen)
    assert (line.restricted_on, line.publication_consent_on) == (clock.today(), None)
    assert named.withdrawn_on == clock.today()
    with pytest.raises(DomainError, match="restricted the use"):
        privacy.require_open(line)
    file = Release(purpose=ReleasePurpose.OFFICIAL, recipient="区民政局", station=cast.gan_lai)
    with acting_as(access_of(cast.chen)):
        releases.prepare(file, by_id=cast.chen.id)
    assert file.people == 0


def test_a_minor_is_used_no_more_once_no_guardian_agrees(cast):
    lei = factories.volunteer(cast.gan_lai, born_on=date(2011, 1, 1), guardian_name="雷母")
    mother = rows(lei)["Registration", "雷母"]
    [father] = guardians.agree(lei, [REGISTRATION], Guardian("雷父"), on=DAY)
    withdraw(mother, cast.chen)
    assert lei.restricted_on is None
    withdraw(father, cast.chen)
    assert lei.restricted_on == clock.today()


@pytest.mark.parametrize(
    ("scopes", "on", "why"),
    [
        ([], DAY, "Choose what"),
        ([ConsentScope.SERVICE], DAY, "Name the guardian"),
        ([REGISTRATION], date(2100, 1, 1), "lies ahead"),
    ],
)
def test_a_person_agrees_alone_to_what_is_his_to_agree_to(cast, scopes, on, why):
    lei = factories.volunteer(cast.gan_lai)
    with pytest.raises(DomainError, match=why):
        consents.agree(lei, scopes, on=on, way=ConsentWay.SPOKEN)
    child = factories.volunteer(
        cast.gan_lai, born_on=date(2014, 1, 1), registered_on=DAY, guardian_name="雷母"
    )
    with pytest.raises(DomainError, match="Name the guardian"):
        consents.agree(child, [PUBLICATION], on=DAY, way=ConsentWay.SPOKEN)
    [named] = consents.agree(lei, [PUBLICATION], on=DAY, way=ConsentWay.SPOKEN)
    assert (lei.publication_consent_on, named.way) == (DAY, ConsentWay.SPOKEN)
    assert consents.agree(lei, [PUBLICATION], on=DAY, way=ConsentWay.SPOKEN) == [named]


def test_a_purpose_that_is_cleared_leaves_no_consent_standing(cast):
    lei = factories.volunteer(cast.gan_lai)
    row = factories.purpose(cast.gan_lai, field=OptionalField.HEALTH_NOTE, ended_on=None)
    answers.take(
        lei, {"health_note": "有高血压"}, born_on=lei.person.born_on, on=DAY, agreed_on=DAY
    )
    db.session.commit()
    with acting_as(access_of(cast.lin)):
        purposes.end(row, access=access_of(cast.lin))
        purposes.clear(row, access=access_of(cast.lin))
        db.session.commit()
    [gone] = db.session.scalars(select(Consent).where(Consent.volunteer_id == lei.id))
    assert gone.withdrawn_on == clock.today()

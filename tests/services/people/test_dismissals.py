"""Dismissals: two persons, a hearing, an end of the roll, and what stays."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from admin_app.policy import access_of, acting_as
from admin_app.services.ledger import hours
from admin_app.services.ledger.hours import Stretch
from admin_app.services.people import dismissals, registrations, volunteers
from admin_app.services.people.dismissals import sheet
from models import (
    Dismissal,
    DismissalGround,
    DismissalState,
    DomainError,
    EntryState,
    NotAllowed,
    RollState,
    clock,
    db,
)
from tests import factories
from tests.factories import DAY
from tests.services.paper.reading import flat_text_of

LATER = DAY + timedelta(days=1)


@pytest.fixture
def case(cast):
    return factories.dismissal(cast.gan_lai, prepared_by_id=cast.chen.id, serious=True)


def decide(case, by, **fields):
    access = access_of(by)
    told = {"dismissed": True, "on": DAY} | fields
    with acting_as(access):
        dismissals.decide(case, told.pop("words", "情况属实"), by=by, access=access, **told)
        db.session.commit()


def serve(who, on):
    held = factories.activity(who.station, held_on=on)
    began = datetime.combine(on, time(9))
    return hours.record(who, held, Stretch(began, began + timedelta(hours=1)))


def test_the_leader_decides_what_another_prepared(cast, case):
    with pytest.raises(NotAllowed):
        decide(case, cast.chen)
    with pytest.raises(NotAllowed):
        decide(case, cast.dai)
    case.prepared_by_id = cast.lin.id
    db.session.commit()
    with pytest.raises(DomainError, match="another person"):
        decide(case, cast.lin)
    db.session.rollback()
    case.prepared_by_id = cast.chen.id
    db.session.commit()
    decide(case, cast.lin)
    assert (case.state, case.dismissed_on) == (DismissalState.DISMISSED, DAY)
    with pytest.raises(DomainError, match="decided before"):
        decide(case, cast.lin)


@pytest.mark.parametrize(
    ("case_says", "told", "why"),
    [
        ({"statement": None}, {}, "unheard"),
        ({"heard_on": None}, {}, "unheard"),
        ({}, {"words": "  "}, "Say why"),
        ({}, {"on": clock.today() + timedelta(days=1)}, "last day"),
    ],
)
def test_nobody_is_dismissed_unheard_or_from_a_day_that_cannot_be(cast, case_says, told, why):
    case = factories.dismissal(cast.gan_lai, **case_says)
    with pytest.raises(DomainError, match=why):
        decide(case, cast.lin, **told)
    db.session.rollback()
    decide(case, cast.lin, words="不予劝退", dismissed=False)
    assert (case.state, case.volunteer.state) == (DismissalState.DROPPED, RollState.REGISTERED)


def test_nothing_is_recorded_after_the_last_day_and_what_was_before_stays(cast, case):
    who = case.volunteer
    before = factories.service_entry(
        who, factories.activity(cast.gan_lai), state=EntryState.CONFIRMED
    )
    decide(case, cast.lin)
    assert (who.state, who.left_on) == (RollState.LEFT, DAY)
    assert before.counts
    assert serve(who, DAY - timedelta(days=1))
    with pytest.raises(DomainError, match="dismissed"):
        serve(who, LATER)
    with pytest.raises(DomainError, match="lifts"):
        dismissals.refuse_return(who)
    told = registrations.Told(
        name=who.person.name, id_number=who.person.id_number, phone="13800001234",
        handed_in_on=DAY, skills="理发", availability="周末", categories=[],
    )  # fmt: skip
    with pytest.raises(DomainError, match="lifts"):
        registrations.hand_in(cast.gan_lai, told, by=cast.chen)
    db.session.rollback()
    given = volunteers.Particulars(name=who.person.name, id_number=who.person.id_number)
    with pytest.raises(DomainError, match="lifts"):
        volunteers.register(cast.gan_lai, given)


def test_a_lifted_dismissal_lets_the_volunteer_come_back(cast, case):
    decide(case, cast.lin)
    access = access_of(cast.lin)
    with acting_as(access):
        dismissals.lift(case, "查明有误", by=cast.lin, access=access)
        db.session.commit()
    assert (case.state, case.lifted_on) == (DismissalState.LIFTED, clock.today())
    dismissals.refuse_return(case.volunteer)


def test_a_serious_case_is_reported_upward_with_its_receipt(cast, case):
    access, today = access_of(cast.chen), clock.today()
    report = {"to": "遂溪县志愿者协会", "on": today, "access": access}
    with acting_as(access), pytest.raises(DomainError, match="decided"):
        dismissals.report(case, **report)
    decide(case, cast.lin)
    assert case.waits_for_report
    with acting_as(access):
        with pytest.raises(DomainError, match="between"):
            dismissals.report(case, **report | {"on": today + timedelta(days=1)})
        for beyond in ({"to": "协" * 101}, {"receipt": "号" * 61}):
            with pytest.raises(DomainError, match="shorten"):
                dismissals.report(case, **report | beyond)
        dismissals.report(case, **report, receipt="遂志协备〔2026〕3号\x00", receipt_on=today)
        db.session.commit()
    assert not case.waits_for_report


def test_one_case_a_volunteer_is_open(cast, case):
    with acting_as(access_of(cast.chen)):
        twin = Dismissal(volunteer=case.volunteer, ground=DismissalGround.RULES, facts="再次")
        with pytest.raises(DomainError, match="already"):
            dismissals.prepare(twin, by_id=cast.chen.id)


def test_the_sheet_ticks_its_ground_and_prints_before_and_after_the_decision(cast, case):
    assert [is_it for _words, is_it in sheet.values(case)["grounds"]] == [True] + [False] * 3
    assert sheet.paper(case).pages == 1
    decide(case, cast.lin)
    told = sheet.values(case)
    assert (told["last"], told["decided_by"]) == (DAY.isoformat(), cast.lin.name)
    assert sheet.paper(case).pdf.startswith(b"%PDF")


def test_a_long_story_is_printed_to_its_end(cast, case):
    case.facts = "经过如下。" * 200 + "至此为止"
    assert "至此为止" in flat_text_of(sheet.paper(case).pdf)

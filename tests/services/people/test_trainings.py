"""Trainings, the backbone list, leave, and who is in a team by date."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from admin_app.policy import access_of, acting_as
from admin_app.services import programme
from admin_app.services.ledger import hours
from admin_app.services.ledger.hours import Stretch
from admin_app.services.people import leave, trainings
from models import DomainError, EntryState, FigureName, Leave, TeamMember, clock, db
from tests import factories
from tests.factories import DAY


def test_people_are_written_down_by_name_or_number_and_once(cast):
    training = factories.training(cast.gan_lai)
    first, second = (factories.volunteer(cast.gan_lai, name=n) for n in ("王秀英", "李娜"))
    twins = [factories.volunteer(cast.gan_lai, name="张伟") for _n in range(2)]
    late = factories.volunteer(cast.gan_lai, registered_on=DAY + timedelta(days=1), name="赵云")
    access = access_of(cast.chen)
    with acting_as(access):
        serial = str(int(twins[1].number.rpartition("-")[2]))
        text = f"王秀英\n 李 娜，张伟；{serial}\n{first.number}、赵云"
        found, left = trainings.meant(training, text)
        assert {one.id for one in found} == {first.id, second.id, twins[1].id}
        assert left == ["张伟", "赵云"]
        assert trainings.add(training, found, access=access) == 3
        assert trainings.add(training, found, access=access) == 0
        with pytest.raises(DomainError, match="not on the roll"):
            trainings.add(training, [late], access=access)
        db.session.commit()
        trainings.take_off(training, training.attendees[0].id, access=access)
        db.session.commit()
        assert len(training.attendees) == 2


def serve(who, minutes, *, until):
    """Let somebody serve so long, at most twelve hours a day, on the days up to one."""
    day = until
    while minutes:
        part = min(minutes, 12 * 60)
        factories.service_entry(
            who, factories.activity(who.station, held_on=day), minutes=part,
            state=EntryState.CONFIRMED,
            ended_at=datetime.combine(day, time(9)) + timedelta(minutes=part),
        )  # fmt: skip
        minutes, day = minutes - part, day - timedelta(days=1)


def test_the_backbone_list_begins_at_just_the_hours_that_the_figure_says(cast):
    people = [factories.volunteer(cast.gan_lai) for _n in range(3)]
    for who, minutes in zip(people, (47 * 60 + 59, 48 * 60, 30 * 60), strict=True):
        serve(who, minutes, until=DAY)
    serve(people[2], 18 * 60, until=DAY + timedelta(days=9))
    training = factories.training(cast.gan_lai)
    access = access_of(cast.chen)
    with acting_as(access):
        trainings.add(training, [people[1]], access=access)
    db.session.commit()

    def on(day):
        with acting_as(access):
            return [one.volunteer_id for one in trainings.backbone(cast.gan_lai, on=day)]

    assert on(DAY + timedelta(days=8)) == [people[1].id]
    assert on(DAY + timedelta(days=9)) == [people[1].id, people[2].id]
    assert on(DAY - timedelta(days=1)) == []
    assert on(date(DAY.year + 1, 1, 1)) == []
    with acting_as(access):
        [one] = trainings.backbone(cast.gan_lai, on=DAY)
        assert (one.minutes, one.trainings, one.trained) == (48 * 60, 1, 90)
        assert trainings.backbone(cast.gan_lai, on=date(2017, 1, 1)) is None


def test_service_within_a_leave_is_looked_at(cast):
    who = factories.volunteer(cast.gan_lai)
    factories.leave(cast.gan_lai, volunteer=who, since=DAY, until=DAY + timedelta(days=2))

    def flags(on):
        held, began = factories.activity(cast.gan_lai, held_on=on), datetime.combine(on, time(9))
        return hours.record(who, held, Stretch(began, began + timedelta(hours=1))).flags

    assert flags(DAY - timedelta(days=1)) == flags(DAY + timedelta(days=3)) == []
    assert flags(DAY) == flags(DAY + timedelta(days=2)) == ["on_leave"]
    twin = Leave(volunteer=who, since=DAY + timedelta(days=2), until=DAY + timedelta(days=5))
    for told, why in ((DAY, "holds some"), (clock.today() + timedelta(days=1), "today at the")):
        twin.told_on = told
        with pytest.raises(DomainError, match=why):
            leave.note(twin)


def test_a_team_has_its_members_of_the_day(cast):
    team = factories.team(cast.gan_lai, founded_on=date(2026, 1, 1))
    stays, went = factories.volunteer(cast.gan_lai), factories.volunteer(cast.gan_lai)
    factories.team_member(cast.gan_lai, team=team, volunteer=stays, since=DAY)
    factories.team_member(cast.gan_lai, team=team, volunteer=went, since=DAY, until=DAY)

    def on(day):
        return [one.volunteer_id for one in programme.members_on(team, day)]

    assert on(DAY) == [stays.id, went.id]
    assert on(DAY + timedelta(days=1)) == [stays.id]
    assert on(DAY - timedelta(days=1)) == []
    foreign = factories.volunteer(cast.quan_shui)
    for who, since, until, why in (
        (stays, DAY + timedelta(days=9), None, "already"),
        (went, date(2025, 12, 31), date(2025, 12, 31), "founded"),
        (went, DAY + timedelta(days=2), DAY, "before the first"),
        (went, date(2024, 1, 1), date(2024, 1, 2), "on the roll since"),
        (foreign, DAY, None, "different stations"),
    ):
        with pytest.raises(DomainError, match=why):
            programme.keep_member(TeamMember(team=team, volunteer=who, since=since, until=until))
    programme.keep_member(TeamMember(team=team, volunteer=went, since=DAY + timedelta(days=1)))


def test_a_units_code_is_checked_by_its_last_sign():
    assert programme.sound_credit_code(" 91110000600037341l ") == "91110000600037341L"
    assert programme.sound_credit_code("") is None
    for wrong in ("A1110000600037341L", "9111000060003734", "911100006000373410"):
        with pytest.raises(DomainError, match="18 characters"):
            programme.sound_credit_code(wrong)


def test_where_no_figure_is_set_nobody_is_backbone(cast):
    assert trainings.backbone_hours(cast.gan_lai, on=DAY) == 48
    assert FigureName.BACKBONE_HOURS
    with acting_as(access_of(cast.chen)):
        assert trainings.backbone(cast.weng_shui, on=DAY) in ([], None)

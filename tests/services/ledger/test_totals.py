"""The totals: what they hold after each act, and that a recount always agrees."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services.ledger import checking, deciding, hours, reversals, standings, totals
from admin_app.services.ledger.hours import Stretch
from models import (
    AreaMonth,
    DomainError,
    FigureName,
    PersonLife,
    PersonYear,
    ReversalGround,
    StandingChange,
    StandingKind,
    db,
)
from tests import factories

DAY = date(2026, 10, 3)


def confirmed(volunteer, *, clerk, deputy, day=DAY, start=9, minutes=120):
    """Record and confirm as the desk does."""
    began = datetime.combine(day, time(start))
    with unscoped("a test sets its stage"):
        activity = factories.activity(volunteer.station, held_on=day)
    stretch = Stretch(began, began + timedelta(minutes=minutes))
    with acting_as(access_of(clerk)):
        entry = hours.record(volunteer, activity, stretch)
        db.session.commit()
    with acting_as(access_of(deputy)):
        deciding.confirm([entry], by=deputy, access=access_of(deputy))
        db.session.commit()
    return entry


@pytest.fixture
def serve(cast):
    """Return a function that lets a volunteer of Gan Lai serve, confirmed."""
    return lambda volunteer, **given: confirmed(
        volunteer, clerk=cast.chen, deputy=cast.dai, **given
    )


def reverse(entry, account, reason="时间记错，见签到表"):
    with acting_as(access_of(account)):
        found = reversals.reverse(
            entry, ReversalGround.WRONG_TIME, reason, by=account, access=access_of(account)
        )
        db.session.commit()
    return found


def area(level, place_id, category="", month=202610):
    line = db.session.get(AreaMonth, (level, place_id, month, category))
    return (line.minutes, line.entries, line.people) if line else None


def clean():
    db.session.expire_all()
    assert checking.verify().differences == ()


def test_a_confirmed_entry_counts_for_its_person_and_all_its_areas(cast, serve):
    lei = factories.volunteer(cast.gan_lai)
    entry = serve(lei)
    assert db.session.get(PersonLife, lei.person_id).minutes == 120
    assert db.session.get(PersonYear, (lei.person_id, cast.gan_lai.id, 2026)).entries == 1
    for level in totals.LEVELS:
        place = getattr(entry, f"{level}_id")
        assert area(level, place) == area(level, place, entry.category.value) == (120, 1, 1)
    clean()


def test_a_person_is_told_once_among_the_people_of_a_month(cast, serve):
    lei, wang = factories.volunteer(cast.gan_lai), factories.volunteer(cast.gan_lai)
    for day in (DAY, DAY + timedelta(days=1)):
        serve(lei, day=day)
    serve(wang)
    serve(lei, day=date(2026, 11, 1))
    assert area("station", cast.gan_lai.id) == (360, 3, 2)
    assert area("station", cast.gan_lai.id, month=202611) == (120, 1, 1)
    clean()


def test_a_reversal_counts_back_on_the_day_of_service(cast, serve):
    lei = factories.volunteer(cast.gan_lai)
    first = serve(lei)
    serve(lei, day=DAY + timedelta(days=1))
    reverse(first, cast.dai)
    assert area("station", cast.gan_lai.id) == (120, 1, 1)
    assert not first.counts
    clean()
    reverse_second = db.session.scalars(select(PersonYear)).one()
    assert (reverse_second.minutes, reverse_second.entries) == (120, 1)


def test_the_last_reversal_leaves_nobody_and_nothing(cast, serve):
    lei = factories.volunteer(cast.gan_lai)
    reverse(serve(lei), cast.dai)
    assert area("station", cast.gan_lai.id) == (0, 0, 0)
    assert db.session.get(PersonLife, lei.person_id).minutes == 0
    clean()


def test_the_time_of_a_reversed_entry_is_free_again(cast, serve):
    lei = factories.volunteer(cast.gan_lai)
    reverse(serve(lei), cast.dai)
    serve(lei, start=10, minutes=30)
    assert area("station", cast.gan_lai.id) == (30, 1, 1)
    clean()


@pytest.mark.parametrize("login", ["chen", "guan", "su", "wang"])
def test_who_may_not_reverse_does_not(cast, serve, login):
    entry = serve(factories.volunteer(cast.gan_lai))
    with pytest.raises(DomainError):
        reverse(entry, getattr(cast, login))


def test_a_reversal_takes_a_reason_and_happens_once(cast, serve):
    entry = serve(factories.volunteer(cast.gan_lai))
    for reason in ("", "  ", "长" * 301):
        with pytest.raises(DomainError):
            reverse(entry, cast.dai, reason)
    reverse(entry, cast.dai)
    with pytest.raises(DomainError):
        reverse(entry, cast.lin)
    clean()


def test_an_entry_that_nobody_confirmed_is_not_reversed(cast):
    lei = factories.volunteer(cast.gan_lai)
    entry = factories.service_entry(lei, factories.activity(cast.gan_lai))
    with pytest.raises(DomainError):
        reverse(entry, cast.dai)


def test_the_database_names_a_reversal_once(cast, serve):
    entry = serve(factories.volunteer(cast.gan_lai))
    reverse(entry, cast.dai)
    for value in ("NULL", "9999"):
        with pytest.raises(DBAPIError):
            db.session.execute(
                text(f"UPDATE service_entries SET reversed_by_id = {value} WHERE id = {entry.id}")  # noqa: S608
            )
        db.session.rollback()


@pytest.mark.parametrize(
    ("minutes", "is_backbone"), [(47 * 60 + 59, False), (48 * 60, True), (48 * 60 + 1, True)]
)
def test_forty_eight_hours_make_a_backbone(minutes, is_backbone):
    assert standings.is_backbone(minutes, 48) is is_backbone
    assert not standings.is_backbone(minutes, None)


@pytest.mark.parametrize("star", range(1, 6))
def test_each_star_begins_at_its_hour(star):
    hours_ = (100, 300, 600, 1000, 1500)
    edge = hours_[star - 1] * 60
    assert standings.stars(edge - 1, hours_) == star - 1
    assert standings.stars(edge, hours_) == star
    assert standings.stars(edge, (None,) * 5) == 0


def test_passing_a_threshold_is_kept_and_taken_back(cast, serve):
    factories.figure(FigureName.BACKBONE_HOURS, 3, division_code="440800000000")
    factories.figure(FigureName.STAR_1_HOURS, 4)
    lei = factories.volunteer(cast.gan_lai)
    serve(lei)
    serve(lei, day=DAY + timedelta(days=1), minutes=59)
    assert not db.session.scalars(select(StandingChange)).all()
    last = serve(lei, day=DAY + timedelta(days=2), minutes=61)
    reverse(last, cast.dai)
    told = [
        (change.kind, change.before, change.after)
        for change in db.session.scalars(select(StandingChange).order_by(StandingChange.id))
    ]
    assert told == [
        (StandingKind.STAR, 0, 1), (StandingKind.BACKBONE, 0, 1),
        (StandingKind.STAR, 1, 0), (StandingKind.BACKBONE, 1, 0),
    ]  # fmt: skip


def test_a_forged_total_is_found(cast, serve):
    serve(factories.volunteer(cast.gan_lai))
    db.session.execute(text("UPDATE area_months SET people = 2 WHERE level = 'county'"))
    db.session.execute(text("DELETE FROM person_lives"))
    db.session.commit()
    found = {difference.total for difference in checking.verify().differences}
    assert found == {"area_months", "person_lives"}


FORGED = {
    "half a minute": "UPDATE person_years SET minutes = minutes + 0.4",
    "words": "UPDATE person_lives SET minutes = 'abc'",
    "a key in words": "UPDATE person_years SET year = 'zz'",
    "a level of no place": "INSERT INTO area_months (level, place_id, month, category, minutes,"
    " entries, people) VALUES ('foo', 1, 202601, '', 5, 5, 5)",
}


@pytest.mark.parametrize("way", FORGED)
def test_a_line_that_no_entry_could_make_is_told(cast, serve, way):
    serve(factories.volunteer(cast.gan_lai))
    assert checking.verify().differences == ()
    if db.engine.dialect.name == "postgresql" and way != "a level of no place":
        pytest.skip("a column of PostgreSQL holds what it says")
    db.session.execute(text(FORGED[way]))
    db.session.commit()
    differences = checking.verify().differences
    assert {one.total for one in differences} == {
        name for name in ("person_years", "person_lives", "area_months") if name in FORGED[way]
    }
    assert json.dumps([asdict(difference) for difference in differences])


def test_an_empty_ledger_is_not_called_clean(cast):
    with pytest.raises(DomainError):
        checking.verify()


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (date(2024, 2, 29), 202402),
        (date(2024, 3, 1), 202403),
        (date(2025, 12, 31), 202512),
        (date(2026, 1, 1), 202601),
        (date(2026, 10, 31), 202610),
        (date(2026, 11, 1), 202611),
    ],
)
def test_the_last_and_the_first_day_of_a_month_count_in_their_own(cast, serve, day, month):
    lei = factories.volunteer(cast.gan_lai)
    serve(lei, day=day)
    serve(lei, day=day, start=22, minutes=119)
    months = select(AreaMonth.month).where(AreaMonth.level == "station").distinct()
    assert db.session.scalars(months).all() == [month]
    assert area("station", cast.gan_lai.id, month=month) == (239, 2, 1)
    assert db.session.get(PersonYear, (lei.person_id, cast.gan_lai.id, day.year)).minutes == 239
    clean()

"""How served time counts: units, caps and the day from which a figure says so."""

from __future__ import annotations

import threading
import time as time_module
from contextvars import Context
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select, update

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services import accounts
from admin_app.services.exchange import batches
from admin_app.services.exchange.batches import Upload
from admin_app.services.ledger import checking, counting, deciding, hours
from admin_app.services.ledger.counting import Counting, Rounding
from admin_app.services.ledger.hours import Stretch
from models import (
    DomainError,
    EntryKind,
    EntryState,
    FigureName,
    ImportKind,
    ServiceEntry,
    clock,
    db,
)
from tests import factories
from tests.services.exchange.books import LEDGER, book

DAY = date(2026, 10, 3)
SECONDS = 10

countings = some.builds(
    Counting,
    unit=some.integers(1, 120),
    rounding=some.sampled_from(Rounding),
    day_cap=some.none() | some.integers(0, 1440),
    activity_cap=some.none() | some.integers(0, 1440),
)
lengths = some.integers(1, 1440)


@given(countings, lengths, lengths)
def test_longer_service_never_counts_less(rule, one, other):
    short, long = sorted((one, other))
    assert rule.counted(short)[0] <= rule.counted(long)[0]


@given(countings, lengths)
def test_rounding_moves_by_less_than_a_unit_in_its_direction(rule, minutes):
    whole = rule.rounded(minutes)
    assert whole % rule.unit == 0
    off = whole - minutes
    if rule.rounding is Rounding.DOWN:
        assert -rule.unit < off <= 0
    elif rule.rounding is Rounding.UP:
        assert 0 <= off < rule.unit
    else:
        assert abs(off) * 2 <= rule.unit


@given(countings, some.lists(lengths, max_size=9))
def test_no_day_counts_more_than_its_cap(rule, served):
    total = 0
    for minutes in served:
        counts, cut = rule.counted(minutes, on_day=total)
        assert 0 <= counts <= rule.rounded(minutes)
        assert cut or counts == rule.rounded(minutes)
        total += counts
    assert rule.day_cap is None or total <= rule.day_cap


@given(countings)
def test_a_kept_code_says_the_rule_again(rule):
    kept = counting.of_code(rule.code)
    if rule.unit > 1:
        assert (kept.unit, kept.rounding) == (rule.unit, rule.rounding)
    assert (kept.day_cap, kept.activity_cap) == (rule.day_cap, rule.activity_cap)
    assert kept.code == rule.code
    assert len(rule.code or "") <= 40


def test_minutes_count_as_served_where_no_figure_says_otherwise(cast, serve):
    entry = serve(minutes=47)
    assert (entry.minutes, entry.rule) == (47, None)
    assert [str(word) for word in counting.words(None)] == ["minutes as served"]


@pytest.fixture
def serve(cast):
    """Return a function by which the clerk records service of Lei."""
    lei = factories.volunteer(cast.gan_lai)

    def record(*, who=lei, day=DAY, start=9, minutes=60, at=None, **given):
        with unscoped("a test sets its stage"):
            activity = at or factories.activity(who.station, held_on=day)
        began = datetime.combine(day, time(start))
        clerk = cast.chen if who.station_id == cast.gan_lai.id else cast.wang
        with acting_as(access_of(clerk)):
            stretch = Stretch(began, began + timedelta(minutes=minutes))
            entry = hours.record(who, activity, stretch, **given)
            db.session.commit()
        return entry

    return record


def confirm(entries, deputy):
    with acting_as(access_of(deputy)):
        deciding.confirm(entries, by=deputy, access=access_of(deputy))
        db.session.commit()


def test_a_rule_counts_from_its_day_on_and_stays_with_the_entry(cast, serve):
    factories.figure(FigureName.COUNT_UNIT_MINUTES, 30, since=DAY)
    before, after = serve(day=DAY - timedelta(days=1), minutes=59), serve(minutes=59)
    assert (before.minutes, before.rule) == (59, None)
    assert (after.minutes, after.rule) == (30, "u30d")
    factories.figure(FigureName.COUNT_UNIT_MINUTES, 1, since=DAY + timedelta(days=1))
    confirm([before, after], cast.dai)
    assert after.minutes == 30
    assert checking.verify().differences == ()


def test_a_figure_of_another_place_says_nothing_here(cast, serve):
    factories.figure(FigureName.COUNT_UNIT_MINUTES, 30, division_code="533400000000")
    assert serve(minutes=59).minutes == 59


def test_the_cap_of_a_day_spans_stations_and_cuts_what_is_over(cast, serve):
    factories.figure(FigureName.DAY_CAP_MINUTES, 480)
    twin = factories.volunteer(cast.weng_shui)
    first = serve(who=twin, start=8, minutes=300)
    here = factories.volunteer(cast.gan_lai, person=twin.person)
    second = serve(who=here, start=14, minutes=300)
    assert (second.minutes, second.flags) == (180, ["over_day_cap"])
    with pytest.raises(DomainError, match="used up"):
        serve(who=here, start=20, minutes=30)
    assert first.minutes == 300


def test_the_cap_of_an_activity_is_its_own(cast, serve):
    factories.figure(FigureName.ACTIVITY_CAP_MINUTES, 120)
    patrol = factories.activity(cast.gan_lai, held_on=DAY)
    first, second = serve(at=patrol, minutes=90), serve(at=patrol, start=11, minutes=90)
    assert (first.minutes, second.minutes) == (90, 30)
    assert second.flags == ["over_activity_cap"]
    assert serve(start=15, minutes=90).minutes == 90


def test_confirming_counts_anew_beside_what_is_confirmed(cast, serve):
    factories.figure(FigureName.DAY_CAP_MINUTES, 240)
    first, second = serve(start=8, minutes=200), serve(start=14, minutes=200)
    assert second.minutes == 40
    with acting_as(access_of(cast.dai)):
        deciding.decline([first], by=cast.dai, access=access_of(cast.dai))
        db.session.commit()
    confirm([second], cast.dai)
    assert (second.minutes, second.flags) == (200, [])
    assert checking.verify().differences == ()


def test_entries_confirmed_together_share_one_cap(cast, serve):
    first = serve(start=8, minutes=200)
    factories.figure(FigureName.DAY_CAP_MINUTES, 240)
    second, third = serve(start=12, minutes=30), serve(start=14, minutes=60)
    assert (second.minutes, third.minutes) == (30, 10)
    confirm([third, second, first], cast.dai)
    assert (first.minutes, second.minutes, third.minutes) == (200, 30, 10)
    assert checking.verify().differences == ()


def test_two_who_confirm_a_day_at_once_find_its_room_once(app, cast, serve):
    factories.figure(FigureName.DAY_CAP_MINUTES, 240)
    entries = [serve(start=start, minutes=200) for start in (8, 14)]
    raw = [entry.id for entry in entries]
    # Both were recorded when the day was free.
    db.session.execute(update(ServiceEntry).where(ServiceEntry.id.in_(raw)).values(minutes=200))
    db.session.commit()
    db.session.remove()
    together = threading.Barrier(2)

    def desk(number):
        with app.app_context():
            together.wait(SECONDS)  # before the first question: it takes SQLite's one pen
            deputy = accounts.by_login("dai")
            with acting_as(access_of(deputy)):
                entry = db.session.get(ServiceEntry, number)
                deciding.confirm([entry], by=deputy, access=access_of(deputy))
                time_module.sleep(0.2)  # the other one is under way meanwhile
                db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=Context().run, args=(desk, number)) for number in raw]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = select(ServiceEntry.minutes).where(ServiceEntry.counts)
    assert sorted(db.session.scalars(counted)) == [40, 200]
    assert checking.verify().differences == ()


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2024, 2, 29), date(2025, 12, 31)])
def test_service_past_midnight_counts_on_the_day_it_began(cast, serve, day):
    factories.figure(FigureName.PAST_MIDNIGHT, 1)
    factories.figure(FigureName.DAY_CAP_MINUTES, 180)
    night = factories.activity(cast.gan_lai, held_on=day)
    lei = factories.volunteer(cast.gan_lai, registered_on=date(2024, 1, 1))
    stretch = hours.stretch_at(night, time(22), time(2))
    entry = serve(who=lei, day=day, at=night, start=22, minutes=stretch.minutes)
    assert (entry.minutes, entry.served_on) == (180, day)
    assert entry.ended_at == datetime.combine(day + timedelta(days=1), time(2))
    following = serve(who=lei, day=day + timedelta(days=1), start=8, minutes=180)
    assert (following.minutes, following.flags) == (180, [])
    confirm([entry, following], cast.dai)
    assert checking.verify().differences == ()


def test_less_than_a_unit_is_no_entry(cast, serve):
    factories.figure(FigureName.COUNT_UNIT_MINUTES, 30)
    with pytest.raises(DomainError, match="30"):
        serve(minutes=29)


def test_service_outside_the_activity_is_flagged_where_a_grace_is_set(cast, serve):
    factories.figure(FigureName.GRACE_MINUTES, 15)
    patrol = factories.activity(cast.gan_lai, held_on=DAY, starts_at=time(9), ends_at=time(11))
    assert serve(at=patrol, start=9, minutes=135).flags == []
    late = factories.volunteer(cast.gan_lai)
    assert serve(who=late, at=patrol, start=9, minutes=136).flags == ["outside_window"]


def test_a_minor_without_a_guardian_is_refused_up_to_the_birthday(cast, serve):
    factories.figure(FigureName.ADULT_AGE, 18)
    lei = factories.volunteer(cast.gan_lai, registered_on=date(2026, 9, 1))
    lei.person.born_on = date(2008, 10, 3)
    db.session.commit()
    assert serve(who=lei).flags == []
    with pytest.raises(DomainError, match="under age"):
        serve(who=lei, day=DAY - timedelta(days=1))
    factories.consent(lei)
    assert serve(who=lei, day=DAY - timedelta(days=2)).flags == []


def test_a_rule_names_its_basis_as_long_as_the_figure_says_so(cast, serve):
    factories.figure(FigureName.DAY_CAP_MINUTES, 480)
    entry = serve()
    code = cast.gan_lai.code
    assert counting.bases(entry.rule, code, on=DAY) == ["办法第二条"]
    factories.figure(FigureName.DAY_CAP_MINUTES, 600, since=DAY)
    assert counting.bases(entry.rule, code, on=DAY) == []


def test_midnight_is_passed_only_where_a_figure_allows(cast):
    patrol = factories.activity(cast.gan_lai, held_on=date(2026, 9, 30))
    with pytest.raises(DomainError):
        hours.stretch_at(patrol, time(22), time(2))
    factories.figure(FigureName.PAST_MIDNIGHT, 1)
    assert hours.stretch_at(patrol, time(22), time(2)).minutes == 240
    with pytest.raises(DomainError):
        hours.stretch_at(patrol, time(22), time(22))


def test_preparation_is_an_entry_with_its_own_time(cast, serve):
    entry = serve(kind=EntryKind.PREPARATION, place="文化室", minutes=30)
    assert (entry.kind, entry.place, entry.minutes) == (EntryKind.PREPARATION, "文化室", 30)


def test_an_import_counts_as_the_screen_does(cast, serve):
    factories.figure(FigureName.COUNT_UNIT_MINUTES, 30)
    factories.figure(FigureName.DAY_CAP_MINUTES, 180)
    lei = factories.volunteer(cast.gan_lai, name="雷锋")
    serve(who=lei, start=8, minutes=60)

    def row(start, end):
        return (1, DAY.isoformat(), "雷锋", lei.person.id_number, "环保宣传", "", start, end, "")

    sheet = book(
        LEDGER, row("10:00", "11:45"), row("13:00", "15:00"), row("16:00", "17:00"),
        row("18:00", "18:29"),
    )  # fmt: skip
    upload = Upload(ImportKind.LEDGER, "台账.xlsx", sheet, cast.gan_lai, clock.today())
    judged = batches.bring_in(upload, by=None, access=None, at=clock.utc_now(), dry_run=False)
    db.session.commit()
    assert [(one.minutes, list(one.flags)) for one in judged.accepted] == [
        (90, []), (30, ["over_day_cap"]),
    ]  # fmt: skip
    assert [refusal.reason for refusal in judged.refused] == ["nothing_counts"] * 2
    assert checking.verify().differences == ()


def test_an_import_looks_at_the_times_of_the_activities_it_meets(cast):
    factories.figure(FigureName.GRACE_MINUTES, 15)
    with unscoped("a test sets its stage"):
        factories.activity(
            cast.gan_lai, name="环保宣传", held_on=DAY, starts_at=time(9), ends_at=time(11)
        )
    people = [factories.volunteer(cast.gan_lai, name=name) for name in ("雷锋", "王秀英")]
    sheet = book(
        LEDGER,
        *(
            (1, DAY.isoformat(), who.person.name, who.person.id_number, "环保宣传", "", start,
             "11:15", "")
            for who, start in zip(people, ("8:45", "8:44"), strict=True)
        ),
    )  # fmt: skip
    upload = Upload(ImportKind.LEDGER, "台账.xlsx", sheet, cast.gan_lai, clock.today())
    judged = batches.bring_in(upload, by=None, access=None, at=clock.utc_now(), dry_run=False)
    db.session.commit()
    assert [list(one.flags) for one in judged.accepted] == [[], ["outside_window"]]


def test_a_day_that_counts_more_than_its_cap_is_found(cast, serve):
    factories.figure(FigureName.DAY_CAP_MINUTES, 240)
    second = serve(start=14, minutes=200)
    confirm([second], cast.dai)
    with unscoped("a test sets its stage"):
        factories.service_entry(
            second.volunteer, second.activity, rule="d240", state=EntryState.CONFIRMED
        )
    found = checking.verify().differences
    assert [(one.kept, one.counted) for one in found] == [({"minutes": 320}, {"minutes": 240})]


@pytest.mark.parametrize("code", ["u", "u30", "x9", "dzehn"])
def test_a_rule_that_nobody_wrote_is_found(cast, serve, code):
    serve().rule = code
    db.session.commit()
    assert [one.counted for one in checking.verify().differences] == [None]


def test_an_entry_counted_against_its_rule_is_found(cast, serve):
    factories.figure(FigureName.COUNT_UNIT_MINUTES, 30)
    entry = serve(minutes=59)
    entry.minutes = 59
    db.session.commit()
    assert {difference.total for difference in checking.verify().differences} == {"service_entries"}

"""What setting a figure would change, told before it is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from admin_app.policy import access_of
from admin_app.services import figure_effects, figures
from admin_app.services.places import divisions
from models import DomainError, EntryState, FigureName, NotAllowed, clock
from tests import factories

ZHANJIANG, SUIXI, DIQING = "440800000000", "440823000000", "533400000000"
DAY = date(2026, 12, 1)


def effect(cast, name, value, code=ZHANJIANG, *, since=DAY, login="pu", but=None):
    place = divisions.by_code(code) if code else None
    by = access_of(getattr(cast, login))
    return figure_effects.of(name, place, value, since=since, by=by, but=but)


def numbers(found):
    return [(change.before, change.after) for change in found.changes]


def test_the_old_value_its_basis_and_how_far_the_new_one_reaches(cast):
    factories.figure(FigureName.DAY_CAP_MINUTES, 600, division_code=ZHANJIANG)
    found = effect(cast, FigureName.DAY_CAP_MINUTES, 480)
    assert (found.before.value, found.before.basis) == (600, "办法第二条")
    assert (found.stations, found.overridden, found.until) == (2, [], None)
    assert found.divisions == 1973
    assert figures.at_code(ZHANJIANG, FigureName.DAY_CAP_MINUTES, on=DAY) == 600
    assert effect(cast, FigureName.ADULT_AGE, 16, code="", login="ada").stations == 3


def test_where_it_is_set_below_or_later_it_does_not_reach(cast):
    name = FigureName.DAY_CAP_MINUTES
    factories.figure(name, 300, division_code=cast.gan_lai.division.code)
    factories.figure(name, 360, division_code=SUIXI, since=DAY + timedelta(days=1))
    later = factories.figure(name, 420, division_code=ZHANJIANG, since=DAY + timedelta(days=9))
    found = effect(cast, name, 480)
    assert [(place.name, setting.value) for place, setting in found.overridden] == [
        (cast.gan_lai.division.name, 300)
    ]
    assert (found.stations, found.divisions) == (1, 1972)
    assert found.until.value == 420
    assert found.before.value is None
    # The one that is being changed stands in nobody's way.
    assert effect(cast, name, 480, since=later.since, but=later).until is None


def test_fewer_hours_make_more_backbones_of_those_who_served(cast):
    today = clock.today()
    for minutes in (1200, 2400, 2940):
        person = factories.volunteer(cast.gan_lai)
        held = factories.activity(cast.gan_lai, held_on=today.replace(month=1, day=1))
        factories.service_entry(person, held, minutes=minutes, state=EntryState.CONFIRMED)
    found = effect(cast, FigureName.BACKBONE_HOURS, 40)
    assert numbers(found) == [(1, 2)]  # 48 hours are shipped for Zhanjiang
    assert numbers(effect(cast, FigureName.BACKBONE_HOURS, 50)) == [(1, 0)]


def test_the_stations_that_fall_below_this_months_minimum(cast):
    for _n in range(2):
        factories.activity(cast.gan_lai, held_on=clock.today())
    factories.activity(cast.quan_shui, held_on=clock.today(), desk_duty=True)
    factories.activity(cast.quan_shui, held_on=clock.today())
    assert numbers(effect(cast, FigureName.MONTHLY_ACTIVITIES_MIN, 3)) == [(1, 2)]
    assert numbers(effect(cast, FigureName.MONTHLY_ACTIVITIES_MIN, 1)) == [(1, 0)]


def test_the_gaps_of_coverage_and_registration(cast):
    cover = effect(cast, FigureName.COVERAGE_PERCENT, 100, DIQING, login="di")
    assert cover.changes[0].after == 197 - 1
    assert numbers(effect(cast, FigureName.REGISTERED_PERCENT, 20, DIQING, login="di")) == []
    factories.population(divisions.by_code(DIQING), 2024, 1000)
    factories.volunteer(cast.weng_shui)
    found = effect(cast, FigureName.REGISTERED_PERCENT, 20, DIQING, login="di")
    shipped = figures.at_code(DIQING, FigureName.REGISTERED_PERCENT, on=DAY)
    assert numbers(found) == [(1000 * shipped // 100 - 1 if shipped else None, 199)]


def test_what_setting_refuses_the_preview_refuses(cast):
    with pytest.raises(NotAllowed):
        effect(cast, FigureName.DAY_CAP_MINUTES, 480, DIQING)
    with pytest.raises(DomainError, match="lies between"):
        effect(cast, FigureName.DAY_CAP_MINUTES, 0)
    factories.figure(FigureName.DAY_CAP_MINUTES, 1, division_code=ZHANJIANG, since=DAY)
    with pytest.raises(DomainError, match="from that day already"):
        effect(cast, FigureName.DAY_CAP_MINUTES, 480)


def test_every_figure_stands_in_the_list_set_or_not(cast):
    factories.figure(FigureName.DAY_CAP_MINUTES, 600, since=date(2020, 1, 1))
    factories.figure(FigureName.DAY_CAP_MINUTES, 480, division_code=SUIXI, since=date(2026, 1, 1))
    told = {one.name: one for one in figures.in_force(cast.gan_lai.division.code, on=DAY)}
    assert list(told) == list(FigureName)
    for name, one in told.items():
        assert one.value == figures.at(cast.gan_lai.division, name, on=DAY)
    cap = told[FigureName.DAY_CAP_MINUTES]
    assert (cap.value, cap.code, cap.since) == (480, SUIXI, date(2026, 1, 1))
    assert told[FigureName.GRACE_MINUTES].code is None or told[FigureName.GRACE_MINUTES].value
    before = figures.in_force(SUIXI, on=date(2025, 12, 31))
    assert next(one for one in before if one.name is FigureName.DAY_CAP_MINUTES).code == ""

"""Which projects are regular: told alike by the database, by the page and by counting."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from admin_app.policy import access_of, acting_as
from admin_app.services import programme
from admin_app.services.places import divisions
from admin_app.services.programme import PROJECTS, TEAMS, Answer
from models import (
    Activity,
    ActivityState,
    Category,
    Figure,
    FigureName,
    Gate,
    Project,
    ServedGroup,
    db,
)
from tests import factories

TODAY = date(2026, 10, 31)
ZHANJIANG, SUIXI, GAN_LAI, JIE_PAO = "440800000000", "440823000000", "440823106223", "440823106000"
LEAST, DAYS = FigureName.REGULAR_PROJECT_ACTIVITIES, FigureName.REGULAR_PROJECT_DAYS
PLACES = {"gan_lai": GAN_LAI, "quan_shui": "440823113215", "weng_shui": "533401205203"}


def hold(project, *days_ago, **fields):
    for n in days_ago:
        day = TODAY - timedelta(days=n)
        factories.activity(project.station, project=project, held_on=day, **fields)


def stands(project, on=TODAY):
    return programme.regular([project], on=on)[project.id]


@pytest.fixture
def project(cast):
    return factories.project(cast.gan_lai)


def test_three_activities_in_ninety_days_make_a_project_regular(cast, project):
    hold(project, 0, 89)
    assert stands(project).holds is False
    hold(project, 90)
    assert stands(project).holds is False  # the ninety-first day back
    hold(project, 45)
    assert stands(project).holds is True
    assert programme.regular_by_station(cast.gan_lai, on=TODAY) == {cast.gan_lai.id: 1}
    assert stands(project, TODAY + timedelta(days=1)).holds is False


@pytest.mark.parametrize(
    "fields",
    [
        {"state": ActivityState.PLANNED},
        {"state": ActivityState.CANCELLED},
        {"desk_duty": True},
        {"gate": Gate.PAID},
    ],
)
def test_only_held_volunteering_counts_and_no_desk_duty(project, fields):
    hold(project, 1, 2, gate=Gate.NONE)
    hold(project, 3, **fields)
    assert stands(project).held == 2
    hold(project, 4)  # nobody was asked yet: nothing bars it
    assert stands(project).holds is True


def test_a_project_is_regular_only_while_it_is_open(project):
    hold(project, 1, 2, 3)
    project.closes_on = TODAY
    assert stands(project).holds is True
    project.closes_on = TODAY - timedelta(days=1)
    assert (stands(project).holds, stands(project).reason) == (False, "It closed on 2026-10-30.")
    project.closes_on, project.opens_on = None, TODAY + timedelta(days=1)
    assert stands(project).reason == "It opens on 2026-11-01."


def test_the_reason_tells_what_is_asked_what_was_held_and_what_comes(project):
    hold(project, 5)
    told = "3 activities asked in the last 90 days, 1 held; none is planned."
    assert stands(project).reason == told
    for n in (9, 4):
        day = TODAY + timedelta(days=n)
        factories.activity(
            project.station, project=project, held_on=day, state=ActivityState.PLANNED
        )
    assert stands(project).reason.endswith("1 held; next on 2026-11-04.")
    team = factories.team(project.station)
    told = "1 activity asked in the last 90 days, 0 held; none is planned."
    assert programme.active([team], on=TODAY)[team.id].reason == told


def test_a_team_is_active_with_one_activity_and_not_once_disbanded(cast):
    team, idle = factories.team(cast.gan_lai), factories.team(cast.gan_lai)
    factories.activity(cast.gan_lai, team=team, held_on=TODAY - timedelta(days=89))
    told = programme.active([team, idle], on=TODAY)
    assert (told[team.id].holds, told[idle.id].holds) == (True, False)
    assert programme.active_by_station(cast.gan_lai, on=TODAY) == {cast.gan_lai.id: 1}
    community = {cast.gan_lai.division_id: 1}
    assert programme.active_by_community(cast.gan_lai, on=TODAY) == community
    team.disbanded_on = TODAY - timedelta(days=1)
    assert programme.standing(TEAMS, team, on=TODAY).reason == "It was disbanded on 2026-10-30."
    db.session.commit()
    assert programme.active_by_station(cast.gan_lai, on=TODAY) == {cast.gan_lai.id: 0}


def test_what_no_figure_sets_is_never_told_false(cast, project):
    hold(project, 1, 2, 3)
    db.session.execute(delete(Figure).where(Figure.name == LEAST))
    factories.figure(LEAST, 1, division_code=PLACES["quan_shui"])
    db.session.commit()
    assert stands(project).holds is None
    assert stands(project).reason.startswith("Not set")
    zhanjiang = divisions.by_code(ZHANJIANG)
    told = {cast.gan_lai.id: None, cast.quan_shui.id: 0}
    assert programme.regular_by_station(zhanjiang, on=TODAY) == told
    told = {cast.gan_lai.division_id: None, cast.quan_shui.division_id: 0}
    assert programme.regular_by_community(zhanjiang, on=TODAY) == told


def test_a_figure_holds_from_its_day_on(cast, project):
    hold(project, 1, 20)
    factories.figure(LEAST, 2, division_code=ZHANJIANG, since=TODAY)
    assert stands(project).holds is True
    assert stands(project, TODAY - timedelta(days=1)).holds is False


def test_who_reads_a_project_is_told_how_it_stands(cast, project):
    hold(project, 1, 2, 3)
    for login in ("chen", "guan", "su"):
        with acting_as(access_of(getattr(cast, login))):
            assert stands(project).holds is True
            assert db.session.scalars(yes(TODAY)).all() == [project.id]
    for login in ("ou", "wang"):
        with acting_as(access_of(getattr(cast, login))):
            assert db.session.scalars(yes(TODAY)).all() == []


def yes(on):
    return select(Project.id).where(programme.holds(PROJECTS, on))


# Against plain counting

days_back = st.integers(0, 12)
activities = st.fixed_dictionaries({
    "state": st.sampled_from([*ActivityState, ActivityState.HELD, ActivityState.HELD]),
    "desk_duty": st.sampled_from([False, False, False, True]),
    "gate": st.sampled_from([None, Gate.NONE, Gate.NONE, Gate.TRADED]),
    "held_on": days_back.map(lambda n: TODAY + timedelta(days=2 - n)),
})  # fmt: skip
projects = st.fixed_dictionaries({
    "place": st.sampled_from([*PLACES]),
    "opens_on": st.integers(-1, 3).map(lambda n: TODAY - timedelta(days=n)),
    "closes_on": st.none() | st.integers(-1, 2).map(lambda n: TODAY + timedelta(days=n)),
    "activities": st.lists(activities, max_size=5),
})  # fmt: skip
figures = st.lists(
    st.tuples(
        st.sampled_from([LEAST, DAYS]),
        st.sampled_from(["", ZHANJIANG, SUIXI, JIE_PAO, GAN_LAI, "530000000000", "999900000000"]),
        st.integers(-1, 1).map(lambda n: TODAY + timedelta(days=n)),
        st.integers(1, 8),
    ),
    max_size=6,
    unique_by=lambda one: one[:3],
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(projects, min_size=1, max_size=5), shipped=st.booleans(), also=figures)
def test_the_database_and_the_page_tell_what_counting_tells(cast, wanted, shipped, also):
    try:
        numbers = [_keep(cast, one) for one in wanted]
        if not shipped:
            db.session.execute(delete(Figure).where(Figure.name.in_([LEAST, DAYS])))
        for name, place, since, value in also:
            row = {"name": name, "division_code": place, "since": since, "value": value}
            db.session.execute(insert(Figure).values(**row, basis="通知"))
        told = [_counted(one) for one in wanted]
        rows = [db.session.get(Project, number) for number in numbers]
        standings = programme.regular(rows, on=TODAY)
        assert [standings[number].holds for number in numbers] == told
        _agrees_in_bulk(cast, wanted, told)
        for answer in Answer:
            asked = select(Project.id).where(programme.condition(PROJECTS, answer, TODAY))
            found = set(db.session.scalars(asked))
            assert found == {
                number
                for number, one, holds in zip(numbers, wanted, told, strict=True)
                if _answer(one, holds) is answer
            }
    finally:
        db.session.rollback()


def _keep(cast, one):
    station = getattr(cast, one["place"])
    opens_on, closes_on = one["opens_on"], one["closes_on"]
    one["closes_on"] = closes_on and max(opens_on, closes_on)
    row = Project(
        station=station, name="项目", category=Category.COMMUNITY, served=ServedGroup.PUBLIC,
        opens_on=opens_on, closes_on=one["closes_on"],
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for fields in one["activities"]:
        told = {"name": "活动", "station_id": station.id, "project_id": row.id, **fields}
        db.session.execute(insert(Activity).values(**told))
    return row.id


def _figure(code, name):
    found = db.session.execute(
        select(Figure.division_code, Figure.since, Figure.value).where(Figure.name == name)
    ).all()
    above = [code, *(code[:n].ljust(12, "0") for n in (9, 6, 4, 2)), ""]
    for place in above:
        here = [(since, value) for at, since, value in found if at == place and since <= TODAY]
        if here:
            return max(here)[1]
    return None


def _is_open(one):
    return one["opens_on"] <= TODAY and (one["closes_on"] is None or one["closes_on"] >= TODAY)


def _counted(one):
    if not _is_open(one):
        return False
    least, days = (_figure(PLACES[one["place"]], name) for name in (LEAST, DAYS))
    if least is None or days is None:
        return None
    held = [
        activity
        for activity in one["activities"]
        if activity["state"] is ActivityState.HELD
        and not activity["desk_duty"]
        and activity["gate"] in (None, Gate.NONE)
        and 0 <= (TODAY - activity["held_on"]).days < days
    ]
    return len(held) >= least


def _answer(one, holds):
    if not _is_open(one):
        return Answer.AWAY
    return {None: Answer.UNSET, True: Answer.YES, False: Answer.NO}[holds]


def _agrees_in_bulk(cast, wanted, told):
    by_place = dict.fromkeys(PLACES, 0)
    for one, holds in zip(wanted, told, strict=True):
        by_place[one["place"]] += holds is True
    for key, code in PLACES.items():
        if None in (_figure(code, LEAST), _figure(code, DAYS)):
            by_place[key] = None
    for code, keys in ((ZHANJIANG, ("gan_lai", "quan_shui")), ("533400000000", ("weng_shui",))):
        place = divisions.by_code(code)
        expected = {getattr(cast, key).id: by_place[key] for key in keys}
        assert programme.regular_by_station(place, on=TODAY) == expected
        expected = {getattr(cast, key).division_id: by_place[key] for key in keys}
        assert programme.regular_by_community(place, on=TODAY) == expected

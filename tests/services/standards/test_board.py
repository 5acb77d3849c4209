"""The target board against independent SQL, and the cases that are easily counted wrong."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from admin_app.services.places import divisions, stations
from admin_app.services.standards import board
from models import (
    ActivityState,
    ChecklistResult,
    Division,
    FigureName,
    Gate,
    Level,
    ManagerChange,
    ManagerTerms,
    StationKind,
    clock,
    db,
)
from tests import factories

ZHANJIANG, DIQING = "440800000000", "533400000000"
SUIXI, GAN_LAI, SHANGRILA = "440823000000", "440823106223", "533401000000"
WENG_SHUI = "533401205203"
DAY = date(2026, 10, 20)
STATES = (ActivityState.HELD, ActivityState.HELD, ActivityState.PLANNED)


def told(code, on=DAY):
    return board.plain(board.board(divisions.by_code(code), on=on))


def line(code, **numbers):
    """The numbers of a line that are named, to be compared."""
    found = told(code, **({"on": numbers.pop("on")} if "on" in numbers else {}))
    return {name: found[name] for name in numbers}, numbers


def same(code, **numbers):
    found, wanted = line(code, **numbers)
    assert found == wanted


def live(code, year, residents):
    factories.population(divisions.by_code(code), year, residents)


def enrol(station, since, until=None, person=None):
    row = factories.volunteer(station, **({"person": person} if person else {}))
    row.registered_on, row.left_on = since, until
    db.session.commit()
    return row


# Coverage


def test_a_community_with_two_stations_counts_once(cast):
    before = told(SUIXI)["covered"]
    stations.open_station(divisions.by_code(GAN_LAI), "第二站", opened_on=date(2026, 1, 1))
    db.session.commit()
    same(SUIXI, covered=before, stations=3)


def test_a_station_counts_from_its_first_day_until_the_day_it_closes(cast):
    cast.weng_shui.opened_on, cast.weng_shui.closed_on = date(2026, 3, 2), date(2026, 9, 30)
    db.session.commit()
    for day, covered in (
        (date(2026, 3, 1), 0), (date(2026, 3, 2), 1), (date(2026, 9, 29), 1), (date(2026, 9, 30), 0)
    ):  # fmt: skip
        same(SHANGRILA, on=day, covered=covered, stations=covered)


def test_a_station_of_a_township_covers_no_community_and_is_a_station_all_the_same(cast):
    stations.open_station(divisions.by_code("440823106000"), "镇站")
    db.session.commit()
    same("440823106000", covered=1, stations=2)
    same(SUIXI, covered=2, stations=3)


@pytest.mark.parametrize("kind", StationKind)
def test_a_community_is_covered_by_the_kinds_that_the_plan_accepts(cast, kind):
    cast.weng_shui.kind = kind
    db.session.commit()
    same(SHANGRILA, covered=int(kind is not StationKind.SOCIAL_WORK))


def test_what_does_not_count_as_a_community_on_the_day_stands_in_no_number(cast):
    village = divisions.by_code(WENG_SHUI)
    every = told(SHANGRILA)["communities"]
    village.community_until = DAY - timedelta(days=1)
    db.session.commit()
    same(SHANGRILA, communities=every - 1, covered=0)
    same(SHANGRILA, on=DAY - timedelta(days=1), communities=every, covered=1)


def test_the_target_is_that_of_the_place_and_the_day_and_its_gap_is_rounded_up(cast):
    for day, target in (
        (date(2023, 12, 30), None), (date(2023, 12, 31), 80), (date(2024, 12, 31), 90), (DAY, 100)
    ):  # fmt: skip
        found = told(DIQING, on=day)
        assert found["coverage_target"] == target
        wanted = -(-found["communities"] * (target or 0) // 100)
        assert found["gaps"]["coverage"]["missing"] == max(0, wanted - found["covered"])
    same(ZHANJIANG, coverage_target=None, registered_target=None)
    assert told(ZHANJIANG)["gaps"]["coverage"]["missing"] == 0


def test_the_milestones_are_the_days_from_which_a_coverage_is_asked(cast):
    cast.weng_shui.opened_on = date(2024, 6, 1)
    db.session.commit()
    stones = board.milestones(divisions.by_code(DIQING), on=DAY)
    assert [(one.day, one.target, one.covered) for one in stones] == [
        (date(2023, 12, 31), 80, 0), (date(2024, 12, 31), 90, 1), (date(2025, 12, 31), 100, 1)
    ]  # fmt: skip
    assert {one.communities for one in stones} == {told(DIQING)["communities"]}
    assert board.milestones(divisions.by_code(ZHANJIANG), on=DAY) == []


# People


def test_a_resident_on_two_rolls_counts_once_and_where_the_person_lives(cast):
    first = enrol(cast.gan_lai, date(2026, 1, 1))
    enrol(cast.quan_shui, date(2026, 1, 1), person=first.person)
    live(SUIXI, 2025, 10)
    same(SUIXI, registered=1, residents=10, registered_share=10.0)
    same("440823113000", registered=0)


def test_the_gap_of_people_is_told_of_a_whole_only(cast):
    live(WENG_SHUI, 2025, 1001)
    enrol(cast.weng_shui, date(2026, 1, 1))
    found = told(SHANGRILA)
    assert found["registered_share"] is found["gaps"]["registered"]["missing"] is None
    assert found["residents_missing_of"] > 0
    short = {one["code"]: one["missing"] for one in found["gaps"]["registered"]["communities"]}
    assert short == {WENG_SHUI: 180}  # 18 % of 1,001 is 180.18, so 181 are asked and one is there
    live(SHANGRILA, 2025, 2000)
    assert told(SHANGRILA)["gaps"]["registered"]["missing"] == 359
    same(SHANGRILA, on=date(2024, 5, 1), residents=None)


# Projects, activities, managers, teams


def test_projects_of_both_stations_of_a_community_count_together(cast):
    second = stations.open_station(divisions.by_code(WENG_SHUI), "第二站")
    db.session.commit()
    for station in (cast.weng_shui, second):
        row = factories.project(station)
        for n in range(3):
            factories.activity(station, held_on=DAY - timedelta(days=n), project=row)
    same(SHANGRILA, regular_projects=2, regular_projects_enough=1)
    lacking = told(SHANGRILA)["gaps"]["regular_projects"]
    assert WENG_SHUI not in {one["code"] for one in lacking["communities"]}
    assert {one["missing"] for one in lacking["communities"]} == {2}
    same(SHANGRILA, on=DAY + timedelta(days=120), regular_projects=0)


def test_only_what_is_asked_counts_as_an_activity_of_the_month(cast):
    held = {"held_on": date(2026, 10, 5)}
    factories.activity(cast.gan_lai, **held)
    factories.activity(cast.gan_lai, **held, desk_duty=True)
    factories.activity(cast.gan_lai, **held, state=ActivityState.CANCELLED)
    factories.activity(cast.gan_lai, **held, gate=Gate.PAID)
    factories.activity(cast.gan_lai, held_on=date(2026, 9, 30))
    factories.activity(cast.gan_lai, held_on=date(2026, 10, 21))
    same("440823106000", activities=1, activities_enough=0, activities_asked_of=1)
    assert told("440823106000")["gaps"]["activities"]["missing"] == 1
    same("440823106000", on=date(2026, 10, 21), activities=2, activities_enough=1)
    same("440823106000", on=date(2026, 9, 30), activities=1)
    same(SHANGRILA, activities_asked_of=0)


def test_a_figure_set_below_holds_below(cast):
    factories.figure(FigureName.MONTHLY_ACTIVITIES_MIN, 5, division_code=GAN_LAI)
    gaps = told(SUIXI)["gaps"]["activities"]["stations"]
    assert {one["code"][:12]: one["missing"] for one in gaps} == {GAN_LAI: 5, "440823113215": 2}


def test_a_past_board_tells_who_was_managed_that_day(cast, monkeypatch):
    def at(day, **facts):
        monkeypatch.setattr(clock, "today", lambda: day)
        for name, value in facts.items():
            setattr(cast.gan_lai, name, value)
        db.session.commit()

    at(date(2026, 3, 1), manager_name="陈专员", managers_part_time=1)
    at(date(2026, 3, 1), manager_name="李专员")
    at(date(2026, 5, 1), manager_name=None)  # one part-time manager is left
    at(date(2026, 6, 1), managers_part_time=0)
    at(date(2026, 6, 1), managers_part_time=2)
    at(date(2026, 6, 1), managers_part_time=None)
    for day, managed in (
        (date(2026, 2, 28), 0), (date(2026, 3, 1), 1), (date(2026, 5, 31), 1),
        (date(2026, 6, 1), 0), (DAY, 0),
    ):  # fmt: skip
        same(SUIXI, on=day, with_manager=managed)
    kept = db.session.query(ManagerChange).order_by(ManagerChange.changed_on).all()
    assert [(one.changed_on, one.had) for one in kept] == [
        (date(2026, 3, 1), False), (date(2026, 6, 1), True)
    ]  # fmt: skip


def test_managers_and_teams_are_told_by_station(cast, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: DAY)
    cast.gan_lai.manager_name, cast.gan_lai.manager_terms = "陈专员", ManagerTerms.FULL_TIME
    cast.weng_shui.managers_part_time = 2
    db.session.commit()
    until = date(2026, 10, 1)
    factories.team(cast.gan_lai, founded_on=date(2026, 1, 1), disbanded_on=until)
    same(SUIXI, with_manager=1, with_team=0)
    same(SUIXI, on=date(2026, 10, 1), with_team=1)
    same(SHANGRILA, with_manager=1)
    assert [one["code"] for one in told(SUIXI)["gaps"]["managers"]["stations"]] == [
        cast.quan_shui.code
    ]


# Against SQL that shares nothing with it

SQL = {
    "communities": """SELECT count(*) FROM divisions d WHERE d.level = 'community'
        AND d.code LIKE :prefix AND d.community_since <= :on
        AND (d.community_until IS NULL OR d.community_until >= :on)""",
    "covered": """SELECT count(DISTINCT d.id) FROM divisions d
        JOIN stations s ON s.division_id = d.id
        WHERE d.level = 'community' AND d.code LIKE :prefix AND d.community_since <= :on
        AND (d.community_until IS NULL OR d.community_until >= :on) AND s.kind <> 'social_work'
        AND (s.opened_on IS NULL OR s.opened_on <= :on)
        AND (s.closed_on IS NULL OR s.closed_on > :on)""",
    "registered": """SELECT count(DISTINCT v.person_id) FROM volunteers v
        JOIN persons p ON p.id = v.person_id JOIN divisions d ON d.id = p.lives_in_id
        WHERE d.code LIKE :prefix AND v.registered_on <= :on
        AND (v.left_on IS NULL OR v.left_on > :on)""",
    "activities": """SELECT count(*) FROM activities a JOIN stations s ON s.id = a.station_id
        JOIN divisions d ON d.id = s.division_id
        WHERE d.code LIKE :prefix AND a.state = 'held' AND NOT a.desk_duty
        AND (a.gate IS NULL OR a.gate = 'none') AND a.held_on BETWEEN :first AND :on
        AND (s.opened_on IS NULL OR s.opened_on <= :on)
        AND (s.closed_on IS NULL OR s.closed_on > :on)""",
    "regular_projects": """SELECT count(*) FROM projects p JOIN stations s ON s.id = p.station_id
        JOIN divisions d ON d.id = s.division_id
        WHERE d.code LIKE :prefix AND p.opens_on <= :on
        AND (p.closes_on IS NULL OR p.closes_on >= :on)
        AND (s.opened_on IS NULL OR s.opened_on <= :on)
        AND (s.closed_on IS NULL OR s.closed_on > :on)
        AND (SELECT count(*) FROM activities a WHERE a.project_id = p.id AND a.state = 'held'
             AND NOT a.desk_duty AND (a.gate IS NULL OR a.gate = 'none')
             AND a.held_on > :since AND a.held_on <= :on) >= 3""",
}


def asked(sql, code, on):
    place = divisions.by_code(code)
    given = {
        "prefix": f"{place.prefix}%", "on": on.isoformat(), "first": on.replace(day=1).isoformat(),
        "since": (on - timedelta(days=90)).isoformat(),
    }  # fmt: skip
    if db.engine.dialect.name == "postgresql":
        given |= {
            "on": on, "first": on.replace(day=1), "since": on - timedelta(days=90),
        }  # fmt: skip
    return db.session.scalar(text(sql), given)


def test_every_number_is_what_plain_sql_says(cast):
    chance = random.Random(20261020)
    villages = [d for d in _communities(SHANGRILA) if d.code != WENG_SHUI][:8]
    opened = [cast.weng_shui]
    for n, village in enumerate(chance.choices(villages, k=7)):
        facts = {"opened_on": DAY - timedelta(days=chance.randint(0, 400))}
        if n % 3 == 0:
            facts["closed_on"] = DAY - timedelta(days=chance.randint(-30, 30))
        opened.append(stations.open_station(village, f"站{n}", **facts))
    db.session.commit()
    people = []
    for station in opened:
        rows = [factories.project(station, opens_on=DAY - timedelta(days=200)) for _ in range(2)]
        for _n in range(6):
            factories.activity(
                station, held_on=DAY - timedelta(days=chance.randint(0, 100)),
                project=chance.choice(rows), desk_duty=chance.random() < 0.2,
                state=chance.choice(STATES),
            )  # fmt: skip
        for _n in range(3):
            known = chance.choice(people).person if people and chance.random() < 0.3 else None
            if known and any(v.person is known and v.station is station for v in people):
                continue
            since = DAY - timedelta(days=chance.randint(0, 300))
            left = since + timedelta(days=chance.randint(1, 300)) if chance.random() < 0.4 else None
            people.append(enrol(station, since, left, known))
    db.session.commit()
    for code in (DIQING, SHANGRILA, WENG_SHUI[:9] + "000"):
        for on in (DAY, DAY - timedelta(days=45), DAY - timedelta(days=180)):
            found = told(code, on)
            assert {name: found[name] for name in SQL} == {
                name: asked(sql, code, on) for name, sql in SQL.items()
            }


def test_the_lines_below_add_up_to_the_whole(cast):
    found = told(ZHANJIANG)
    for name in ("communities", "covered", "registered", "activities", "stations"):
        assert sum(one[name] for one in found["below"]) == found[name]


def _communities(code):
    place = divisions.by_code(code)
    found = select(Division).where(
        Division.county_id == place.id, Division.level == Level.COMMUNITY
    )
    return db.session.scalars(found.order_by(Division.code)).all()


def test_checklists_are_told_of_the_last_month_that_was_over(cast):
    for station, month, met in (
        (cast.gan_lai, date(2026, 9, 1), 5), (cast.quan_shui, date(2026, 9, 1), 4),
        (cast.gan_lai, date(2026, 10, 1), 3),
    ):  # fmt: skip
        facts = {"checklist_id": 1, "met": met, "untold": 0, "total": 5, "items": []}
        db.session.add(ChecklistResult(station=station, month=month, **facts))
    db.session.commit()
    same(SUIXI, checklist_passed=1, checklist_of=2)
    assert told(SUIXI)["gaps"]["checklist"] == {
        "month": "2026-09",
        "stations": [
            {"code": cast.quan_shui.code, "name": "泉水村志愿服务站", "met": 4, "total": 5}
        ],
    }
    same(SUIXI, on=date(2026, 9, 29), checklist_of=0)
    same(SUIXI, on=date(2026, 9, 30), checklist_of=2)
    same(SUIXI, on=date(2026, 10, 31), checklist_passed=0, checklist_of=1)

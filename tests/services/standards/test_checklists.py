"""What a station has of what its document asks: each test, the score, and the months kept."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from admin_app.policy import access_of, acting_as
from admin_app.services.places import divisions
from admin_app.services.reports.months import Month
from admin_app.services.reports.places import OutOfReach
from admin_app.services.standards import checklists
from admin_app.services.standards.checklists import ATTESTED, PARTS
from models import (
    Activity,
    ActivityState,
    Checklist,
    ChecklistAttestation,
    ChecklistItem,
    ChecklistResult,
    DomainError,
    EvidenceFile,
    EvidenceSubject,
    Figure,
    FigureName,
    Gate,
    HostFacility,
    LeadershipGroup,
    LeadershipSeat,
    MediaType,
    NotAllowed,
    PartName,
    Project,
    Rule,
    RuleKind,
    SeatKind,
    Station,
    Team,
    Volunteer,
    clock,
    db,
)
from tests import factories

OCTOBER, DAY = Month(2026, 10), date(2026, 10, 20)
ZHANJIANG, SUIXI, DIQING = "440800000000", "440823000000", "533400000000"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 10, 31))


def item(station, key, month=OCTOBER):
    return next(one for one in checklists.check(station, month).items if one.key == key)


def lacking(station, key):
    found = item(station, key)
    return found.met, found.lacking.part if found.lacking else None


def seated(station, *left_out, **fields):
    seats = [
        LeadershipSeat(station=station, kind=kind, holder="某人")
        for kind in SeatKind
        if kind not in left_out
    ]
    return factories.leadership_group(station, seats=seats, **fields)


def hold(station, count, **fields):
    for n in range(count):
        factories.activity(station, held_on=DAY.replace(day=DAY.day - n), **fields)


def shown(station, subject):
    row = EvidenceFile(
        station=station, subject=subject, media=MediaType.JPEG, size=1, sha256="0" * 64,
        file_name="a.jpg", stored_as="a" * 32,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


def everything(station):
    """Give a station all that the Zhanjiang document asks."""
    station.address, station.computers, station.independent_post = "村委会一楼", 1, True
    station.has_desk_sign = station.has_uniform = True
    shown(station, EvidenceSubject.SIGNAGE)
    team = factories.team(station)
    hold(station, 2, team=team, due_on=date(2026, 11, 5))
    for kind in RuleKind:
        factories.rule(station, kind=kind, posted_on=date(2025, 2, 1))
    seated(station)


def test_every_part_of_every_checklist_has_its_test(app):
    assert set(PARTS) == set(PartName)
    for one in db.session.scalars(select(ChecklistItem)):
        assert one.parts
        assert {PartName(name) for name in one.parts} <= set(PARTS)


def test_each_prefecture_has_its_own_checklist_and_elsewhere_there_is_none(cast):
    told = {key: checklists.check(getattr(cast, key), OCTOBER) for key in ("gan_lai", "weng_shui")}
    assert [one.title for one in told["gan_lai"].items] == [
        "有服务场所", "有统一标识", "有志愿队伍", "有管理制度", "有工作台账",
    ]  # fmt: skip
    assert [one.title for one in told["weng_shui"].items] == [
        "有场所", "有人员", "有项目", "有服务", "有管理",
    ]  # fmt: skip
    assert checklists.holding("110000000000", on=DAY) is None
    assert not checklists.check(cast.gan_lai, Month(2017, 5)).items


def test_a_station_that_has_all_of_it_passes(cast):
    assert checklists.check(cast.gan_lai, OCTOBER).met == 0
    everything(cast.gan_lai)
    result = checklists.check(cast.gan_lai, OCTOBER)
    assert (result.met, result.total, result.passes) == (5, 5, True), [
        one.missing for one in result.items
    ]
    zhanjiang = divisions.by_code(ZHANJIANG)
    assert checklists.pass_share(zhanjiang, OCTOBER) == checklists.Share(1, 2)
    assert checklists.pass_share(divisions.by_code(DIQING), OCTOBER).passed == 0


def test_what_is_missing_is_one_sentence_each(cast):
    place = cast.gan_lai
    everything(place)
    place.address, place.host = None, HostFacility.COMMUNITY_SERVICE
    assert item(place, "premises").met
    place.host = None
    assert lacking(place, "premises") == (False, PartName.PLACE)
    place.address, place.computers = "一楼", 0
    assert lacking(place, "premises") == (False, PartName.EQUIPMENT)
    db.session.execute(delete(EvidenceFile))
    assert lacking(place, "signage") == (False, PartName.SIGN)
    db.session.execute(update(Rule).where(Rule.kind == RuleKind.CONDUCT).values(posted_on=None))
    assert item(place, "rules").lacking.finding.facts == {"kinds": ["conduct"]}
    assert "Code of conduct" in item(place, "rules").missing
    db.session.execute(update(LeadershipGroup).values(until=date(2026, 10, 30)))
    db.session.execute(update(Rule).values(posted_on=date(2025, 2, 1)))
    assert item(place, "rules").missing == "No leadership group is in force."
    seated(place, SeatKind.OWNERS_COMMITTEE, since=date(2026, 10, 31))
    assert item(place, "rules").lacking.finding.facts == {"left": 1}


def test_activities_count_but_neither_desk_duty_nor_what_is_no_volunteering(cast):
    place = cast.gan_lai
    team = factories.team(place)
    hold(place, 1, team=team)
    hold(place, 2, desk_duty=True)
    hold(place, 2, gate=Gate.PAID)
    hold(place, 2, state=ActivityState.CANCELLED)
    factories.activity(place, held_on=date(2026, 9, 30))
    assert item(place, "team").lacking.finding.facts == {"held": 1, "least": 2}
    hold(place, 1)
    assert item(place, "team").met


def test_what_no_figure_sets_is_never_red(cast):
    """In Diqing no number of activities is asked; unset figures leave a part untold."""
    place = cast.weng_shui
    assert lacking(place, "services") == (None, PartName.SERVICES)
    hold(place, 1)
    assert item(place, "services").met
    db.session.execute(delete(Figure).where(Figure.name == FigureName.REGULAR_PROJECTS_MIN))
    assert lacking(place, "projects") == (None, PartName.PROJECTS)
    db.session.execute(delete(Figure).where(Figure.name == FigureName.TEAM_ACTIVE_DAYS))
    factories.team(cast.gan_lai)
    hold(cast.gan_lai, 2)
    assert lacking(cast.gan_lai, "team") == (None, PartName.ACTIVE_TEAM)
    assert checklists.check(cast.gan_lai, OCTOBER).untold == 1


def test_diqing_asks_for_two_regular_projects_from_the_end_of_2025(cast):
    place = cast.weng_shui
    for _n in range(2):
        assert item(place, "projects").met is False
        hold(place, 3, project=factories.project(place))
    assert item(place, "projects").met
    assert item(place, "projects", Month(2025, 11)).met is None


def test_the_ledger_is_kept_while_nothing_is_overdue(cast):
    place = cast.gan_lai
    assert item(place, "ledger").met is None
    held = factories.activity(place, held_on=date(2026, 10, 12))
    held.due_on = date(2026, 10, 31)
    db.session.commit()
    assert item(place, "ledger").met
    held.due_on = date(2026, 10, 30)
    db.session.commit()
    assert item(place, "ledger").lacking.finding.facts == {"overdue": 1}
    held.recorded_on = date(2026, 10, 31)
    db.session.commit()
    assert item(place, "ledger").met


def test_what_is_attested_holds_from_its_month_until_it_is_withdrawn(cast):
    place, clerk = cast.gan_lai, access_of(cast.chen)
    for part in ATTESTED:
        checklists.attest(place, part, since=OCTOBER, seen="见到。", access=clerk)
    db.session.commit()
    assert item(place, "signage").met
    assert item(place, "signage", Month(2026, 9)).met is False
    with pytest.raises(DomainError, match="attested already"):
        checklists.attest(place, PartName.SIGN, since=OCTOBER, seen="见到。", access=clerk)
    row = next(row for row in checklists.attested(place) if row.part is PartName.SIGN)
    checklists.withdraw(row, access=access_of(cast.lin))
    assert item(place, "signage").met is False
    again = checklists.attest(place, PartName.SIGN, since=OCTOBER, seen="新牌", access=clerk)
    assert again.attested_by_id == cast.chen.id
    for refused in (
        {"part": PartName.RULES, "since": OCTOBER, "seen": "见到。"},
        {"part": PartName.POST, "since": OCTOBER.shifted(1), "seen": "见到。"},
        {"part": PartName.POST, "since": OCTOBER, "seen": " "},
    ):
        with pytest.raises(DomainError):
            checklists.attest(place, refused.pop("part"), access=clerk, **refused)
    foreign = shown(cast.quan_shui, EvidenceSubject.SIGNAGE)
    with pytest.raises(DomainError, match="of this station"):
        checklists.attest(
            cast.gan_lai, PartName.UNIFORM, since=OCTOBER, seen="x", access=clerk, evidence=foreign
        )
    for login in ("mo", "dai", "su", "quan"):
        with pytest.raises(NotAllowed):
            checklists.attest(
                place, PartName.UNIFORM, since=OCTOBER, seen="x",
                access=access_of(getattr(cast, login)),
            )  # fmt: skip


def test_a_prefecture_chooses_its_checklist_and_the_months_before_stay(cast):
    place, pu = cast.gan_lai, access_of(cast.pu)
    six = db.session.scalars(select(Checklist).filter_by(code="six_2024")).one()
    suixi = divisions.by_code(SUIXI)
    for login, division in (("su", SUIXI), ("pu", DIQING), ("chen", SUIXI)):
        with pytest.raises(NotAllowed):
            checklists.choose(
                divisions.by_code(division), six, since=DAY, by=access_of(getattr(cast, login))
            )
    with pytest.raises(DomainError, match="scored already"):
        checklists.choose(suixi, six, since=date(2026, 9, 1), by=pu)
    checklists.choose(suixi, six, since=date(2026, 10, 15), by=pu)
    with pytest.raises(DomainError, match="chosen there from that day"):
        checklists.choose(suixi, six, since=date(2026, 10, 15), by=pu)
    told = checklists.check(place, OCTOBER)
    assert [one.title for one in told.items] == [
        "有场所", "有队伍", "有项目", "有设施", "有制度", "有标识",
    ]  # fmt: skip
    assert checklists.check(place, OCTOBER, on=date(2026, 10, 14)).total == 5
    assert checklists.at(divisions.by_code(ZHANJIANG), on=DAY).code == "zhanjiang_five"
    later = checklists.choose(suixi, six, since=date(2026, 12, 1), by=pu)
    checklists.unchoose(later, by=pu)
    with pytest.raises(DomainError, match="in force stays"):
        checklists.unchoose(checklists.holding(SUIXI, on=DAY.replace(day=31)), by=pu)


def test_a_month_that_is_over_is_kept_and_stays(cast, monkeypatch):
    everything(cast.gan_lai)
    gan_lai, zhanjiang = cast.gan_lai.id, divisions.by_code(ZHANJIANG).id
    db.session.commit()
    assert checklists.keep(cast.gan_lai, OCTOBER) == 0  # it runs
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 2))
    db.session.rollback()
    assert checklists.keep_last_month() == 3
    assert checklists.keep_last_month() == 0
    station = db.session.get(Station, gan_lai)
    station.address, station.computers = None, 0
    db.session.execute(delete(Activity))
    db.session.commit()
    kept = checklists.check(station, OCTOBER)
    assert (kept.is_kept, kept.met, kept.checklist.code) == (True, 5, "zhanjiang_five")
    assert not checklists.check(station, Month(2026, 11)).is_kept
    place = divisions.by_code(ZHANJIANG)
    assert place.id == zhanjiang
    assert checklists.pass_share(place, OCTOBER) == checklists.Share(1, 2)
    assert [one.met for one in checklists.results(place, OCTOBER)] == [5, 0]
    assert [(str(one.month), one.met) for one in checklists.history(
        station, before=Month(2026, 11))] == [("2026-10", 5)]  # fmt: skip
    # An older month is told, but not kept: nobody knows any more how the registers were.
    assert checklists.keep(station, Month(2026, 9)) == 0
    other = checklists.results(place, OCTOBER)[1]
    assert other.items[3].missing.startswith("Not adopted and posted: Organization")
    assert db.session.scalar(select(ChecklistResult.total).limit(1)) == 5


def test_who_reads_no_checklist_there_asks_in_vain(cast):
    zhanjiang = divisions.by_code(ZHANJIANG)
    for login in ("chen", "mo", "su", "guan", "quan", "di", "ada"):
        with acting_as(access_of(getattr(cast, login))):
            if login in ("chen", "mo", "su"):
                assert checklists.check(cast.gan_lai, OCTOBER).total == 5
            else:
                with pytest.raises(OutOfReach):
                    checklists.check(cast.gan_lai, OCTOBER)
    with acting_as(access_of(cast.su)), pytest.raises(OutOfReach):
        checklists.pass_share(zhanjiang, OCTOBER)
    with pytest.raises(DomainError, match="not begun"):
        checklists.check(cast.gan_lai, OCTOBER.shifted(1))


FACTS = st.fixed_dictionaries(
    {
        "address": st.sampled_from([None, " ", "一楼"]),
        "computers": st.integers(0, 1),
        "has_desk_sign": st.booleans(),
        "has_uniform": st.booleans(),
        "managers_part_time": st.sampled_from([None, 0, 1]),
        "held": st.integers(0, 3),
        "linked": st.booleans(),
        "overdue": st.booleans(),
        "teams": st.integers(0, 1),
        "projects": st.integers(0, 2),
        "kinds": st.sets(st.sampled_from(RuleKind)),
        "group": st.booleans(),
        "seats": st.sets(st.sampled_from(SeatKind), max_size=2),
        "sign": st.booleans(),
        "roll": st.booleans(),
    }
)
REGISTERS = (Activity, Project, Team, Rule, LeadershipSeat, LeadershipGroup, ChecklistAttestation)


def furnish(station, facts):
    for name in ("address", "computers", "has_desk_sign", "has_uniform", "managers_part_time"):
        setattr(station, name, facts[name])
    teams = [factories.team(station) for _n in range(facts["teams"])]
    for _n in range(facts["projects"]):
        hold(station, 3, project=factories.project(station))
    hold(station, facts["held"], team=teams[0] if facts["linked"] and teams else None)
    if facts["overdue"]:
        late = factories.activity(station, held_on=date(2026, 9, 1))
        late.due_on = date(2026, 9, 15)
    for kind in facts["kinds"]:
        factories.rule(station, kind=kind, posted_on=date(2025, 2, 1))
    if facts["group"]:
        seated(station, *facts["seats"])
    if facts["sign"]:
        db.session.add(
            ChecklistAttestation(
                station=station,
                part=PartName.SIGN,
                since=OCTOBER.first,
                seen="见",
                attested_on=DAY,
            )
        )
    if facts["roll"] and not db.session.scalar(
        select(Volunteer.id).where(Volunteer.station_id == station.id).limit(1)
    ):
        factories.volunteer(station)
    db.session.commit()


@settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(st.lists(FACTS, min_size=3, max_size=3), st.sampled_from([ZHANJIANG, SUIXI, DIQING]))
def test_all_stations_at_once_stand_as_each_one_alone(cast, every, code):
    for model in REGISTERS:
        db.session.execute(delete(model))
    stations = [cast.gan_lai, cast.quan_shui, cast.weng_shui]
    for station, facts in zip(stations, every, strict=True):
        furnish(station, facts)
    place = divisions.by_code(code)
    told = checklists.results(place, OCTOBER)
    alone = [
        checklists.check(one, OCTOBER)
        for one in stations
        if place.id in (one.county_id, one.prefecture_id)
    ]
    assert [one.plain() for one in told] == [one.plain() for one in alone]
    assert checklists.pass_share(place, OCTOBER) == checklists.Share(
        sum(one.passes for one in alone), len(alone)
    )

"""The demo's leadership groups and rules: mostly in order, with the gaps an inspector finds."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from models import LeadershipGroup, LeadershipSeat, Rule, RuleKind, SeatKind, Station, db

from .names import Names
from .places import Plan
from .rule_texts import TITLES, figures_at, text_of

POSTS = {
    SeatKind.LEADER: "{place}党总支书记、主任",
    SeatKind.DEPUTY_COMMITTEE: "{place}副主任",
    SeatKind.DEPUTY_VOLUNTEER: "志愿服务队队长",
    SeatKind.COMMITTEE_MEMBER: "{place}委员",
    SeatKind.SOCIAL_WORK_HEAD: "社工站负责人",
    SeatKind.VOLUNTEER_MEMBER: "志愿服务队队员",
    SeatKind.OWNERS_COMMITTEE: "业主委员会委员",
    SeatKind.PROPERTY_MANAGER: "爱心商家经理",
    SeatKind.STAFF: "专职工作人员",
    SeatKind.VOLUNTEER: "志愿者",
    SeatKind.SOCIAL_WORKER: "社工",
    SeatKind.COMPANY_STAFF: "爱心企业员工",
    SeatKind.RESIDENT: "居民代表",
}
TERM_BEGAN = 400
# Of twelve stations these have a rule that hangs on no wall, or was never adopted.
NOT_POSTED = {2: RuleKind.WORKFLOW, 5: RuleKind.SERVICES, 9: RuleKind.CONDUCT}
NOT_ADOPTED = {6: RuleKind.RECRUITMENT, 11: RuleKind.WORKFLOW}


def seat_group(
    plan: Plan, station: Station, names: Names, today: date, known: dict[SeatKind, str]
) -> None:
    """Seat a station's leadership group; ``known`` are the people who also sign in."""
    since = max(plan.opened_on, today - timedelta(days=TERM_BEGAN))
    group = LeadershipGroup(station=station, since=since)
    place = station.division.name.removesuffix("居民委员会").removesuffix("村民委员会")
    for kind in SeatKind:
        if kind in plan.unfilled:
            continue
        seat = LeadershipSeat(station=station, kind=kind)
        if kind is SeatKind.OWNERS_COMMITTEE and not plan.urban:
            seat.inapplicable = True  # a village has no owners' committee
        else:
            seat.holder = known.get(kind) or names.adult(plan.division)
            seat.post = POSTS[kind].format(place=place)
        group.seats.append(seat)
    db.session.add(group)


def write_rules(order: int, plan: Plan, station: Station, rng: Random, today: date) -> None:
    """Write the five rules of the station that is the ``order``-th of the twelve."""
    known = figures_at(station, today)
    for kind in RuleKind:
        adopted = plan.opened_on + timedelta(days=rng.randint(10, 60))
        rule = Rule(
            station=station, kind=kind, edition=1, title=f"{station.name}{TITLES[kind]}",
            text=text_of(kind, known), adopted_on=adopted,
            posted_on=adopted + timedelta(days=rng.randint(1, 20)),
        )  # fmt: skip
        if kind in (NOT_POSTED.get(order), NOT_ADOPTED.get(order)):
            rule.posted_on = None
        if kind is NOT_ADOPTED.get(order):
            rule.adopted_on = None
        db.session.add(rule)

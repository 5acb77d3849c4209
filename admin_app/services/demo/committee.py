"""The demo's leadership groups and rules: mostly in order, with the gaps an inspector finds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from admin_app.policy import access_of, acting_as
from admin_app.services import committee
from admin_app.services.committee import exemptions
from admin_app.services.places import opening_hours
from models import (
    Account,
    Exemption,
    LeadershipGroup,
    LeadershipSeat,
    OpeningHours,
    Rule,
    RuleKind,
    SeatKind,
    Station,
    db,
)

from .names import Names
from .places import Plan
from .staff import SEATS

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
HANDED_OVER = 60
EXEMPT_DAYS = 300
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


def hand_over(station: Station, staff: Mapping[str, Account], today: date) -> None:
    """Hand the first station's group over to the next term, whose seats carry appointments."""
    access = access_of(staff["leader"])
    ended = db.session.scalars(select(LeadershipGroup).filter_by(station_id=station.id)).one()
    following = committee.hand_over(ended, since=today - timedelta(days=HANDED_OVER), access=access)
    for login, kind in SEATS.items():
        [held] = staff[login].appointments
        [seat] = [seat for seat in following.seats if seat.kind is kind]
        seat.appointment = held


def exempt(station: Station, county: Account, today: date) -> None:
    """Let the county allow by letter that one person at a station records and confirms."""
    since = today - timedelta(days=EXEMPT_DAYS)
    letter = Exemption(
        station=station, letter=f"赤民函〔{since.year}〕6号", letter_on=since, since=since,
        until=since + timedelta(days=2 * EXEMPT_DAYS),
        reason="服务点只有一名专职人员，设在同一社区的志愿服务站每季度抽查一次台账。",
    )  # fmt: skip
    with acting_as(access_of(county)):
        exemptions.grant(letter)
        db.session.flush()  # granted in the county's name


def open_as_usual(station: Station) -> None:
    """Keep the usual week of annex 5 at a station."""
    for day, stretches in opening_hours.USUAL.items():
        for opens, closes in stretches:
            db.session.add(
                OpeningHours(station=station, weekday=day, opens_at=opens, closes_at=closes)
            )


def write_rules(order: int, plan: Plan, station: Station, rng: Random, today: date) -> None:
    """Write rules and privacy notice of the station that is the ``order``-th of the twelve."""
    for kind in RuleKind:
        adopted = plan.opened_on + timedelta(days=rng.randint(10, 60))
        title, text = committee.written(station, kind, on=today)
        rule = Rule(
            station=station, kind=kind, edition=1, title=title, text=text, adopted_on=adopted,
            posted_on=adopted + timedelta(days=rng.randint(1, 20)),
        )  # fmt: skip
        if kind in (NOT_POSTED.get(order), NOT_ADOPTED.get(order)):
            rule.posted_on = None
        if kind is NOT_ADOPTED.get(order):
            rule.adopted_on = None
        db.session.add(rule)

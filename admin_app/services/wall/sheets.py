"""What hangs on a station's wall, as plain values for paper.

The kinds of sheet are those that 湛文明办〔2018〕31号 asks for: the leadership group (annex 3),
the rules (annexes 2 and 4 to 6), opening hours and service items (annex 5), the work flow (7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import time
from math import ceil
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.services import committee
from admin_app.services.places import opening_hours
from models import (
    OBLIGATORY,
    DomainError,
    LeadershipGroup,
    LeadershipSeat,
    Rule,
    RuleKind,
    SeatKind,
    Station,
    clock,
    db,
)

from . import flow, lettering

MOST_BESIDE = 5  # boxes of a chart in one row
NUMERALS = "一二三四五六七八九十"
TIERS = (
    ("组　长", "first", committee.LEADERS),
    ("副组长", "second", committee.DEPUTIES),
    ("组　员", "third", committee.GROUP_MEMBERS),
    ("成　员", "third", committee.MEMBERS),
)
# Percent of its place that a box takes, where few stand beside each other.
SHARES = {1: 38, 2: 66}
NOON, EVENING = time(12), time(18)


@dataclass(frozen=True)
class Sheet:
    """One page: what it is called on the screen, its headline, and what its template prints."""

    kind: str
    title: str
    headline: str
    values: dict[str, Any] = field(repr=False)
    over: str = ""
    is_wide: bool = False
    is_draft: bool = False
    # Whether the letters grow and shrink with the words.
    is_stepped: bool = True
    # What of it is amiss, for the screen: it hangs, but not in order.
    remarks: tuple[Any, ...] = ()


def of_rule(rule: Rule) -> Sheet:
    """Return the sheet of a rule; one that nobody adopted is marked as a draft."""
    station = rule.station
    headline = rule.title.removeprefix(station.name).strip(" 　:：·") or committee.TITLES[rule.kind]
    remarks = []
    if rule.adopted_on is None:
        remarks.append(_("“%(title)s” is not adopted: it prints as a draft.", title=rule.title))
    elif rule.posted_on is None:
        remarks.append(_("“%(title)s” is not noted as posted yet.", title=rule.title))
    return Sheet(
        "rule", rule.title, headline,
        {
            "paragraphs": lettering.paragraphs(rule.text),
            "adopted_on": rule.adopted_on.isoformat() if rule.adopted_on else None,
        },
        over="" if station.name in headline else station.name,
        is_draft=rule.adopted_on is None,
        remarks=tuple(remarks),
    )  # fmt: skip


def of_group(group: LeadershipGroup) -> Sheet:
    """Return the chart of a leadership group; empty seats leave no box.

    Raises ``DomainError`` where nobody holds a seat.
    """
    tiers = [tier for tier in map(_tier(group.seats), TIERS) if tier["rows"]]
    if not tiers:
        raise DomainError(_("Nobody holds a seat of this group yet: fill the seats in first."))
    remarks = []
    if group.until is not None and group.until < clock.today():
        remarks.append(_("The term of this leadership group is over: print the running one."))
    return Sheet(
        "group", str(_("Leadership group")), f"{group.station.name}领导小组",
        {
            "tiers": tiers,
            "since": group.since.isoformat(),
            "until": group.until.isoformat() if group.until else None,
        },
        is_wide=True, remarks=tuple(remarks),
    )  # fmt: skip


def of_week(station: Station) -> Sheet:
    """Return the sheet of opening hours; raises ``DomainError`` where nobody said them."""
    told = opening_hours.rows(station)
    if not told:
        raise DomainError(_("Nobody said yet when the station is open: keep its hours first."))
    rows = [
        {"days": days, "stretches": [_stretch(*one) for one in stretches]}
        for days, stretches in told
    ]
    contacts = {
        "站　　长": station.manager_name,
        "服务电话": station.phone,
        "地　　址": station.address,
    }
    return Sheet(
        "week", str(_("Opening hours")), "对外开放时间",
        {
            "rows": rows,
            "contacts": [{"what": what, "words": words} for what, words in contacts.items()
                         if words],
        },
        over=station.name,
    )  # fmt: skip


def of_services(station: Station) -> Sheet:
    """Return the sheet of service items."""
    entries = [
        {"numeral": numeral, "name": name, **lettering.body(words)}
        for numeral, (name, words) in zip(
            NUMERALS, committee.offered(station, on=clock.today()), strict=False
        )
    ]
    return Sheet(
        "services", str(_("Service items")), "服务项目", {"entries": entries}, over=station.name
    )


def of_flow(station: Station) -> Sheet:
    """Return the flow chart of annex 7."""
    return Sheet(
        "flow", str(_("Flow chart")), "志愿服务工作流程图", flow.drawing(station),
        over=station.name, is_stepped=False,
    )  # fmt: skip


def whole(station: Station) -> tuple[list[Sheet], list[Any]]:
    """Return all that hangs on a station's wall, and in words what is missing or not in order."""
    sheets, amiss = list[Sheet](), list[Any]()
    group = committee.group_in_office(station, clock.today())
    if group is None:
        amiss.append(_("No leadership group is in office."))
    else:
        sheets += _told(lambda: of_group(group), amiss)
    rules = _rules(station)
    for kind in OBLIGATORY:
        if kind in rules:
            sheets.append(of_rule(rules[kind]))
        else:
            amiss.append(_("There is no rule of the kind “%(kind)s”.", kind=kind.label))
    sheets.append(of_flow(station))
    sheets += _told(lambda: of_week(station), amiss)
    sheets.append(of_services(station))
    return sheets, [*(words for sheet in sheets for words in sheet.remarks), *amiss]


def _told(make: Any, amiss: list[Any]) -> list[Sheet]:
    try:
        return [make()]
    except DomainError as refusal:
        amiss.append(str(refusal))
        return []


def _rules(station: Station) -> dict[RuleKind, Rule]:
    """Return the rule of each kind that hangs: the last adopted edition, else the last draft."""
    asked = select(Rule).where(Rule.station_id == station.id).order_by(Rule.edition)
    found: dict[RuleKind, Rule] = {}
    for rule in db.session.scalars(asked):
        before = found.get(rule.kind)
        if rule.adopted_on is not None or before is None or before.adopted_on is None:
            found[rule.kind] = rule
    return found


def _tier(seats: Iterable[LeadershipSeat]) -> Any:
    held = [seat for seat in seats if seat.holder and not seat.inapplicable]

    def tier(declared: tuple[str, str, tuple[SeatKind, ...]]) -> dict[str, Any]:
        name, rank, kinds = declared
        boxes = [_box(seat) for kind in kinds for seat in held if seat.kind is kind]
        rows = list(_rows(boxes))
        share = SHARES.get(len(rows[0])) if rows else None
        return {"name": name, "rank": rank, "rows": rows, "share": share}

    return tier


def _box(seat: LeadershipSeat) -> dict[str, Any]:
    holder = seat.holder or ""
    # 张三 is set as wide as a name of three signs.
    shown = "　".join(holder) if len(holder) == 2 and lettering.breadth(holder) == 2 else holder  # noqa: PLR2004
    long, longer = 6, 14
    wide = lettering.breadth(holder)
    scale = 1.3 if wide < long else 1 if wide < longer else 0.8
    return {"holder": shown, "post": seat.post or "", "scale": scale}


def _rows(boxes: Sequence[Any]) -> Iterator[Sequence[Any]]:
    if not boxes:
        return
    count = ceil(len(boxes) / MOST_BESIDE)
    beside = ceil(len(boxes) / count)
    for at in range(0, len(boxes), beside):
        yield boxes[at : at + beside]


def _stretch(opens_at: time, closes_at: time) -> dict[str, str]:
    part = "上午" if opens_at < NOON else "下午" if opens_at < EVENING else "晚上"
    if opens_at < NOON and closes_at > EVENING.replace(hour=13):
        part = "全天"
    return {"part": part, "hours": f"{opens_at:%H:%M}—{closes_at:%H:%M}"}

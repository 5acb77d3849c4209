"""The committee's verbs: seating a leadership group, adopting rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from admin_app.policy import Access
from models import DomainError, LeadershipGroup, LeadershipSeat, Rule, SeatKind, Station, db


@dataclass(frozen=True)
class Seating:
    """Who holds a seat, or that its kind does not apply here, as in a village without owners."""

    holder: str | None = None
    post: str | None = None
    inapplicable: bool = False


def seat(group: LeadershipGroup, seatings: Mapping[SeatKind, Seating]) -> None:
    """Fill, change and empty the seats of a group; raises ``DomainError`` for a contradiction."""
    present = {found.kind: found for found in group.seats}
    for kind, given in seatings.items():
        if given.holder and given.inapplicable:
            raise DomainError(
                _("“%(seat)s” has a holder and is marked as not applying: choose one.",
                  seat=kind.label)
            )  # fmt: skip
        if not given.holder and not given.inapplicable:
            if kind in present:
                group.seats.remove(present[kind])
            continue
        if kind not in present:
            present[kind] = LeadershipSeat(kind=kind, **_place(group))
            group.seats.append(present[kind])
        found = present[kind]
        found.holder, found.post = given.holder, given.post
        found.inapplicable = given.inapplicable


def _place(group: LeadershipGroup) -> dict[str, Any]:
    # A new group names its station in one way or the other; an empty relation would win.
    return {"station": group.station} if group.station else {"station_id": group.station_id}


def number(rule: Rule) -> None:
    """Give a new rule the next edition of its kind at its station."""
    station_id = rule.station_id or (rule.station.id if rule.station else None)
    if station_id is None:
        raise DomainError(_("Choose a station that you keep."))
    last = db.session.scalar(
        select(func.max(Rule.edition)).where(Rule.station_id == station_id, Rule.kind == rule.kind)
    )
    rule.edition = (last or 0) + 1


def require_open_text(rule: Rule, *, title: str, text: str) -> None:
    """Raise ``DomainError`` when the text of an adopted rule would change."""
    if rule.adopted_on is not None and (title, text) != (rule.title, rule.text):
        raise DomainError(_("An adopted rule keeps its text: write a new edition instead."))


def require_adoption(rule: Rule, station: Station, *, before: date | None, access: Access) -> None:
    """Raise ``DomainError`` for a day of adoption that one may not write, or that stood before."""
    if rule.adopted_on == before:
        return
    access.require("rules:adopt", station)
    if before is not None:
        raise DomainError(_("An adopted rule keeps its day: write a new edition instead."))


def require_posting_after_adoption(rule: Rule) -> None:
    """Raise ``DomainError`` for a rule on the wall that was not adopted before."""
    posted, adopted = rule.posted_on, rule.adopted_on
    if posted is not None and (adopted is None or posted < adopted):
        raise DomainError(_("A rule is posted after it was adopted: check both days."))


def adopt(rules: Sequence[Rule], *, on: date, access: Access) -> int:
    """Adopt rules as of a day and return how many; all or none."""
    for rule in rules:
        access.require("rules:adopt", rule)
        if rule.adopted_on is not None:
            raise DomainError(_("“%(title)s” was adopted before.", title=rule.title))
        rule.adopted_on = on
    return len(rules)

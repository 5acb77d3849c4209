"""Seats of a leadership group: filling them, and what annex 3 still asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _

from models import DomainError, LeadershipGroup, LeadershipSeat, SeatKind, clock

from .appointments import carried

# The four tiers of annex 3, each with its kinds of seat; a group has one leader, two deputies.
LEADERS = (SeatKind.LEADER,)
DEPUTIES = (SeatKind.DEPUTY_COMMITTEE, SeatKind.DEPUTY_VOLUNTEER)
GROUP_MEMBERS = (
    SeatKind.COMMITTEE_MEMBER,
    SeatKind.SOCIAL_WORK_HEAD,
    SeatKind.VOLUNTEER_MEMBER,
    SeatKind.OWNERS_COMMITTEE,
    SeatKind.PROPERTY_MANAGER,
)
MEMBERS = (
    SeatKind.STAFF,
    SeatKind.VOLUNTEER,
    SeatKind.SOCIAL_WORKER,
    SeatKind.COMPANY_STAFF,
    SeatKind.RESIDENT,
)


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
        if kind in present:
            _require_same_holder(present[kind], given)
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


def _require_same_holder(seat: LeadershipSeat, given: Seating) -> None:
    """Raise ``DomainError`` when another person would take a seat that carries an appointment."""
    held = carried(seat, on=clock.today())
    if held is not None and given.holder not in (seat.holder, held.account.name):
        raise DomainError(
            _("“%(seat)s” carries an appointment of %(account)s: end it first, or hand the term "
              "over.", seat=seat.kind.label, account=held.account)
        )  # fmt: skip


def gaps(group: LeadershipGroup) -> list[Any]:
    """Return in words what annex 3 asks for and the group does not have; nothing if it is whole."""
    return list(_gaps(group))


def _gaps(group: LeadershipGroup) -> Iterator[Any]:
    missing = set(group.unfilled)
    held = {seat.kind for seat in group.seats if seat.holder}
    if SeatKind.LEADER not in held:
        yield _("There is no leader.")
    without = [kind for kind in DEPUTIES if kind not in held]
    if len(without) == len(DEPUTIES):
        yield _("Both deputies are missing: annex 3 asks for two.")
    elif without:
        yield _("One of the two deputies is missing: %(seat)s.", seat=without[0].label)
    for kinds, words in (
        (GROUP_MEMBERS, _("Seats of the group without a holder: %(seats)s.")),
        (MEMBERS, _("Members without a holder: %(seats)s.")),
    ):
        empty = [kind for kind in kinds if kind in missing]
        if empty:
            yield words % {"seats": "、".join(str(kind.label) for kind in empty)}
    names = sorted(seat.holder for seat in group.seats if seat.holder)
    for name, seats in groupby(names):
        count = len(list(seats))
        if count > 1:
            yield _("%(name)s holds %(count)s seats.", name=name, count=count)

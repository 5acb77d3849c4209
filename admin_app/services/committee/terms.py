"""Terms of a leadership group: one after the other, handed over, with what ends by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select

from admin_app.policy import Access, unscoped
from models import (
    Appointment,
    DomainError,
    LeadershipGroup,
    LeadershipSeat,
    Role,
    Station,
    clock,
    db,
)

from .appointments import carried

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ending:
    """What the end of a term ends: the appointments, and whether nobody leads the station then."""

    last_day: date
    appointments: tuple[Appointment, ...]
    is_leaderless: bool


def ending(group: LeadershipGroup, last_day: date) -> Ending:
    """Return what would end with a term whose last day is this."""
    found = [carried(seat, on=last_day + DAY) for seat in group.seats]
    ends = tuple(dict.fromkeys(held for held in found if held is not None))
    leads = any(held.role is Role.LEADER for held in ends)
    return Ending(last_day, ends, leads and not _is_led(group, last_day + DAY, ends))


def hand_over(
    group: LeadershipGroup, *, since: date, access: Access, leaderless: bool = False
) -> LeadershipGroup:
    """Open the next term with the same seats; the present one ends the day before.

    The appointments that its seats carry end with it, and are not carried on by themselves. Raises
    ``DomainError`` for a day on which the term has not begun, for one that another term has, and
    where the station would be without a leader, unless ``leaderless`` says that this is meant.
    """
    access.require("leadership:write", group)
    if since <= group.since:
        raise DomainError(_("The next term begins after the present one: choose a later day."))
    _hold(group.station_id)
    last_day = since - DAY
    if group.until is not None and group.until < last_day:
        raise DomainError(
            _("This term ended on %(day)s already: open a new one under “New”.", day=group.until)
        )
    _end(group, last_day, access=access, leaderless=leaderless)
    following = LeadershipGroup(station=group.station, since=since)
    for seat in group.seats:
        following.seats.append(
            LeadershipSeat(
                station=group.station, kind=seat.kind, holder=seat.holder, post=seat.post,
                inapplicable=seat.inapplicable,
            )
        )  # fmt: skip
    _require_alone(following, group.station_id, group)
    db.session.add(following)
    db.session.flush()  # the page that follows asks for its number
    return following


def end(group: LeadershipGroup, *, on: date, access: Access, leaderless: bool = False) -> None:
    """End a term on its last day, and the appointments that its seats carry; the caller commits."""
    access.require("leadership:write", group)
    if on < group.since:
        raise DomainError(_("A term ends after it began: choose a later day."))
    _end(group, on, access=access, leaderless=leaderless)
    db.session.flush()  # here, where what ends with the term was judged


def settle(group: LeadershipGroup, *, before: date | None, access: Access) -> None:
    """Check a term that a form opened or changed; one that ends ends what its seats carry.

    Raises ``DomainError`` where terms of a station would overlap.
    """
    station_id = group.station_id or (group.station.id if group.station else None)
    if station_id is None:
        raise DomainError(_("Choose a station that you keep."))
    _hold(station_id)
    _require_alone(group, station_id, group)
    if group.until is not None and group.until != before and group.id is not None:
        _end(group, group.until, access=access, leaderless=False)


def require_free(group: LeadershipGroup) -> None:
    """Raise ``DomainError`` for a term that may not be deleted: its seats carry appointments."""
    if any(carried(seat, on=clock.today()) for seat in group.seats):
        raise DomainError(_("Seats of this term carry appointments: end the term first."))


def _end(group: LeadershipGroup, last_day: date, *, access: Access, leaderless: bool) -> None:
    what = ending(group, last_day)
    if what.appointments:
        access.require("leadership:hand_over", group)
    if what.is_leaderless and not leaderless:
        raise DomainError(
            _("From %(day)s on nobody would lead this station in the office: nobody could adopt "
              "rules, issue certificates or sign the monthly report until the county appoints "
              "a leader. Use “Hand over or end the term” and say there that this is meant.",
              day=last_day + DAY)
        )  # fmt: skip
    group.until = last_day
    with unscoped("what a term carries ends with it; whether it may end was judged above"):
        for held in what.appointments:
            held.since, held.until = min(held.since, last_day), last_day
        db.session.flush()


def _is_led(group: LeadershipGroup, on: date, without: tuple[Appointment, ...]) -> bool:
    with unscoped("whether anybody leads the station of a group in reach"):
        found = db.session.scalars(
            select(Appointment).where(
                Appointment.station_id == group.station_id,
                Appointment.role == Role.LEADER,
                Appointment.since <= on,
                or_(Appointment.until.is_(None), Appointment.until >= on),
            )
        )
        return any(held.account.active for held in found if held not in without)


def _require_alone(group: LeadershipGroup, station_id: int, *known: LeadershipGroup) -> None:
    """Raise ``DomainError`` for a term that shares a day with another of the station."""
    if group.until is not None and group.until < group.since:
        raise DomainError(_("A term ends after it began: choose a later day."))
    asked = select(LeadershipGroup).where(
        LeadershipGroup.station_id == station_id,
        or_(LeadershipGroup.until.is_(None), LeadershipGroup.until >= group.since),
        LeadershipGroup.since <= (group.until or date.max),
        LeadershipGroup.id.not_in([one.id for one in (group, *known) if one.id is not None]),
    )
    with db.session.no_autoflush:
        other = db.session.scalars(asked.limit(1)).first()
    if other is None:
        return
    if other.until is None and other.since < group.since:
        raise DomainError(
            _("The term from %(since)s still runs: open the next one by handing it over, on its "
              "own page.", since=other.since)
        )  # fmt: skip
    raise DomainError(
        _("Terms of a station do not overlap: there is one from %(since)s to %(until)s.",
          since=other.since, until=other.until or "…")
    )  # fmt: skip


def _hold(station_id: int) -> None:
    """Hold the station, so that of two terms opened at once one comes second."""
    with unscoped("the station of a group that is in reach"), db.session.no_autoflush:
        db.session.execute(select(Station.id).where(Station.id == station_id).with_for_update())

"""What awaits a person today, and where their places stand, each within that person's reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from admin_app.policy import Access, appointed_at
from models import (
    OBLIGATORY,
    Account,
    Activity,
    ActivityState,
    Attendance,
    Certificate,
    CertificateRequest,
    CertificateState,
    Dismissal,
    DismissalState,
    EntryState,
    FigureName,
    LeadershipGroup,
    LeadershipSeat,
    Notice,
    NoticeState,
    Objection,
    PrivacyRequest,
    Registration,
    RegistrationState,
    RequestState,
    RollState,
    Rule,
    SeatKind,
    ServiceEntry,
    Station,
    Volunteer,
    clock,
    db,
    is_asked_of_stations,
)

from . import figures
from .attendance import roster
from .ledger import deadlines, official

LOOKING_BACK, LOOKING_AHEAD = timedelta(days=7), timedelta(days=14)
SHOWN = 6


@dataclass(frozen=True)
class Number:
    """A count by its name, and between which figures the rules want it, where they say so."""

    name: str
    count: int
    low: int | None = None
    high: int | None = None

    @property
    def is_short(self) -> bool:
        """Tell whether the rules ask for more."""
        return self.low is not None and self.count < self.low


def waiting(access: Access) -> list[Number]:
    """Return what waits for this person's decision or signature; nothing that is zero."""
    asked = (
        Number(name, db.session.scalar(query()) or 0)
        for name, (permission, query) in WAITING.items()
        if access.may(permission)
    )
    return [number for number in asked if number.count]


def numbers(access: Access, *, on: date | None = None) -> list[Number]:
    """Return where the registers stand that open for the person."""
    day = on or clock.today()
    return [
        count(name, day, access)
        for name, (permissions, count) in NUMBERS.items()
        if any(map(access.may, permissions))
    ]


def activities_around(access: Access, *, on: date | None = None) -> list[Activity]:
    """Return the activities of the days before and after, the coming ones first."""
    if not access.may("activities:read"):
        return []
    day = on or clock.today()
    near = select(Activity).where(
        Activity.held_on.between(day - LOOKING_BACK, day + LOOKING_AHEAD),
        Activity.state != ActivityState.CANCELLED,
    )
    found = near.order_by(Activity.held_on.desc(), Activity.id.desc()).limit(SHOWN)
    return list(db.session.scalars(found))


def _entries(state: EntryState) -> Callable[[], Select[Any]]:
    return lambda: select(func.count(ServiceEntry.id)).where(ServiceEntry.state == state)


def _requests(state: RequestState) -> Callable[[], Select[Any]]:
    return lambda: select(func.count(CertificateRequest.id)).where(
        CertificateRequest.state == state
    )


def _doubted() -> Select[Any]:
    return select(func.count(Certificate.id)).where(
        Certificate.doubted_at.is_not(None), Certificate.state == CertificateState.VALID
    )


def _drafts() -> Select[Any]:
    return select(func.count(Notice.id)).where(Notice.state == NoticeState.DRAFT)


def _objected() -> Select[Any]:
    return select(func.count(Objection.id)).where(Objection.is_open)


def _asked_of_own() -> Select[Any]:
    return select(func.count(PrivacyRequest.id)).where(PrivacyRequest.is_open)


def _cases() -> Select[Any]:
    return select(func.count(Dismissal.id)).where(Dismissal.state == DismissalState.PREPARED)


def _handed_in() -> Select[Any]:
    waits = select(Attendance.activity_id).where(roster.is_waiting())
    return select(func.count(Activity.id)).where(
        Activity.handed_in_at.is_not(None), Activity.id.in_(waits)
    )


def _registrations(state: RegistrationState) -> Callable[[], Select[Any]]:
    return lambda: select(func.count(Registration.id)).where(Registration.state == state)


WAITING: dict[str, tuple[str, Callable[[], Select[Any]]]] = {
    "to_confirm": ("ledger:confirm", _entries(EntryState.SUBMITTED)),
    "to_review": ("registrations:review", _registrations(RegistrationState.WAITING)),
    "to_approve": ("certificates:approve", _requests(RequestState.REQUESTED)),
    "to_issue": ("certificates:issue", _requests(RequestState.APPROVED)),
    "to_check": ("certificates:void", _doubted),
    "to_publish": ("notices:publish", _drafts),
    "to_decide": ("objections:decide", _objected),
    "dismissals": ("dismissals:decide", _cases),
    "privacy": ("privacy:decide", _asked_of_own),
    "to_draft": ("ledger:submit", _handed_in),
    "to_correct": ("registrations:write", _registrations(RegistrationState.RETURNED)),
    "to_submit": ("ledger:submit", _entries(EntryState.DRAFT)),
}


def _recorded(name: str, _day: date, _access: Access) -> Number:
    return Number(name, db.session.scalar(_entries(EntryState.SUBMITTED)()) or 0)


def _activities(name: str, day: date, access: Access) -> Number:
    held = db.session.scalar(
        select(func.count(Activity.id)).where(
            Activity.held_on.between(day.replace(day=1), day),
            is_asked_of_stations(),
        )
    )
    return Number(name, held or 0, *_asked(day, access))


def _asked(day: date, access: Access) -> tuple[int | None, int | None]:
    """Return between which numbers a station's activities of a month shall lie.

    Nothing is asked of several stations together, or of the activities one person keeps.
    """
    if any(place.keeper_id is not None for place in access.places("activities:read")):
        return None, None
    stations = db.session.scalars(_open_stations(day).limit(2)).all()
    if len(stations) != 1:
        return None, None
    place = stations[0].division
    low = figures.at(place, FigureName.MONTHLY_ACTIVITIES_MIN, on=day)
    return low, figures.at(place, FigureName.MONTHLY_ACTIVITIES_MAX, on=day)


def _volunteers(name: str, _day: date, _access: Access) -> Number:
    on_roll = select(func.count(Volunteer.id)).where(Volunteer.state == RollState.REGISTERED)
    return Number(name, db.session.scalar(on_roll) or 0)


def _unfilled(name: str, day: date, _access: Access) -> Number:
    """Count the seats of the groups in force that have no holder; a station without a group all."""
    settled = (
        select(LeadershipSeat.station_id, LeadershipSeat.kind)
        .join(LeadershipSeat.group)
        .where(
            LeadershipGroup.since <= day,
            or_(LeadershipGroup.until.is_(None), LeadershipGroup.until >= day),
            LeadershipSeat.station_id.in_(_open_ids(day)),
        )
    )
    return Number(name, _count_open(day) * len(SeatKind) - _count_distinct(settled))


def _unposted(name: str, day: date, _access: Access) -> Number:
    """Count the obligatory rules that no wall shows."""
    posted = select(Rule.station_id, Rule.kind).where(
        Rule.kind.in_(OBLIGATORY), Rule.posted_on <= day, Rule.station_id.in_(_open_ids(day))
    )
    return Number(name, _count_open(day) * len(OBLIGATORY) - _count_distinct(posted))


def _stations(name: str, day: date, _access: Access) -> Number:
    return Number(name, _count_open(day))


def _count_distinct(pairs: Select[*tuple[Any, ...]]) -> int:
    found = pairs.distinct().subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0


def _open_stations(day: date) -> Select[Any]:
    closed = and_(Station.closed_on.is_not(None), Station.closed_on <= day)
    return select(Station).where(~closed)


def _open_ids(day: date) -> Any:
    return _open_stations(day).with_only_columns(Station.id)


def _count_open(day: date) -> int:
    return db.session.scalar(_open_stations(day).with_only_columns(func.count(Station.id))) or 0


def _accounts(name: str, _day: date, access: Access) -> Number:
    """Count the open accounts that the person keeps, as their screen lists them."""
    kept = appointed_at(access, access.places("accounts:read"))
    open_ = select(func.count(Account.id)).where(Account.active, kept)
    return Number(name, db.session.scalar(open_) or 0)


def _served(name: str, day: date, _access: Access) -> Number:
    minutes = select(func.sum(ServiceEntry.minutes)).where(
        ServiceEntry.served_on.between(day.replace(day=1), day),
        ServiceEntry.counts,
    )
    return Number(name, db.session.scalar(minutes) or 0)


def _overdue(name: str, day: date, _access: Access) -> Number:
    late = deadlines.condition(deadlines.Recording.OVERDUE, day)
    return Number(name, db.session.scalar(select(func.count(Activity.id)).where(late)) or 0)


def _to_upload(name: str, _day: date, _access: Access) -> Number:
    waits = select(func.count(Activity.id)).where(
        official.waits(), Activity.state == ActivityState.HELD
    )
    return Number(name, db.session.scalar(waits) or 0)


def _objections(name: str, _day: date, _access: Access) -> Number:
    return Number(name, db.session.scalar(_objected()) or 0)


# Each opens for whom any of its permissions is granted.
NUMBERS: dict[str, tuple[tuple[str, ...], Callable[[str, date, Access], Number]]] = {
    "activities": (("activities:read",), _activities),
    "overdue": (("ledger:write", "ledger:confirm"), _overdue),
    "to_upload": (("ledger:upload",), _to_upload),
    "objections": (("objections:write",), _objections),
    "minutes": (("ledger:read",), _served),
    "submitted": (("ledger:read",), _recorded),
    "volunteers": (("volunteers:read",), _volunteers),
    "unfilled": (("leadership:read",), _unfilled),
    "unposted": (("rules:read",), _unposted),
    "stations": (("stations:read",), _stations),
    "accounts": (("accounts:write",), _accounts),
}

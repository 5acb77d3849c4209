"""Appointments that seats carry: given by whoever may give them, bound to the term."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from admin_app.policy import Access, unscoped
from admin_app.services import accounts
from models import (
    Account,
    Appointment,
    DomainError,
    LeadershipGroup,
    LeadershipSeat,
    NotAllowed,
    Role,
    SeatKind,
    clock,
    db,
)

# What a seat may carry; by itself it opens nothing.
ROLES = {
    SeatKind.LEADER: Role.LEADER,
    SeatKind.DEPUTY_COMMITTEE: Role.DEPUTY,
    SeatKind.DEPUTY_VOLUNTEER: Role.ORGANIZER,
    SeatKind.COMMITTEE_MEMBER: Role.MEMBER,
    SeatKind.SOCIAL_WORK_HEAD: Role.ORGANIZER,
    SeatKind.VOLUNTEER_MEMBER: Role.HELPER,
    SeatKind.OWNERS_COMMITTEE: Role.OBSERVER,
    SeatKind.PROPERTY_MANAGER: Role.OBSERVER,
    SeatKind.STAFF: Role.CLERK,
    SeatKind.VOLUNTEER: Role.HELPER,
    SeatKind.SOCIAL_WORKER: Role.HELPER,
    SeatKind.COMPANY_STAFF: Role.HELPER,
    SeatKind.RESIDENT: Role.HELPER,
}


def span(seat: LeadershipSeat) -> tuple[date, date | None]:
    """Return from when to when a seat's appointment usually holds: not before today."""
    return max(seat.group.since, clock.today()), seat.group.until


def give(
    seat: LeadershipSeat,
    account: Account,
    *,
    by: Access,
    since: date | None = None,
    until: date | None = None,
) -> Appointment:
    """Let a seat carry an appointment of an account, within the term; the caller commits.

    Whoever may appoint there may; an appointment of the account to the same role that holds then
    is taken along, and ends with the term from now on. Raises ``DomainError`` for an empty seat,
    for one that carries an appointment already, and for days outside the term.
    """
    first, last = span(seat)
    since, until = since or first, until or last
    _require_open(seat, since, until)
    role = ROLES[seat.kind]
    held = _held(seat, account, role, since)
    if held is None:
        held = accounts.appoint(account, role, seat.station, by=by, since=since, until=until)
    elif not (by.may("accounts:write") and accounts.may_keep(account, by)):
        raise NotAllowed(_("Your appointment does not carry this act at this place."))
    else:
        held.until = until if held.until is None else min(held.until, until or held.until)
    db.session.flush()  # the appointment's own reach was judged; the seat needs its number
    with unscoped("a seat that is read notes the appointment that was judged above"):
        seat.appointment = held
        db.session.flush()
    return held


def last_account(seat: LeadershipSeat) -> Account | None:
    """Return whose appointment the same seat carried in the term before, if the holder stayed."""
    with unscoped("the term before the one in reach, at the same station"):
        found = db.session.scalar(
            select(LeadershipSeat)
            .join(LeadershipSeat.group)
            .where(
                LeadershipGroup.station_id == seat.station_id,
                LeadershipGroup.since < seat.group.since,
                LeadershipSeat.kind == seat.kind,
                LeadershipSeat.holder == seat.holder,
                LeadershipSeat.appointment_id.is_not(None),
            )
            .order_by(LeadershipGroup.since.desc())
            .limit(1)
        )
        return found.appointment.account if found is not None and found.appointment else None


def carried(seat: LeadershipSeat, *, on: date) -> Appointment | None:
    """Return the appointment of a seat that holds on a day or from a later one on, whoever asks.

    Who may not read appointments would else see none, and think that nothing hangs on the term.
    """
    if seat.appointment_id is None:
        return None
    with unscoped("what a seat in reach carries"):
        held: Appointment | None = db.session.scalar(
            select(Appointment)
            .options(joinedload(Appointment.account))
            .where(
                Appointment.id == seat.appointment_id,
                or_(Appointment.until.is_(None), Appointment.until >= on),
            )
        )
    return held


def _require_open(seat: LeadershipSeat, since: date, until: date | None) -> None:
    group = seat.group
    if not seat.holder or seat.inapplicable:
        raise DomainError(_("Nobody holds this seat: fill it in first."))
    if carried(seat, on=clock.today()) is not None:
        raise DomainError(_("This seat carries an appointment already."))
    begins_in = group.since <= since and (group.until is None or since <= group.until)
    if not begins_in or (group.until is not None and (until is None or until > group.until)):
        raise DomainError(
            _("An appointment of a seat lies within its term: correct the days, or look whether "
              "the term is over.")
        )  # fmt: skip


def _held(seat: LeadershipSeat, account: Account, role: Role, on: date) -> Appointment | None:
    with unscoped("whether the account holds the role at the station of a seat in reach"):
        found: Appointment | None = db.session.scalar(
            select(Appointment)
            .where(
                Appointment.account_id == account.id,
                Appointment.role == role,
                Appointment.station_id == seat.station_id,
                Appointment.since <= on,
                or_(Appointment.until.is_(None), Appointment.until >= on),
            )
            .limit(1)
        )
    return found

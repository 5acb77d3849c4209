"""Delegations: a leader lets another account of the station stand in for a time."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access, unscoped
from models import Account, Appointment, DomainError, NotAllowed, Role, clock, db

# Whose acts can be delegated: of a station, where people know each other.
DELEGATING = frozenset({Role.LEADER, Role.DEPUTY})


def may_delegate(appointment: Appointment, by: Access) -> bool:
    """Tell whether one lets others stand in for oneself in an appointment."""
    return (
        appointment.account_id == by.account_id
        and appointment.role in DELEGATING
        and appointment.delegated_from_id is None
        and appointment.holds_on(clock.today())
    )


def delegate(
    appointment: Appointment, account: Account, *, by: Access, until: date | None,
    since: date | None = None,
) -> Appointment:  # fmt: skip
    """Let an account of the station stand in for one's own appointment; the caller commits.

    It ends by its day, and whenever the own appointment ends. Raises ``NotAllowed`` for the
    appointment of another, ``DomainError`` for an account from elsewhere or days beyond one's own.
    """
    if not may_delegate(appointment, by):
        raise NotAllowed(_("You delegate your own appointment only, and none that is delegated."))
    first = since or clock.today()
    if until is None or until < first:
        raise DomainError(_("Say until which day somebody stands in for you."))
    if first < appointment.since or (appointment.until is not None and until > appointment.until):
        raise DomainError(_("Nobody stands in for you longer than you hold the appointment."))
    with unscoped("who stands in was judged above"):
        if account.id == by.account_id or not _works_at(account, appointment.station_id):
            raise DomainError(_("Choose another person who is appointed at the station."))
        made = Appointment(
            account=account, role=appointment.role, station_id=appointment.station_id,
            since=first, until=until, delegated_from_id=appointment.id,
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
    return made


def end(delegation: Appointment, *, by: Access) -> None:
    """Take back a delegation of one's own, from this moment on; the trail keeps that it was."""
    source = delegation.delegated_from
    if source is None or source.account_id != by.account_id:
        raise NotAllowed(_("You end your own delegations only."))
    with unscoped("whose delegation it is was judged above"):
        db.session.delete(delegation)
        db.session.flush()


def of(appointment: Appointment) -> list[Appointment]:
    """Return who stands in for an appointment today or later."""
    asked = select(Appointment).where(
        Appointment.delegated_from_id == appointment.id, Appointment.until >= clock.today()
    )
    with unscoped("who reads an appointment reads who stands in for it"):
        return list(db.session.scalars(asked.order_by(Appointment.since, Appointment.id)))


def _works_at(account: Account, station_id: int | None) -> bool:
    today = clock.today()
    return account.active and any(
        held.station_id == station_id and held.holds_on(today) for held in account.appointments
    )

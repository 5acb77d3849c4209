"""Appointments: given at a place below one's own, widened, and judged."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access, Place, unscoped
from admin_app.services.places import divisions, stations
from models import (
    STATION_ROLES,
    Account,
    Appointment,
    AppointmentDivision,
    Division,
    DomainError,
    NotAllowed,
    Role,
    Station,
    clock,
    db,
)

# From the county up accounts are made for what lies below; a township has fewer rights.
APPOINTING_LEVELS = ("county", "prefecture")
# A leader makes the accounts of the own station, all but those of leaders.
BELOW_LEADER = STATION_ROLES - {Role.LEADER}


def appoint(
    account: Account,
    role: Role,
    place: Station | Division | None,
    *,
    by: Access | None,
    since: date | None = None,
    until: date | None = None,
) -> Appointment:
    """Appoint an account at a place; ``by`` None is the system.

    A station role needs a station, a supervisor a division; only the system appoints where
    ``by`` does not reach, and nobody appoints above himself.
    """
    require_place(role, place)
    if by is not None:
        _check_reach(by, account, role, place)
    appointment = Appointment(
        account=account,
        role=role,
        station=place if isinstance(place, Station) else None,
        station_id=place.id if isinstance(place, Station) else None,  # a leader's own is judged
        division=place if isinstance(place, Division) else None,
        since=since or clock.today(),
        until=until,
    )
    db.session.add(appointment)
    return appointment


def reach_further(
    appointment: Appointment, division: Station | Division | None, *, by: Access | None
) -> AppointmentDivision:
    """Let an appointment at a division hold at one more of them; the caller commits.

    Raises ``DomainError`` for an appointment at a station or in the whole system, for a station
    and for a division that it holds at already, ``NotAllowed`` beyond what ``by`` may appoint for.
    """
    if appointment.division is None or not isinstance(division, Division):
        raise DomainError(_("Only an appointment at a division is widened to further ones."))
    require_place(appointment.role, division)
    if by is not None:
        _check_reach(by, appointment.account, appointment.role, division)
    if division in places_of(appointment):
        raise DomainError(
            _("The appointment holds at %(division)s already.", division=division.name)
        )
    more = AppointmentDivision(division=division, division_id=division.id)
    appointment.further.append(more)
    return more


def withdraw_from(
    appointment: Appointment, further: AppointmentDivision, *, by: Access | None
) -> None:
    """Take a further division off an appointment; the caller commits.

    Raises ``NotAllowed`` beyond what ``by`` may appoint for.
    """
    if by is not None:
        _check_reach(by, appointment.account, appointment.role, further.division)
    appointment.further.remove(further)


def places_of(appointment: Appointment) -> list[Station | Division | None]:
    """Return where an appointment holds, its first place first; None is the whole system."""
    first = appointment.station or appointment.division
    return [first, *(more.division for more in appointment.further)]


def may_keep(account: Account, by: Access) -> bool:
    """Tell whether every appointment of an account lies strictly within one's reach."""
    granting = by.places("accounts:write")
    if any(held.column is None for held in granting):
        return True
    if account.id == by.account_id:
        return False
    with unscoped("every appointment of the account is judged"):
        held_by = list(
            db.session.scalars(select(Appointment).where(Appointment.account_id == account.id))
        )
        places = [(held.role, place) for held in held_by for place in places_of(held)]
    return all(_is_below(granting, role, place) for role, place in places)


def may_open(by: Access) -> bool:
    """Tell whether one opens accounts at all: not a township, which has fewer rights."""
    return any(
        held.column is None or held.column in (*APPOINTING_LEVELS, "station")
        for held in by.places("accounts:write")
    )


def may_appoint(role: Role, place: Station | Division | None, by: Access) -> bool:
    """Tell whether one gives a role at a place, to whichever account one keeps."""
    granting = by.places("accounts:write")
    return any(held.column is None for held in granting) or _is_below(granting, role, place)


def require_place(role: Role, place: Station | Division | None) -> None:
    """Raise ``DomainError`` where a role is not held at such a place."""
    if role in STATION_ROLES and not isinstance(place, Station):
        raise DomainError(_("This role is held at a station: choose the station."))
    if role is Role.SUPERVISOR and not isinstance(place, Division):
        raise DomainError(_("A supervisor is appointed for a township, county or prefecture."))
    if isinstance(place, Division) and place.level not in ("township", "county", "prefecture"):
        raise DomainError(_("A supervisor is appointed for a township, county or prefecture."))
    if role is Role.ADMINISTRATOR and place is not None:
        raise DomainError(_("A system administrator has no place: leave it empty."))


def roles_given(by: Access) -> tuple[Role, ...]:
    """Return the roles that one gives at some place, in the order of the roles."""
    columns = {held.column for held in by.places("accounts:write")}
    if None in columns:
        return tuple(Role)
    given: frozenset[Role] = BELOW_LEADER if "station" in columns else frozenset()
    if columns.intersection(APPOINTING_LEVELS):
        given = STATION_ROLES | {Role.SUPERVISOR}
    return tuple(role for role in Role if role in given)


def place_of(role: Role, code: str) -> Station | Division | None:
    """Return the place that an operator names for a role; an empty code is the whole system."""
    if not code:
        return None
    if role in STATION_ROLES or "-" in code:
        return stations.named_by(code)
    return divisions.by_code(code)


def _check_reach(
    by: Access, account: Account, role: Role, place: Station | Division | None
) -> None:
    granting = by.places("accounts:write")
    if any(held.column is None for held in granting):
        return
    if not may_keep(account, by) or not _is_below(granting, role, place):
        raise NotAllowed(_("You appoint at the stations and divisions below your own only."))


def _is_below(granting: tuple[Place, ...], role: Role, place: Station | Division | None) -> bool:
    if role in (Role.ADMINISTRATOR, Role.AUDITOR) or place is None:
        return False
    if role in BELOW_LEADER and any(
        held.column == "station" and isinstance(place, Station) and place.id == held.value
        for held in granting
    ):
        return True
    return any(
        held.column in APPOINTING_LEVELS
        and getattr(place, f"{held.column}_id", None) == held.value
        and not (isinstance(place, Division) and place.id == held.value)
        for held in granting
    )

"""What one account may do today: its appointments, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _

from models import Account, Appointment, NotAllowed, Role, clock

from .grants import GRANTS, LOOKING, OWN_ONLY
from .scopes import PLACE_COLUMNS, covers


@dataclass(frozen=True)
class Place:
    """Where an appointment reaches: an area column and its value, or the whole system."""

    column: str | None = None
    value: int | None = None
    # Set for those who reach only what names them as keeper.
    keeper_id: int | None = None


@dataclass(frozen=True)
class Held:
    """One place of an appointment in force, and the permissions that hold there."""

    role: Role
    place: Place
    label: str
    appointment_id: int | None = None

    def carries(self, permission: str) -> bool:
        """Tell whether the role grants the permission."""
        return permission in GRANTS[self.role]


@dataclass(frozen=True)
class Access:
    """The appointments one account holds on one day; without one, nothing."""

    account_id: int | None
    held: tuple[Held, ...] = ()

    def __hash__(self) -> int:
        """Hash once: what is kept for a person is looked up many times a page."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.account_id, self.held))

    def at(self, appointment_id: int) -> Access | None:
        """Return what is left when acting in just one appointment; None if it is not held.

        Never more than the whole: what is not held here cannot be chosen.
        """
        chosen = tuple(held for held in self.held if held.appointment_id == appointment_id)
        return Access(self.account_id, chosen) if chosen else None

    def may(self, permission: str) -> bool:
        """Tell whether any appointment carries the permission, at whatever place."""
        return any(held.carries(permission) for held in self.held)

    def may_any(self, resource: str) -> bool:
        """Tell whether any appointment carries an act on the register beyond looking."""
        return any(self._acts(held, resource) for held in self.held)

    def places(self, permission: str) -> tuple[Place, ...]:
        """Return where the permission holds."""
        known = self._known
        if permission not in known:
            known[permission] = tuple(h.place for h in self.held if h.carries(permission))
        return known[permission]

    @cached_property
    def _known(self) -> dict[str, tuple[Place, ...]]:
        # A list asks the same of each of its rows.
        return {}

    def is_everywhere(self, permission: str) -> bool:
        """Tell whether some appointment carries the permission in the whole system."""
        return any(place.column is None for place in self.places(permission))

    def is_at_stations(self, permission: str) -> bool:
        """Tell whether the permission holds at single stations only."""
        return all(place.column == "station" for place in self.places(permission))

    def acting_places(self, resource: str) -> tuple[Place, ...]:
        """Return where any act on the register beyond looking holds."""
        return tuple(held.place for held in self.held if self._acts(held, resource))

    def reaches(self, permission: str, row: Any) -> bool:
        """Tell whether one appointment carries the permission and reaches the row."""
        for place in self.places(permission):  # noqa: SIM110  # asked of each row of a list
            if covers(place, row):
                return True
        return False

    def require(self, permission: str, row: Any) -> None:
        """Raise ``NotAllowed`` unless one appointment carries the permission at the row's place."""
        if not self.reaches(permission, row):
            raise NotAllowed(_("Your appointment does not carry this act at this place."))

    @staticmethod
    def _acts(held: Held, resource: str) -> bool:
        return any(
            name.partition(":")[0] == resource and name.partition(":")[2] not in LOOKING
            for name in GRANTS[held.role]
        )


NOBODY = Access(account_id=None)


def access_of(account: Account, on: date | None = None) -> Access:
    """Return what an account may do on a day, today by default; an inactive one nothing."""
    day = on or clock.today()
    held = tuple(h for a in account.appointments if a.holds_on(day) for h in _held(a))
    return Access(account.id, held if account.active else ())


def roles_of(access: Access) -> Iterable[Role]:
    """Return the roles held, in the order of the appointments."""
    return dict.fromkeys(held.role for held in access.held)


def _held(appointment: Appointment) -> Iterator[Held]:
    label = str(appointment)
    for place in _places(appointment):
        yield Held(appointment.role, place, label, appointment.id)


def _places(appointment: Appointment) -> Iterator[Place]:
    keeper = appointment.account_id if appointment.role in OWN_ONLY else None
    if appointment.station_id is not None:
        yield Place("station", appointment.station_id, keeper)
    elif appointment.division is None:
        yield Place(keeper_id=keeper)
    else:
        for division in (appointment.division, *(more.division for more in appointment.further)):
            level = str(division.level)
            # A province or a community is no area column of the big tables: it reaches nothing.
            yield Place(level if level in PLACE_COLUMNS else "nowhere", division.id, keeper)

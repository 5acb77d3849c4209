"""The demo's accounts: one a role at the first station and above, at every other one or two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from admin_app.services import accounts
from admin_app.services.places import divisions
from models import Account, Division, Person, Role, SeatKind, Station, db

from .months import Desk
from .names import Names
from .people import Member
from .places import COUNTY, PREFECTURE, TOWNSHIP, Plan
from .sign_ins import DemoSignIn, new_password

APPOINTED_DAYS = 365
AT_STATION = {
    "leader": Role.LEADER,
    "deputy": Role.DEPUTY,
    "organizer": Role.ORGANIZER,
    "member": Role.MEMBER,
    "clerk": Role.CLERK,
    "helper": Role.HELPER,
    "observer": Role.OBSERVER,
}
ABOVE = {"township": TOWNSHIP, "county": COUNTY, "prefecture": PREFECTURE}
SEATS = {
    "leader": SeatKind.LEADER,
    "deputy": SeatKind.DEPUTY_COMMITTEE,
    "organizer": SeatKind.DEPUTY_VOLUNTEER,
    "member": SeatKind.COMMITTEE_MEMBER,
    "observer": SeatKind.PROPERTY_MANAGER,
    "clerk": SeatKind.STAFF,
    "helper": SeatKind.VOLUNTEER,
}


class Staff:
    """Opens the demo's accounts and remembers who keeps which station's books."""

    def __init__(self, rng: Random, names: Names, today: date) -> None:
        self._rng = rng
        self._names = names
        self._since = today - timedelta(days=APPOINTED_DAYS)
        self._password = new_password()
        self._hash = ""
        self.sign_ins: list[DemoSignIn] = []
        self.accounts: dict[str, Account] = {}

    def appoint(self, stations: Sequence[tuple[Plan, Station]]) -> None:
        """Appoint everybody; only the first station's and those above have a password."""
        (plan, first), *others = stations
        for login, role in AT_STATION.items():
            self._give(login, role, first, plan.division)
        for login, code in ABOVE.items():
            self._give(login, Role.SUPERVISOR, divisions.by_code(code), code)
        self._give("auditor", Role.AUDITOR, None, plan.division)
        self._give("admin", Role.ADMINISTRATOR, None, plan.division)
        for order, (other, station) in enumerate(others, start=2):
            clerk = self._open(f"clerk-{order:02}", Role.CLERK, station, other.division)
            if other.is_exempt:
                accounts.appoint(clerk, Role.DEPUTY, station, by=None, since=self._since)
            else:
                self._open(f"deputy-{order:02}", Role.DEPUTY, station, other.division)
        db.session.flush()  # the desks below name the accounts

    def desk(self, order: int) -> Desk:
        """Return who keeps the books of the ``order``-th station."""
        if order == 1:
            keepers = [self.accounts[login].id for login in ("organizer", "helper")]
            return Desk(self.accounts["clerk"].id, self.accounts["deputy"].id, [*keepers, None])
        clerk = self.accounts[f"clerk-{order:02}"]
        deputy = self.accounts.get(f"deputy-{order:02}", clerk)
        return Desk(clerk.id, deputy.id, [None])

    def known(self, order: int) -> dict[SeatKind, str]:
        """Return who of the accounts holds which seat of a station's leadership group."""
        if order == 1:
            return {seat: self.accounts[login].name for login, seat in SEATS.items()}
        seats = {SeatKind.DEPUTY_COMMITTEE: "deputy", SeatKind.STAFF: "clerk"}
        held = {seat: self.accounts.get(f"{login}-{order:02}") for seat, login in seats.items()}
        return {seat: account.name for seat, account in held.items() if account is not None}

    def link(self, members: Sequence[Member]) -> None:
        """Say which volunteers the organizer and the helper are: nobody confirms for himself."""
        for login, member in zip(("organizer", "helper"), members, strict=False):
            person = db.session.get_one(Person, member.person_id)
            account = self.accounts[login]
            account.person_id, account.name = person.id, person.name

    def _give(self, login: str, role: Role, place: Any, division: str) -> None:
        account = self._open(login, role, place, division)
        if not self._hash:
            accounts.set_password(account, self._password)
            self._hash = account.password_hash
        account.password_hash = self._hash
        where = place.name if isinstance(place, Station | Division) else ""
        self.sign_ins.append(DemoSignIn(login, role.value, where, self._password))

    def _open(self, login: str, role: Role, place: Any, division: str) -> Account:
        # Without a hash no password is right: these accounts are there to be seen.
        account = Account(login=login, name=self._names.adult(division), password_hash="")
        db.session.add(account)
        accounts.appoint(account, role, place, by=None, since=self._since)
        self.accounts[login] = account
        return account

"""Filling an empty office, wholly or not at all; the same people on every day it is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from sqlalchemy import select

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services import audit, certificates, office
from admin_app.services.places import divisions
from models import (
    Account,
    AuditAction,
    CertificateRequest,
    Office,
    RequestState,
    Station,
    Volunteer,
    clock,
    db,
)

from .asking import state_purposes
from .care import care
from .committee import exempt, hand_over, open_as_usual, seat_group, write_rules
from .doors import open_doors
from .farewells import say_farewell, upload
from .months import Months
from .names import Names
from .notices import hang
from .people import Member, Roll
from .places import Plan, open_stations
from .privacy import ask
from .projects import Programmes
from .registrations import hand_in
from .scores import score
from .sign_ins import DemoSignIn, keep_sign_ins
from .staff import Staff
from .station_file import show, tell
from .statistics import count_residents

SEED = 20180305
# At this station some people of the first stand on the roll as well.
SHARED_WITH = 1
SHARED = slice(4, 7)
# These two of the first roll are the organizer and the helper who sign in.
LINKED = slice(12, 14)
WITH_DESK = frozenset({1, 4, 9})


def fill(*, on: date | None = None) -> list[DemoSignIn]:
    """Fill an empty office and return one sign-in a role; the caller commits.

    Raises ``DomainError`` for an office that holds anything: real data is never touched.
    """
    today = on or clock.today()
    with unscoped("a demo fills the whole office"):
        office.require_empty()
        with audit.folded(AuditAction.COMMAND, Office.__tablename__) as told:
            office.mark(is_demo=True)
            divisions.load(divisions.shipped())
            sign_ins, rolls = _furnish(today)
            open_doors(rolls[0], today, clerk=_account("clerk"), helper=_account("helper"))
            score(_first_station(rolls[0]), today, clerk=_account("clerk"))
            care(_first_station(rolls[0]), rolls[0], today, clerk=_account("clerk"))
            state_purposes(_first_station(rolls[0]), rolls[0], today, clerk=_account("clerk"))
            ask(rolls[0], today, clerk=_account("clerk"), leader=_account("leader"))
            hand_in(rolls, clerk=_account("clerk"), deputy=_account("deputy"))
            say_farewell(
                _first_station(rolls[0]), today, clerk=_account("clerk"), leader=_account("leader")
            )
            upload(_first_station(rolls[0]), today, clerk=_account("clerk"))
            told.update(act="demo filled", volunteers=sum(map(len, rolls)))
        _ask_for_certificates(rolls[0])
        hang(rolls[0], today, clerk=_account("clerk"), deputy=_account("deputy"))
    keep_sign_ins(sign_ins)
    return sign_ins


def _first_station(roll: Sequence[Member]) -> Station:
    return db.session.get_one(Volunteer, roll[0].volunteer_id).station


def hand_out() -> None:
    """Issue the certificate that the demo's deputy approved; commits, as issuing does.

    Raises ``DomainError`` when its paper cannot be made here.
    """
    with unscoped("a demo plays every part"):
        leader = db.session.scalars(select(Account).where(Account.login == "leader")).one()
        access = access_of(leader)
    with acting_as(access):
        approved = CertificateRequest.state == RequestState.APPROVED
        asked = db.session.scalar(select(CertificateRequest).where(approved))
        if asked is not None:
            certificates.issue(asked, by=leader, access=access)


def _furnish(today: date) -> tuple[list[DemoSignIn], list[list[Member]]]:
    rng = Random(SEED)  # noqa: S311  # invented people, no secret
    names = Names(rng)
    stations = open_stations(rng, names)
    staff = Staff(rng, names, today)
    staff.appoint(stations)
    count_residents((station for _plan, station in stations), today)
    rolls = _rolls(stations, rng, names, today)
    staff.link(rolls[0][LINKED])
    open_as_usual(stations[0][1])
    for order, (plan, station) in enumerate(stations, start=1):
        seat_group(plan, station, names, today, staff.known(order))
        write_rules(order, plan, station, rng, today)
        if plan.is_exempt:
            exempt(station, staff.accounts["county"], today)
        tell(order, plan, station)
        show(order, station)
    hand_over(stations[0][1], staff.accounts, today)
    _serve(stations, rolls, staff, Months(rng, today), Programmes(today))
    return staff.sign_ins, rolls


def _rolls(
    stations: Sequence[tuple[Plan, Station]], rng: Random, names: Names, today: date
) -> list[list[Member]]:
    rolls = [
        Roll(plan, station, rng, names, is_asking=n == 0)
        for n, (plan, station) in enumerate(stations)
    ]
    members = [roll.enrol(today, special=roll is rolls[0]) for roll in rolls]
    members[SHARED_WITH] += rolls[SHARED_WITH].enrol_again(members[0][SHARED])
    return members


def _serve(
    stations: Sequence[tuple[Plan, Station]],
    rolls: Sequence[Sequence[Member]],
    staff: Staff,
    months: Months,
    programmes: Programmes,
) -> None:
    for order, ((plan, station), roll) in enumerate(zip(stations, rolls, strict=True), start=1):
        desk = staff.desk(order)
        series = programmes.begin(order, plan, station, keeper_id=desk.keepers[0])
        months.fill(station, roll, desk, desk_duty=order in WITH_DESK, series=series)
        if order == 1:
            months.announce(station, desk, series)


def _ask_for_certificates(roll: Sequence[Member]) -> None:
    """Let the clerk ask for two certificates and the deputy approve one of them."""
    to_issue = _ask(roll[0], "升学")
    _ask(roll[2], "求职")
    deputy = _account("deputy")
    with acting_as(access_of(deputy)):
        certificates.approve(to_issue, by=deputy, access=access_of(deputy))


def _ask(member: Member, purpose: str) -> CertificateRequest:
    clerk = _account("clerk")
    with acting_as(access_of(clerk)):
        volunteer = db.session.get_one(Volunteer, member.volunteer_id)
        return certificates.request(volunteer, by=clerk, access=access_of(clerk), purpose=purpose)


def _account(login: str) -> Account:
    with unscoped("a demo plays every part"):
        return db.session.scalars(select(Account).where(Account.login == login)).one()

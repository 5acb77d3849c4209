"""The review of a registration, by another person than who recorded it (社区审核后登记在册)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access, unscoped
from admin_app.services import committee, wording
from admin_app.services.committee import exemptions
from admin_app.services.people import guardians, volunteers
from admin_app.services.people.volunteers import Particulars
from admin_app.services.privacy import answers, consents, purposes
from models import (
    OPTIONAL_COLUMNS,
    Account,
    ConsentScope,
    DomainError,
    Person,
    Registration,
    RegistrationAct,
    RegistrationState,
    RegistrationStep,
    RollState,
    RuleKind,
    Volunteer,
    clock,
    db,
)

from .handing_in import forget, lock, note


def accept(
    registration: Registration, *, by: Account, access: Access, on: date | None = None
) -> Volunteer:
    """Put the person on the roll and return the line; the caller commits.

    ``on`` is the day of the roll, by default today. Raises ``DomainError`` for what does not wait,
    for who recorded it, for the person himself, and without the promise to keep an adopted code.
    """
    _require_reviewer(registration, by, access)
    day = on or clock.today()
    if not registration.handed_in_on <= day <= clock.today():
        raise DomainError(
            _("The day on the roll lies between the day of handing in and today: correct it.")
        )
    _require_promise(registration)
    assert registration.id_number is not None  # noqa: S101  # open: the table keeps it
    given = Particulars(
        name=registration.name,
        id_number=registration.id_number,
        phone=registration.phone,
        guardian_name=registration.guardian_name,
        guardian_relation=registration.guardian_relation,
        guardian_phone=registration.guardian_phone,
        agreed_on=registration.handed_in_on,
        registered_on=day,
        lives_in=registration.lives_in,
    )
    db.session.flush()  # judged by the reviewer's own rights; what follows is not
    with unscoped("whoever may review puts the person on the roll, and writes nothing else there"):
        line = volunteers.register(
            registration.station, given, **{name: getattr(registration, name) for name in CARRIED},
            **_answered(registration),
        )  # fmt: skip
        if registration.separate_consents:
            line.separate_consents = {
                **(line.separate_consents or {}), **registration.separate_consents,
            }  # fmt: skip
            answers.record(line, registration.separate_consents)
        _agree(line, registration)
        db.session.flush()  # here, where the reviewer may
    purposes.erase(registration)  # the line of the roll has it now
    registration.volunteer, registration.reason = line, None
    forget(registration)
    _decide(registration, RegistrationState.ACCEPTED, RegistrationAct.ACCEPTED, by)
    return line


def _agree(line: Volunteer, registration: Registration) -> None:
    """Keep what the person agreed to himself; for the youngest the guardian does."""
    consents.name_from(line, registration.publication_consent_on)
    day = registration.notice_on
    if day is not None:
        ages = guardians.gates(line.station.code, on=day)
        if not ages.is_sensitive(clock.age_on(registration.born_on, day)):
            consents.give(line, ConsentScope.REGISTRATION, on=day)


# What the line of the roll takes over as it is.
CARRIED = (
    "skills", "availability", "categories", "official_number",
    "note", "conduct_on", "conduct_rule_id", "notice_on", "notice_rule_id",
)  # fmt: skip


def _answered(registration: Registration) -> dict[str, Any]:
    """Return what was answered beyond the rules; of who comes back, the rest stays as it was."""
    told = {name: getattr(registration, name) for name in sorted(OPTIONAL_COLUMNS)}
    return {name: value for name, value in told.items() if value is not None}


def give_back(registration: Registration, reason: str, *, by: Account, access: Access) -> None:
    """Return a registration to the desk, saying what is to be corrected; the caller commits."""
    _require_reviewer(registration, by, access)
    registration.reason = wording.reason(reason)
    _decide(registration, RegistrationState.RETURNED, RegistrationAct.RETURNED, by)


def steps(registration: Registration) -> Sequence[RegistrationStep]:
    """Return what happened to a registration, in the order of time."""
    mine = select(RegistrationStep).where(RegistrationStep.registration_id == registration.id)
    return db.session.scalars(mine.order_by(RegistrationStep.id)).all()


def is_on_another_roll(registration: Registration) -> bool:
    """Tell whether the same human being stands on another station's roll; not on which."""
    found = (
        select(Volunteer.id)
        .join(Person, Person.id == Volunteer.person_id)
        .where(
            Person.id_number_hash == registration.id_number_hash,
            Volunteer.station_id != registration.station_id,
            Volunteer.state == RollState.REGISTERED,
        )
    )
    with unscoped("that one human being stands on another roll is told, and no more"):
        return db.session.scalar(found.limit(1)) is not None


def left_line(registration: Registration) -> Volunteer | None:
    """Return the line of the own roll that the person left and would come back to."""
    line = volunteers.line_of(registration.station, registration.id_number_hash)
    return line if line is not None and line.state is RollState.LEFT else None


def rivals(registration: Registration) -> set[int]:
    """Return the accounts that recorded or corrected a registration."""
    told = select(RegistrationStep.by_id).where(
        RegistrationStep.registration_id == registration.id,
        RegistrationStep.act.in_((RegistrationAct.HANDED_IN, RegistrationAct.CORRECTED)),
        RegistrationStep.by_id.is_not(None),
    )
    with unscoped("who recorded a registration is asked of whoever may review it"):
        return {account for account in db.session.scalars(told) if account is not None}


def _require_reviewer(registration: Registration, by: Account, access: Access) -> None:
    access.require("registrations:review", registration)
    lock(registration)
    if registration.state is not RegistrationState.WAITING:
        raise DomainError(_("This registration does not wait for a review: reload the page."))
    if _is_own(registration, by):
        raise DomainError(_("This is your own registration: another person reviews it."))
    registration.single_handed = by.id in rivals(registration)
    if registration.single_handed and not exemptions.is_exempt(
        registration.station_id, on=clock.today()
    ):
        raise DomainError(
            _(
                "You recorded this registration: another person reviews it, unless the county "
                "exempts the station by a letter."
            )
        )


def _is_own(registration: Registration, by: Account) -> bool:
    if by.person_id is None:
        return False
    with unscoped("whether the reviewer is the person himself"):
        person = db.session.get_one(Person, by.person_id)
        return person.id_number_hash == registration.id_number_hash


def _require_promise(registration: Registration) -> None:
    station, today = registration.station, clock.today()
    if registration.notice_on is None and committee.in_force(station, RuleKind.PRIVACY, on=today):
        raise DomainError(
            _(
                "The day on which the privacy notice was read is missing: return the registration, "
                "or let the desk add the day."
            )
        )
    if registration.conduct_on is None and committee.in_force(station, RuleKind.CONDUCT, on=today):
        raise DomainError(
            _(
                "The promise to keep the code of conduct is missing: return the registration, or "
                "let the desk add the day of the promise."
            )
        )


def _decide(
    registration: Registration, state: RegistrationState, act: RegistrationAct, by: Account
) -> None:
    registration.state = state
    registration.reviewed_by_id, registration.reviewed_at = by.id, clock.utc_now()
    note(registration, act, by, registration.reason)

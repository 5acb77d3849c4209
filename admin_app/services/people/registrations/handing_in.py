"""What a person hands in: written down, corrected, handed in again, withdrawn.

What must be told is what the Zhanjiang document of 2018 (annex 2) and Order 67, Art 5, name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access, unscoped
from admin_app.services import audit, committee, identity, masking, wording
from admin_app.services.exchange import cells, coded
from admin_app.services.people import dismissals, volunteers
from admin_app.services.privacy import answers, purposes
from models import (
    MAX_CATEGORIES,
    Account,
    AuditAction,
    Category,
    Division,
    DomainError,
    Person,
    Registration,
    RegistrationAct,
    RegistrationState,
    RegistrationStep,
    RollState,
    Rule,
    RuleKind,
    Station,
    clock,
    db,
    engine,
    id_number_hash,
)

MAX_TEXT = 200


@dataclass(frozen=True)
class Told:
    """What a person tells of himself; numbers as they were typed, None keeps the one on file."""

    name: str
    handed_in_on: date
    skills: str
    # Nothing where the times of the week are asked and ticked: they say it.
    availability: str | None
    categories: Sequence[Category]
    id_number: str | None = None
    phone: str | None = None
    lives_in: Division | None = None
    official_number: str | None = None
    publication_consent_on: date | None = None
    guardian_name: str | None = None
    guardian_relation: str | None = None
    guardian_phone: str | None = None
    conduct_on: date | None = None
    notice_on: date | None = None
    note: str | None = None
    # Answers to what the station asks beyond the rules, by their columns.
    answers: Mapping[str, Any] = field(default_factory=dict)
    # The day of the separate consent to those of them that are sensitive.
    separate_consent_on: date | None = None


def hand_in(station: Station, told: Told, *, by: Account | None) -> Registration:
    """Write down what a person hands in at a station; the caller commits.

    Raises ``DomainError`` for what is missing or wrong, for who is on the roll already, and for
    who handed in before and still waits.
    """
    registration = Registration(
        station=station, recorded_by_id=by.id if by else None, state=RegistrationState.WAITING
    )
    if not told.id_number:
        raise DomainError(_("An identity number has 18 characters: count them again."))
    _fill(registration, told)
    db.session.add(registration)
    db.session.flush()  # the step below names it
    note(registration, RegistrationAct.HANDED_IN, by)
    return registration


def correct(registration: Registration, told: Told, *, by: Account | None) -> None:
    """Change what is on file of an open registration; the caller commits.

    Whoever corrects answers for it as who recorded it does. Raises ``DomainError`` as ``hand_in``.
    """
    require_open(registration)
    _fill(registration, told)
    note(registration, RegistrationAct.CORRECTED, by)


def hand_in_again(registration: Registration, *, by: Account | None, access: Access) -> None:
    """Let a returned registration wait for its review once more; the caller commits."""
    access.require("registrations:write", registration)
    lock(registration)
    if registration.state is not RegistrationState.RETURNED:
        raise DomainError(_("Only what was returned is handed in again: reload the page."))
    registration.state = RegistrationState.WAITING
    note(registration, RegistrationAct.HANDED_IN, by)


def withdraw(
    registration: Registration, reason: str, *, by: Account | None, access: Access
) -> None:
    """End an open registration and erase what was told; the caller commits.

    The purpose is gone (个人信息保护法 Art 47): what stays is a masked name and number, and why.
    """
    access.require("registrations:write", registration)
    lock(registration)
    require_open(registration)
    registration.reason = wording.reason(reason)
    registration.state = RegistrationState.WITHDRAWN
    engine.forget_after_commit()
    forget(registration)
    registration.name = masking.name(registration.name)
    registration.skills = registration.availability = ""
    registration.categories = []
    for name in ERASED:
        setattr(registration, name, None)
    purposes.erase(registration)
    note(registration, RegistrationAct.WITHDRAWN, by, registration.reason)


ERASED = (
    "official_number", "guardian_name", "guardian_relation", "guardian_phone_masked",
    "note", "lives_in_id", "publication_consent_on",
)  # fmt: skip


def forget(registration: Registration) -> None:
    """Erase the numbers in clear; hash and mask stay."""
    registration.id_number = registration.phone = registration.guardian_phone = None


def require_open(registration: Registration) -> None:
    """Raise ``DomainError`` for what was accepted or withdrawn."""
    if not registration.is_open:
        raise DomainError(_("This registration was decided before: reload the page."))


def lock(registration: Registration) -> None:
    """Hold the row, so that of two people who decide at once one comes second."""
    db.session.refresh(registration, with_for_update=True)


def note(
    registration: Registration, act: RegistrationAct, by: Account | None, reason: str | None = None
) -> None:
    """Keep one act on a registration, in its own history and in the trail."""
    db.session.add(
        RegistrationStep(
            station_id=registration.station_id, registration_id=registration.id, act=act,
            by_id=by.id if by else None, reason=reason,
        )
    )  # fmt: skip
    if act is not RegistrationAct.CORRECTED:  # told column by column
        state = registration.state
        audit.record(AuditAction.DECIDE, Registration.__tablename__, row=registration, state=state)
    db.session.flush()  # the page tells the act


def _fill(registration: Registration, told: Told) -> None:
    station = registration.station
    if told.handed_in_on > clock.today():
        raise DomainError(_("The day lies in the future: correct it."))
    registration.name = volunteers.sound_name(told.name)
    registration.handed_in_on = told.handed_in_on
    if told.id_number:
        _set_number(registration, volunteers.sound_number(told.id_number))
    volunteers.require_age(
        station, registration.born_on, told.guardian_name, registration.handed_in_on
    )
    _require_new(registration)
    _set_phones(registration, told)
    registration.skills = wording.line(
        told.skills, _("Say what the person can do; “none” will do."), most=MAX_TEXT
    )
    times = coded.times(registration.slots)
    registration.guardian_name = told.guardian_name or None
    answers.take(
        registration, told.answers, born_on=registration.born_on, on=registration.handed_in_on,
        agreed_on=told.separate_consent_on, guardian=registration.guardian_name,
    )  # fmt: skip
    typed = told.availability
    if registration.slots is not None and (not typed or typed == times):
        typed = coded.times(registration.slots)  # the times ticked say it
    registration.availability = wording.line(
        typed, _("Say when the person can serve."), most=MAX_TEXT
    )
    registration.categories = [category.value for category in _sound(told.categories)]
    registration.lives_in_id = (told.lives_in or station.division).id
    registration.official_number = told.official_number or None
    registration.publication_consent_on = told.publication_consent_on
    registration.guardian_relation = told.guardian_relation or None
    registration.note = told.note or None
    registration.conduct_on = told.conduct_on
    registration.conduct_rule = _edition(station, RuleKind.CONDUCT, told.conduct_on)
    registration.notice_on = told.notice_on
    registration.notice_rule = _edition(station, RuleKind.PRIVACY, told.notice_on)


def _edition(station: Station, kind: RuleKind, day: date | None) -> Rule | None:
    return committee.in_force(station, kind, on=day) if day else None


def _set_number(registration: Registration, number: str) -> None:
    registration.id_number = number
    registration.id_number_hash = id_number_hash(number)
    registration.id_number_masked = masking.id_number(number)
    registration.sex, registration.born_on = identity.sex(number), identity.born_on(number)


def _set_phones(registration: Registration, told: Told) -> None:
    if told.phone:
        registration.phone = volunteers.sound_mobile(told.phone)
        registration.phone_masked = masking.phone(registration.phone)
    if not registration.phone_masked:
        raise DomainError(_("Type a mobile number; for a minor without one, the guardian's."))
    if told.guardian_phone:
        registration.guardian_phone = cells.phone(told.guardian_phone)
        registration.guardian_phone_masked = masking.phone(registration.guardian_phone)


def _require_new(registration: Registration) -> None:
    """Raise ``DomainError`` for who is on the roll, waits already, or is known by another name."""
    hashed = registration.id_number_hash
    line = volunteers.line_of(registration.station, hashed)
    if line is not None and line.state is not RollState.LEFT:
        raise DomainError(_("This person is on the station's roll already."))
    if line is not None:
        dismissals.refuse_return(line)
    waits = select(Registration.id).where(
        Registration.station_id == registration.station.id,
        Registration.id_number_hash == hashed,
        Registration.is_open,
    )
    if registration.id is not None:
        waits = waits.where(Registration.id != registration.id)
    if db.session.scalar(waits):
        raise DomainError(_("This person has handed in already and waits for the review."))
    with unscoped("one human being has one name, whatever station knows it"):
        person = db.session.scalar(select(Person).where(Person.id_number_hash == hashed))
        if person is not None:
            volunteers.require_same_name(person, registration.name)


def _sound(categories: Sequence[Category]) -> list[Category]:
    chosen = list(dict.fromkeys(categories))
    if not 1 <= len(chosen) <= MAX_CATEGORIES:
        raise DomainError(_("Choose one to %(most)s service categories.", most=MAX_CATEGORIES))
    return chosen

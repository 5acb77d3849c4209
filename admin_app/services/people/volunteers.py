"""Volunteers: putting a person on a station's roll, and finding one by an exact number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select, update

from admin_app.policy import Access, unscoped
from admin_app.services import audit, figures, identity, masking
from admin_app.services.exchange import cells
from models import (
    AuditAction,
    AuditEntry,
    Division,
    DomainError,
    FigureName,
    MergeState,
    Person,
    PersonMerge,
    RollState,
    Station,
    Volunteer,
    clock,
    db,
    id_number_hash,
    phone_hash,
)

from . import dismissals, guardians, roll
from .guardians import Guardian

FINDS_AN_HOUR = 60
MAX_NAME = 50
MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)


@dataclass(frozen=True)
class Particulars:
    """What a person hands in to be put on a roll; numbers as they were typed."""

    name: str
    id_number: str
    phone: str | None = None
    guardian_name: str | None = None
    guardian_relation: str | None = None
    guardian_phone: str | None = None
    registered_on: date | None = None
    # None: not said, which is where the station lies unless somebody said better before.
    lives_in: Division | None = None
    # The day on which the guardian signed; None: that of the registration.
    agreed_on: date | None = None


def register(station: Station, given: Particulars, **more: Any) -> Volunteer:
    """Put a person on a station's roll and return the line; the caller commits.

    Who left the roll comes back to the same line, with its number and first day; the days between
    do not count. Raises
    ``DomainError`` on a wrong number, a missing guardian, or a person already on the roll.
    """
    number = sound_number(given.id_number)
    day = given.registered_on or clock.today()
    require_age(station, identity.born_on(number), given.guardian_name, day)
    home = given.lives_in or station.division
    person = _person(sound_name(given.name), number, home)
    if given.lives_in is not None or person.lives_in_id is None:
        person.lives_in_id = home.id
    known = line_of(station, id_number_hash(number))
    if known is not None:
        return _come_back(known, given, day, more)
    volunteer = Volunteer(
        station=station,
        person=person,
        number=next_numbers(station, 1)[0],
        registered_on=day,
        **more,
    )
    set_phone(volunteer, given.phone)
    db.session.add(volunteer)
    db.session.flush()  # a second line for the same person must meet this one
    _let_agree(volunteer, given, day)
    return volunteer


def _let_agree(volunteer: Volunteer, given: Particulars, day: date) -> None:
    if given.guardian_name:
        guardian = Guardian(given.guardian_name, given.guardian_relation, given.guardian_phone)
        on = given.agreed_on or day
        # Who comes back may have brought the consent long ago.
        asked = [
            scope for scope in guardians.AT_REGISTRATION
            if not guardians.has_agreed(volunteer, scope, on=on)
        ]  # fmt: skip
        if asked:
            guardians.agree(volunteer, asked, guardian, on=on)


def line_of(station: Station, hashed: str) -> Volunteer | None:
    """Return the line of a station's roll by the hash of an identity number, left or not."""
    return db.session.scalar(
        select(Volunteer).where(
            Volunteer.station_id == station.id,
            Volunteer.person.has(Person.id_number_hash == hashed),
        )
    )


def _come_back(line: Volunteer, given: Particulars, day: date, more: dict[str, Any]) -> Volunteer:
    if line.state is not RollState.LEFT:
        raise DomainError(_("This person is on the station's roll already."))
    dismissals.refuse_return(line)
    roll.come_back(line, day)
    # Who hands in a registration anew wants his data to be used.
    line.erased_on = line.restricted_on = None
    set_phone(line, given.phone)
    for name, value in more.items():
        setattr(line, name, value)
    db.session.flush()  # whoever comes next meets the person on the roll
    _let_agree(line, given, day)
    return line


def next_numbers(station: Station, count: int) -> list[str]:
    """Reserve roll numbers: the station's code and a serial that is never given out twice."""
    with unscoped("the serial belongs to the station, whoever registers"):
        # One UPDATE locks the row on both engines; a rollback gives the serials back.
        last = db.session.execute(
            update(Station)
            .where(Station.id == station.id)
            .values(last_roll=Station.last_roll + count)
            .returning(Station.last_roll)
            .execution_options(synchronize_session=False)
        ).scalar_one()
    return [f"{station.code}-{serial:05}" for serial in range(last - count + 1, last + 1)]


def set_phone(volunteer: Volunteer, typed: str | None) -> None:
    """Keep a mobile number sealed, hashed and masked; nothing typed clears it."""
    if not cells.phone(typed):
        volunteer.phone = volunteer.phone_hash = volunteer.phone_masked = None
        return
    digits = sound_mobile(typed)
    volunteer.phone = digits
    volunteer.phone_hash = phone_hash(digits)
    volunteer.phone_masked = masking.phone(digits)


def sound_mobile(typed: str | None) -> str:
    """Return a mobile number's digits; raises ``DomainError`` on what is none."""
    digits = cells.phone(typed)
    if not MOBILE.fullmatch(digits):
        raise DomainError(_("A mobile number has 11 digits and begins with 13 to 19."))
    return digits


def rename(volunteer: Volunteer, typed: str) -> None:
    """Correct a person's name; refused while another station has the person on its roll."""
    name, person = sound_name(typed), volunteer.person
    if name == person.name:
        return
    with unscoped("whether another station knows this person"):
        elsewhere = db.session.scalar(
            select(Volunteer.id).where(
                Volunteer.person_id == person.id, Volunteer.id != volunteer.id
            )
        )
    if elsewhere is not None:
        raise DomainError(
            _("Another station has this person on its roll: ask the county to correct the name.")
        )
    person.name, person.name_key = name, cells.key(name)


def find(typed: str, *, access: Access, at: datetime | None = None) -> list[Volunteer]:
    """Return the lines in reach with exactly this identity number or phone.

    Leaves a trace without the number; raises ``DomainError`` for no number and for too many tries
    in an hour, because whoever may guess without end can try out every number.
    """
    number = cells.identity_number(typed)
    digits = cells.phone(typed)
    if MOBILE.fullmatch(digits):
        wanted = Volunteer.phone_hash == phone_hash(digits)
    elif len(number) == identity.LENGTH:
        wanted = Volunteer.person.has(Person.id_number_hash == id_number_hash(number))
    else:
        raise DomainError(_("Type a whole identity number or mobile number."))
    _limit_finding(access, at or clock.utc_now())
    found = list(db.session.scalars(select(Volunteer).where(wanted).order_by(Volunteer.id)))
    # One who was found is named by the number of the row: the person may ask who searched.
    one = found[0] if len(found) == 1 else None
    audit.record(AuditAction.SEARCH, Volunteer.__tablename__, row=one, found=len(found))
    return found


def _limit_finding(access: Access, now: datetime) -> None:
    with unscoped("how often one account searched"):
        tries = db.session.scalar(
            select(func.count(AuditEntry.id)).where(
                AuditEntry.account_id == access.account_id,
                AuditEntry.action == AuditAction.SEARCH,
                AuditEntry.at > now - timedelta(hours=1),
            )
        )
    if (tries or 0) >= FINDS_AN_HOUR:
        raise DomainError(_("Too many searches by number this hour: try again later."))


def by_number(number: str) -> Volunteer:
    """Return the line of a roll number; raises ``DomainError`` when there is none in reach."""
    found = db.session.scalar(select(Volunteer).where(Volunteer.number == number))
    if found is None:
        raise DomainError(_("There is no volunteer with the number %(number)s.", number=number))
    return found


def sound_name(typed: str) -> str:
    """Return a name as it is kept; raises ``DomainError`` for none and for one too long."""
    name = cells.name(typed)
    if not name:
        raise DomainError(_("Type the person's name."))
    if len(name) > MAX_NAME:
        # Narrowing can make a text longer: some single signs stand for whole phrases.
        raise DomainError(_("A name has at most %(most)s characters.", most=MAX_NAME))
    return name


def sound_number(typed: str) -> str:
    """Return an identity number as it is kept; raises ``DomainError`` on a wrong one."""
    number = cells.identity_number(typed)
    if len(number) != identity.LENGTH:
        raise DomainError(_("An identity number has 18 characters: count them again."))
    if not identity.is_sound(number):
        raise DomainError(
            _("The identity number's birth date or check digit is wrong: compare it with the card.")
        )
    return number


def require_age(station: Station, born_on: date, guardian: str | None, day: date) -> None:
    """Raise ``DomainError`` for who is not born on a day, or under age without a guardian."""
    if born_on > day:
        raise DomainError(
            _("The birth date in the identity number is later than the registration.")
        )
    adult = adult_age(station.division, day)
    if adult is not None and clock.age_on(born_on, day) < adult and not guardian:
        raise DomainError(
            _(
                "Under %(age)s years on that day: name the guardian who agreed "
                "(Zhanjiang document of 2018, annex 4, article 2).",
                age=adult,
            )
        )


def adult_age(division: Division | None, day: date) -> int | None:
    """Return the age from which no guardian is asked at a place on a day."""
    return figures.at(division, FigureName.ADULT_AGE, on=day)


def _person(name: str, number: str, home: Division) -> Person:
    """Return the person of an identity number, new, with a home, or known from any station."""
    with unscoped("one human being is one row, whatever station knows it"):
        person = db.session.scalar(
            select(Person).where(Person.id_number_hash == id_number_hash(number))
        )
        if person is None:
            person = Person(
                name=name,
                name_key=cells.key(name),
                sex=identity.sex(number),
                born_on=identity.born_on(number),
                id_number=number,
                id_number_hash=id_number_hash(number),
                id_number_masked=masking.id_number(number),
                lives_in_id=home.id,
            )
            db.session.add(person)
            db.session.flush()  # the roll line below names its number
        else:
            require_same_name(person, name)
            _refuse_merged(person)
    return person


def _refuse_merged(person: Person) -> None:
    merged = select(PersonMerge.id).where(
        PersonMerge.absorbed_id == person.id, PersonMerge.state == MergeState.DONE
    )
    if db.session.scalar(merged) is not None:
        raise DomainError(
            _("This number stood for a row that was merged into another one: type the right one.")
        )


def require_same_name(person: Person, name: str) -> None:
    """Raise ``DomainError`` when a number is on file under another name."""
    if person.name_key != cells.key(name):
        raise DomainError(_("This identity number is registered under another name: check both."))

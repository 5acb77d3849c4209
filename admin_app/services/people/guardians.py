"""Guardians of who is under age: what they agreed to, and what each age asks on a day.

Three ages, each a dated figure: under the lowest a guardian accompanies every service (民法典 Art
20), under the middle one all personal data are sensitive and the guardian decides (个保法 Arts 28,
31), under the highest a guardian consents or accompanies (附件4 Art 2). Age counts on the day in
question, and so does consent; at full age it lapses by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, or_, select

from admin_app.policy import unscoped
from admin_app.services import committee, masking
from admin_app.services.exchange import cells
from admin_app.services.figures import CODE_LENGTH, FiguresOfDay
from models import (
    Consent,
    ConsentScope,
    ConsentWay,
    DomainError,
    FigureName,
    RuleKind,
    Volunteer,
    clock,
    db,
    guardian_phone_hash,
)

AGES = (FigureName.ADULT_AGE, FigureName.SENSITIVE_AGE, FigureName.CAPACITY_AGE)
# What a guardian agrees to who is named where a volunteer is put on a roll.
AT_REGISTRATION = (ConsentScope.REGISTRATION, ConsentScope.SERVICE)
MOST_NAME, MOST_MASKED = 50, 20
# The marks of an entry that a confirmer looks at.
WITHOUT_GUARDIAN, UNACCOMPANIED = "without_guardian", "unaccompanied"
MARKS = frozenset({WITHOUT_GUARDIAN, UNACCOMPANIED})

_consents: Any = Consent.__table__.c


@dataclass(frozen=True)
class Guardian:
    """A guardian as the clerk typed it."""

    name: str
    relation: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Gates:
    """The ages in force at a place on a day; None: not set there, and asks nothing."""

    adult: int | None = None
    sensitive: int | None = None
    capacity: int | None = None

    def is_minor(self, age: int) -> bool:
        """Tell whether a guardian consents or accompanies."""
        return age < (self.adult or 0)

    def is_sensitive(self, age: int) -> bool:
        """Tell whether the guardian decides over personal data, whatever the child says."""
        return age < (self.sensitive or 0)

    def is_accompanied_only(self, age: int) -> bool:
        """Tell whether no consent stands in for a guardian who is there."""
        return age < (self.capacity or 0)


def gates(code: str, *, on: date) -> Gates:
    """Return the ages in force at a station's or division's code on a day."""
    return gates_of(FiguresOfDay(AGES, on=on), code)


def gates_of(known: FiguresOfDay, code: str) -> Gates:
    """Return the ages at a code by figures that were read before, ``AGES`` among them."""
    found = (known.at_code(code[:CODE_LENGTH], name) for name in AGES)
    return Gates(*(figure.value if figure else None for figure in found))


def agree(
    volunteer: Volunteer,
    scopes: Iterable[ConsentScope],
    guardian: Guardian,
    *,
    on: date,
    note: str | None = None,
    way: ConsentWay | None = ConsentWay.SIGNED,
) -> list[Consent]:
    """Write down what a guardian agreed to on a day, each scope as its own row; the caller commits.

    Raises ``DomainError`` without a name or a scope, for a day to come, and for what the guardian's
    word holds for already.
    """
    name, asked = _sound_name(guardian.name), list(dict.fromkeys(scopes))
    if not asked:
        raise DomainError(_("Choose what the guardian agreed to."))
    if on > clock.today():
        raise DomainError(_("The day of consent lies ahead: correct it."))
    held = {one.scope for one in _of(volunteer, on) if one.guardian_name == name}
    if twice := [str(scope.label) for scope in asked if scope in held]:
        raise DomainError(
            _("This guardian's consent is on file already for that day: %(scopes)s.",
              scopes=", ".join(twice))
        )  # fmt: skip
    notice = committee.in_force(volunteer.station, RuleKind.PRIVACY, on=on)
    rows = [
        Consent(
            station=volunteer.station, volunteer=volunteer, scope=scope, guardian_name=name,
            relation=guardian.relation or None, given_on=on, note=note or None, way=way,
            notice_rule=notice,
        )
        for scope in asked
    ]  # fmt: skip
    for row in rows:
        set_phone(row, guardian.phone)
    db.session.add_all(rows)
    db.session.flush()  # what is asked next must find them
    return rows


def set_phone(consent: Consent, typed: str | None) -> None:
    """Keep a guardian's number sealed, hashed and masked; nothing typed keeps none."""
    for name, value in _phone(typed).items():
        setattr(consent, name, value)


def columns(name: str, relation: str | None, phone: str | None) -> dict[str, str | None]:
    """Return what a guardian's row keeps of him, for a bulk insert."""
    return {"guardian_name": name, "relation": relation or None, **_phone(phone)}


def _phone(typed: str | None) -> dict[str, str | None]:
    digits = cells.phone(typed)
    return {
        "phone": digits or None,
        "phone_hash": guardian_phone_hash(digits) if digits else None,
        "phone_masked": masking.phone(digits)[:MOST_MASKED] if digits else None,
    }


def has_agreed(volunteer: Volunteer, scope: ConsentScope, *, on: date) -> bool:
    """Tell whether a guardian's consent stands on a day; age is asked apart."""
    return any(one.scope is scope for one in _of(volunteer, on))


def marks(
    volunteer: Volunteer, known: FiguresOfDay, code: str, *, on: date, present: str | None
) -> list[str]:
    """Return what service on a day lacks by the volunteer's age, as the marks of an entry."""
    age, ages = clock.age_on(volunteer.person.born_on, on), gates_of(known, code)
    if present or not ages.is_minor(age):
        return []
    if ages.is_accompanied_only(age):
        return [UNACCOMPANIED]
    is_agreed = has_agreed(volunteer, ConsentScope.SERVICE, on=on)
    return [] if is_agreed else [WITHOUT_GUARDIAN]


def require_answered(marked: Sequence[str], volunteer: Volunteer, *, on: date) -> None:
    """Raise ``DomainError`` for service under age that nobody agreed to or accompanied."""
    if UNACCOMPANIED in marked:
        raise DomainError(
            _("%(name)s is too young that day to serve alone: name the guardian who was present.",
              name=volunteer.person.name)
        )  # fmt: skip
    if WITHOUT_GUARDIAN in marked:
        raise DomainError(
            _("%(name)s is under age on %(day)s, and no guardian's consent to take part is on "
              "file: record it, or name the guardian who was present.",
              name=volunteer.person.name, day=on)
        )  # fmt: skip


def refuse_hazard(volunteer: Volunteer, *, hazardous: bool, code: str, on: date) -> None:
    """Raise ``DomainError`` for who is under age at hazardous work, consent or not."""
    if not hazardous:
        return
    if gates(code, on=on).is_minor(clock.age_on(volunteer.person.born_on, on)):
        raise DomainError(
            _("This is hazardous work, and %(name)s is under age on %(day)s: nobody under age "
              "may take part.", name=volunteer.person.name, day=on)
        )  # fmt: skip


def may_be_named(
    born_on: date, own_consent_on: date | None, *, is_agreed: bool, ages: Gates, on: date
) -> bool:
    """Tell whether somebody's name may hang in public on a day.

    Who is of age agrees alone. Under age the guardian agrees to just this, and so does the
    volunteer, but for one so young that the guardian decides.
    """
    if ages.adult is None:
        return False
    age, agrees = clock.age_on(born_on, on), own_consent_on is not None and own_consent_on <= on
    if not ages.is_minor(age):
        return agrees
    return is_agreed and (agrees or ages.is_sensitive(age))


def stands(
    scope: ConsentScope, volunteer_id: Any, day: Any, *, until: Any = None
) -> ColumnElement[bool]:
    """Return the condition that a guardian's consent stands on a day, all columns or values.

    With ``until`` it was not withdrawn by that later day either.
    """
    last = day if until is None else until
    return (
        select(_consents.id)
        .where(
            _consents.volunteer_id == volunteer_id,
            _consents.scope == scope,
            _consents.guardian_name.is_not(None),
            _consents.given_on <= day,
            or_(
                _consents.withdrawn_on.is_(None),
                _consents.withdrawn_on > last,
            ),
        )
        .exists()
    )


def of(volunteer: Volunteer) -> Sequence[Consent]:
    """Return what guardians agreed to for a volunteer in reach, the latest first."""
    return db.session.scalars(
        select(Consent)
        .where(Consent.volunteer_id == volunteer.id, Consent.guardian_name.is_not(None))
        .order_by(Consent.given_on.desc(), Consent.id.desc())
    ).all()


def latest(volunteer: Volunteer, *, on: date) -> str | None:
    """Return the name of the guardian who agreed last, of those whose word holds on a day."""
    held = sorted(_of(volunteer, on), key=lambda one: (one.given_on, one.id))
    return held[-1].guardian_name if held else None


def _of(volunteer: Volunteer, day: date) -> list[Consent]:
    asked = select(Consent).where(
        Consent.volunteer_id == volunteer.id, Consent.guardian_name.is_not(None)
    )
    with unscoped("whether a guardian agreed is asked by who takes attendance too"):
        return [one for one in db.session.scalars(asked) if one.stands_on(day)]


def _sound_name(typed: str | None) -> str:
    name = cells.name(typed)
    if not name:
        raise DomainError(_("Name the guardian who agreed."))
    if len(name) > MOST_NAME:
        raise DomainError(_("A name has at most %(most)s characters.", most=MOST_NAME))
    return name

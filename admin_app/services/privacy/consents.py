"""What people agreed to, purpose by purpose: when, how, after which edition of the notice.

The line of the roll says what holds now; the rows here say since when, and until when it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services import committee
from admin_app.services.people import guardians
from models import (
    Consent,
    ConsentScope,
    ConsentWay,
    DomainError,
    OptionalField,
    RuleKind,
    Volunteer,
    clock,
    db,
)

# What a person agrees to himself; to take part a guardian agrees, and nobody else is asked.
OWN = (ConsentScope.REGISTRATION, ConsentScope.PUBLICATION)


def give(
    volunteer: Volunteer,
    scope: ConsentScope,
    *,
    on: date,
    field: OptionalField | None = None,
    guardian: str | None = None,
    way: ConsentWay | None = ConsentWay.SIGNED,
) -> Consent:
    """Write down a consent of a day with the notice that held then; the caller commits.

    The same one twice is one row.
    """
    for known in standing(volunteer, scope, field=field):
        if (known.given_on, known.guardian_name) == (on, guardian):
            return known
    row = Consent(
        station=volunteer.station, volunteer=volunteer, scope=scope, field=field, given_on=on,
        guardian_name=guardian, way=way,
        notice_rule=committee.in_force(volunteer.station, RuleKind.PRIVACY, on=on),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()  # what is asked next must find it
    return row


def agree(
    volunteer: Volunteer, scopes: Iterable[ConsentScope], *, on: date, way: ConsentWay | None
) -> list[Consent]:
    """Write down what a person agrees to himself; the caller commits.

    Raises ``DomainError`` for what a guardian is asked, of a child so young for everything, without
    a scope, and for a day to come.
    """
    asked = list(scopes)
    if not asked:
        raise DomainError(_("Choose what was agreed to."))
    ages = guardians.gates(volunteer.station.code, on=on)
    is_young = ages.is_sensitive(clock.age_on(volunteer.person.born_on, on))
    if is_young or not set(asked) <= set(OWN):
        raise DomainError(_("Name the guardian who agreed."))
    if not volunteer.person.born_on <= on <= clock.today():
        raise DomainError(_("The day of consent lies ahead: correct it."))
    if ConsentScope.PUBLICATION in asked:
        volunteer.publication_consent_on = on
    return [give(volunteer, scope, on=on, way=way) for scope in asked]


def look_at(row: Consent, way: ConsentWay | None) -> None:
    """Write down how a consent was given of which it was not known; the caller commits.

    Raises ``DomainError`` without a way, and where one is on file or the consent was withdrawn.
    """
    if way is None:
        raise DomainError(_("Choose how it was given."))
    if row.way is not None or row.withdrawn_on is not None:
        raise DomainError(_("How it was given is on file, or it was withdrawn: reload the page."))
    row.way = way


def name_from(volunteer: Volunteer, day: date | None) -> None:
    """Let a person be named in public from a day on, or no longer, at his own word."""
    if day == volunteer.publication_consent_on:
        return
    end(volunteer, ConsentScope.PUBLICATION, guardian=None)
    volunteer.publication_consent_on = day
    if day is not None:
        give(volunteer, ConsentScope.PUBLICATION, on=day)


def end(
    volunteer: Volunteer,
    scope: ConsentScope,
    *,
    field: OptionalField | None = None,
    on: date | None = None,
    **by: str | None,
) -> None:
    """Let consents to one thing hold no longer from a day on, today by default.

    ``guardian`` narrows it to those of one guardian, or with None to the person's own.
    """
    day = on or clock.today()
    for row in standing(volunteer, scope, field=field):
        if "guardian" not in by or row.guardian_name == by["guardian"]:
            row.withdrawn_on = max(row.given_on, day)
    db.session.flush()  # what is asked next must not find them


def of(volunteer: Volunteer) -> Sequence[Consent]:
    """Return what was agreed to for a volunteer in reach, the latest first."""
    return db.session.scalars(
        select(Consent)
        .where(Consent.volunteer_id == volunteer.id)
        .order_by(Consent.given_on.desc(), Consent.id.desc())
    ).all()


def standing(
    volunteer: Volunteer, scope: ConsentScope, *, field: OptionalField | None = None
) -> Sequence[Consent]:
    """Return the consents to one thing that nobody withdrew."""
    asked = select(Consent).where(
        Consent.volunteer_id == volunteer.id, Consent.scope == scope, Consent.withdrawn_on.is_(None)
    )
    if field is not None:
        asked = asked.where(Consent.field == field)
    with unscoped("whether a line of the roll has a consent is asked by whoever changes it"):
        return db.session.scalars(asked.order_by(Consent.id)).all()

"""Consents taken back: what they stood for ends at once, what was done stays (个保法 Art 15)."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access, unscoped
from admin_app.services.people import guardians
from models import (
    Consent,
    ConsentScope,
    DomainError,
    OptionalField,
    Registration,
    Volunteer,
    clock,
    db,
    engine,
)

from . import consents, purposes


def withdraw(consent: Consent, *, on: date, access: Access) -> None:
    """Note from which day on a consent holds no longer, and stop its use; the caller commits.

    Named in public no longer, an answer cleared, data kept and not used any more: whatever it stood
    for. Raises ``DomainError`` for what was withdrawn before and for days that cannot be.
    """
    access.require("consents:write", consent)
    if consent.withdrawn_on is not None:
        raise DomainError(_("This consent was withdrawn before: reload the page."))
    if on < consent.given_on:
        raise DomainError(_("Nothing is withdrawn before it was given: correct the day."))
    if on > clock.today():
        raise DomainError(_("The day of withdrawal lies ahead: note it on that day."))
    with unscoped("a consent that is withdrawn ends what it stood for on its line of the roll"):
        if consent.guardian_name is None:
            consents.end(
                consent.volunteer, consent.scope, field=consent.field, on=on, guardian=None
            )
        consent.withdrawn_on = on
        db.session.flush()  # whether another one stands is asked below
        _stop(consent)
        db.session.flush()  # here, where whoever writes consents may


def clear(volunteer: Volunteer, field: OptionalField) -> None:
    """Take an answer away that was told with a separate consent, and the consent with it."""
    engine.forget_after_commit()
    purposes.erase(volunteer, (field,))
    handed_in = select(Registration).where(Registration.volunteer_id == volunteer.id)
    for registration in db.session.scalars(handed_in):
        purposes.erase(registration, (field,))


def _stop(consent: Consent) -> None:
    volunteer, is_own = consent.volunteer, consent.guardian_name is None
    if consent.field is not None:
        clear(volunteer, consent.field)
    elif consent.scope is ConsentScope.PUBLICATION and is_own:
        volunteer.publication_consent_on = None
    elif consent.scope is ConsentScope.REGISTRATION and (is_own or _is_unheld(volunteer)):
        volunteer.restricted_on = volunteer.restricted_on or clock.today()
        consents.end(volunteer, ConsentScope.PUBLICATION)
        volunteer.publication_consent_on = None


def _is_unheld(volunteer: Volunteer) -> bool:
    """Tell whether no guardian's consent to the registration of who is under age is left."""
    today = clock.today()
    ages = guardians.gates(volunteer.station.code, on=today)
    is_minor = ages.is_minor(clock.age_on(volunteer.person.born_on, today))
    return is_minor and not guardians.has_agreed(volunteer, ConsentScope.REGISTRATION, on=today)

"""What people answer to the fields that a station asks: judged, sealed, agreed to, withdrawn.

A sensitive answer stands only with a separate consent (个人信息保护法 Art 29): of the person, under
age of the guardian. All that is told of who is under the sensitive age is sensitive (Art 28).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from admin_app.policy import Access, unscoped
from admin_app.services import audit, masking, wording
from admin_app.services.exchange import cells
from admin_app.services.people import guardians
from models import (
    ALL_SLOTS,
    ALWAYS_SENSITIVE,
    CODED,
    AuditAction,
    ConsentScope,
    DomainError,
    FieldPurpose,
    OptionalField,
    Registration,
    Speciality,
    Volunteer,
    clock,
    columns_of,
    db,
)

from . import consents, purposes, withdrawing

Row = Registration | Volunteer
MOST_NOTE, LEAST_DIGITS, MOST_DIGITS = 500, 7, 15
_NUMBER = re.compile(r"\d{7}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def take(
    row: Row,
    told: Mapping[str, Any],
    *,
    born_on: date,
    on: date,
    agreed_on: date | None = None,
    guardian: str | None = None,
) -> None:
    """Write answers into a row by their columns; what is not told stays as it is.

    ``guardian`` is who agrees for a person under age. Raises ``DomainError`` for a field that the
    station does not ask, for an unsound answer, and for a sensitive one nobody agreed to.
    """
    station = row.station
    asked = purposes.asked(station.id)
    ages = guardians.gates(station.code, on=on)
    for field in OptionalField:
        given = {name: told[name] for name in columns_of(field) if name in told}
        if not given:
            continue
        if field not in asked:
            _refuse_unasked(field, given)
            continue
        before = _held(row, field)
        _WRITERS.get(field, _write_words)(row, field, given)
        is_grave = is_sensitive(field, asked[field]) or ages.is_sensitive(clock.age_on(born_on, on))
        _keep_consent(
            row, field, before, is_grave=is_grave, born_on=born_on, agreed_on=agreed_on,
            guardian=guardian,
        )  # fmt: skip


def is_sensitive(field: OptionalField, purpose: FieldPurpose) -> bool:
    """Tell whether a field asks a separate consent whatever the person's age."""
    return purpose.is_sensitive or field in ALWAYS_SENSITIVE


def withdraw(row: Volunteer, field: str) -> None:
    """Take an answer away whose separate consent is withdrawn; the caller commits.

    Raises ``DomainError`` where no consent is on file.
    """
    if field not in (row.separate_consents or {}):
        raise DomainError(_("No separate consent to this is on file: reload the page."))
    with unscoped("what was handed in once goes with what the roll took over"):
        withdrawing.clear(row, OptionalField(field))
        db.session.flush()  # here, where whoever keeps the roll may


def emergency_phone(row: Volunteer, purpose: str, *, access: Access) -> str:
    """Return the number to call in an emergency in clear, and leave a trace; the caller commits.

    Raises ``DomainError`` without a purpose in words, and where no number is asked or kept.
    """
    access.require("volunteers:health", row)
    why = wording.reason(purpose)
    if _NUMBER.search(why):
        raise DomainError(_("Leave numbers of persons out: the purpose stands in the trail."))
    is_asked = OptionalField.EMERGENCY_CONTACT in purposes.asked(row.station_id)
    if not is_asked or row.emergency_phone is None:
        raise DomainError(_("No emergency contact is on file here."))
    audit.record(AuditAction.SHOW, Volunteer.__tablename__, row=row, purpose=why)
    return row.emergency_phone


def _refuse_unasked(field: OptionalField, given: Mapping[str, Any]) -> None:
    if any(given.values()):
        raise DomainError(
            _("The station does not ask this: %(field)s. Its leader states what for first.",
              field=field.label)
        )  # fmt: skip


def _held(row: Row, field: OptionalField) -> list[Any]:
    return [getattr(row, name) for name in columns_of(field)]


def _keep_consent(
    row: Row,
    field: OptionalField,
    before: list[Any],
    *,
    is_grave: bool,
    born_on: date,
    agreed_on: date | None,
    guardian: str | None,
) -> None:
    now = _held(row, field)
    kept = dict(row.separate_consents or {})
    if now[0] is None:
        kept.pop(field.value, None)
        if isinstance(row, Volunteer):
            consents.end(row, ConsentScope.ANSWER, field=field)
    elif is_grave and now != before and field.value not in kept:
        kept[field.value] = _consent(row, field, born_on, agreed_on, guardian)
        if isinstance(row, Volunteer):
            record(row, {field.value: kept[field.value]})
    row.separate_consents = kept or None


def record(row: Volunteer, given: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep separate consents among what the person agreed to, by their fields."""
    for name, told in given.items():
        consents.give(
            row, ConsentScope.ANSWER, on=date.fromisoformat(told["on"]), field=OptionalField(name),
            guardian=told.get("guardian"),
        )  # fmt: skip


def _consent(
    row: Row, field: OptionalField, born_on: date, agreed_on: date | None, guardian: str | None
) -> dict[str, Any]:
    if agreed_on is None:
        raise DomainError(
            _("“%(field)s” is sensitive: give the day of the separate consent, or leave it empty.",
              field=field.label)
        )  # fmt: skip
    if not born_on <= agreed_on <= clock.today():
        raise DomainError(_("The day of consent lies ahead: correct it."))
    ages = guardians.gates(row.station.code, on=agreed_on)
    if not ages.is_minor(clock.age_on(born_on, agreed_on)):
        return {"on": agreed_on.isoformat()}
    if not guardian:
        raise DomainError(
            _("Under age the guardian agrees to “%(field)s”: record the guardian first.",
              field=field.label)
        )  # fmt: skip
    return {"on": agreed_on.isoformat(), "guardian": guardian}


def _write_words(row: Row, field: OptionalField, given: Mapping[str, Any]) -> None:
    [(name, typed)] = given.items()
    kind: Any = type(row).__table__.c[name].type
    setattr(row, name, wording.optional(typed, most=kind.length))


def _write_code(row: Row, field: OptionalField, given: Mapping[str, Any]) -> None:
    [(name, code)] = given.items()
    # Words from before the list may stay; new ones are codes.
    if code and code != getattr(row, name):
        code = CODED[field](code).value
    setattr(row, name, code or None)


def _write_email(row: Row, field: OptionalField, given: Mapping[str, Any]) -> None:
    _write_words(row, field, given)
    if row.email is not None and not _EMAIL.fullmatch(row.email):
        raise DomainError(_("This is no e-mail address: correct it."))


def _write_specialities(row: Row, _field: OptionalField, given: Mapping[str, Any]) -> None:
    chosen = {Speciality(code) for code in given["specialities"] or ()}
    row.specialities = [one.value for one in Speciality if one in chosen] or None


def _write_slots(row: Row, _field: OptionalField, given: Mapping[str, Any]) -> None:
    row.slots = ((given["slots"] or 0) & ALL_SLOTS) or None


def _write_contact(row: Row, _field: OptionalField, given: Mapping[str, Any]) -> None:
    name = wording.optional(given.get("emergency_name"), most=50)
    relation = wording.optional(given.get("emergency_relation"), most=20)
    digits = cells.phone(given.get("emergency_phone"))
    if name is None:
        if digits or relation:
            raise DomainError(_("Name the person to call in an emergency."))
        purposes.erase(row, (OptionalField.EMERGENCY_CONTACT,))
        return
    if digits:
        if not digits.isdigit() or not LEAST_DIGITS <= len(digits) <= MOST_DIGITS:
            raise DomainError(_("The phone of the emergency contact has 7 to 15 digits."))
        row.emergency_phone, row.emergency_phone_masked = digits, masking.phone(digits)
    elif row.emergency_phone_masked is None:
        raise DomainError(_("Type the phone of the emergency contact."))
    row.emergency_name, row.emergency_relation = name, relation


def _write_note(row: Row, _field: OptionalField, given: Mapping[str, Any]) -> None:
    typed = (given["health_note"] or "").strip()
    row.health_note = wording.text(typed, "", most=MOST_NOTE) if typed else None


_WRITERS: dict[OptionalField, Callable[[Row, OptionalField, Mapping[str, Any]], None]] = {
    **dict.fromkeys(CODED, _write_code),
    OptionalField.EMAIL: _write_email,
    OptionalField.SPECIALITIES: _write_specialities,
    OptionalField.SLOTS: _write_slots,
    OptionalField.EMERGENCY_CONTACT: _write_contact,
    OptionalField.HEALTH_NOTE: _write_note,
}

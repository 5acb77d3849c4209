"""What an entry of the audit trail tells, in the words of the screens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Column, inspect
from sqlalchemy.orm import RelationshipDirection

from admin_app.services.audit import HIDDEN
from models import (
    Account,
    AuditAction,
    AuditEntry,
    Checklist,
    Division,
    Model,
    Project,
    Station,
    Team,
    db,
)

from . import formats

# These tell columns, each by its old and its new value; other acts tell what they like.
CHANGES = (AuditAction.CREATE, AuditAction.UPDATE, AuditAction.DELETE)
NOWHERE = "—"


@dataclass(frozen=True)
class Told:
    """One fact of an entry: what it is called, how it is now, and how it was before a change."""

    label: str
    now: str
    before: str = ""


def told(entry: AuditEntry, without: frozenset[str] = frozenset()) -> list[Told]:
    """Return the facts of an entry but some; a number and its digest are one fact."""
    known = labels()
    facts = [
        _fact(entry, name, value, known.get((entry.register, name)))
        for name, value in entry.changes.items()
        if name not in without
    ]
    return list(dict.fromkeys(facts))


def _fact(entry: AuditEntry, name: str, value: Any, label: Any) -> Told:
    words = str(label or STORED.get(name, name))
    if value == HIDDEN:
        return Told(words, str(NOT_SHOWN))
    write = _writer(entry.register, name)
    if entry.action in CHANGES and isinstance(value, list) and value:
        *before, now = [write(one) for one in value]
        return Told(words, now, *before[:1])
    return Told(words, write(value))


def written(register: str, name: str, value: Any) -> str:
    """Return a stored value as its screen writes it."""
    return _writer(register, name)(value)


def _writer(register: str, name: str) -> Callable[[Any], str]:
    """Return how a stored value is written: as its screen does, else by its type."""
    column = _column(register, name)
    show = _shows().get((register, name), _plain)
    model = PLACES.get(name) if column is not None else None

    def write(value: Any) -> str:
        if value is None:
            return NOWHERE
        if model is not None:
            return str(db.session.get(model, value) or value)
        if column is not None and column.foreign_keys:
            return gettext("record %(number)s", number=value)
        return show(_typed(column, value)) or NOWHERE

    return write


def _typed(column: Column[Any] | None, value: Any) -> Any:
    """Return a value as the register holds it; the trail keeps what JSON can say."""
    kind = column.type.python_type if column is not None else str
    try:
        if issubclass(kind, Enum):
            return kind(value)
        if issubclass(kind, date | time):
            return kind.fromisoformat(value)
    except ValueError:
        return value
    return value


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, list):
        return "、".join(map(_plain, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if type(value) is str:
        return str(WORDS.get(value, value))
    return formats.plain(value)


def _screens() -> list[Any]:
    [admin] = current_app.extensions["admin"]
    return [view for view in admin._views if hasattr(view, "columns")]


def _shows() -> dict[tuple[str, str], Callable[[Any], str]]:
    return {
        (view.model.__tablename__, column.name): column.show
        for view in _screens()
        for column in view.columns
        if column.show
    }


def labels() -> dict[tuple[str, str], Any]:
    """Return what the screens call a column of a table; a screen knows its own register best."""
    found: dict[tuple[str, str], Any] = {}
    declared = [
        (view.model, one)
        for view in _screens()
        for one in (*view.columns, *(field for part in view.sections for field in part.fields))
    ]
    for model, one in sorted(declared, key=lambda pair: "." in pair[1].name):
        for place in _stored(model, *one.name.split(".")):
            found.setdefault(place, one.label)
    return found


def _stored(model: Any, name: str, *path: str) -> Iterator[tuple[str, str]]:
    """Yield the stored columns that a declared name means; a path leads over relations."""
    mapper = inspect(model)
    relation = mapper.relationships.get(name)
    if relation is not None and path:
        yield from _stored(relation.mapper.class_, *path)
    elif relation is not None and relation.direction is RelationshipDirection.MANYTOONE:
        yield from ((model.__tablename__, column.key) for column in relation.local_columns)
    elif name in mapper.columns:
        yield model.__tablename__, name


def _column(register: str, name: str) -> Column[Any] | None:
    table = Model.metadata.tables.get(register)
    return None if table is None else table.columns.get(name)


NOT_SHOWN = _("not shown")
# Columns whose value is the number of a row that has a name.
PLACES: dict[str, type[Model]] = {
    "account_id": Account,
    "approved_by_id": Account,
    "attested_by_id": Account,
    "checked_by_id": Account,
    "decided_by_id": Account,
    "gate_by_id": Account,
    "granted_by_id": Account,
    "handed_in_by_id": Account,
    "keeper_id": Account,
    "lifted_by_id": Account,
    "prepared_by_id": Account,
    "published_by_id": Account,
    "received_by_id": Account,
    "stated_by_id": Account,
    "withdrawn_by_id": Account,
    "noted_by_id": Account,
    "recorded_by_id": Account,
    "upheld_by_id": Account,
    "uploaded_by_id": Account,
    "removed_by_id": Account,
    "station_id": Station,
    "project_id": Project,
    "team_id": Team,
    "checklist_id": Checklist,
    "division_id": Division,
    "lives_in_id": Division,
    "parent_id": Division,
    "township_id": Division,
    "county_id": Division,
    "prefecture_id": Division,
}
# What no screen shows, and what acts tell of themselves.
STORED = {
    "id": _("Record"),
    "version": _("Version"),
    "created_at": _("Created at"),
    "account_id": _("Account"),
    "activity_id": _("Activity"),
    "appointment_id": _("Appointment"),
    "approved_at": _("Approved at"),
    "attested_by_id": _("Attested by"),
    "attested_on": _("Attested on"),
    "checklist_id": _("Checklist"),
    "part": _("Part of a checklist"),
    "seen": _("What was seen"),
    "withdrawn_on": _("Withdrawn on"),
    "approved_by_id": _("Approved by"),
    "cleared": _("Cleared of it"),
    "corrects_id": _("Corrects the entry"),
    "county_id": _("County"),
    "decided_at": _("Decided at"),
    "decided_by_id": _("Decided by"),
    "gate_by_id": _("Answered by"),
    "granted_by_id": _("Granted by"),
    "handed_in_by_id": _("Handed in by"),
    "noted_by_id": _("Noted by"),
    "signed_in_at": _("Signed in at"),
    "signed_out_at": _("Signed out at"),
    "dropped_for": _("Dropped for"),
    "remark": _("Remark"),
    "weekday": _("Day of the week"),
    "opens_at": _("Opens at"),
    "closes_at": _("Closes at"),
    "caption": _("Caption"),
    "count": _("Count"),
    "file_name": _("File name"),
    "height": _("Height"),
    "media": _("Kind of file"),
    "removed_at": _("Removed at"),
    "removed_by_id": _("Removed by"),
    "evidence_id": _("Evidence"),
    "rule_id": _("Rule"),
    "separate_consents": _("Separate consents"),
    "since": _("Since"),
    "size": _("Size"),
    "stated_by_id": _("Stated by"),
    "stored_as": _("Kept under the name"),
    "subject": _("What it shows"),
    "taken_on": _("Taken on"),
    "text": _("Text"),
    "until": _("Until"),
    "uploaded_by_id": _("Uploaded by"),
    "width": _("Width"),
    "division_code": _("Set at"),
    "division_id": _("Division"),
    "checked_by_id": _("Checked by"),
    "prepared_by_id": _("Prepared by"),
    "published_by_id": _("Published by"),
    "received_by_id": _("Received by"),
    "withdrawn_by_id": _("Withdrawn by"),
    "emergency_phone": _("Emergency contact's phone"),
    "entry_id": _("Service entries"),
    "new_entry_id": _("Corrected by the entry"),
    "notice_id": _("Notice"),
    "reversal_id": _("Reversal"),
    "group_id": _("Leadership group"),
    "import_batch_id": _("Sheet"),
    "lives_in_id": _("Lives in"),
    "parent_id": _("Belongs to"),
    "person_id": _("Persons"),
    "prefecture_id": _("Prefecture"),
    "rated_at": _("Quality recorded at"),
    "conduct_rule_id": _("Code of conduct"),
    "conduct_on": _("Promised on"),
    "notice_rule_id": _("Privacy notice"),
    "notice_on": _("Read the privacy notice on"),
    "field": _("Field"),
    "way": _("How it was given"),
    "back_on": _("Back on"),
    "scope": _("Agreed to"),
    "categories": _("Service categories"),
    "reviewed_by_id": _("Reviewed by"),
    "reviewed_at": _("Reviewed at"),
    "handed_in_on": _("Handed in on"),
    "kept_id": _("Is kept"),
    "absorbed_id": _("Goes into it"),
    "moved": _("Rows that moved"),
    "recorded_by_id": _("Recorded by"),
    "request_id": _("Certificate request"),
    "reversed_by_id": _("Reversal"),
    "station_id": _("Station"),
    "township_id": _("Township"),
    "volunteer_id": _("Volunteer"),
    "born_on": _("Born on"),
    "contact": _("Contact"),
    "failed_sign_ins": _("Failed sign-ins"),
    "consent_id": _("Consent"),
    "dismissal_id": _("Dismissal"),
    "expires_at": _("Expires at"),
    "file": _("File"),
    "outcome": _("Result"),
    "prepared_on": _("Prepared on"),
    "purpose": _("Purpose"),
    "recipient": _("For whom"),
    "release_id": _("Releases of numbers"),
    "erased": _("Rows that lost personal data"),
    "erased_at": _("Data deleted at"),
    "erased_on": _("Data deleted on"),
    "restricted_on": _("Use restricted since"),
    "training_id": _("Training"),
    "lifted_by_id": _("Lifted by"),
    "guardian_name": _("Guardian"),
    "locked_until": _("Locked until"),
    "must_change_password": _("Has to choose a password"),
    "totp_secret": _("Second factor"),
    "totp_since": _("Second factor since"),
    "totp_step": _("Second factor"),
    "delegated_from_id": _("Delegated from"),
    "operator": _("At the machine"),
    "rescued_at": _("Let in at"),
    "turned_away": _("Turned away before"),
    "sign_in": _("Sign-in number"),
    "guardian_phone": _("Guardian's phone"),
    "guardian_phone_masked": _("Guardian's phone"),
    "guardian_present": _("Guardian present"),
    "guardian_relation": _("Guardian's relation"),
    "holder": _("Full name"),
    "id_number": _("Identity number"),
    "id_number_hash": _("Identity number"),
    "id_number_masked": _("Identity number"),
    "inapplicable": _("Does not apply here"),
    "is_demo": _("Demonstration"),
    "issued_at": _("Issued at"),
    "kind": _("Kind"),
    "language": _("Language"),
    "last_certificate": _("Last certificate number"),
    "last_roll": _("Last roll number"),
    "name": _("Full name"),
    "name_key": _("Full name"),
    "name_masked": _("Full name"),
    "opened_on": _("Opened on"),
    "paper": _("Paper"),
    "password_hash": _("Password"),
    "phone": _("Phone"),
    "phone_hash": _("Phone"),
    "post": _("Post"),
    "reason": _("Reason"),
    "sex": _("Sex"),
    "snapshot": _("Text of the paper"),
    "accepted": _("Rows accepted"),
    "act": _("Act"),
    "added": _("Rows added"),
    "entries": _("Service entries"),
    "people": _("People named"),
    "fetched": _("File fetched"),
    "found": _("Rows found"),
    "job": _("File"),
    "login_known": _("The sign-in name is known"),
    "minutes": _("Minutes"),
    "month": _("Month"),
    "number": _("Number"),
    "refused": _("Rows refused"),
    "renamed": _("Rows renamed"),
    "report": _("Report"),
    "rows": _("Rows"),
    "sha256": _("Check sum (SHA-256)"),
    "sheets": _("Sheets"),
    "paper_size": _("Paper size"),
    "on": _("Day"),
    "single_handed": _("Single-handed"),
    "state": _("State"),
    "upheld_by_id": _("Upheld by"),
    "volunteers": _("Volunteers"),
    "year": _("Year"),
}
WORDS = {
    "demo filled": _("Demonstration filled"),
    "en": "English",
    "export": _("Long list"),
    "issued": _("Issued"),
    "month": _("Monthly report"),
    "report_month": _("Monthly report"),
    "registration_form": _("Registration form"),
    "service_register": _("Register of services"),
    "attendance_sheet": _("Attendance sheet"),
    "blank": _("To be signed"),
    "dismissal": _("Decision sheet"),
    "board": _("Target board"),
    "wall": _("Sheets for the wall"),
    "group": _("Leadership group"),
    "rule": _("Rule"),
    "flow": _("Flow chart"),
    "week": _("Opening hours"),
    "services": _("Service items"),
    "a3": "A3",
    "a4": "A4",
    "filled": _("As taken"),
    "zh_Hans_CN": "中文",
}

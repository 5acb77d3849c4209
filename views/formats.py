"""How values read, on screens and in exports alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from flask_babel import format_percent, lazy_gettext
from flask_babel import gettext as _

from admin_app.services.ledger import counting as rule_of
from models import NO_BIRTH, Category, ConsentWay, SlotDay, SlotPart, clock, slots_in


def plain(value: Any) -> str:  # noqa: PLR0911  # a table of types
    """Write any value as text: nothing is empty, truth is a word, a choice is its label."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Enum):
        return str(getattr(value, "label", value.value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)


def due_day(value: date | None) -> str:
    """Write a day that figures and calendar set, or that they set none."""
    return _("not set") if value is None else value.isoformat()


def answered(value: Any) -> str:
    """Write an answer, or that nobody was asked."""
    return _("not asked yet") if value is None else plain(value)


def way(value: ConsentWay | None) -> str:
    """Write how a consent was given, or that somebody has to look."""
    return _("to be looked at") if value is None else plain(value)


def hours(minutes: int | None) -> str:
    """Write minutes as hours and minutes: ``90`` is ``1:30``."""
    return "" if minutes is None else "{}:{:02}".format(*divmod(minutes, 60))


def times(mask: int | None) -> str:
    """Write times of the week, each day with its parts."""
    told: dict[SlotDay, list[SlotPart]] = {}
    for day, part in slots_in(mask):
        told.setdefault(day, []).append(part)
    return "\n".join(
        _("%(name)s: %(value)s", name=day.label, value=labels(parts)) for day, parts in told.items()
    )


def moment(value: datetime | None) -> str:
    """Write a stored UTC moment in the office's own time."""
    return "" if value is None else f"{clock.office_time(value):%Y-%m-%d %H:%M}"


def megabytes(size: int | None) -> str:
    """Write a number of bytes as megabytes."""
    return "" if size is None else f"{size / 1_000_000:,.1f} MB"


def clock_time(value: datetime | None) -> str:
    """Write the time of day of a civil moment."""
    return "" if value is None else f"{value.hour:02}:{value.minute:02}"


def category(value: Category | None) -> str:
    """Write a category with its national code."""
    return "" if value is None else f"{value.value} {value.label}"


@dataclass(frozen=True)
class Words:
    """A format: several stored codes in one line, each by its label or, unknown, as it is."""

    labels: Mapping[str, Any]

    def __call__(self, codes: list[str]) -> str:
        """Write the codes in words."""
        return labels([self.labels.get(code, code) for code in codes])


def counting(code: str | None) -> str:
    """Write the rule by which an entry counts; a code that nobody wrote stands as it is."""
    try:
        return labels(rule_of.words(code))
    except ValueError:
        return plain(code)


def register(table: str) -> str:
    """Write the name of a table as the screens call its register."""
    return str(REGISTERS.get(table, table))


def labels(values: Sequence[Any]) -> str:
    """Write several choices, or plain words, in one line."""
    return "、".join(plain(value) for value in values)


def counts(numbers: Mapping[str, int]) -> str:
    """Write how many there are of several tables."""
    return labels([f"{register(table)} {number:,}" for table, number in numbers.items()])


def lost(numbers: Mapping[str, int] | None) -> str:
    """Write how many rows of several tables lost what told of a person."""
    return counts(numbers) if numbers else ""


def birth(day: date | None) -> str:
    """Write a birth date; one that was deleted is told by none."""
    return "" if day == NO_BIRTH else plain(day)


def percent(share: float | None) -> str:
    """Write a share rounded down to a tenth of a percent, so that 100 % is nothing but all."""
    if share is None:
        return "—"
    return str(format_percent(int(share * 1000 + 1e-9) / 1000, "0.0%" if share < 1 else "0%"))


REGISTERS = {
    "area_months": lazy_gettext("Totals of areas by month"),
    "person_lives": lazy_gettext("Totals of a person"),
    "person_years": lazy_gettext("Totals of a person by year and station"),
    "accounts": lazy_gettext("Accounts"),
    "activities": lazy_gettext("Activities"),
    "attendances": lazy_gettext("Attendance"),
    "appointment_divisions": lazy_gettext("Divisions of appointments"),
    "appointments": lazy_gettext("Appointments"),
    "audit_entries": lazy_gettext("Audit trail"),
    "backups": lazy_gettext("Backups"),
    "certificate_requests": lazy_gettext("Certificate requests"),
    "certificates": lazy_gettext("Certificates"),
    "evidence_files": lazy_gettext("Evidence"),
    "checklist_attestations": lazy_gettext("Attestations"),
    "checklist_choices": lazy_gettext("Checklists chosen"),
    "exemptions": lazy_gettext("Exemptions"),
    "divisions": lazy_gettext("Divisions"),
    "field_purposes": lazy_gettext("Fields asked"),
    "figures": lazy_gettext("Figures"),
    "consents": lazy_gettext("Consents"),
    "dismissals": lazy_gettext("Dismissals"),
    "leaves": lazy_gettext("Leave"),
    "team_members": lazy_gettext("Team members"),
    "trainings": lazy_gettext("Trainings"),
    "training_attendees": lazy_gettext("Who was there"),
    "import_batches": lazy_gettext("Imported sheets"),
    "leadership_groups": lazy_gettext("Leadership groups"),
    "leadership_seats": lazy_gettext("Seats"),
    "notices": lazy_gettext("Notices"),
    "objections": lazy_gettext("Objections"),
    "offices": lazy_gettext("Office"),
    "opening_hours": lazy_gettext("Opening hours"),
    "rescues": lazy_gettext("Rescues"),
    "overlap_refusals": lazy_gettext("Refused for overlap"),
    "person_merges": lazy_gettext("Merges of persons"),
    "persons": lazy_gettext("Persons"),
    "populations": lazy_gettext("Population"),
    "registered_counts": lazy_gettext("Registered residents"),
    "registrations": lazy_gettext("Registrations"),
    "reversals": lazy_gettext("Reversals"),
    "release_lines": lazy_gettext("Released in clear"),
    "releases": lazy_gettext("Releases of numbers"),
    "retention_decisions": lazy_gettext("Decisions on keeping data"),
    "privacy_requests": lazy_gettext("Privacy requests"),
    "projects": lazy_gettext("Projects"),
    "roll_gaps": lazy_gettext("Away from the roll"),
    "rules": lazy_gettext("Rules"),
    "service_entries": lazy_gettext("Service entries"),
    "service_items": lazy_gettext("Service items"),
    "station_equipment": lazy_gettext("Equipment"),
    "stations": lazy_gettext("Stations"),
    "teams": lazy_gettext("Teams"),
    "volunteers": lazy_gettext("Volunteers"),
    "workdays": lazy_gettext("Working days"),
}

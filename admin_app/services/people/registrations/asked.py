"""What the form on paper says of the fields that the station asks beyond the rules."""

from __future__ import annotations

from typing import Any

from admin_app.services.exchange import coded
from admin_app.services.people import guardians
from admin_app.services.privacy import answers, purposes
from models import CODED, OptionalField, Registration, Volunteer, clock

# Short enough that two stand in one line; the grid has a table of its own.
SHORT = frozenset({
    OptionalField.POLITICAL_STATUS, OptionalField.EDUCATION, OptionalField.OCCUPATION,
    OptionalField.NATIONALITY, OptionalField.ETHNIC_GROUP, OptionalField.EMAIL,
})  # fmt: skip


def values(registration: Registration) -> dict[str, Any]:
    """Return the plain values the template prints; of what nobody asks, nothing."""
    # Once accepted, the line of the roll tells it.
    row = registration.volunteer or registration
    asked = purposes.asked(registration.station_id)
    lines = {field: _written(row, field) for field in asked if field is not OptionalField.SLOTS}
    consents = row.separate_consents or {}
    day = registration.handed_in_on
    ages = guardians.gates(registration.station.code, on=day)
    is_young = ages.is_sensitive(clock.age_on(registration.born_on, day))
    return {
        "short": [(purposes.NAMES[field], lines[field]) for field in lines if field in SHORT],
        "long": [(purposes.NAMES[field], lines[field]) for field in lines if field not in SHORT],
        "grid_days": coded.GRID_DAYS if OptionalField.SLOTS in asked else (),
        "grid": coded.grid(row.slots) if OptionalField.SLOTS in asked else [],
        "purposes": [(purposes.NAMES[field], purpose.purpose) for field, purpose in asked.items()],
        "sensitive": [
            (purposes.NAMES[field], field.value in consents)
            for field, purpose in asked.items()
            if is_young or answers.is_sensitive(field, purpose)
        ],
    }


def _written(row: Registration | Volunteer, field: OptionalField) -> str:
    if field in CODED:
        return coded.on_paper(field, getattr(row, field.value))
    if field is OptionalField.SPECIALITIES:
        return coded.specialities(row.specialities)
    if field is OptionalField.EMERGENCY_CONTACT:
        return "　".join(
            filter(None, (row.emergency_name, row.emergency_relation, row.emergency_phone_masked))
        )
    return getattr(row, field.value) or ""

"""What the database refused, in words that a clerk can act on."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.exc import IntegrityError

TAKEN = lazy_gettext("This record already exists, or another record still uses it.")
CONTRADICTS = lazy_gettext("The values contradict each other: check the order of days and times.")
OVERLAPS = lazy_gettext(
    "Somebody confirmed other service of this person at that time a moment ago: look at both."
)
# As the guards of either engine call it.
OVERLAP_GUARDS = ("confirmed time of one person overlaps", "ex_service_entries_one_time")
STALE = lazy_gettext("Someone else changed this record: go back, look at it and save again.")


def broken_rule(error: IntegrityError) -> str:
    """Return which kind of rule the database kept, in the words of both engines."""
    told = str(error.orig)
    if any(guard in told for guard in OVERLAP_GUARDS):
        return str(OVERLAPS)
    return str(CONTRADICTS if "check constraint" in told.lower() else TAKEN)

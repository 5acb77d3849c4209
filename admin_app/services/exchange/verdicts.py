"""What judging a sheet comes to: the rows that may enter, and why each other one may not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import InstrumentedAttribute

from admin_app.services import clear_text
from admin_app.services.ledger.refusals import Attempt

from .sheets import Line, Table

T = TypeVar("T")


class Reason(StrEnum):
    """Why a row is refused; the names are the office's interface for other programs."""

    NAME_MISSING = "name_missing"
    ID_LENGTH = "id_length"
    ID_CHECKSUM = "id_checksum"
    BIRTH_MISMATCH = "birth_mismatch"
    SEX_MISMATCH = "sex_mismatch"
    PHONE_INVALID = "phone_invalid"
    GUARDIAN_MISSING = "guardian_missing"
    HAZARDOUS = "hazardous"
    DUPLICATE_PERSON = "duplicate_person"

    VOLUNTEER_UNKNOWN = "volunteer_unknown"
    NAME_ID_MISMATCH = "name_id_mismatch"
    DATE_UNREADABLE = "date_unreadable"
    DATE_IN_FUTURE = "date_in_future"
    TIME_UNREADABLE = "time_unreadable"
    END_BEFORE_START = "end_before_start"
    HOURS_DISAGREE = "hours_disagree"
    ACTIVITY_MISSING = "activity_missing"
    DUPLICATE_RECORD = "duplicate_record"
    OVERLAP = "overlap"
    NOTHING_COUNTS = "nothing_counts"

    COMMUNITY_UNKNOWN = "community_unknown"
    COMMUNITY_MISMATCH = "community_mismatch"
    KIND_UNKNOWN = "kind_unknown"
    NUMBER_UNREADABLE = "number_unreadable"
    DUPLICATE_STATION = "duplicate_station"

    DIVISION_UNKNOWN = "division_unknown"
    DIVISION_ELSEWHERE = "division_elsewhere"
    YEAR_UNREADABLE = "year_unreadable"
    IN_TEN_THOUSANDS = "in_ten_thousands"
    SOURCE_MISSING = "source_missing"
    DUPLICATE_POPULATION = "duplicate_population"

    LOGIN_UNFIT = "login_unfit"
    LOGIN_TAKEN = "login_taken"
    ROLE_UNKNOWN = "role_unknown"
    PLACE_UNKNOWN = "place_unknown"
    PLACE_UNFIT = "place_unfit"
    BEYOND_REACH = "beyond_reach"

    TEXT_TOO_LONG = "text_too_long"
    NUMBER_IN_WORDS = "number_in_words"

    @property
    def label(self) -> LazyString:
        """Return the few words a list shows for the reason."""
        return _LABELS[self]


_LABELS = {
    Reason.NAME_MISSING: _("No name"),
    Reason.ID_LENGTH: _("Identity number not 18 signs"),
    Reason.ID_CHECKSUM: _("Identity number mistyped"),
    Reason.BIRTH_MISMATCH: _("Birth date differs"),
    Reason.SEX_MISMATCH: _("Sex differs"),
    Reason.PHONE_INVALID: _("No mobile number"),
    Reason.GUARDIAN_MISSING: _("No guardian"),
    Reason.HAZARDOUS: _("Under age at hazardous work"),
    Reason.DUPLICATE_PERSON: _("On the roll already"),
    Reason.VOLUNTEER_UNKNOWN: _("Not on the roll"),
    Reason.NAME_ID_MISMATCH: _("Name and number differ"),
    Reason.DATE_UNREADABLE: _("Date unreadable"),
    Reason.DATE_IN_FUTURE: _("Date in the future"),
    Reason.TIME_UNREADABLE: _("Time unreadable"),
    Reason.END_BEFORE_START: _("Ends before it starts"),
    Reason.HOURS_DISAGREE: _("Hours disagree"),
    Reason.ACTIVITY_MISSING: _("No activity"),
    Reason.DUPLICATE_RECORD: _("Recorded already"),
    Reason.OVERLAP: _("Overlaps another service"),
    Reason.NOTHING_COUNTS: _("Nothing of it counts"),
    Reason.COMMUNITY_UNKNOWN: _("Community unknown"),
    Reason.COMMUNITY_MISMATCH: _("Community and code differ"),
    Reason.KIND_UNKNOWN: _("Kind unknown"),
    Reason.NUMBER_UNREADABLE: _("Number unreadable"),
    Reason.DUPLICATE_STATION: _("Entered already"),
    Reason.DIVISION_UNKNOWN: _("Division unknown"),
    Reason.DIVISION_ELSEWHERE: _("Division elsewhere"),
    Reason.YEAR_UNREADABLE: _("Year unreadable"),
    Reason.IN_TEN_THOUSANDS: _("Given in 万"),
    Reason.SOURCE_MISSING: _("No source"),
    Reason.DUPLICATE_POPULATION: _("Twice in the sheet"),
    Reason.LOGIN_UNFIT: _("Sign-in name unfit"),
    Reason.LOGIN_TAKEN: _("Sign-in name taken"),
    Reason.ROLE_UNKNOWN: _("Role unknown"),
    Reason.PLACE_UNKNOWN: _("Place unknown"),
    Reason.PLACE_UNFIT: _("Role and place do not fit"),
    Reason.BEYOND_REACH: _("Not yours to appoint"),
    Reason.TEXT_TOO_LONG: _("Text too long"),
    Reason.NUMBER_IN_WORDS: _("Personal number in words"),
}


@dataclass(frozen=True)
class Refusal:
    """One row that may not enter: the cell at fault, the reason and what to do about it."""

    row: int
    column: str
    reason: Reason
    message: LazyString
    # Of a row whose person's time was taken: what it tried, and what it met.
    attempt: Attempt | None = None

    def plain(self) -> dict[str, Any]:
        """Return the refusal as other programs read it, its text in the reader's language."""
        return {
            "row": self.row,
            "column": self.column,
            "reason": self.reason.value,
            "message": str(self.message),
        }


class Refused(Exception):
    """Raised while a row is judged, at the first rule it does not pass."""

    def __init__(
        self, column: str, reason: Reason, message: LazyString, attempt: Attempt | None = None
    ) -> None:
        super().__init__(reason)
        self.column, self.reason, self.message = column, reason, message
        self.attempt = attempt

    def of(self, line: Line, table: Table) -> Refusal:
        """Return the refusal in the sheet's own words and numbers."""
        title = table.title(self.column)
        return Refusal(line.number, title, self.reason, self.message, self.attempt)


def fitting(words: str, column: str, field: InstrumentedAttribute[Any]) -> str:
    """Return the words, or raise for a personal number in them, or where there is no room."""
    if told := clear_text.refused(words, field.property.columns[0]):
        raise Refused(
            column,
            Reason.NUMBER_IN_WORDS,
            _("“%(words)s” holds a personal number, and these words stand in clear: take it out.",
              words=told),
        )  # fmt: skip
    room = _room(field)
    if room is None or len(words) <= room:
        return words
    raise Refused(
        column,
        Reason.TEXT_TOO_LONG,
        _(
            "The text has %(count)s signs, %(room)s find room. Shorten it.",
            count=len(words),
            room=room,
        ),
    )


@cache
def _room(field: InstrumentedAttribute[Any]) -> int | None:
    room: int | None = getattr(field.type, "length", None)
    return room


@dataclass
class Judged(Generic[T]):
    """The outcome of judging one sheet, in the sheet's order."""

    table: Table
    accepted: list[T] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unmatched: Counter[str] = field(default_factory=Counter)
    """Categories of the sheet that no national code answers to, and how often they occur."""

    @property
    def reasons(self) -> Mapping[Reason, int]:
        """How many rows each reason refused."""
        return Counter(refusal.reason for refusal in self.refused)

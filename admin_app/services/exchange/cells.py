"""Reading single cells: what an office writes in a box, turned into one value or ``None``."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from models import Sex

Cell = str | int | float | bool | date | datetime | time | timedelta | None

MIDNIGHT = 24 * 60
# Whole numbers above this lose digits in a workbook, which stores every number as a float.
EXACT = 10**15
EPOCH = date(1899, 12, 30)
# Days a workbook stores as bare numbers, 1927 to 2119; four digits are rather a year.
SERIALS = range(10_000, 80_000)

_DOTS = str.maketrans(dict.fromkeys("•‧∙・･⋅●。•", "·"))
_BETWEEN = re.compile(r"(?<=[^\W\d_a-zA-Z])\.(?=[^\W\d_a-zA-Z])")
_DATE = re.compile(
    r"(\d{4})\s*[-/.年、\u2010-\u2015\u2212]\s*(\d{1,2})\s*[-/.月、\u2010-\u2015\u2212]\s*"
    r"(\d{1,2})(?!\d)\s*[日号]?\s*(?:[T(星周\d].*)?"
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(
    r"(上午|早上|早|中午|下午|晚上|晚|AM|PM)?(\d{1,2})(?:[:点时]|\.(?=\d\d))"
    r"(?:(半)|(\d{1,2})分?)?(?::\d{1,2})?(AM|PM)?"
)
_COMPACT_CLOCK = re.compile(r"(\d{1,2})(\d{2})")
_AFTERNOON = frozenset({"下午", "晚上", "晚", "PM"})
_SPAN = re.compile(
    r"(?:(\d{1,4}(?:\.\d{1,6})?|半|两)个?(半)?(?:小时|时|H(?:OURS?|RS?)?))?"
    r"(?:(半)|零?(\d{1,4})(?:分钟|分|MIN(?:UTE)?S?|M))?"
)
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,9})?")
_PHONE_SEPARATORS = re.compile(r"[\s\-()._/·\u2010-\u2015\u2212]")
_MALE = frozenset({"男", "男性", "M", "MALE", "1"})
_FEMALE = frozenset({"女", "女性", "F", "FEMALE", "2"})


# The same words stand in most rows of a sheet: kept, they are looked at sign by sign once. What
# names a person is never kept.
_kept = lru_cache(maxsize=4096)


def text(cell: Cell) -> str:
    """Return the cell's words, full-width forms narrowed and runs of blanks made one."""
    return _spaced(_plain(cell))


def key(cell: Cell) -> str:
    """Return the cell's words without any blank, for comparing what spacing may vary."""
    return _joined(_plain(cell))


@_kept
def _spaced(words: str) -> str:
    return " ".join(_visible(words).split())


def _closed(words: str) -> str:
    return "".join(_visible(words).split())


_joined = _kept(_closed)


def name(cell: Cell) -> str:
    """Return a person's name without blanks, its middle dot always the same sign."""
    return _BETWEEN.sub("·", _closed(_plain(cell)).translate(_DOTS))


def identity_number(cell: Cell) -> str:
    """Return an identity number as typed, narrowed, without blanks, its X in upper case."""
    return _closed(_plain(cell)).lstrip("'`").upper()


def phone(cell: Cell) -> str:
    """Return a telephone number without its separators."""
    return _PHONE_SEPARATORS.sub("", _closed(_plain(cell)))


def day(cell: Cell) -> date | None:
    """Return the calendar day a cell means, or ``None`` if it means none for certain."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if (serial := _serial(cell)) is not None:
        return EPOCH + timedelta(days=serial)
    return _spoken_day(text(cell))


@_kept
def _spoken_day(words: str) -> date | None:
    found = _DATE.fullmatch(words) or _COMPACT_DATE.fullmatch(words)
    if found is None:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def clock(cell: Cell) -> int | None:
    """Return a time of day as minutes after midnight, or ``None``; 24:00 is the day's end."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return _whole(cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6)
    if isinstance(cell, timedelta):
        return _within(_whole(cell.total_seconds()))
    if isinstance(cell, float) and not cell.is_integer():
        # Below 1 it is a time, above a day and a time; 8.5 could be 8:30 or 8:50.
        is_time = 0 < cell < 1 or _serial(cell) is not None
        return _within(_whole(cell % 1 * 86_400)) if is_time else None
    return _spoken_clock(key(cell).upper())


def span(cell: Cell) -> int | None:
    """Return a length of time as whole minutes, plain numbers meaning hours, or ``None``."""
    if isinstance(cell, time):
        return clock(cell)
    if isinstance(cell, timedelta):
        return _whole(cell.total_seconds())
    return _spoken_span(key(cell).upper())


@_kept
def _spoken_span(words: str) -> int | None:
    if ":" in words:
        return clock(words)
    if _NUMBER.fullmatch(words):
        return _minutes(words)
    found = _SPAN.fullmatch(words)
    if not words or found is None:
        return None
    hours, *half, minutes = found.groups()
    return _minutes(hours) + (30 if any(half) else int(minutes or 0))


def sex(cell: Cell) -> Sex | None:
    """Return the sex a cell names, or ``None``."""
    word = key(cell).upper()
    return Sex.MALE if word in _MALE else Sex.FEMALE if word in _FEMALE else None


def whole_number(cell: Cell) -> int | None:
    """Return a count such as ``3``, ``3.0`` or ``3台``, or ``None``."""
    found = re.fullmatch(r"(\d{1,6})(?:\.0+)?[台个]?", key(cell))
    return int(found[1]) if found else None


def is_empty(cell: Cell) -> bool:
    """Tell whether nothing is written in the cell."""
    if cell is None:
        return True
    # Most words begin with a letter or a figure: these show whatever follows.
    return isinstance(cell, str) and not cell[:1].isalnum() and not key(cell)


def _serial(cell: Cell) -> int | None:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    return int(cell) if SERIALS.start <= cell < SERIALS.stop else None


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return str(cell)


def _number(value: float) -> str:
    # A workbook shows 18 digits typed as a number as 4.4E+17: the last three are lost already.
    return str(int(value)) if value.is_integer() and abs(value) < EXACT else f"{value:.15G}"


def _visible(words: str) -> str:
    narrowed = unicodedata.normalize("NFKC", words)
    if narrowed.isprintable():  # so most are: nothing to look for sign by sign
        return narrowed
    return "".join(sign for sign in narrowed if _shows(sign))


def _shows(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) not in {"Cc", "Cf"}


@_kept
def _spoken_clock(words: str) -> int | None:
    if found := _CLOCK.fullmatch(words):
        before, hours, half, minutes, after = found.groups()
        hour = int(hours)
        if hour < 12 and _AFTERNOON & {before, after}:  # noqa: PLR2004
            hour += 12
        return _within(hour * 60, 30 if half else int(minutes or 0))
    if words.isdecimal() and len(words) <= 2:  # noqa: PLR2004
        return _within(int(words) * 60)
    if found := _COMPACT_CLOCK.fullmatch(words):
        return _within(int(found[1]) * 60, int(found[2]))
    return None


def _within(minutes: int, more: int = 0) -> int | None:
    if more >= 60:  # noqa: PLR2004
        return None
    return minutes + more if 0 <= minutes + more <= MIDNIGHT else None


def _whole(seconds: float) -> int:
    return round(seconds / 60)


def _minutes(hours: str | None) -> int:
    if hours is None:
        return 0
    return round(Decimal({"半": "0.5", "两": "2"}.get(hours, hours)) * 60)

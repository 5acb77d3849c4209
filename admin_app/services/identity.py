"""Resident identity numbers (GB 11643): what can be told from the eighteen signs alone."""

from __future__ import annotations

import re
from datetime import date

from stdnum import numdb
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from models import Sex

LENGTH = 18
_COUNTY = re.compile(r"[0-9]{6}")
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")


def is_sound(number: str) -> bool:
    """Tell whether the check digit fits and the birth date exists.

    The county code is not looked up: counties are dissolved and renamed, their people remain.
    """
    if not _SHAPE.fullmatch(number) or ric.calc_check_digit(number) != number[-1]:
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return True


def is_known_county(code: str) -> bool:
    """Tell whether six digits name a county of today or of former times; never a refusal.

    The shipped list may be older than a card, and cards are older than the list.
    """
    if not _COUNTY.fullmatch(code):
        return False
    return any("county" in told for _part, told in numdb.get("cn/loc").info(code))


def born_on(number: str) -> date:
    """Return the birth date written in a sound number."""
    born: date = ric.get_birth_date(number)
    return born


def sex(number: str) -> Sex:
    """Return the sex written in a sound number: an odd seventeenth digit is male."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE

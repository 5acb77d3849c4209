"""How personal data reads to those who need to recognise it and not to know it."""

from __future__ import annotations

STAR = "*"
ID_SHOWN = 6
PHONE_DIGITS = 11


def id_number(value: str) -> str:
    """Keep the six digits of the county and nothing of birth date, order and check digit."""
    return value[:ID_SHOWN] + STAR * (len(value) - ID_SHOWN)


def phone(value: str) -> str:
    """Keep the first three and the last four digits of a mobile number."""
    if len(value) < PHONE_DIGITS:
        return STAR * len(value)
    return f"{value[:3]}{STAR * (len(value) - 7)}{value[-4:]}"


def name(value: str) -> str:
    """Keep the first character: 王秀英 reads 王**."""
    return value[:1] + STAR * (len(value) - 1)

"""Personal numbers in words that stand in clear: found, masked, and refused at every write.

Identity numbers and mobile numbers are kept sealed, in fields of their own. What people write in
words is read by more than need the number, and stands in the database as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Enum, String, event, inspect
from sqlalchemy.orm import Session

from models import DomainError, db

from . import identity, masking

# As people write them, with a gap where a card or a phone has one.
_CARD = r"\d{6}[ \u3000-]?\d{8}[ \u3000-]?\d{3}[\dXxＸｘ]"
_MOBILE = r"[1１][3-9３-９]\d[ \u3000-]?\d{4}[ \u3000-]?\d{4}"
_NUMBER = re.compile(rf"(?<!\d)(?:{_CARD}|{_MOBILE})(?!\d)")
_GAPS = str.maketrans("", "", " \u3000-")

# Columns that no person words, and the one number that is there to be called.
_MADE = re.compile(r"_(hash|key|masked|as)$|^(key|sha256|mac|code|credit_code)$")
_PUBLIC = {("stations", "phone")}
# Numbers of other offices, of whatever length: eleven digits are no telephone there.
_GIVEN = {"official_number", "receipt", "letter"}

SHOWN = 60


def masked(words: str) -> str:
    """Return words with each personal number in them masked."""
    return _NUMBER.sub(_masked, words)


def holds_number(words: str) -> bool:
    """Tell whether a sound identity number or a mobile number stands in some words."""
    return masked(words) != words


def refused(words: str, column: Any) -> str | None:
    """Return the masked words that a column of text may not keep, or None for what it may."""
    if not _is_worded(column.table.name, column.name):
        return None
    told = masked(words)
    if told == words or (column.name in _GIVEN and not _cards(words)):
        return None
    return told[:SHOWN]


def _cards(words: str) -> list[str]:
    found = (_typed(one) for one in _NUMBER.finditer(words))
    return [number for number in found if identity.is_sound(number)]


def _masked(found: re.Match[str]) -> str:
    number = _typed(found)
    if len(number) == masking.PHONE_DIGITS:
        return masking.phone(number)
    return masking.id_number(number) if identity.is_sound(number) else found[0]


def _typed(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0]).translate(_GAPS).upper()


@cache
def _is_worded(table: str, name: str) -> bool:
    return (table, name) not in _PUBLIC and not _MADE.search(name)


@cache
def _texts(model: Any) -> list[tuple[str, Any]]:
    """Return the attributes of a model that hold text, each with its column."""
    columns = ((one.key, one.columns[0]) for one in inspect(model).column_attrs)
    return [
        (name, column)
        for name, column in columns
        if isinstance(column.type, String) and not isinstance(column.type, Enum)
    ]


@event.listens_for(db.session, "before_flush")
def _refuse_numbers(session: Session, _context: Any, _instances: Any) -> None:
    for row in (*session.new, *session.dirty):
        state, model = inspect(row), type(row)
        for name, column in _texts(model):  # type: ignore[arg-type]  # a class is hashable
            for words in state.attrs[name].history.added or ():
                if isinstance(words, str) and (told := refused(words, column)):
                    raise DomainError(
                        _("“%(words)s” holds a personal number, and these words stand in clear: "
                          "take it out. Numbers have fields of their own.", words=told)
                    )  # fmt: skip

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


def masked(words: str) -> str:
    """Return words with each personal number in them masked."""
    return _NUMBER.sub(_masked, words)


def holds_number(words: str) -> bool:
    """Tell whether a sound identity number or a mobile number stands in some words."""
    return masked(words) != words


def require(words: str) -> None:
    """Raise ``DomainError`` for words in which a personal number stands."""
    if holds_number(words):
        raise DomainError(
            _("“%(words)s” holds a personal number, and these words stand in clear: take it out."
              " Numbers have fields of their own.", words=masked(words)[:60])
        )  # fmt: skip


def _masked(found: re.Match[str]) -> str:
    number = unicodedata.normalize("NFKC", found[0]).translate(_GAPS).upper()
    if len(number) == masking.PHONE_DIGITS:
        return masking.phone(number)
    return masking.id_number(number) if identity.is_sound(number) else found[0]


@cache
def stands_in_clear(column: Any) -> bool:
    """Tell whether a column holds what somebody wrote, for all who may read the row."""
    is_text = isinstance(column.type, String) and not isinstance(column.type, Enum)
    is_public = (column.table.name, column.name) in _PUBLIC
    return is_text and not is_public and not _MADE.search(column.name)


@cache
def _worded(model: Any) -> tuple[str, ...]:
    """Return the attributes of a register that hold what somebody wrote."""
    attributes = inspect(model).column_attrs
    return tuple(one.key for one in attributes if stands_in_clear(one.columns[0]))


@event.listens_for(db.session, "before_flush")
def _refuse_numbers(session: Session, _context: Any, _instances: Any) -> None:
    for row in (*session.new, *session.dirty):
        state, model = inspect(row), type(row)
        for name in _worded(model):  # type: ignore[arg-type]  # a class is hashable
            for words in state.attrs[name].history.added or ():
                if isinstance(words, str):
                    require(words)

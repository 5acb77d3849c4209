"""Verification: what anyone learns who holds a paper's number and check code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hmac import compare_digest
from typing import Any

from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services.exchange import cells
from models import Category, Certificate, CertificateState, clock, db

from . import numbers, snapshot

# Compared when the number is unknown, so that the answer takes as long as for a known one.
_DECOY = numbers.new_code()


class State(StrEnum):
    """What a paper is worth today."""

    VALID = "valid"
    UNDER_CHECK = "under_check"
    VOIDED = "voided"
    REPLACED = "replaced"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class Answer:
    """The public facts of a paper, and no more; ``name_matches`` is None when none was typed."""

    state: State
    number: str = ""
    name_masked: str = ""
    minutes: int = 0
    categories: tuple[Category, ...] = ()
    unit: str = ""
    issued_on: date | None = None
    # When it stopped being valid, in the office's days.
    ended_on: date | None = None
    sample: bool = False
    name_matches: bool | None = None

    @property
    def is_found(self) -> bool:
        """Tell whether number and code belong to one paper."""
        return self.state is not State.NOT_FOUND


NOT_FOUND = Answer(State.NOT_FOUND)

_PUBLIC = (
    Certificate.id,
    Certificate.number,
    Certificate.code,
    Certificate.state,
    Certificate.name_masked,
    Certificate.minutes,
    Certificate.categories,
    Certificate.unit,
    Certificate.issued_on,
    Certificate.voided_at,
    Certificate.doubted_at,
    Certificate.sample,
)


def verify(number: str, code: str, name: str = "") -> Answer:
    """Answer for a number and a check code as typed; a wrong one of either reads the same.

    A number whose paper was never made is not found either: nobody can hold that paper.
    """
    with unscoped("anyone may verify a paper"):
        found = db.session.execute(
            select(*_PUBLIC).where(
                Certificate.number == numbers.read_number(number), Certificate.sha256.is_not(None)
            )
        ).one_or_none()
        right = compare_digest(numbers.read_code(code), found.code if found else _DECOY)
        if found is None or not right:
            return NOT_FOUND
        return Answer(
            state=_state(found),
            number=found.number,
            name_masked=found.name_masked,
            minutes=found.minutes,
            categories=tuple(map(Category, found.categories)),
            unit=found.unit,
            issued_on=found.issued_on,
            ended_on=clock.office_time(found.voided_at).date() if found.voided_at else None,
            sample=found.sample,
            name_matches=_matches(found.id, name) if name.strip() else None,
        )


def _state(found: Any) -> State:
    if found.state is CertificateState.VALID and found.doubted_at is not None:
        return State.UNDER_CHECK
    return _STATES[found.state]


_STATES = {
    CertificateState.VALID: State.VALID,
    CertificateState.VOIDED: State.VOIDED,
    CertificateState.REPLACED: State.REPLACED,
}


def _matches(id_: int, typed: str) -> bool:
    sealed = db.session.scalars(select(Certificate.snapshot).where(Certificate.id == id_)).one()
    whole = snapshot.values_of(sealed)["name"]
    return compare_digest(
        cells.key(cells.name(whole)).encode(), cells.key(cells.name(typed)).encode()
    )

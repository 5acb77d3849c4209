"""Refusals for overlap, kept for supervisors although what was refused is rolled back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy import insert, select

from admin_app.policy import actor_id, unscoped
from admin_app.services import masking
from models import DomainError, OverlapRefusal, Person, RefusedAct, Volunteer, clock, db

IN_ONE_QUESTION = 5_000
PLACES = ("station_id", "township_id", "county_id", "prefecture_id")


@dataclass(frozen=True)
class Attempt:
    """A stretch that somebody tried to record or confirm for a volunteer, and what it met."""

    volunteer_id: int
    act: RefusedAct
    started_at: datetime
    ended_at: datetime
    other_station: str
    other_started_at: datetime
    other_ended_at: datetime


class TimeTaken(DomainError):
    """The person is recorded at that time; ``attempt`` says what for, if a volunteer was named."""

    def __init__(self, words: LazyString, attempt: Attempt | None = None) -> None:
        super().__init__(words)
        self.attempt = attempt


def keep(refusal: DomainError) -> None:
    """Write a refusal for overlap down and commit; another refusal is left alone.

    To be called when what was refused is rolled back: this is a transaction of its own.
    """
    keep_all([refusal])


def keep_all(refused: Iterable[DomainError]) -> None:
    """Write the refusals for overlap among some down and commit, as ``keep`` does for one."""
    attempts = [one.attempt for one in refused if isinstance(one, TimeTaken) and one.attempt]
    if attempts:
        write(attempts)
        db.session.commit()


def write(attempts: Iterable[Attempt]) -> None:
    """Write refusals down in the running transaction, as the rows of a sheet that landed."""
    tried = list(attempts)
    if not tried:
        return
    written = {"refused_to_id": actor_id(), "refused_at": clock.utc_now()}
    with unscoped("what was refused is written down, whoever tried it"):
        placed = _placed({one.volunteer_id for one in tried})
        db.session.execute(
            insert(OverlapRefusal),
            [vars(one) | placed[one.volunteer_id] | written for one in tried],
        )


def _placed(volunteers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return where the rolls of volunteers lie, with their masked names."""
    numbers, found = sorted(volunteers), dict[int, dict[str, Any]]()
    for first in range(0, len(numbers), IN_ONE_QUESTION):
        asked = (
            select(*(getattr(Volunteer, name) for name in ("id", *PLACES)), Person.name)
            .join(Volunteer.person)
            .where(Volunteer.id.in_(numbers[first : first + IN_ONE_QUESTION]))
        )
        for id_, *places, name in db.session.execute(asked):
            found[id_] = dict(zip(PLACES, places, strict=True)) | {
                "name_masked": masking.name(name)
            }
    return found

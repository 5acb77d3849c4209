"""The whole life of an entry: recorded, decided, reversed, stood in for, certified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import undefer

from admin_app.services.certificates import snapshot
from models import Certificate, ServiceEntry, db


@dataclass(frozen=True)
class Step:
    """One thing that happened to an entry; the moment is UTC, ``row`` what it leads to."""

    at: datetime
    words: str
    by: str = ""
    row: Certificate | ServiceEntry | None = None


def of(entry: ServiceEntry) -> list[Step]:
    """Return what happened to an entry within the reach of who asks, in the order of time."""
    return sorted(_steps(entry), key=lambda step: step.at)


def _steps(entry: ServiceEntry) -> Iterator[Step]:
    recorder = entry.recorded_by.name if entry.recorded_by else _("The system")
    yield Step(entry.recorded_at, _("Recorded: %(source)s", source=entry.source.label), recorder)
    if entry.decided_at is not None:
        decider = entry.decided_by.name if entry.decided_by else _("The system")
        yield Step(entry.decided_at, str(entry.state.label), decider)
    if entry.corrects is not None:
        yield Step(entry.created_at, _("Stands in for another entry"), row=entry.corrects)
    if entry.reversal is not None:
        words = _("Reversed: %(reversal)s", reversal=entry.reversal)
        approver = entry.reversal.approved_by.name if entry.reversal.approved_by else ""
        yield Step(entry.reversal.approved_at, words, approver)
        for other in db.session.scalars(select(ServiceEntry).filter_by(corrects_id=entry.id)):
            yield Step(other.created_at, _("Another entry stands in for it"), row=other)
    for paper in _papers(entry):
        yield Step(paper.issued_at, _("Certified: %(number)s", number=paper.number), row=paper)


def _papers(entry: ServiceEntry) -> Iterator[Certificate]:
    asked = select(Certificate).where(Certificate.volunteer_id == entry.volunteer_id)
    for paper in db.session.scalars(asked.options(undefer(Certificate.snapshot))):
        if entry.id in snapshot.entries_of(paper.snapshot):
            yield paper

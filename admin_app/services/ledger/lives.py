"""The whole life of an entry: recorded, decided, publicised, objected, reversed, certified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import undefer

from admin_app.services.certificates import snapshot
from models import (
    Account,
    Certificate,
    Notice,
    NoticeLine,
    Objection,
    ObjectionState,
    ServiceEntry,
    db,
)


@dataclass(frozen=True)
class Step:
    """One thing that happened to an entry; the moment is UTC, ``row`` what it leads to."""

    at: datetime
    words: str
    by: str = ""
    row: Certificate | Notice | Objection | ServiceEntry | None = None


def of(entry: ServiceEntry) -> list[Step]:
    """Return what happened to an entry within the reach of who asks, in the order of time."""
    return sorted(_steps(entry), key=lambda step: step.at)


def _steps(entry: ServiceEntry) -> Iterator[Step]:
    recorder = entry.recorded_by.name if entry.recorded_by else _("The system")
    yield Step(entry.recorded_at, _("Recorded: %(source)s", source=entry.source.label), recorder)
    if entry.decided_at is not None:
        decider = entry.decided_by.name if entry.decided_by else _("The system")
        words = _("Confirmed single-handed") if entry.is_single_handed else entry.state.label
        yield Step(entry.decided_at, str(words), decider)
    if entry.corrects is not None:
        yield Step(entry.created_at, _("Stands in for another entry"), row=entry.corrects)
    if entry.reversal is not None:
        words = _("Reversed: %(reversal)s", reversal=entry.reversal)
        approver = entry.reversal.approved_by.name if entry.reversal.approved_by else ""
        yield Step(entry.reversal.approved_at, words, approver)
        for other in db.session.scalars(select(ServiceEntry).filter_by(corrects_id=entry.id)):
            yield Step(other.created_at, _("Another entry stands in for it"), row=other)
    yield from _hung(entry)
    yield from _objected(entry)
    for paper in _papers(entry):
        yield Step(paper.issued_at, _("Certified: %(number)s", number=paper.number), row=paper)


def _hung(entry: ServiceEntry) -> Iterator[Step]:
    lines = NoticeLine.__table__.c
    held = select(lines.notice_id).where(lines.entry_id == entry.id)
    for notice in db.session.scalars(select(Notice).where(Notice.id.in_(held))):
        days = _("Publicised from %(since)s to %(until)s", since=notice.hangs_since,
                 until=notice.hangs_until)  # fmt: skip
        if notice.published_at is not None:
            yield Step(notice.published_at, days, _name(notice.published_by), notice)
        if notice.withdrawn_at is not None:
            words = _("The notice was withdrawn")
            yield Step(notice.withdrawn_at, words, _name(notice.withdrawn_by), notice)


def _objected(entry: ServiceEntry) -> Iterator[Step]:
    lines = NoticeLine.__table__.c
    of_person = and_(
        Objection.entry_id.is_(None),
        Objection.volunteer_id == entry.volunteer_id,
        Objection.notice_id.in_(select(lines.notice_id).where(lines.entry_id == entry.id)),
    )
    about = or_(Objection.entry_id == entry.id, Objection.new_entry_id == entry.id, of_person)
    for objection in db.session.scalars(select(Objection).where(about)):
        if objection.new_entry_id != entry.id:
            received = _name(objection.received_by)
            yield Step(objection.created_at, _("Objected"), received, objection)
        else:
            yield Step(objection.created_at, _("Corrects what was objected"), row=objection)
        if objection.checked_at is not None:
            words = str(ObjectionState.CHECKED.label)
            yield Step(objection.checked_at, words, _name(objection.checked_by), objection)
        if objection.decided_at is not None:
            words = _("Objection: %(result)s", result=objection.state.label)
            yield Step(objection.decided_at, words, _name(objection.decided_by), objection)


def _name(account: Account | None) -> str:
    return account.name if account else ""


def _papers(entry: ServiceEntry) -> Iterator[Certificate]:
    asked = select(Certificate).where(Certificate.volunteer_id == entry.volunteer_id)
    for paper in db.session.scalars(asked.options(undefer(Certificate.snapshot))):
        if entry.id in snapshot.entries_of(paper.snapshot):
            yield paper

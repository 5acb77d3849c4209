"""Which entries were public long enough, and where only those may be certified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from admin_app.policy import unscoped
from admin_app.services.figures import CODE_LENGTH, FigureOverTime
from models import (
    FigureName,
    Notice,
    NoticeLine,
    NoticeState,
    Objection,
    ObjectionState,
    ServiceEntry,
    Station,
    db,
)
from models.ledger.objection import OPEN

# The tables and not the models: the session would scope them once more inside a condition.
_notices: Any = Notice.__table__.c
_lines: Any = NoticeLine.__table__.c
_objections: Any = Objection.__table__.c


def on_published_notice() -> ColumnElement[bool]:
    """Return the condition that an entry stands on a notice that was not withdrawn."""
    return _stands_on(_notices.state == NoticeState.PUBLISHED)


def is_publicised(on: date) -> ColumnElement[bool]:
    """Return the condition that an entry's notice is over by a day, and nobody is in doubt of it.

    In doubt is what an open objection is about, and one that was upheld and not corrected yet.
    """
    stood = _stands_on(_notices.state == NoticeState.PUBLISHED, _notices.hangs_until < on)
    return and_(stood, ~is_objected())


def is_objected() -> ColumnElement[bool]:
    """Return the condition that an unsettled objection is about an entry, or all of its person."""
    stands_there = _lines.notice_id == _objections.notice_id, _lines.entry_id == ServiceEntry.id
    of_person = and_(
        _objections.entry_id.is_(None),
        _objections.volunteer_id == ServiceEntry.volunteer_id,
        select(_lines.entry_id).where(*stands_there).exists(),
    )
    meant = or_(_objections.entry_id == ServiceEntry.id, of_person)
    mended = or_(_objections.reversal_id.is_not(None), _objections.new_entry_id.is_not(None))
    unmended = and_(_objections.state == ObjectionState.UPHELD, ~mended)
    unsettled = or_(_objections.state.in_(OPEN), unmended)
    return select(_objections.id).where(unsettled, meant).exists()


def not_yet(entries: Sequence[ServiceEntry], station: Station, *, on: date) -> set[int]:
    """Return the numbers of a station's entries that must be publicised first and were not.

    The figure ``publicised_only`` of the day of service decides; unset, nothing must be.
    """
    over_time = FigureOverTime(db.session.connection(), FigureName.PUBLICISED_ONLY)
    code = station.code[:CODE_LENGTH]
    asked = {entry.id for entry in entries if over_time.at_code(code, on=entry.served_on)}
    if not asked:
        return set()
    with unscoped("whether an entry was public is the same for everybody"):
        public = db.session.scalars(
            select(ServiceEntry.id).where(ServiceEntry.id.in_(asked), is_publicised(on))
        )
        return asked - set(public)


def _stands_on(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(_lines.entry_id)
        .join(Notice.__table__, _notices.id == _lines.notice_id)
        .where(_lines.entry_id == ServiceEntry.id, *conditions)
        .exists()
    )

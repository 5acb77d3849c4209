"""Keeping the score of a month that is over, once: registers change, the history stays."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from admin_app.policy import unscoped
from admin_app.services.reports.areas import Place, within
from admin_app.services.reports.months import Month
from models import ChecklistResult, Division, Level, Station, clock, db, engine

from .checking import WHY, results
from .results import Result, stored

IN_ONE_STATEMENT = 500
_results: Any = ChecklistResult.__table__


def keep_last_month() -> int:
    """Keep the month before the running one, of all stations; return how many were kept now.

    Each prefecture is a transaction of its own, and no writer waits while its stations are told.
    """
    month, kept = Month.last_full(), 0
    with unscoped(WHY):
        there = select(Station.id).where(Station.prefecture_id == Division.id).exists()
        asked = select(Division.id).where(Division.level == Level.PREFECTURE, there)
        with engine.reading():
            db.session.rollback()
            prefectures = db.session.scalars(asked.order_by(Division.code)).all()
        for id_ in prefectures:
            with engine.reading():
                rows = lines(db.session.get_one(Division, id_), month)
                db.session.rollback()
            kept += put(rows)
            db.session.commit()
    return kept


def keep(place: Place, month: Month) -> int:
    """Keep a month of the stations of a place where it is not kept; the caller commits.

    Only the month before the running one is kept: of older ones the registers tell no longer how
    they were. Returns how many were kept.
    """
    if month != Month.last_full():
        return 0
    with unscoped(WHY):
        return put(lines(place, month))


def lines(place: Place, month: Month) -> list[dict[str, Any]]:
    """Return the rows to be kept of a month: those of stations with a checklist, not kept yet."""
    found = [one for one in results(place, month) if one.items and not one.is_kept]
    areas = ("township_id", "county_id", "prefecture_id")
    if not found:
        return []
    where = {
        id_: dict(zip(areas, lies, strict=True))
        for id_, *lies in db.session.execute(
            select(Station.id, *(getattr(Station, name) for name in areas)).where(
                within(Station, place)
            )
        )
    }
    return [_line(one) | where[one.station_id] for one in found]


def put(rows: list[dict[str, Any]]) -> int:
    """Keep rows that ``lines`` told and return how many; the caller commits."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    # Another may have kept it meanwhile: the first one stays.
    statement = insert(_results).on_conflict_do_nothing(index_elements=["station_id", "month"])
    for first in range(0, len(rows), IN_ONE_STATEMENT):
        db.session.execute(statement, rows[first : first + IN_ONE_STATEMENT])
    return len(rows)


def _line(one: Result) -> dict[str, Any]:
    assert one.checklist is not None  # noqa: S101  # it has items
    return {
        "station_id": one.station_id,
        "checklist_id": one.checklist.id,
        "month": one.month.first,
        "met": one.met,
        "untold": one.untold,
        "total": one.total,
        "items": stored(one.items),
        "kept_at": clock.utc_now(),
    }

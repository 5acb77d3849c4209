"""Once a night, by one worker: ledger and rolls counted anew, the month's scores, the backup."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from admin_app.policy import Access, unscoped
from admin_app.services import backups
from admin_app.services.ledger import checking
from admin_app.services.privacy import releases
from admin_app.services.standards import checklists, registered
from models import (
    CheckOutcome,
    DomainError,
    JobWorker,
    LedgerCheck,
    RegisteredCount,
    clock,
    db,
    engine,
)

from .living import alive

LOOK_SECONDS = 60
TO_LOOK_AT = (CheckOutcome.DIFFERS, CheckOutcome.BROKEN)
_checks: Any = LedgerCheck.__table__


class Nightly:
    """One worker's eye on the clock: asked often, it looks once a minute."""

    def __init__(self, worker_id: int) -> None:
        self._worker_id, self._next = worker_id, 0.0

    def look(self) -> bool:
        """Check the ledger if this night's check is due and nobody else does it."""
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + LOOK_SECONDS
        return check_if_due(self._worker_id)


def check_if_due(worker_id: int) -> bool:
    """Check the ledger once a night, from the hour that is set on; False if it is not ours to do.

    A machine that is off at that hour does it when it is next on.
    """
    hour = current_app.extensions["station_settings"].nightly_hour
    now = clock.office_now()
    if hour is None or now.hour < hour or not _claim(now.date(), worker_id):
        return False
    _keep(now.date(), worker_id, _found())
    _keep_scores()
    _drop_releases()
    engine.empty_log(db.engine)
    backups.nightly()
    return True


def last() -> LedgerCheck | None:
    """Return the latest check that ended."""
    ended = LedgerCheck.ended_at.is_not(None)
    latest = select(LedgerCheck).where(ended).order_by(LedgerCheck.night.desc()).limit(1)
    return db.session.scalar(latest)


def warning(access: Access) -> LedgerCheck | None:
    """Return the latest check if the person reads checks and should look at this one.

    An office that has no entry yet is warned of nothing; one that had some is.
    """
    if not access.may("checks:read"):
        return None
    check = last()
    if check is None or check.outcome in TO_LOOK_AT:
        return check
    if check.outcome is CheckOutcome.NO_ENTRY:
        had_some = select(LedgerCheck.id).where(LedgerCheck.entries > 0).limit(1)
        return check if db.session.scalar(had_some) else None
    return None


def _claim(night: date, worker_id: int) -> bool:
    """Put the night's line down, or take it over from a dead worker; False if another has it."""
    began = {"worker_id": worker_id, "outcome": CheckOutcome.RUNNING, "began_at": clock.utc_now()}
    alive_now = select(JobWorker.id).where(alive(clock.utc_now()))
    left = or_(_checks.c.worker_id.not_in(alive_now), _checks.c.worker_id == worker_id)
    try:
        with unscoped("a worker is the system's"), engine.writing(), db.engine.begin() as writer:
            there = select(_checks.c.outcome).where(_checks.c.night == night)
            if (outcome := writer.scalar(there)) is None:
                writer.execute(insert(_checks).values(night=night, by_table={}, **began))
                return True
            if outcome is not CheckOutcome.RUNNING:
                return False
            running = (_checks.c.night == night, _checks.c.outcome == CheckOutcome.RUNNING)
            return bool(
                writer.execute(update(_checks).where(*running, left).values(began)).rowcount
            )
    except IntegrityError:  # another worker was first
        return False


def _found() -> dict[str, Any]:
    """Return what is kept of a check, whatever came of it."""
    try:
        with engine.snapshot():
            verdict = checking.verify()
            apart = registered.differences(db.session.connection())
    except DomainError:
        return {"outcome": CheckOutcome.NO_ENTRY, "entries": 0}
    except Exception:  # the night's line says so, and the log why
        current_app.logger.exception("the nightly check of the ledger failed")
        return {"outcome": CheckOutcome.BROKEN}
    found = verdict.differences
    if found:
        current_app.logger.error("the ledger has %s differences: run ledger verify", len(found))
    by_table = Counter(one.total for one in found)
    if apart:
        current_app.logger.error(
            "%s counts of registered residents differ from the rolls: run standards recount", apart
        )
        by_table[RegisteredCount.__tablename__] = apart
    return {
        "outcome": CheckOutcome.DIFFERS if by_table else CheckOutcome.CLEAN,
        "entries": verdict.entries,
        "differences": by_table.total(),
        "by_table": dict(by_table),
    }


def _keep_scores() -> None:
    """Keep how each station stood by its checklist in the month that ended last, once."""
    try:
        checklists.keep_last_month()
    except Exception:  # the ledger was checked all the same, and the next night keeps them
        db.session.rollback()
        current_app.logger.exception("the scores of the checklists could not be kept")


def _drop_releases() -> None:
    """Take away the files of numbers in clear whose days are over."""
    try:
        releases.drop_expired()
        db.session.commit()
    except Exception:  # they open no longer all the same, and the next night takes them away
        db.session.rollback()
        current_app.logger.exception("expired files of numbers could not be taken away")


def _keep(night: date, worker_id: int, found: dict[str, Any]) -> None:
    ended: datetime = clock.utc_now()
    ours = (_checks.c.night == night, _checks.c.worker_id == worker_id)
    with engine.writing(), db.engine.begin() as writer:
        writer.execute(update(_checks).where(*ours).values(ended_at=ended, **found))

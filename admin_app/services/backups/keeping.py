"""The list of backups: each try leaves a line and a trace, and old files make room."""

from __future__ import annotations

from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services import audit
from models import AuditAction, Backup, BackupOutcome, DomainError, clock, db, engine
from models.backups.backup import WRITTEN

from . import making, places, restoring
from .making import Written

SHOWN_FAULTS = 5


def back_up(target: Path, *, by: int | None = None, prove: bool = False) -> Backup:
    """Write a backup and a line of what became of it, and commit both.

    Raises ``DomainError`` where it could not be written; the line then says why.
    """
    line = _begun(target, by)
    try:
        written = making.write(target)
    except DomainError as refusal:
        _ended(line, outcome=BackupOutcome.FAILED, trouble=str(refusal))
        raise
    _ended(line, outcome=BackupOutcome.DONE, **_told(written))
    if prove:
        prove_one(line)
    return _line(line)


def prove_one(line_id: int, code: str | None = None) -> None:
    """Prove a backup of the list by restoring it beside the office, and keep what was found."""
    path = Path(_line(line_id).path)
    try:
        verdict = restoring.prove(path, code)
    except DomainError as refusal:
        _ended(line_id, trouble=str(refusal))
        raise
    if verdict.faults:
        told = "\n".join(verdict.faults[:SHOWN_FAULTS])
        _ended(line_id, outcome=BackupOutcome.UNSOUND, proved_at=clock.utc_now(), trouble=told)
        raise DomainError(_("The backup is written, but does not verify: %(fault)s", fault=told))
    _ended(line_id, outcome=BackupOutcome.PROVED, proved_at=clock.utc_now(), trouble=None)


def nightly() -> None:
    """Make and prove the night's backup if a folder is set, and let the oldest go."""
    folder = places.regular()
    if folder is None:
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        back_up(folder, prove=True)
    except Exception:  # its line says so, and the ledger was checked all the same
        db.session.rollback()
        current_app.logger.exception("the night's backup failed")
    else:
        _make_room(folder)


def last() -> Backup | None:
    """Return the latest backup whose file was whole on its disk."""
    written = select(Backup).where(Backup.outcome.in_(WRITTEN))
    return db.session.scalar(written.order_by(Backup.id.desc()).limit(1))


def _make_room(folder: Path) -> None:
    """Remove the oldest of our own files beyond those that are kept."""
    ours = [
        path for path in sorted(folder.glob(f"station-office-*{places.SUFFIX}")) if _is_ours(path)
    ]
    for path in ours[: -places.settings().backups_kept]:
        path.unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    try:
        return restoring.is_ours(path)
    except DomainError:
        return False


def _told(written: Written) -> dict[str, object]:
    trouble = None
    if written.missing:
        trouble = str(
            _("%(count)s files that rows name were not on the disk.", count=len(written.missing))
        )
    return {
        "path": str(written.path), "size": written.size, "sha256": written.sha256,
        "entries": written.facts.entries, "traces": written.facts.traces, "files": written.files,
        "trouble": trouble,
    }  # fmt: skip


def _begun(target: Path, by: int | None) -> int:
    with unscoped("a backup is the whole office's"), engine.writing():
        db.session.rollback()
        line = Backup(path=str(target), made_by_id=by)
        db.session.add(line)
        db.session.flush()  # the trace names its number
        audit.record(AuditAction.EXPORT, Backup.__tablename__, row=line, account_id=by)
        number = line.id
        db.session.commit()
        return number


def _ended(line_id: int, **found: object) -> None:
    with unscoped("a backup is the whole office's"), engine.writing():
        db.session.rollback()
        line = db.session.get_one(Backup, line_id)
        line.ended_at = clock.utc_now()
        for name, value in found.items():
            setattr(line, name, value)
        db.session.commit()


def _line(line_id: int) -> Backup:
    """Return a line apart from the session: what it read with would keep every writer waiting."""
    with unscoped("a backup is the whole office's"):
        line = db.session.get_one(Backup, line_id, populate_existing=True)
        db.session.expunge(line)
        db.session.rollback()
        return line

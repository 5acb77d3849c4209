"""What goes on by itself: the worker and its jobs, the backups, the sheet in the safe."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from admin_app.policy import unscoped
from admin_app.services import backups, jobs
from admin_app.services.keys import sheets
from models import BackupOutcome, Job, clock, db
from models.jobs.job import LIVE

from .finding import Finding, bad, ok, warn

WORKER, BACKUP, SHEET = _("Worker"), _("Backup"), _("Recovery sheet")
OLD, TOO_OLD = timedelta(days=2), timedelta(days=7)


def worker() -> Finding:
    """Tell whether somebody makes the long files."""
    with unscoped("whether anybody works"):
        waiting = db.session.scalar(select(func.count()).where(Job.state.in_(LIVE))) or 0
    if not jobs.is_any_at_work(clock.utc_now()):
        words = _(
            "None is there, and nothing is made at night: flask jobs work. Waiting: %(count)s.",
            count=waiting,
        )
        return bad(WORKER, words) if waiting else warn(WORKER, words)
    return ok(WORKER, _("At work. Waiting or under way: %(count)s.", count=waiting))


def backup() -> Finding:  # noqa: PLR0911  # a table of what may be wrong
    """Tell how old the last backup is, and whether it was proved and is still there."""
    with unscoped("the last backup"):
        last = backups.last()
    if last is None:
        return bad(BACKUP, _("There is none: flask backup FILE --prove, and set a nightly folder."))
    age = clock.utc_now() - last.began_at
    told = {"moment": f"{clock.office_time(last.began_at):%Y-%m-%d %H:%M}", "path": last.path}
    if last.outcome is BackupOutcome.UNSOUND:
        return bad(BACKUP, _("That of %(moment)s does not verify: make another.", **told))
    if age > TOO_OLD:
        return bad(BACKUP, _("The last is of %(moment)s: make one today.", **told))
    if age > OLD:
        return warn(BACKUP, _("The last is of %(moment)s.", **told))
    if not Path(last.path).exists():
        return warn(BACKUP, _("That of %(moment)s is not at %(path)s any more, or its disk is out.",
                              **told))  # fmt: skip
    if last.proved_at is None:
        return warn(BACKUP, _("That of %(moment)s was not proved: flask backup %(path)s "
                              "--only-prove.", **told))  # fmt: skip
    if backups.regular() is None:
        return warn(BACKUP, _("That of %(moment)s is proved, but none is made by itself: set "
                              "STATION_BACKUP_FOLDER.", **told))  # fmt: skip
    return ok(BACKUP, _("Of %(moment)s, proved.", **told))


def sheet() -> Finding:
    """Tell whether the code that opens the backups lies in a safe."""
    if sheets.printed_at() is None:
        return bad(
            SHEET,
            _("Never printed: without it no backup opens once this machine is lost. "
              "flask keys sheet."),
        )  # fmt: skip
    return ok(SHEET, _("Printed."))


CHECKS = ((WORKER, worker), (BACKUP, backup), (SHEET, sheet))

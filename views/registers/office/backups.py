"""Backups of the office: what became of each, and the button that makes one."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import abort
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from admin_app.services import backups
from models import Backup, BackupOutcome, DomainError
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column
from views.lists.filters import Is, between
from views.web.requests import access


class BackupView(RegisterView):
    """The backups that were tried, the latest first; a button makes one."""

    model = Backup
    resource = "backups"
    title = _("Backups")
    columns = (
        Column("began_at", _("Began at"), formats.moment, sort=True),
        Column("outcome", _("Outcome")),
        Column("path", _("File")),
        Column("size", _("Size"), formats.megabytes),
        Column("proved_at", _("Proved at"), formats.moment),
        Column("trouble", _("What was wrong"), on=BEYOND_LIST),
        Column("entries", _("Service entries"), on=DETAILS),
        Column("traces", _("Lines of the audit trail"), on=DETAILS),
        Column("files", _("Files of evidence"), on=DETAILS),
        Column("sha256", _("Digest (SHA-256)"), on=DETAILS),
        Column("ended_at", _("Ended at"), formats.moment, on=DETAILS),
    )
    filters = (
        Is("outcome", _("Outcome"), Backup.outcome, BackupOutcome),
        *between("began", _("Day"), Backup.began_at),
    )
    order = (Backup.id.desc(),)
    list_template = "backups/list.html"

    def may_make(self) -> bool:
        """Tell whether the person makes backups."""
        return access().may("backups:make")

    def folders(self) -> list[str]:
        """Return where a backup may go."""
        return [str(folder) for folder in backups.folders()]

    def nightly_folder(self) -> str:
        """Return where the night's backup goes, or nothing."""
        return str(backups.regular() or "")

    @expose("/make/", methods=("POST",))
    def make_view(self) -> Response:
        """Make a backup now, and prove it where that was ticked."""
        if not self.may_make():
            abort(403)
        account_id: Any = access().account_id
        try:
            folder = backups.require(request.form.get("folder", ""))
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            done = backups.back_up(folder, by=account_id, prove=bool(request.form.get("prove")))
        except DomainError as refusal:
            flash(str(refusal), "error")
        except OSError as failure:
            flash(
                gettext("The folder cannot be used: %(reason)s.", reason=failure.strerror), "error"
            )
        else:
            flash(gettext("Written: %(path)s", path=done.path), "success")
            if done.trouble:
                flash(done.trouble, "error")
        return redirect(self.get_url(".index_view"))

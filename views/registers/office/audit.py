"""The audit trail, to be read and exported."""

from __future__ import annotations

import json

from flask_babel import lazy_gettext as _

from models import (
    AuditAction,
    AuditEntry,
)
from views import formats, trail
from views.base import RegisterView
from views.columns import EXPORT, Column
from views.lists.filters import Among, Is, between


class AuditView(RegisterView):
    """Who did what, when; nobody can change it."""

    model = AuditEntry
    resource = "audit"
    title = _("Audit trail")
    columns = (
        Column("id", _("Number"), sort=True),
        Column("at", _("At"), formats.moment),
        Column("account", _("Account"), lambda account: str(account or _("System"))),
        Column("action", _("Act")),
        Column("register", _("Register"), formats.register),
        Column("row_id", _("Record")),
        Column(
            "changes",
            _("Changes"),
            lambda told: json.dumps(told, ensure_ascii=False),
            on=(EXPORT,),
        ),
    )
    filters = (
        Is("action", _("Act"), AuditEntry.action, AuditAction),
        Among("register", _("Register"), AuditEntry.register, formats.REGISTERS),
        *between("at", _("Day"), AuditEntry.at),
    )
    order = (AuditEntry.id.desc(),)
    details_template = "audit/entry.html"
    told = staticmethod(trail.told)

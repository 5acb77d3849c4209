"""The audit trail: a chain in which no link can be changed or taken out unseen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .accounts import Account
from .base import BigId, Choice, Model
from .places import Placed


class AuditAction(Choice):
    """What was done."""

    CREATE = "create", _("Created")
    UPDATE = "update", _("Changed")
    DELETE = "delete", _("Deleted")
    SIGN_IN = "sign_in", _("Signed in")
    SIGN_OUT = "sign_out", _("Signed out")
    SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
    EXPORT = "export", _("Exported")
    IMPORT = "import", _("Imported")
    PRINT = "print", _("Printed")
    DECIDE = "decide", _("Decided")
    REVERSE = "reverse", _("Reversed")
    SEARCH = "search", _("Searched by an exact number")
    SHOW = "show", _("Shown in clear")
    COMMAND = "command", _("Command")


class AuditEntry(Placed, Model):
    """One change to one row, or one act such as an export; holds no personal value."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "station_id", "id"),
        Index(None, "register", "row_id"),
        Index(None, "account_id", "id"),
    )
    resource = "audit"

    # Given out under the lock of the chain's head, so numbers have no gap.
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    # None: the system, by command or job.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    action: Mapped[AuditAction]
    register: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int | None] = mapped_column(BigId)
    station_id: Mapped[int | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    mac: Mapped[str] = mapped_column(String(64))

    account: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return str(self.id)


class AuditHead(Model):
    """The last link of the chain: one row, locked at every commit that leaves a trace."""

    __tablename__ = "audit_head"
    resource = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    last_id: Mapped[int] = mapped_column(BigId)
    mac: Mapped[str] = mapped_column(String(64))

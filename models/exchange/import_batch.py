"""Uploaded sheets: waiting for confirmation, landed, and what came back refused."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Choice, Model
from models.clock import utc_now
from models.places import Station
from models.sealing import Sealed


class ImportKind(Choice):
    """Which register a sheet goes to."""

    STATIONS = "stations", _("Stations")
    POPULATION = "population", _("Population")
    VOLUNTEERS = "volunteers", _("Volunteers")
    LEDGER = "ledger", _("Service entries")
    ACCOUNTS = "accounts", _("Accounts")


class ImportBatch(Model):
    """One uploaded sheet: sealed while it waits, its uploader's alone, gone when it expires."""

    __tablename__ = "import_batches"
    resource = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ImportKind]
    station_id: Mapped[int | None] = mapped_column(ForeignKey("stations.id"))
    # None: the system, by command.
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    handed_in_on: Mapped[date]
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    accepted: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    landed_at: Mapped[datetime | None]
    # NULL once landed or expired.
    sheet: Mapped[bytes | None] = mapped_column(Sealed("import_batches.sheet"))
    # The refused rows as a workbook, to correct and upload again.
    returned: Mapped[bytes | None] = mapped_column(Sealed("import_batches.returned"))

    station: Mapped[Station | None] = relationship()
    uploaded_by: Mapped[Account | None] = relationship()

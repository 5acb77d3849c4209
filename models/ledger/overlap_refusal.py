"""What was refused because the person was recorded elsewhere at that time."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import BigId, Choice, Model
from models.clock import utc_now
from models.people import Volunteer
from models.places import AtStation


class RefusedAct(Choice):
    """What was tried."""

    RECORD = "record", _("Recording an entry")
    CONFIRM = "confirm", _("Confirming an entry")
    IMPORT = "import", _("Importing a sheet")


class OverlapRefusal(AtStation, Model):
    """One try to record a person's time twice: at this station, against another entry's time."""

    __tablename__ = "overlap_refusals"
    __table_args__ = (
        Index(None, "station_id", "id"),
        Index(None, "county_id", "id"),
        Index(None, "prefecture_id", "id"),
    )
    resource = "findings"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    # Masked: a list over stations needs to recognise a person and not to know it.
    name_masked: Mapped[str] = mapped_column(String(50))
    act: Mapped[RefusedAct]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    # As the refusal named it: the other station and its entry's times, and nothing else of it.
    other_station: Mapped[str] = mapped_column(String(100))
    other_started_at: Mapped[datetime]
    other_ended_at: Mapped[datetime]
    # None: the system, by command.
    refused_to_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    refused_at: Mapped[datetime] = mapped_column(default=utc_now)

    volunteer: Mapped[Volunteer] = relationship()
    refused_to: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.name_masked}"

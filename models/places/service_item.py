"""What a station offers at its desk, in its own words under the five kinds of annex 5."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Audited, Choice, Model, Stamped

from .station import AtStation


class ServiceKind(Choice):
    """The five kinds of service items (湛文明办〔2018〕31号, annex 5, item 3)."""

    CIVILIZATION = "civilization", _("Civility campaigns")
    CONVENIENCE = "convenience", _("Everyday help")
    PUBLIC = "public", _("Public services")
    SPECIAL = "special", _("Special services")
    TRAINING = "training", _("Training of volunteers")


class ServiceItem(Audited, Stamped, AtStation, Model):
    """One thing a station offers, and since when; both days included."""

    __tablename__ = "service_items"
    __table_args__ = (
        CheckConstraint("until IS NULL OR since IS NULL OR until >= since", "until_after_since"),
        UniqueConstraint("station_id", "kind", "text"),
    )
    resource = "stations"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ServiceKind]
    text: Mapped[str] = mapped_column(String(100))
    since: Mapped[date | None]
    until: Mapped[date | None]

    def is_offered(self, on: date) -> bool:
        """Tell whether the station offers it on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    def __str__(self) -> str:
        return self.text

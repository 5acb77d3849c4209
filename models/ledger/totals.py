"""Totals of counted service: derivable from the entries, kept with them in one transaction.

Counted is what was confirmed and not reversed, on the day of service. Months are numbers such as
202610. What has no counted entry left stands at zero or is absent; both say the same.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BigId, Choice, Model
from models.clock import utc_now


class PersonYear(Model):
    """What one person served at one station in one year, in whole minutes."""

    __tablename__ = "person_years"
    __table_args__ = (Index(None, "station_id", "year"),)
    resource = "ledger"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    minutes: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)


class PersonLife(Model):
    """What one person served altogether, in whatever station."""

    __tablename__ = "person_lives"
    resource = "ledger"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("persons.id"), primary_key=True, autoincrement=False
    )
    minutes: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)


class AreaMonth(Model):
    """What was served in one area in one month, in one category or (empty) in all of them.

    ``level`` is ``station``, ``township``, ``county`` or ``prefecture``, and ``place_id`` the
    number of that station or division; ``people`` are distinct persons.
    """

    __tablename__ = "area_months"
    resource = "ledger"

    level: Mapped[str] = mapped_column(String(12), primary_key=True)
    place_id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(String(4), primary_key=True)
    minutes: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)


class UploadMonth(Model):
    """How much of what one station served in one month stands in the official system.

    ``uploaded`` are entries that count; ``to_take_back`` were reversed and stand there still.
    """

    __tablename__ = "upload_months"
    resource = "ledger"

    station_id: Mapped[int] = mapped_column(ForeignKey("stations.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    uploaded: Mapped[int] = mapped_column(default=0)
    to_take_back: Mapped[int] = mapped_column(default=0)


class StandingKind(Choice):
    """What hours make of a person."""

    STAR = "star", _("Star level by hours")
    BACKBONE = "backbone", _("Backbone of the community")


class StandingChange(Model):
    """A threshold that a person's hours passed, up or down: which, from what to what, and when.

    Stars are those that the hours entitle to; awarding one takes verification.
    """

    __tablename__ = "standing_changes"
    __table_args__ = (Index(None, "person_id", "id"),)
    resource = "ledger"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[StandingKind]
    # The community and the calendar year of a backbone; neither for stars.
    division_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.id"))
    year: Mapped[int | None]
    before: Mapped[int]
    after: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=utc_now)

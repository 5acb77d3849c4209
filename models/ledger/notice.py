"""Notices (公示): which hours of a station hung on its wall, from which day to which."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import clock
from models.accounts import Account
from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.places import AtStation


class NoticeState(Choice):
    """Where a notice stands; a published one is closed once its last day is over."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Notice(Audited, Stamped, Versioned, AtStation, Model):
    """The counted hours of a station and a period, made public for some days; all days included.

    The reason of a withdrawal is people's own words and may name somebody: not for the trail.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("served_until >= served_since", "served_until_after_since"),
        CheckConstraint("days > 0", "days_positive"),
        CheckConstraint("hangs_until >= hangs_since", "hangs_until_after_since"),
        Index(None, "station_id", "hangs_since", "id"),
        Index(None, "county_id", "hangs_since", "id"),
        Index(None, "prefecture_id", "hangs_since", "id"),
    )
    audit_hides = frozenset({"withdraw_reason"})
    resource = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    served_since: Mapped[date]
    served_until: Mapped[date]
    hangs_since: Mapped[date]
    days: Mapped[int]
    hangs_until: Mapped[date]
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.DRAFT)
    # None: the system, by command.
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    published_at: Mapped[datetime | None]
    # As it was frozen: people by masked name, people counted without a name, and their minutes.
    named: Mapped[int] = mapped_column(default=0)
    unnamed: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str | None] = mapped_column(String(300))

    prepared_by: Mapped[Account | None] = relationship(foreign_keys=[prepared_by_id])
    published_by: Mapped[Account | None] = relationship(foreign_keys=[published_by_id])
    withdrawn_by: Mapped[Account | None] = relationship(foreign_keys=[withdrawn_by_id])

    @hybrid_property
    def is_published(self) -> bool:
        """Tell whether the notice hung or hangs, and was not withdrawn."""
        return self.state == NoticeState.PUBLISHED

    @property
    def is_closed(self) -> bool:
        """Tell whether the last day of a published notice is over."""
        return self.is_published and self.hangs_until < clock.today()

    @property
    def is_single_handed(self) -> bool:
        """Tell whether one person prepared and published it, as the county may allow."""
        by = self.published_by_id
        return by is not None and by == self.prepared_by_id

    def __str__(self) -> str:
        return f"{self.served_since:%Y-%m-%d} – {self.served_until:%Y-%m-%d}"


class NoticeLine(Model):
    """One entry as it stood on one notice; written at publishing and never after."""

    __tablename__ = "notice_lines"
    __table_args__ = (Index(None, "entry_id"),)
    resource = "notices"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("service_entries.id"), primary_key=True, autoincrement=False
    )
    volunteer_id: Mapped[int] = mapped_column(BigId, ForeignKey("volunteers.id"))
    minutes: Mapped[int]
    # None: counted without a name, for want of consent or of age.
    name_masked: Mapped[str | None] = mapped_column(String(50))

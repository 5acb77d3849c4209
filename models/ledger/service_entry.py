"""Service entries: who served, when, for how long, and who vouched for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    inspect,
    or_,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from models.accounts import Account
from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.category import Category
from models.clock import utc_now
from models.errors import DomainError
from models.people import Person, Volunteer
from models.places import AtStation

from .activity import Activity
from .official import OfficialState
from .reversal import Reversal


class EntryState(Choice):
    """Where an entry stands; only confirmed minutes count."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")


class EntrySource(Choice):
    """How an entry came into the ledger."""

    SCREEN = "screen", _("Typed in")
    IMPORT = "import", _("Imported sheet")
    COMMAND = "command", _("Command")
    ATTENDANCE = "attendance", _("Attendance sheet")


class EntryKind(Choice):
    """What was done: the service, or its preparation; both from a start to an end."""

    SERVICE = "service", _("Service")
    PREPARATION = "preparation", _("Preparation")


FACTS = (
    "person_id", "volunteer_id", "activity_id", "started_at", "ended_at", "minutes", "rule",
    "guardian_present",
)  # fmt: skip


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class ServiceEntry(Audited, Stamped, Versioned, AtStation, Model):
    """One stretch of service of one person: raw civil start and end, and counted minutes.

    Once confirmed its facts never change and it is never deleted; the database refuses too.
    """

    __tablename__ = "service_entries"
    __table_args__ = (
        CheckConstraint("minutes > 0", "minutes_positive"),
        CheckConstraint("ended_at > started_at", "ends_after_start"),
        Index(None, "station_id", "served_on", "id"),
        Index(None, "township_id", "served_on", "id"),
        Index(None, "county_id", "served_on", "id"),
        Index(None, "prefecture_id", "served_on", "id"),
        Index(None, "served_on", "id"),
        Index(None, "person_id", "served_on"),
        Index(None, "activity_id"),
        # Few entries are reversed or stand in for another: the others need no line in an index.
        Index(None, "reversed_by_id", unique=True, **_where("reversed_by_id IS NOT NULL")),
        Index(None, "corrects_id", **_where("corrects_id IS NOT NULL")),
    )
    audit_hides = frozenset({"content", "quality", "recorder", "guardian_present"})
    resource = "ledger"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    category: Mapped[Category]
    served_on: Mapped[date]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    # What counts of the stretch, and by which rule: see services.ledger.counting; None as served.
    minutes: Mapped[int]
    rule: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[EntryKind] = mapped_column(
        default=EntryKind.SERVICE, server_default=EntryKind.SERVICE.value
    )
    # Where it was, if not at the activity's place.
    place: Mapped[str | None] = mapped_column(String(100))
    # Who was with a volunteer under age, where no consent stands in (附件4 Art 2: 或陪同).
    guardian_present: Mapped[str | None] = mapped_column(String(50))
    content: Mapped[str | None] = mapped_column(Text)
    quality: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[EntryState] = mapped_column(default=EntryState.SUBMITTED)
    source: Mapped[EntrySource] = mapped_column(default=EntrySource.SCREEN)
    # What a person should look at, such as service before registration; never a refusal.
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    # As the sheet names the recorder; the account below is who brought the entry in.
    recorder: Mapped[str | None] = mapped_column(String(50))
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"))
    # None: the system, by command.
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=utc_now)
    # When the quality came, if later than the hours.
    rated_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    # Set once, by a reversal; the entry itself stays as it was confirmed.
    reversed_by_id: Mapped[int | None] = mapped_column(ForeignKey("reversals.id"))
    # What became of it in the official system, its number there, and the day of either.
    official_state: Mapped[OfficialState | None]
    official_number: Mapped[str | None] = mapped_column(String(40))
    official_on: Mapped[date | None]
    # The entry that this one stands in for.
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("service_entries.id"))

    person: Mapped[Person] = relationship()
    volunteer: Mapped[Volunteer] = relationship()
    activity: Mapped[Activity] = relationship()
    recorded_by: Mapped[Account | None] = relationship(foreign_keys=[recorded_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])
    reversal: Mapped[Reversal | None] = relationship(foreign_keys=[reversed_by_id])
    corrects: Mapped[ServiceEntry | None] = relationship(remote_side=[id])

    @property
    def is_decided(self) -> bool:
        """Tell whether the entry was confirmed or declined."""
        return self.state in (EntryState.CONFIRMED, EntryState.DECLINED)

    @hybrid_property
    def counts(self) -> bool:
        """Tell whether the minutes count: confirmed, and not reversed since."""
        return self.state is EntryState.CONFIRMED and self.reversed_by_id is None

    @counts.inplace.expression
    @classmethod
    def _counts(cls) -> ColumnElement[bool]:
        return and_(cls.state == EntryState.CONFIRMED, cls.reversed_by_id.is_(None))

    @hybrid_property
    def is_live(self) -> bool:
        """Tell whether the entry takes its person's time: submitted, or confirmed and counting."""
        return self.counts or self.state is EntryState.SUBMITTED

    @is_live.inplace.expression
    @classmethod
    def _is_live(cls) -> ColumnElement[bool]:
        return and_(
            cls.state.in_((EntryState.SUBMITTED, EntryState.CONFIRMED)),
            cls.reversed_by_id.is_(None),
        )

    @hybrid_property
    def is_single_handed(self) -> bool:
        """Tell whether it was confirmed by who recorded it, or by a command at once."""
        decider = self.decided_by_id
        return self.state is EntryState.CONFIRMED and decider in (None, self.recorded_by_id)

    @is_single_handed.inplace.expression
    @classmethod
    def _is_single_handed(cls) -> ColumnElement[bool]:
        by_one = or_(cls.decided_by_id.is_(None), cls.decided_by_id == cls.recorded_by_id)
        return and_(cls.state == EntryState.CONFIRMED, by_one)

    @validates(*FACTS)
    def _keep_what_was_confirmed(self, field: str, value: Any) -> Any:
        # A new row takes its keys from its relations while it is flushed.
        kept = inspect(self).persistent and self.state is EntryState.CONFIRMED
        if kept and value != getattr(self, field):
            raise DomainError(_("A confirmed entry cannot change; reverse it instead."))
        return value

    def __str__(self) -> str:
        return "{:%Y-%m-%d} · {}:{:02}".format(self.served_on, *divmod(self.minutes, 60))

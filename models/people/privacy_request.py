"""Requests of a person about his own data (个人信息保护法 Arts 15, 44–50), and their answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, false
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.places import AtStation

from .volunteer import Volunteer


class PrivacyRequestKind(Choice):
    """What a person may ask for, each with its article of the law."""

    COPY = "copy", _("To see or copy it (Art 45)")
    CORRECTION = "correction", _("To correct or complete it (Art 46)")
    ERASURE = "erasure", _("To delete it (Art 47)")
    RESTRICTION = "restriction", _("To restrict or refuse its use (Art 44)")
    WITHDRAWAL = "withdrawal", _("To withdraw consent (Art 15)")
    EXPLANATION = "explanation", _("To have the rules explained (Art 48)")


class PrivacyAsker(Choice):
    """Who asks."""

    PERSON = "person", _("The person")
    GUARDIAN = "guardian", _("The guardian")


class PrivacyRequestState(Choice):
    """Where a request stands; what was decided is not decided again."""

    RECEIVED = "received", _("To be decided")
    GRANTED = "granted", _("Granted")
    PARTLY = "partly", _("Granted in part")
    REFUSED = "refused", _("Not granted")
    TAKEN_BACK = "taken_back", _("Taken back")


class PrivacyRequest(Audited, Stamped, Versioned, AtStation, Model):
    """One request, from its receipt to the day on which the asker was told.

    Whoever received it does not decide it, unless the county exempts the station; a refusal names
    its ground in law (Art 50).
    """

    __tablename__ = "privacy_requests"
    __table_args__ = (
        CheckConstraint(
            "state NOT IN ('partly', 'refused') OR ground IS NOT NULL", "refused_with_ground"
        ),
        CheckConstraint(
            "single_handed OR decided_by_id IS NULL OR received_by_id IS NULL"
            " OR decided_by_id <> received_by_id",
            "decided_by_another",
        ),
        Index(None, "station_id", "received_on", "id"),
        Index(None, "volunteer_id"),
    )
    audit_hides = frozenset({"asker_name", "asked", "answer", "ground"})
    resource = "privacy"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(BigId, ForeignKey("volunteers.id"))
    kind: Mapped[PrivacyRequestKind]
    asker: Mapped[PrivacyAsker]
    asker_name: Mapped[str | None] = mapped_column(String(50))
    asked: Mapped[str] = mapped_column(Text)
    received_on: Mapped[date]
    # None: the system, by command.
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[PrivacyRequestState] = mapped_column(default=PrivacyRequestState.RECEIVED)
    answer: Mapped[str | None] = mapped_column(Text)
    # What the law says for keeping something, in the leader's words.
    ground: Mapped[str | None] = mapped_column(String(300))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    # Decided, as the county may allow, by who received it.
    single_handed: Mapped[bool] = mapped_column(default=False, server_default=false())
    # How many rows of each register lost what told of the person, once the data were deleted.
    erased: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    told_on: Mapped[date | None]

    volunteer: Mapped[Volunteer] = relationship()
    received_by: Mapped[Account | None] = relationship(foreign_keys=[received_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])

    @hybrid_property
    def is_open(self) -> bool:
        """Tell whether the request waits for the leader."""
        return self.state is PrivacyRequestState.RECEIVED

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return cls.state == PrivacyRequestState.RECEIVED

    @property
    def waits_for_answer(self) -> bool:
        """Tell whether it was decided and the asker was not told yet."""
        decided = self.state not in (PrivacyRequestState.RECEIVED, PrivacyRequestState.TAKEN_BACK)
        return decided and self.told_on is None

    def __str__(self) -> str:
        return f"{self.received_on:%Y-%m-%d} · {self.volunteer.number}"

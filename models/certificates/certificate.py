"""Certificates (志愿服务记录证明): requested, approved, issued as a frozen paper."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from models.accounts import Account
from models.base import Audited, Choice, Model, Stamped, Versioned
from models.clock import office_time, utc_now
from models.errors import DomainError
from models.people import Volunteer
from models.places import AtStation
from models.sealing import Sealed, SealedText


class RequestState(Choice):
    """Where a request for a certificate stands."""

    REQUESTED = "requested", _("Waiting for approval")
    APPROVED = "approved", _("Approved, to be issued")
    DECLINED = "declined", _("Declined")
    ISSUED = "issued", _("Issued")


class CertificateState(Choice):
    """What a reader of the paper learns on verifying it."""

    VALID = "valid", _("Valid")
    VOIDED = "voided", _("Voided")
    REPLACED = "replaced", _("Replaced by a newer certificate")


class CertificateRequest(Audited, Stamped, Versioned, AtStation, Model):
    """A volunteer's wish for a certificate over a period; who prepares neither decides nor issues.

    The purpose and the reason are people's own words and may name somebody: not for the trail.
    """

    __tablename__ = "certificate_requests"
    __table_args__ = (
        CheckConstraint("until IS NULL OR since IS NULL OR until >= since", "until_after_since"),
        Index(None, "station_id", "state"),
        Index(None, "county_id"),
    )
    audit_hides = frozenset({"purpose", "decline_reason"})
    resource = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    # Both days included; None: from the first or to the last confirmed entry.
    since: Mapped[date | None]
    until: Mapped[date | None]
    purpose: Mapped[str | None]
    # The number of the paper that the new one takes the place of.
    replaces: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[RequestState] = mapped_column(default=RequestState.REQUESTED)
    # None: the system, by command.
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None]

    volunteer: Mapped[Volunteer] = relationship()
    requested_by: Mapped[Account | None] = relationship(foreign_keys=[requested_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def is_open(self) -> bool:
        """Tell whether the request still waits for somebody."""
        return self.state in (RequestState.REQUESTED, RequestState.APPROVED)

    def __str__(self) -> str:
        return f"{office_time(self.created_at):%Y-%m-%d} · {self.volunteer.number}"


class Certificate(Audited, Stamped, Versioned, AtStation, Model):
    """An issued certificate: the frozen facts, and the very bytes that were handed out."""

    __tablename__ = "certificates"
    __table_args__ = (Index(None, "station_id", "issued_on", "id"), Index(None, "county_id"))
    audit_hides = frozenset(
        {"code", "snapshot", "paper", "name_masked", "void_reason", "uphold_reason"}
    )
    resource = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(16))
    request_id: Mapped[int] = mapped_column(ForeignKey("certificate_requests.id"), unique=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    state: Mapped[CertificateState] = mapped_column(default=CertificateState.VALID)
    issued_on: Mapped[date]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    issued_at: Mapped[datetime] = mapped_column(default=utc_now)
    # Fewer than two people acted, as by command: marked on screen and paper.
    single_handed: Mapped[bool] = mapped_column(default=False)
    minutes: Mapped[int]
    # What the verification page shows, and no more.
    name_masked: Mapped[str] = mapped_column(String(50))
    categories: Mapped[list[str]] = mapped_column(JSON)
    unit: Mapped[str]
    # The values the paper was set from, a JSON text. Deferred: a list opens no sealed paper.
    snapshot: Mapped[str] = mapped_column(SealedText("certificates.snapshot"), deferred=True)
    # NULL until rendered: a failed rendering is retried under the same number.
    paper: Mapped[bytes | None] = mapped_column(Sealed("certificates.paper"), deferred=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    # Demo papers carry a visible 样张.
    sample: Mapped[bool] = mapped_column(default=False)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    # Since when an entry on it is reversed and nobody decided yet what the paper is worth.
    doubted_at: Mapped[datetime | None]
    upheld_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    upheld_at: Mapped[datetime | None]
    uphold_reason: Mapped[str | None]

    request: Mapped[CertificateRequest] = relationship()
    volunteer: Mapped[Volunteer] = relationship()
    issued_by: Mapped[Account | None] = relationship(foreign_keys=[issued_by_id])
    voided_by: Mapped[Account | None] = relationship(foreign_keys=[voided_by_id])
    upheld_by: Mapped[Account | None] = relationship(foreign_keys=[upheld_by_id])

    @property
    def is_doubted(self) -> bool:
        """Tell whether the paper is valid but under check, because an entry on it was reversed."""
        return self.state is CertificateState.VALID and self.doubted_at is not None

    @property
    def is_printed(self) -> bool:
        """Tell whether the paper was made and stored."""
        return self.sha256 is not None

    @validates("number", "code", "snapshot", "minutes", "paper", "sha256")
    def _keep_what_was_printed(self, _field: str, value: Any) -> Any:
        if self.is_printed:
            raise DomainError(_("An issued paper never changes; void it and issue another."))
        return value

    def __str__(self) -> str:
        return self.number

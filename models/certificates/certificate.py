"""Certificates (志愿服务记录证明): requested, approved, issued as a frozen paper."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, Choice, Model, Stamped, Versioned
from models.clock import utc_now
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
    """A volunteer's wish for a certificate over a period; who prepares does not approve."""

    __tablename__ = "certificate_requests"
    __table_args__ = (
        CheckConstraint("until IS NULL OR since IS NULL OR until >= since", "until_after_since"),
        Index(None, "station_id", "state"),
    )
    resource = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    # Both days included; None: from the first or to the last confirmed entry.
    since: Mapped[date | None]
    until: Mapped[date | None]
    purpose: Mapped[str | None]
    state: Mapped[RequestState] = mapped_column(default=RequestState.REQUESTED)
    # None: the system, by command.
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    approved_at: Mapped[datetime | None]

    volunteer: Mapped[Volunteer] = relationship()
    requested_by: Mapped[Account | None] = relationship(foreign_keys=[requested_by_id])
    approved_by: Mapped[Account | None] = relationship(foreign_keys=[approved_by_id])


class Certificate(Audited, Stamped, Versioned, AtStation, Model):
    """An issued certificate: the frozen facts, and the very bytes that were handed out."""

    __tablename__ = "certificates"
    __table_args__ = (Index(None, "station_id", "issued_on", "id"), Index(None, "county_id"))
    audit_hides = frozenset({"snapshot", "paper", "name_masked"})
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
    minutes: Mapped[int]
    # What the verification page shows, and no more.
    name_masked: Mapped[str] = mapped_column(String(50))
    categories: Mapped[list[str]] = mapped_column(JSON)
    unit: Mapped[str] = mapped_column(String(100))
    # The values the paper was set from, sealed: a JSON text.
    snapshot: Mapped[str] = mapped_column(SealedText("certificates.snapshot"))
    # NULL until rendered: a failed rendering is retried under the same number.
    paper: Mapped[bytes | None] = mapped_column(Sealed("certificates.paper"))
    sha256: Mapped[str | None] = mapped_column(String(64))
    # Demo papers carry a visible 样张.
    sample: Mapped[bool] = mapped_column(default=False)

    request: Mapped[CertificateRequest] = relationship()
    volunteer: Mapped[Volunteer] = relationship()
    issued_by: Mapped[Account | None] = relationship()

    def __str__(self) -> str:
        return self.number

"""Issued papers: handed out again as the same bytes, or voided."""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest

from flask_babel import lazy_gettext as _

from admin_app.policy import Access
from admin_app.services import audit
from models import Account, AuditAction, Certificate, CertificateState, DomainError, clock, db

from .issuing import PaperPending
from .requests import lock, require, worded


class PaperDamaged(RuntimeError):
    """The stored bytes are not the ones that were issued: restore them from the backup."""


def reprint(certificate: Certificate, *, access: Access | None) -> bytes:
    """Return the very bytes that were issued, and leave a trace; the caller commits."""
    require(access, "certificates:reprint", certificate)
    paper = certificate.paper
    if paper is None or certificate.sha256 is None:
        raise PaperPending(certificate.number)
    if not compare_digest(sha256(paper).hexdigest(), certificate.sha256):
        raise PaperDamaged(f"the paper of certificate {certificate.number} was changed")
    audit.record(
        AuditAction.PRINT, Certificate.__tablename__, row=certificate,
        number=certificate.number, sha256=certificate.sha256,
    )  # fmt: skip
    return paper


def void(
    certificate: Certificate, reason: str, *, by: Account | None, access: Access | None
) -> None:
    """Void a certificate for a reason; the paper stays on file and verifies as voided."""
    lock(certificate)
    require(access, "certificates:void", certificate)
    if certificate.state is not CertificateState.VALID:
        raise DomainError(_("This certificate was voided or replaced before: reload the page."))
    if not worded(reason):
        raise DomainError(_("Say why, in a few words."))
    certificate.state = CertificateState.VOIDED
    certificate.void_reason = worded(reason)
    certificate.voided_by_id, certificate.voided_at = by.id if by else None, clock.utc_now()
    audit.record(
        AuditAction.DECIDE, Certificate.__tablename__, row=certificate,
        state=CertificateState.VOIDED, number=certificate.number,
    )  # fmt: skip
    db.session.flush()  # whoever verifies next in this transaction must see it

"""Certificates whose service was taken back since: under check until somebody decides."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import undefer

from admin_app.policy import Access, unscoped
from admin_app.services import audit
from models import (
    Account,
    AuditAction,
    Certificate,
    CertificateState,
    DomainError,
    ServiceEntry,
    clock,
    db,
)

from . import snapshot


def raise_on(entry: ServiceEntry) -> list[Certificate]:
    """Mark the valid certificates that a reversed entry stands on; return them."""
    with unscoped("a reversal reaches every paper that the entry stands on"):
        papers = db.session.scalars(
            select(Certificate)
            .where(
                Certificate.volunteer_id == entry.volunteer_id,
                Certificate.state == CertificateState.VALID,
            )
            .options(undefer(Certificate.snapshot))
        ).all()
        doubted = [paper for paper in papers if entry.id in snapshot.entries_of(paper.snapshot)]
        for paper in doubted:
            paper.doubted_at = paper.doubted_at or clock.utc_now()
            audit.record(
                AuditAction.DECIDE, Certificate.__tablename__, row=paper, state="under_check",
                entry=entry.id,
            )  # fmt: skip
        db.session.flush()  # judged without a scope: the papers may have been issued elsewhere
    return doubted


def uphold(paper: Certificate, reason: str, *, by: Account, access: Access) -> None:
    """Let a certificate stand although an entry on it was reversed, saying why.

    Raises ``DomainError`` for a paper that is not under check, and for a missing reason.
    """
    access.require("certificates:void", paper)
    if not paper.is_doubted:
        raise DomainError(_("This certificate is not under check: reload the page."))
    if not reason.strip():
        raise DomainError(_("Write why the certificate may stand."))
    paper.doubted_at, paper.upheld_by_id = None, by.id
    paper.upheld_at, paper.uphold_reason = clock.utc_now(), reason.strip()
    audit.record(AuditAction.DECIDE, Certificate.__tablename__, row=paper, state="upheld")

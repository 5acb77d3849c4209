"""Requests for a certificate: one person asks, another approves or declines."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access
from admin_app.services import audit
from models import (
    Account,
    AuditAction,
    Certificate,
    CertificateRequest,
    CertificateState,
    DomainError,
    RequestState,
    Volunteer,
    clock,
    db,
)

from . import numbers, snapshot

OPEN = (RequestState.REQUESTED, RequestState.APPROVED)
MAX_WORDS = 200


def request(
    volunteer: Volunteer,
    *,
    by: Account | None,
    access: Access | None,
    since: date | None = None,
    until: date | None = None,
    purpose: str | None = None,
    replaces: Certificate | None = None,
) -> CertificateRequest:
    """Ask for a certificate over a period, both days included; the caller commits.

    ``by`` and ``access`` are None for the system. Raises ``DomainError`` when nothing is
    confirmed in the period, or when the same is already asked for.
    """
    require(access, "certificates:request", volunteer)
    if since and until and until < since:
        raise DomainError(_("The last day lies before the first: correct the period."))
    snapshot.entries(volunteer, since, until)
    _refuse_twice(volunteer, since, until)
    asked = CertificateRequest(
        station_id=volunteer.station_id,
        volunteer=volunteer,
        since=since,
        until=until,
        purpose=worded(purpose) or None,
        replaces=_replaceable(replaces, volunteer),
        requested_by_id=by.id if by else None,
    )
    db.session.add(asked)
    db.session.flush()  # the second of two equal requests must meet the first
    return asked


def approve(asked: CertificateRequest, *, by: Account | None, access: Access | None) -> None:
    """Approve a request; another person than who asked, and not the volunteer's own."""
    lock(asked)
    require(access, "certificates:approve", asked)
    _require_state(asked, RequestState.REQUESTED)
    require_second_person(asked, by)
    _decide(asked, RequestState.APPROVED, by)


def decline(
    asked: CertificateRequest, reason: str, *, by: Account | None, access: Access | None
) -> None:
    """Decline an open request for a reason that the desk can tell the volunteer."""
    lock(asked)
    require(access, "certificates:approve", asked)
    _require_state(asked, *OPEN)
    if not worded(reason):
        raise DomainError(_("Say why, in a few words."))
    asked.decline_reason = worded(reason)
    _decide(asked, RequestState.DECLINED, by)


def of_number(number: str) -> Certificate:
    """Return the certificate of a number; raises ``DomainError`` when there is none in reach."""
    meant = numbers.read_number(number)
    found = db.session.scalar(select(Certificate).where(Certificate.number == meant))
    if found is None:
        raise DomainError(_("There is no certificate with the number %(number)s.", number=number))
    return found


def require(access: Access | None, permission: str, row: object) -> None:
    """Raise ``NotAllowed`` unless the access, or the system (None), may act on the row."""
    if access is not None:
        access.require(permission, row)


def lock(row: CertificateRequest | Certificate) -> None:
    """Read a row anew and hold it, so that of two people who decide at once one comes second."""
    db.session.refresh(row, with_for_update=True)


def require_second_person(asked: CertificateRequest, by: Account | None) -> None:
    """Raise ``DomainError`` for who asked, and for the volunteer himself."""
    if by is None:
        return
    if asked.requested_by_id == by.id:
        raise DomainError(
            _("You made this request: another person must approve and issue the certificate.")
        )
    if by.person_id is not None and asked.volunteer.person_id == by.person_id:
        raise DomainError(
            _("This is your own certificate: another person must approve and issue it.")
        )


def worded(typed: str | None) -> str:
    """Return a typed reason in one line, no longer than is kept."""
    return " ".join((typed or "").replace("\x00", "").split())[:MAX_WORDS]


def _decide(asked: CertificateRequest, state: RequestState, by: Account | None) -> None:
    asked.state = state
    asked.decided_by_id, asked.decided_at = by.id if by else None, clock.utc_now()
    audit.record(AuditAction.DECIDE, CertificateRequest.__tablename__, row=asked, state=state)
    db.session.flush()  # what is issued next reads the decision


def _require_state(asked: CertificateRequest, *states: RequestState) -> None:
    if asked.state not in states:
        raise DomainError(_("This request was decided before: reload the list."))


def _refuse_twice(volunteer: Volunteer, since: date | None, until: date | None) -> None:
    same = select(CertificateRequest.id).where(
        CertificateRequest.volunteer_id == volunteer.id,
        CertificateRequest.state.in_(OPEN),
        CertificateRequest.since.is_(None) if since is None else CertificateRequest.since == since,
        CertificateRequest.until.is_(None) if until is None else CertificateRequest.until == until,
    )
    if db.session.scalar(same.limit(1)):
        raise DomainError(_("The same certificate is requested already and waits for a decision."))


def _replaceable(old: Certificate | None, volunteer: Volunteer) -> str | None:
    if old is None:
        return None
    if old.volunteer_id != volunteer.id:
        raise DomainError(_("The paper to be replaced belongs to another volunteer."))
    if old.state is not CertificateState.VALID:
        raise DomainError(_("The paper to be replaced is no longer valid: request a new one."))
    return old.number

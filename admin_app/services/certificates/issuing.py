"""Issuing: a number and frozen facts first, then the paper, then its bytes for good."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.config import Settings
from admin_app.policy import Access, unscoped
from admin_app.services import audit, masking
from admin_app.services.paper.render import Paper, PaperFailed, render
from models import (
    Account,
    AuditAction,
    Certificate,
    CertificateRequest,
    CertificateState,
    DomainError,
    Office,
    RequestState,
    clock,
    db,
)

from . import numbers, snapshot
from .requests import lock, require, require_second_person

TEMPLATE = "certificate"


class PaperPending(DomainError):
    """The number is given out and kept, but the paper could not be made yet."""

    def __init__(self, number: str) -> None:
        super().__init__(
            _("Certificate %(number)s is issued, but its paper could not be made: try again.",
              number=number)
        )  # fmt: skip
        self.number = number


def issue(asked: CertificateRequest, *, by: Account | None, access: Access | None) -> Certificate:
    """Issue an approved request and return the certificate with its stored paper.

    Commits twice, for no transaction may wait for a paper: the number with the frozen facts,
    then the bytes. Raises ``PaperPending`` when only the first came about.
    """
    certificate = reserve(asked, by=by, access=access)
    db.session.commit()
    return finish(certificate, access=access)


def reserve(asked: CertificateRequest, *, by: Account | None, access: Access | None) -> Certificate:
    """Give out the number and freeze the facts in the caller's transaction."""
    lock(asked)
    require(access, "certificates:issue", asked)
    if asked.state is not RequestState.APPROVED:
        raise DomainError(_("Only an approved request can be issued: reload the list."))
    require_second_person(asked, by)
    day = clock.today()
    alone = _is_single_handed(asked, by)
    frozen = snapshot.freeze(asked.volunteer, asked.since, asked.until, issued_on=day, alone=alone)
    number, code = numbers.next_number(asked.station, day), numbers.new_code()
    frozen.values.update(number=number, code=numbers.printed_code(code), **_addresses(number, code))
    certificate = Certificate(
        station_id=asked.station_id,
        request=asked,
        volunteer=asked.volunteer,
        number=number,
        code=code,
        issued_on=day,
        issued_by_id=by.id if by else None,
        single_handed=alone,
        minutes=frozen.minutes,
        name_masked=masking.name(frozen.values["name"]),
        categories=frozen.categories,
        unit=frozen.values["issuer"],
        snapshot=frozen.sealed(),
        sample=_is_demo(),
    )
    db.session.add(certificate)
    asked.state = RequestState.ISSUED
    _replace(asked, by)
    db.session.flush()  # the act below names the certificate
    audit.record(
        AuditAction.DECIDE, Certificate.__tablename__, row=certificate, state="issued",
        number=number, minutes=frozen.minutes, single_handed=alone,
    )  # fmt: skip
    return certificate


def finish(certificate: Certificate, *, access: Access | None) -> Certificate:
    """Make and store the paper of a reserved number from its snapshot; once made, it stays."""
    require(access, "certificates:issue", certificate)
    if certificate.is_printed:
        return certificate
    number, id_ = certificate.number, certificate.id
    values, sample = snapshot.values_of(certificate.snapshot), certificate.sample
    db.session.rollback()  # nothing was written; rendering must not hold a transaction open
    paper = _rendered(number, values, sample=sample)
    made = db.session.scalars(
        select(Certificate).where(Certificate.id == id_).with_for_update()
    ).one()
    if not made.is_printed:
        made.paper = paper.pdf
        made.sha256 = paper.sha256
    db.session.commit()
    return made


def verify_address(number: str, code: str) -> str | None:
    """Return the public address that answers for a paper, or None for an office without one."""
    settings: Settings = current_app.extensions["station_settings"]
    if not settings.paper_url:
        return None
    return f"{settings.paper_url}/verify/{quote(number)}?code={quote(code)}"


def _rendered(number: str, values: dict[str, Any], *, sample: bool) -> Paper:
    try:
        return render(TEMPLATE, values, sample=sample)
    except PaperFailed as failure:
        current_app.logger.exception("the paper of certificate %s could not be made", number)
        raise PaperPending(number) from failure


def _addresses(number: str, code: str) -> dict[str, str | None]:
    url = verify_address(number, code)
    parts = urlsplit(url or "")
    return {"verify_url": url, "verify_text": f"{parts.netloc}/verify/" if url else None}


def _is_single_handed(asked: CertificateRequest, by: Account | None) -> bool:
    return asked.requested_by_id == (by.id if by else None)


def _is_demo() -> bool:
    with unscoped("whether the office is a demo holds for everybody"):
        office = db.session.scalar(select(Office))
    return office is not None and office.is_demo


def _replace(asked: CertificateRequest, by: Account | None) -> None:
    if asked.replaces is None:
        return
    old = db.session.scalars(
        select(Certificate).where(Certificate.number == asked.replaces).with_for_update()
    ).one()
    if old.state is CertificateState.VALID:
        old.state = CertificateState.REPLACED
        old.voided_by_id, old.voided_at = by.id if by else None, clock.utc_now()

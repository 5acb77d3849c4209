"""``certificate``: issuing by command, verifying, handing out again, voiding."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from sqlalchemy import select

from admin_app.policy import Access, access_of, unscoped
from admin_app.services import certificates
from admin_app.services.certificates import Answer, PaperPending, issuing, numbers
from admin_app.services.people import volunteers
from models import (
    Account,
    Certificate,
    CertificateRequest,
    DomainError,
    RequestState,
    Volunteer,
    db,
)

from .operating import REFUSED, Day, answer, by_option, json_option, operating, refusing, tell


class Target(click.Path):
    """A file to be written, in a folder that is there."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        """Return the path, or end the command as misused before anything is done."""
        path = Path(super().convert(value, param, ctx))
        if not path.parent.is_dir():
            self.fail(f"there is no folder {path.parent}", param, ctx)
        return path


pdf_option = click.option("--pdf", required=True, type=Target(), help="Write the paper here.")


@click.command("issue")
@click.option("--volunteer", "roll_number", metavar="NUMBER", required=True)
@click.option("--since", type=Day(), help="First day, included.")
@click.option("--until", type=Day(), help="Last day, included.")
@pdf_option
@by_option
@json_option
@with_appcontext
@refusing
def issue(
    *, roll_number: str, since: date | None, until: date | None, pdf: Path, by: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Issue a certificate and write its paper.

    The system requests, approves and issues at once, and the paper says so. A person named with
    --by issues what a colleague requested and a second one approved.
    """
    with operating(by) as account:
        who: dict[str, Any] = _who(account)
        volunteer = volunteers.by_number(roll_number)
        asked = _approved(volunteer, since, until) if account else _alone(volunteer, since, until)
        try:
            made = certificates.issue(asked, **who)
        except PaperPending as pending:
            tell(f"flask --app wsgi certificate finish {pending.number} --pdf {pdf}")
            raise
        _hand_out(made, pdf, access=who["access"], as_json=as_json)


@click.command("finish")
@click.argument("number")
@pdf_option
@by_option
@json_option
@with_appcontext
@refusing
def finish(number: str, pdf: Path, by: str | None, as_json: bool) -> None:
    """Make the paper of certificate NUMBER, whose first rendering failed."""
    with operating(by) as account:
        access = _who(account)["access"]
        made = certificates.finish(certificates.of_number(number), access=access)
        _hand_out(made, pdf, access=access, as_json=as_json)


@click.command("reprint")
@click.argument("number")
@pdf_option
@by_option
@json_option
@with_appcontext
@refusing
def reprint(number: str, pdf: Path, by: str | None, as_json: bool) -> None:
    """Write the stored paper of certificate NUMBER again: the very same bytes."""
    with operating(by) as account:
        made = certificates.of_number(number)
        _hand_out(made, pdf, access=_who(account)["access"], as_json=as_json)


@click.command("void")
@click.argument("number")
@click.option("--reason", required=True, help="What was wrong; kept on file.")
@by_option
@json_option
@with_appcontext
@refusing
def void(number: str, reason: str, by: str | None, as_json: bool) -> None:
    """Void certificate NUMBER; it stays on file and verifies as voided."""
    with operating(by) as account:
        made = certificates.of_number(number)
        certificates.void(made, reason, **_who(account))
        db.session.commit()
        state, number = made.state.value, made.number
    if as_json:
        answer({"number": number, "state": state})
    tell(_("Certificate %(number)s is void.", number=number))


@click.command("verify")
@click.argument("number")
@click.argument("code")
@json_option
@with_appcontext
@refusing
def verify(number: str, code: str, as_json: bool) -> None:
    """Say what certificate NUMBER with check code CODE is worth; status 1 if there is none."""
    found = certificates.verify(number, code)
    if as_json:
        answer(_facts(found))
    else:
        tell(found.state.value)
    if not found.is_found:
        sys.exit(REFUSED)


def _who(account: Account | None) -> dict[str, Any]:
    access: Access | None = access_of(account) if account else None
    return {"by": account, "access": access}


def _alone(volunteer: Volunteer, since: date | None, until: date | None) -> CertificateRequest:
    with unscoped("the system goes all the way alone"):
        asked = certificates.request(volunteer, by=None, access=None, since=since, until=until)
        certificates.approve(asked, by=None, access=None)
    return asked


def _approved(volunteer: Volunteer, since: date | None, until: date | None) -> CertificateRequest:
    query = select(CertificateRequest).where(
        CertificateRequest.volunteer_id == volunteer.id,
        CertificateRequest.state == RequestState.APPROVED,
    )
    if since is not None:
        query = query.where(CertificateRequest.since == since)
    if until is not None:
        query = query.where(CertificateRequest.until == until)
    found = db.session.scalar(query.order_by(CertificateRequest.id).limit(1))
    if found is None:
        raise DomainError(
            _("No approved request of this volunteer waits: the desk requests, another approves.")
        )
    return found


def _hand_out(made: Certificate, pdf: Path, *, access: Access | None, as_json: bool) -> None:
    pdf.write_bytes(certificates.reprint(made, access=access))
    facts = {
        "number": made.number,
        "code": numbers.printed_code(made.code),
        "minutes": made.minutes,
        "sha256": made.sha256,
        "verify_url": issuing.verify_address(made.number, made.code),
    }
    db.session.commit()
    if as_json:
        answer(facts)
    tell(_("Certificate %(number)s is written to %(file)s.", number=facts["number"], file=pdf))


def _facts(found: Answer) -> dict[str, Any]:
    if not found.is_found:
        return {"state": found.state.value}
    return {
        "state": found.state.value,
        "number": found.number,
        "name": found.name_masked,
        "minutes": found.minutes,
        "categories": {word.value: str(word.label) for word in found.categories},
        "unit": found.unit,
        "issued_on": found.issued_on.isoformat() if found.issued_on else None,
        "ended_on": found.ended_on.isoformat() if found.ended_on else None,
        "sample": found.sample,
    }


GROUPS = {"certificate": [issue, finish, reprint, void, verify]}

"""Requests of a person about his own data: received at the desk, decided by the leader, answered.

个人信息保护法 Arts 15 and 44–50. The law says “及时” and names no number of days: none counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access, unscoped
from admin_app.services import audit, wording
from admin_app.services.committee import exemptions
from models import (
    Account,
    AuditAction,
    ConsentScope,
    DomainError,
    PrivacyAsker,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    Volunteer,
    clock,
    db,
)

from . import consents, erasing

MOST_ASKED, MOST_GROUND = 1000, 300
RESULTS = (
    PrivacyRequestState.GRANTED,
    PrivacyRequestState.PARTLY,
    PrivacyRequestState.REFUSED,
    PrivacyRequestState.TAKEN_BACK,
)
GRANTING = (PrivacyRequestState.GRANTED, PrivacyRequestState.PARTLY)


def receive(row: PrivacyRequest, *, by_id: int | None) -> None:
    """Put a request on file; the caller commits.

    Raises ``DomainError`` for a day to come, for a guardian without a name, and for a person whose
    data are deleted already.
    """
    require_sound(row)
    row.received_by_id = by_id
    row.station = row.volunteer.station
    db.session.add(row)


def require_sound(row: PrivacyRequest) -> None:
    """Raise ``DomainError`` for a request that cannot be put before the leader as it is written."""
    if row.volunteer is None:
        raise DomainError(_("Choose the volunteer."))
    if row.volunteer.erased_on is not None:
        raise DomainError(_("The data of this line were deleted before."))
    if row.received_on > clock.today():
        raise DomainError(_("The request was received today at the latest: correct the day."))
    row.asked = wording.text(row.asked, _("Write down what is asked."), most=MOST_ASKED)
    row.asker_name = wording.optional(row.asker_name, most=50)
    if row.asker is PrivacyAsker.GUARDIAN and row.asker_name is None:
        raise DomainError(_("Name the guardian who asks."))


def decide(
    row: PrivacyRequest,
    result: PrivacyRequestState,
    answer: str,
    *,
    ground: str | None = None,
    confirmed: str = "",
    by: Account,
    access: Access,
) -> None:
    """Answer a request, and do what a granted one asks for; the caller commits.

    To delete, ``confirmed`` repeats the roll number. Raises ``DomainError`` for what was decided
    before, for whoever received it or is the person, for a refusal without its ground, and for a
    deletion in whole where something has to be kept.
    """
    access.require("privacy:decide", row)
    db.session.refresh(row, with_for_update=True)
    if not row.is_open:
        raise DomainError(_("This request was decided before: reload the page."))
    if not is_independent(row, by):
        raise DomainError(
            _(
                "You received this request: another person decides it, unless the county exempts "
                "the station by a letter."
            )
        )
    if by.person_id is not None and by.person_id == row.volunteer.person_id:
        raise DomainError(_("This request is your own: another person decides it."))
    if result not in RESULTS:
        raise DomainError(_("Choose the result."))
    row.single_handed = row.received_by_id == by.id
    row.answer = wording.text(answer, _("Write down the answer."), most=MOST_ASKED)
    row.ground = wording.optional(ground, most=MOST_GROUND)
    if result in (PrivacyRequestState.PARTLY, PrivacyRequestState.REFUSED) and not row.ground:
        raise DomainError(_("A refusal, in whole or in part, names its ground in law (Art 50)."))
    if result in GRANTING:
        _carry_out(row, result, confirmed)
    row.state, row.decided_by_id, row.decided_at = result, by.id, clock.utc_now()
    audit.record(
        AuditAction.DECIDE, PrivacyRequest.__tablename__, row=row, kind=row.kind, state=result
    )
    db.session.flush()


def is_independent(row: PrivacyRequest, by: Account) -> bool:
    """Tell whether somebody other than who received a request decides it, or may do it alone."""
    return row.received_by_id != by.id or exemptions.is_exempt(row.station_id, on=clock.today())


def requests_of(volunteer: Volunteer) -> Sequence[PrivacyRequest]:
    """Return what was asked about a volunteer's own data, the latest first."""
    asked = select(PrivacyRequest).where(PrivacyRequest.volunteer_id == volunteer.id)
    order = (PrivacyRequest.received_on.desc(), PrivacyRequest.id.desc())
    return db.session.scalars(asked.order_by(*order)).all()


def tell(row: PrivacyRequest, *, on: date, access: Access) -> None:
    """Note on which day the asker was told the answer; the caller commits."""
    if not (access.reaches("privacy:write", row) or access.reaches("privacy:decide", row)):
        access.require("privacy:write", row)
    if not row.waits_for_answer:
        raise DomainError(_("There is no answer to be told: reload the page."))
    decided = clock.office_time(row.decided_at).date() if row.decided_at else on
    if not decided <= on <= clock.today():
        raise DomainError(_("It was told between the decision and today: correct the day."))
    row.told_on = on
    db.session.flush()


def lift(volunteer: Volunteer, *, access: Access) -> None:
    """Let a station use again what it keeps of a person, who asked for it; the caller commits."""
    access.require("privacy:decide", volunteer)
    if volunteer.restricted_on is None:
        raise DomainError(_("The use of these data is not restricted: reload the page."))
    audit.record(AuditAction.DECIDE, Volunteer.__tablename__, row=volunteer, restricted_on=None)
    with unscoped("who lifts a restriction changes that mark of the line, and nothing else"):
        volunteer.restricted_on = None
        db.session.flush()


def _carry_out(row: PrivacyRequest, result: PrivacyRequestState, confirmed: str) -> None:
    volunteer = row.volunteer
    if row.kind is PrivacyRequestKind.ERASURE:
        _erase(row, result, confirmed)
        return
    with unscoped("what a person asks of his own data is done by who decides it"):
        if row.kind is PrivacyRequestKind.RESTRICTION:
            volunteer.restricted_on = clock.today()
        if row.kind in (PrivacyRequestKind.RESTRICTION, PrivacyRequestKind.WITHDRAWAL):
            _name_no_longer(volunteer)
        db.session.flush()


def _name_no_longer(volunteer: Volunteer) -> None:
    """Let no notice name the person, by his own consent or by his guardian's."""
    volunteer.publication_consent_on = None
    consents.end(volunteer, ConsentScope.PUBLICATION)


def _erase(row: PrivacyRequest, result: PrivacyRequestState, confirmed: str) -> None:
    number = row.volunteer.number
    if confirmed.strip() != number:
        raise DomainError(
            _("Type the roll number %(number)s to delete: nothing brings it back.", number=number)
        )
    stays = bool(erasing.kept(row.volunteer) or erasing.elsewhere(row.volunteer))
    if stays and result is PrivacyRequestState.GRANTED:
        raise DomainError(
            _("Hours, certificates or another roll stay on file: grant it in part, and name the "
              "ground.")
        )  # fmt: skip
    row.erased = erasing.erase(row.volunteer)

"""Dismissals (劝退): prepared by one person, decided by another after the volunteer was heard.

Annex 4, article 5 of the Zhanjiang document: four grounds; a serious case goes on file with the
volunteers' organization above. From the day after the last one nothing is recorded for the
volunteer at this station; what was served before stays.
"""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from admin_app.policy import Access, unscoped
from admin_app.services import audit, wording
from admin_app.services.people import roll
from models import (
    Account,
    AuditAction,
    Dismissal,
    DismissalState,
    DomainError,
    RollState,
    Volunteer,
    clock,
    db,
)

UNSAID = _("Say why, in a few words.")
MOST_WORDS, MOST_NAME, MOST_RECEIPT = 1000, 100, 60


def prepare(row: Dismissal, *, by_id: int | None) -> None:
    """Put a new case on file; the caller commits.

    Raises ``DomainError`` for a hearing to come, and where a case of the volunteer is open already.
    """
    require_sound(row)
    row.prepared_on, row.prepared_by_id = clock.today(), by_id
    row.station = row.volunteer.station
    with db.session.no_autoflush:
        others = db.session.scalar(
            select(func.count(Dismissal.id)).where(
                Dismissal.volunteer_id == row.volunteer.id,
                Dismissal.state.in_((DismissalState.PREPARED, DismissalState.DISMISSED)),
            )
        )
    if others:
        raise DomainError(_("A case of this volunteer is on file already: open that one."))
    db.session.add(row)


def require_sound(row: Dismissal) -> None:
    """Raise ``DomainError`` for a case that cannot be put before the leader as it is written."""
    if row.volunteer is None:
        raise DomainError(_("Choose the volunteer."))
    if row.heard_on is not None and row.heard_on > clock.today():
        raise DomainError(_("The volunteer was heard today at the latest: correct the day."))


def decide(
    row: Dismissal, words: str, *, dismissed: bool, on: date | None, by: Account, access: Access
) -> None:
    """Dismiss the volunteer, whose last day ``on`` is, or do not; the caller commits.

    Raises ``DomainError`` for what was decided before, for whoever prepared the case or is the
    volunteer, for a volunteer who was not heard, and for a day that cannot be the last.
    """
    access.require("dismissals:decide", row)
    if row.state is not DismissalState.PREPARED:
        raise DomainError(_("This case was decided before: reload the page."))
    if row.prepared_by_id == by.id:
        raise DomainError(_("You prepared this case: another person decides it."))
    if by.person_id is not None and by.person_id == row.volunteer.person_id:
        raise DomainError(_("This case is about yourself: another person decides it."))
    why = wording.text(words, UNSAID, most=MOST_WORDS)
    if dismissed:
        last = on or clock.today()
        _require_heard(row)
        if not roll.since(row.volunteer) <= last <= clock.today():
            raise DomainError(_("The last day lies between registration and today: correct it."))
        row.dismissed_on = last
    row.state = DismissalState.DISMISSED if dismissed else DismissalState.DROPPED
    row.decision, row.decided_by_id, row.decided_at = why, by.id, clock.utc_now()
    audit.record(AuditAction.DECIDE, Dismissal.__tablename__, row=row, state=row.state)
    db.session.flush()  # judged by one's own rights; what follows is not
    if row.dismissed_on is not None:
        _take_off(row.volunteer, row.dismissed_on)


def lift(row: Dismissal, words: str, *, by: Account, access: Access) -> None:
    """Let a dismissed volunteer come back, for a reason; who stands on the roll is typed there."""
    access.require("dismissals:decide", row)
    if row.state is not DismissalState.DISMISSED:
        raise DomainError(_("Nobody is dismissed by this case: reload the page."))
    row.lift_reason = wording.text(words, UNSAID, most=MOST_WORDS)
    row.state = DismissalState.LIFTED
    row.lifted_on, row.lifted_by_id = clock.today(), by.id
    audit.record(AuditAction.DECIDE, Dismissal.__tablename__, row=row, state=row.state)
    db.session.flush()  # whoever records next must find it lifted


def report(
    row: Dismissal,
    *,
    to: str,
    on: date,
    receipt: str | None = None,
    receipt_on: date | None = None,
    access: Access,
) -> None:
    """Note to which organization above a case went, and what it answered; the caller commits."""
    access.require("dismissals:report", row)
    if row.state not in (DismissalState.DISMISSED, DismissalState.LIFTED):
        raise DomainError(_("Only a decided dismissal is reported: wait for the decision."))
    told = wording.line(to, _("Name the organization that was told."), most=MOST_NAME)
    decided = clock.office_time(row.decided_at).date() if row.decided_at else on
    if not decided <= on <= clock.today():
        raise DomainError(_("It was reported between the decision and today: correct the day."))
    if receipt_on is not None and not on <= receipt_on <= clock.today():
        raise DomainError(_("The receipt came between the report and today: correct the day."))
    row.reported_to, row.reported_on = told, on
    row.receipt, row.receipt_on = wording.optional(receipt, most=MOST_RECEIPT), receipt_on
    db.session.flush()


def in_force(volunteer: Volunteer) -> date | None:
    """Return the last day of a dismissed volunteer, None for one who is not dismissed."""
    with unscoped("whether a volunteer was dismissed is asked by whoever records for him"):
        return db.session.scalar(
            select(func.max(Dismissal.dismissed_on)).where(
                Dismissal.volunteer_id == volunteer.id,
                Dismissal.state == DismissalState.DISMISSED,
            )
        )


def refuse(volunteer: Volunteer, *, on: date) -> None:
    """Raise ``DomainError`` for service, or standing on the roll, after a dismissal."""
    if volunteer.state is RollState.REGISTERED and volunteer.left_on is None:
        return
    last = in_force(volunteer)
    if last is not None and on > last:
        raise DomainError(
            _("%(name)s was dismissed, the last day being %(day)s: nothing after it is recorded. "
              "The leader may lift the dismissal.", name=volunteer.person.name, day=last)
        )  # fmt: skip


def refuse_return(volunteer: Volunteer) -> None:
    """Raise ``DomainError`` for putting a dismissed volunteer back on the roll."""
    if in_force(volunteer) is not None:
        raise DomainError(
            _("%(name)s was dismissed here: the leader lifts the dismissal first.",
              name=volunteer.person.name)
        )  # fmt: skip


def _require_heard(row: Dismissal) -> None:
    if row.heard_on is None or not (row.statement or "").strip():
        raise DomainError(
            _("Nobody is dismissed unheard: write down on which day the volunteer was heard, and "
              "what was said.")
        )  # fmt: skip


def _take_off(volunteer: Volunteer, last: date) -> None:
    with unscoped("who decides a dismissal takes the volunteer off the roll, and nothing else"):
        volunteer.state, volunteer.left_on = RollState.LEFT, last
        db.session.flush()

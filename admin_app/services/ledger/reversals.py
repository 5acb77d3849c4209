"""Taking a confirmed entry back: it stays readable, counts no longer, and says why."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from admin_app.policy import Access
from admin_app.services import audit, wording
from admin_app.services.certificates import doubts
from models import Account, AuditAction, DomainError, Reversal, ReversalGround, ServiceEntry, db

from . import deciding, official, totals, uploads

MAX_REASON = 300
REVERSED = "reversed"


def reverse(
    entry: ServiceEntry, ground: ReversalGround, reason: str, *, by: Account, access: Access
) -> Reversal:
    """Take a confirmed entry back on its own day of service; the caller commits.

    Certificates that the entry stands on are marked for checking. Raises ``DomainError`` for an
    entry that does not count, one's own recording or service, and a missing reason.
    """
    access.require("ledger:reverse", entry)
    if entry.reversed_by_id is not None:
        raise DomainError(_("Entry %(id)s was reversed before: reload the page.", id=entry.id))
    if not entry.counts:
        raise DomainError(
            _("Entry %(id)s is not confirmed: correct, decline or delete it instead.", id=entry.id)
        )
    deciding.require_second_person(entry, by)
    told = wording.text(
        reason, _("Write the reason: what was wrong, and how it is known."), most=MAX_REASON
    )
    reversal = Reversal(
        station_id=entry.station_id, ground=ground, reason=told, approved_by_id=by.id
    )
    db.session.add(reversal)
    db.session.flush()  # the entry names it by its number
    with uploads.kept([entry]):
        entry.reversal = reversal
        db.session.flush()  # the sums read how it stands now
    # The list tells it without asking another table of each row.
    entry.flags = [*entry.flags, REVERSED]
    audit.record(
        AuditAction.REVERSE, ServiceEntry.__tablename__, row=entry, ground=ground,
        minutes=entry.minutes,
    )  # fmt: skip
    db.session.flush()  # the totals below read the database
    totals.take_back([totals.of(entry)])
    official.settle(entry.activity)
    doubts.raise_on(entry)
    return reversal


def stand_in(entry: ServiceEntry, old: ServiceEntry) -> None:
    """Let a new entry stand in for a reversed one of the same station; the caller commits.

    Raises ``DomainError`` for an entry that was not reversed, or lies at another station.
    """
    if old.reversal is None or old.station_id != entry.station_id:
        raise DomainError(_("Only a reversed entry of the same station is recorded anew."))
    entry.corrects = old
    db.session.flush()

"""Two persons at one PC: the second confirms with his own password, the first stays signed in."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.services.accounts.co_signing import beside
from models import Account, Activity, DomainError, EntryState, ServiceEntry, db

from . import deciding, gate


def waiting(activity: Activity) -> list[ServiceEntry]:
    """Return the entries of an activity that nobody decided yet, in the order of their times."""
    asked = select(ServiceEntry).where(
        ServiceEntry.activity_id == activity.id, ServiceEntry.state == EntryState.SUBMITTED
    )
    return list(db.session.scalars(asked.order_by(ServiceEntry.started_at, ServiceEntry.id)))


def confirm(entries: Sequence[ServiceEntry], *, by: Account, seat: Account, unchanged: bool) -> int:
    """Confirm entries in the name of who proved his password, and return how many; all or none.

    ``seat`` is who is signed in there; the trail keeps both. Raises ``DomainError`` as
    ``deciding.confirm`` and ``gate.vouch`` do, and unless there are two persons and an entry.
    """
    if not entries:
        raise DomainError(_("Tick the entries to be confirmed."))
    activities = {entry.activity_id: entry.activity for entry in entries}.values()
    with beside(by, seat, *activities) as access:
        for entry in entries:
            access.require("ledger:confirm", entry)
        gate.vouch(entries, unchanged=unchanged)
        return deciding.confirm(entries, by=by, access=access)

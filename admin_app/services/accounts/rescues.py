"""Breaking the glass: a way in at the machine when nobody can let a person in, seen by all."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_app.policy import Access, roles_of, unscoped
from admin_app.services import audit, wording
from models import Account, AuditAction, DomainError, Rescue, RescueSeen, Role, db

from . import second_factor
from .passwords import one_time, set_password

MOST_REASON = 200
# Who is told of every rescue until they have taken note.
TOLD = frozenset({Role.ADMINISTRATOR, Role.LEADER})


def rescue(account: Account, reason: str, *, operator: str) -> str:
    """Let an account in again and return its one-time password; the caller commits.

    Its second factor, its waits and its sign-ins end, and a closed account opens again.
    """
    told = wording.line(
        reason, _("Say why: everybody who answers for the office reads it."), most=MOST_REASON
    )
    password = one_time()
    with unscoped("done at the machine, by whoever holds its keys"):
        account.active = True
        second_factor.switch_off(account)
        set_password(account, password, must_change=True)
        row = Rescue(account=account, reason=told, operator=operator[:64])
        db.session.add(row)
        db.session.flush()
        audit.record(AuditAction.COMMAND, Account.__tablename__, row=account, rescue=row.id)
    return password


def unseen(access: Access) -> list[Rescue]:
    """Return the rescues that a person is told of and has not taken note of."""
    if not TOLD & {*roles_of(access)}:
        return []
    seen = select(RescueSeen.rescue_id).where(RescueSeen.account_id == access.account_id)
    asked = select(Rescue).where(Rescue.id.not_in(seen)).options(joinedload(Rescue.account))
    with unscoped("a rescue concerns everybody who answers for the office"):
        return list(db.session.scalars(asked.order_by(Rescue.id.desc()).limit(20)))


def take_note(rescue_id: int, access: Access) -> None:
    """Note that a person has read of a rescue; the caller commits."""
    if not any(row.id == rescue_id for row in unseen(access)):
        raise DomainError(_("This was taken note of already."))
    with unscoped("a rescue concerns everybody who answers for the office"):
        db.session.add(RescueSeen(rescue_id=rescue_id, account_id=access.account_id))
        db.session.flush()

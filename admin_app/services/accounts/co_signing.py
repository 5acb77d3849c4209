"""Two persons at one PC: the second acts with his own password, the first stays signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _

from admin_app.policy import Access, access_of, acting_as, unscoped
from admin_app.services import audit
from models import Account, AuditAction, Audited, DomainError, db


@contextmanager
def beside(second: Account, seat: Account, *about: Audited) -> Iterator[Access]:
    """Act in the name of who proved his password, by his rights alone; the caller commits.

    ``seat`` is who is signed in there; the trail keeps both, for each row that is decided
    ``about``. Raises ``DomainError`` unless there are two persons.
    """
    if second.id == seat.id:
        raise DomainError(_("You are signed in yourself: the second person signs here."))
    with unscoped("what the second person may do"):
        access = access_of(second)
    with acting_as(access):
        for row in about:
            audit.record(AuditAction.DECIDE, row.__tablename__, row=row, co_signed_beside=seat.id)
        yield access
        db.session.flush()  # judged by the rights of the second person, not of the first

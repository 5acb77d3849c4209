"""Who may do alone what takes two: a county exempts a station by a letter on file."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select

from admin_app.policy import Access, actor_id
from models import DomainError, Exemption, db

# A township and a station exempt nobody: the county answers for it.
GRANTERS = (None, "prefecture", "county")


def may_grant(access: Access) -> bool:
    """Tell whether a person's place is high enough to exempt stations."""
    return any(place.column in GRANTERS for place in access.places("exemptions:write"))


def grant(exemption: Exemption) -> None:
    """Put an exemption into force under the name of who grants it; the caller commits."""
    require_order(exemption.since, exemption.until)
    exemption.granted_by_id = actor_id()
    db.session.add(exemption)


def require_order(since: date, until: date | None) -> None:
    """Raise ``DomainError`` for an exemption that ends before it begins."""
    if until is not None and until < since:
        raise DomainError(_("The last day lies before the first: correct one of them."))


def is_exempt(station_id: int, *, on: date) -> bool:
    """Tell whether one person may record and confirm at a station on a day."""
    holds = select(Exemption.id).where(
        Exemption.station_id == station_id,
        Exemption.since <= on,
        or_(Exemption.until.is_(None), Exemption.until >= on),
    )
    return db.session.scalar(holds.limit(1)) is not None

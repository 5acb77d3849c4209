"""Stations: opening one, and finding the one that an operator means."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from admin_app.policy import unscoped
from models import Division, DomainError, Level, Station, db

MAX_SERIAL = 99
COMMUNITY_DIGITS = 12


def open_station(division: Division, name: str, **facts: Any) -> Station:
    """Open a station in a division under the next free code; the caller commits."""
    if division.level in (Level.PROVINCE, Level.PREFECTURE):
        raise DomainError(_("A station lies in a community, a township or a county."))
    station = Station(division=division, name=name, code=next_code(division), **facts)
    db.session.add(station)
    db.session.flush()  # whoever opens the next station counts this one
    return station


def next_code(division: Division) -> str:
    """Return the next code in a division: its 12 digits, a hyphen and two digits."""
    with unscoped("codes count every station of a division"):
        # The lock on the division makes two stations opened at once get two codes.
        db.session.execute(select(Division.id).where(Division.id == division.id).with_for_update())
        last = db.session.scalar(
            select(func.max(Station.code)).where(Station.division_id == division.id)
        )
    serial = int(last[-2:]) + 1 if last else 1
    if serial > MAX_SERIAL:
        raise DomainError(_("%(division)s has no free station code left.", division=division.name))
    return f"{division.code}-{serial:02}"


def named_by(code: str) -> Station:
    """Return the station of a station code, or the only one of a 12-digit community code."""
    if len(code) == COMMUNITY_DIGITS:
        query = select(Station).join(Station.division).where(Division.code == code)
    else:
        query = select(Station).where(Station.code == code)
    found = db.session.scalars(query.limit(2)).all()
    if not found:
        raise DomainError(_("There is no station with the code %(code)s.", code=code))
    if len(found) > 1:
        raise DomainError(
            _("The community %(code)s has several stations: give the station's code.", code=code)
        )
    return found[0]

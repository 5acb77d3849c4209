"""Which rows lie in the place a report is about, and how the place is called."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, select

from models import Division, DomainError, Level, Station, db

Place = Station | Division

# The big tables are indexed by county and day, so a township is asked for through its county.
COLUMNS = {
    Level.PREFECTURE: ("prefecture_id",),
    Level.COUNTY: ("county_id",),
    Level.TOWNSHIP: ("county_id", "township_id"),
}
ABOVE = {Level.TOWNSHIP: ("county_id",), Level.COMMUNITY: ("county_id", "township_id")}


def within(model: Any, place: Place) -> ColumnElement[bool]:
    """Return the condition for the rows of a model that lie in a station or division.

    A division above the prefecture raises ``DomainError``: nobody reports for it here.
    """
    station_id = Station.id if model is Station else model.station_id
    if isinstance(place, Station):
        return and_(station_id == place.id)
    if place.level is Level.COMMUNITY:
        return and_(station_id.in_(select(Station.id).where(Station.division_id == place.id)))
    if place.level not in COLUMNS:
        raise DomainError(
            _("A report is made for a station, a township, a county or a prefecture.")
        )
    names = COLUMNS[place.level]
    return and_(*(getattr(model, name) == getattr(place, name) for name in names))


def full_name(place: Place) -> str:
    """Return the name as a paper's head gives it: a township or community with its county."""
    if isinstance(place, Station):
        return place.name
    numbers = [getattr(place, name) for name in ABOVE.get(place.level, ())]
    above = [db.session.get(Division, number) for number in numbers if number is not None]
    return "".join(division.name for division in [*above, place] if division is not None)

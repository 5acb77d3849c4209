"""Which place and which month a page is asked for, by its address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import abort, request, url_for

from admin_app.services import reports
from admin_app.services.reports import Month, OutOfReach, Place, StationRow
from admin_app.services.reports.places import Surroundings
from models import Station, clock
from views.lookups import key
from views.web.requests import access

MONTHS_OFFERED = 24


def place(permission: str) -> Place:
    """Return the place asked for, or the first of one's own; out of reach it does not exist."""
    station, division = request.args.get("station"), request.args.get("division")
    if station is None and division is None:
        return _own_place(permission)
    number = key(station if station is not None else division)
    if number is None or (station is not None and division is not None):
        abort(404)
    find = reports.station if station is not None else reports.division
    try:
        found: Place = find(number, access())
    except OutOfReach:
        abort(404)
    if not access().reaches(permission, found):
        abort(404)
    return found


def own(permission: str) -> list[Place]:
    """Return the places of one's own appointments for which one has a permission."""
    return _open(permission, reports.own(access()))


def around(permission: str, place: Place) -> Surroundings:
    """Return where one may go on to from a place with a permission."""
    found = reports.around(place, access())
    return Surroundings(
        own=_open(permission, found.own),
        above=_open(permission, found.above),
        below=_open(permission, found.below),
    )


def month() -> Month:
    """Return the month asked for, the last full one if none is."""
    written = request.args.get("month")
    return Month.parse(written) if written else Month.last_full()


def months_offered(asked: Month) -> Iterator[Month]:
    """Yield the months to choose from, the latest first, with the one asked for."""
    running = Month.of(clock.today())
    offered = {running.shifted(-n) for n in range(MONTHS_OFFERED)} | {asked}
    yield from sorted(offered, reverse=True)


def chosen_place() -> dict[str, int]:
    """Return the part of an address for the place chosen in a form, as ``station-12``."""
    table, _dash, number = request.args["place"].partition("-")
    found = key(number)
    if table not in ("station", "division") or found is None:
        abort(404)
    return {table: found}


def named(place: Any) -> dict[str, int]:
    """Return the part of an address that names a place; it is a row of a report or a register."""
    return {"station" if is_station(place) else "division": place.id}


def is_station(place: Any) -> bool:
    """Tell a station from a division; the place is a row of a report or of a register."""
    return isinstance(place, Station | StationRow) or getattr(place, "is_station", False)


def page_address(endpoint: str, place: Any, month: Month) -> str:
    """Return the address of a page about a place and a month."""
    return url_for(endpoint, **named(place), month=str(month))


def _own_place(permission: str) -> Place:
    places = own(permission)
    if not places:
        abort(404 if access().may(permission) else 403)
    return places[0]


def _open(permission: str, places: Any) -> list[Any]:
    return [place for place in places if access().reaches(permission, place)]

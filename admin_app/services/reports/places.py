"""For which places a person may read reports, and how one gets from one to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from admin_app.policy import Access
from admin_app.services.places import divisions
from models import Division, DomainError, Level, Station, db

from .areas import COLUMNS, Place, within

READ = "reports:read"
LARGEST_ID = 2**31 - 1

LEVELS = (*COLUMNS, Level.COMMUNITY)
# Communities mostly have one station, so from a township one goes on to its stations.
NEXT_BELOW = {Level.PREFECTURE: Level.COUNTY, Level.COUNTY: Level.TOWNSHIP}

P = TypeVar("P", Station, Division)


class OutOfReach(DomainError):
    """The place does not exist for the person who asks, or no report is made for it."""

    def __init__(self) -> None:
        super().__init__(_("This belongs to another place, or does not exist."))


@dataclass(frozen=True)
class Surroundings:
    """The places in reach that one may go on to from a report; the nearest above first."""

    own: Sequence[Place]
    above: Sequence[Division]
    below: Sequence[Place]


def reaches(access: Access, place: Place) -> bool:
    """Tell whether one appointment carries reading reports and reaches the place."""
    return access.reaches(READ, place)


def station(id_: int, access: Access) -> Station:
    """Return a station in reach; raises ``OutOfReach`` for any other."""
    return _in_reach(db.session.get(Station, id_) if _is_key(id_) else None, access)


def division(id_: int, access: Access) -> Division:
    """Return a division in reach of which reports are made; raises ``OutOfReach`` for any other."""
    found = db.session.get(Division, id_) if _is_key(id_) else None
    return _in_reach(found if found is not None and found.level in LEVELS else None, access)


def own(access: Access) -> list[Place]:
    """Return the places of the appointments that carry reports, in their order.

    One who is appointed everywhere starts from the prefectures.
    """
    places = [place for held in access.places(READ) for place in _of(held.column, held.value)]
    return list({(type(place), place.id): place for place in places}.values())


def around(place: Place, access: Access) -> Surroundings:
    """Return where one may go on to from a place."""
    home = place.division if isinstance(place, Station) else place.parent
    above = divisions.lineage(home) if home is not None else iter(())
    return Surroundings(
        own=own(access),
        above=[up for up in above if up.level in COLUMNS and reaches(access, up)],
        below=[down for down in _below(place) if reaches(access, down)],
    )


def stations_in(place: Place, *, up_to: int) -> int:
    """Return how many stations a report on a place lists, and no more than ``up_to``."""
    if isinstance(place, Station):
        return 1
    here = select(Station.id).where(within(Station, place)).limit(up_to).subquery()
    return db.session.scalar(select(func.count()).select_from(here)) or 0


def _in_reach(place: P | None, access: Access) -> P:
    if place is None or not reaches(access, place):
        raise OutOfReach
    return place


def _is_key(id_: int) -> bool:
    return 0 < id_ <= LARGEST_ID


def _of(column: str | None, value: int | None) -> Iterator[Place]:
    if column is None:
        everywhere = select(Division).where(Division.level == Level.PREFECTURE)
        yield from db.session.scalars(everywhere.order_by(Division.code))
        return
    place: Place | None = (
        db.session.get(Station, value) if column == "station" else db.session.get(Division, value)
    )
    if place is not None:
        yield place


def _below(place: Place) -> Sequence[Place]:
    if isinstance(place, Station):
        return ()
    level = NEXT_BELOW.get(place.level)
    if level is None:
        query = select(Station).where(within(Station, place)).order_by(Station.code)
        return db.session.scalars(query).all()
    here = select(Division).where(Division.parent_id == place.id, Division.level == level)
    return db.session.scalars(here.order_by(Division.code)).all()

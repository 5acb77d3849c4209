"""What a station works with: kept as a whole list, as a clerk counts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access
from models import DomainError, Station, StationEquipment, db

MOST_KINDS = 60
MOST_OF_ONE = 9999


def of(station: Station) -> Sequence[StationEquipment]:
    """Return what a station has, in the order it was listed."""
    rows = select(StationEquipment).where(StationEquipment.station_id == station.id)
    return db.session.scalars(rows.order_by(StationEquipment.id)).all()


def set_list(station: Station, wanted: Mapping[str, int], *, access: Access) -> None:
    """Keep a list instead of the one before; what stays the same is not touched.

    The caller commits. Raises ``DomainError`` for a number that no station has.
    """
    access.require("stations:write", station)
    if len(wanted) > MOST_KINDS:
        raise DomainError(_("%(most)s kinds of equipment at most.", most=MOST_KINDS))
    for name, count in wanted.items():
        if not 0 < count <= MOST_OF_ONE:
            raise DomainError(
                _("“%(name)s”: type how many there are, from 1 to %(most)s.",
                  name=name, most=MOST_OF_ONE)
            )  # fmt: skip
    # The station's row is held, or of two lists kept at once each would keep a half.
    db.session.execute(select(Station.id).where(Station.id == station.id).with_for_update())
    there = {row.name: row for row in of(station)}
    for name in there.keys() - wanted.keys():
        db.session.delete(there[name])
    for name, count in wanted.items():
        if name in there:
            there[name].count = count
        else:
            db.session.add(StationEquipment(station=station, name=name, count=count))
    db.session.flush()

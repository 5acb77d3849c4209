"""Volunteer service stations, and the mark that a row belongs to one."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, event, false, func, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    Mapped,
    Session,
    declared_attr,
    mapped_column,
    relationship,
    validates,
)

from models.base import Audited, Choice, Model, Stamped, Versioned, db
from models.errors import DomainError

from .division import Division

# More is a slip of the keyboard.
MOST_MANAGERS = 99


class StationKind(Choice):
    """What the place is called by rule (Diqing plan of 2022, section 2)."""

    STATION = "station", _("Volunteer service station")
    POINT = "point", _("Volunteer service point")
    CIVILIZATION_CENTRE = "civilization_centre", _("New-era civilization practice centre")
    CIVILIZATION_OFFICE = "civilization_office", _("New-era civilization practice office")
    CIVILIZATION_STATION = "civilization_station", _("New-era civilization practice station")
    LEI_FENG = "lei_feng", _("Lei Feng volunteer station")
    SOCIAL_WORK = "social_work", _("Township social work station")


class ManagerTerms(Choice):
    """Whether the station's manager is there for this work alone."""

    FULL_TIME = "full_time", _("Full-time")
    PART_TIME = "part_time", _("Part-time")


class HostFacility(Choice):
    """Whose rooms a station uses (Diqing plan of 2022, section 2; Zhanjiang 2018, section 2.1)."""

    COMMUNITY_SERVICE = "community_service", _("Community service complex")
    COMMITTEE_OFFICE = "committee_office", _("Office of the residents' or villagers' committee")
    SOCIAL_WORK = "social_work", _("Township social work station")
    CIVILIZATION = "civilization", _("New-era civilization practice centre or station")
    LEI_FENG = "lei_feng", _("Lei Feng volunteer station")
    OWN = "own", _("Rooms of its own")
    OTHER = "other", _("Other")


class Placed:
    """Repeats the areas a row lies in, so that scope and order share an index."""

    township_id: Mapped[int | None]
    county_id: Mapped[int | None]
    prefecture_id: Mapped[int | None]

    def settle(self, session: Session) -> None:
        """Copy the areas from the place that the row names; raises ``DomainError`` without one."""
        raise NotImplementedError

    def lie_in(self, place: Division | Station) -> None:
        """Copy the areas of a division or a station."""
        self.township_id = place.township_id
        self.county_id = place.county_id
        self.prefecture_id = place.prefecture_id


class Station(Audited, Stamped, Versioned, Placed, Model):
    """A volunteer service station; its code is its division's, a hyphen and two digits."""

    __tablename__ = "stations"
    __table_args__ = (
        Index(None, "county_id"),
        Index(None, "prefecture_id"),
        Index(None, "township_id"),
    )
    # Who keeps and manages it are people; the three bodies may be named by their heads.
    audit_hides = frozenset(
        {"manager_name", "phone", "party_branch", "subdistrict_office", "service_centre"}
    )
    resource = "stations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(15), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    division_id: Mapped[int] = mapped_column(ForeignKey("divisions.id"), index=True)
    kind: Mapped[StationKind] = mapped_column(default=StationKind.STATION)
    opened_on: Mapped[date | None]
    # Whether they tell of a manager is dated: what stood there is loaded before it changes.
    manager_name: Mapped[str | None] = mapped_column(String(50), active_history=True)
    manager_terms: Mapped[ManagerTerms | None]
    phone: Mapped[str | None] = mapped_column(String(30))
    address: Mapped[str | None]
    computers: Mapped[int] = mapped_column(default=0)
    closed_on: Mapped[date | None]
    host: Mapped[HostFacility | None]
    # None: nobody said; see ``managers``.
    managers_full_time: Mapped[int | None] = mapped_column(active_history=True)
    managers_part_time: Mapped[int | None] = mapped_column(active_history=True)
    # 三位一体 (annex 2, item 1): the three bodies that manage a station together, in words.
    party_branch: Mapped[str | None] = mapped_column(String(100))
    subdistrict_office: Mapped[str | None] = mapped_column(String(100))
    service_centre: Mapped[str | None] = mapped_column(String(100))
    independent_post: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_desk_sign: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_plaque: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_uniform: Mapped[bool] = mapped_column(default=False, server_default=false())
    profile: Mapped[str | None] = mapped_column(Text)
    # The last roll number given out; counted here so that the row lock makes it gapless.
    last_roll: Mapped[int] = mapped_column(default=0, server_default="0")
    last_certificate: Mapped[int] = mapped_column(default=0, server_default="0")

    division: Mapped[Division] = relationship()

    @property
    def managers(self) -> int:
        """Return how many manage the station; one who is named counts although nobody counted."""
        counted = (self.managers_full_time or 0) + (self.managers_part_time or 0)
        return max(counted, 1 if self.manager_name else 0)

    @hybrid_property
    def has_manager(self) -> bool:
        """Tell whether anybody manages the station."""
        return self.managers > 0

    @has_manager.inplace.expression
    @classmethod
    def _has_manager(cls) -> ColumnElement[bool]:
        return or_(
            func.coalesce(cls.manager_name, "") != "",
            func.coalesce(cls.managers_full_time, 0) > 0,
            func.coalesce(cls.managers_part_time, 0) > 0,
        )

    def settle(self, session: Session) -> None:
        """Lie where the division lies."""
        self.lie_in(self.division or session.get_one(Division, self.division_id))

    @validates("managers_full_time", "managers_part_time")
    def _count_people(self, _field: str, value: int | None) -> int | None:
        if value is not None and not 0 <= value <= MOST_MANAGERS:
            raise DomainError(_("A station has 0 to %(most)s managers.", most=MOST_MANAGERS))
        return value

    @validates("code")
    def _keep_the_code(self, _field: str, value: str) -> str:
        if self.code is not None and value != self.code:
            raise DomainError(_("A station keeps its code; open a new station instead."))
        return value

    def __str__(self) -> str:
        return self.name


class AtStation(Placed):
    """Marks a row that belongs to one station and lies where the station lies."""

    @declared_attr
    def station_id(cls) -> Mapped[int]:
        """Return the column that names the station."""
        return mapped_column(ForeignKey("stations.id"))

    @declared_attr
    def station(cls) -> Mapped[Station]:
        """Return the relation to the station."""
        return relationship()

    def settle(self, session: Session) -> None:
        """Lie where the station lies."""
        station: Station | None = self.station
        if station is None and self.station_id is not None:
            station = session.get(Station, self.station_id)
        if station is None:
            raise DomainError(_("Choose a station that you keep."))
        self.station_id = station.id  # whoever judges the place reads the number
        self.lie_in(station)


@event.listens_for(db.session, "before_flush")
def _settle_new_rows(session: Session, _context: Any, _instances: Any) -> None:
    # Areas follow the place in one spot, so no form, import or test can get them wrong.
    with session.no_autoflush:
        for row in session.new:
            if isinstance(row, Placed):
                row.settle(session)

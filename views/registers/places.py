"""Divisions and stations."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import and_, false, inspect, or_, true
from wtforms import Form

from admin_app.services import stations
from models import Division, DomainError, Level, Station, StationKind
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.filters import Contains, Is
from views.lookups import DivisionLookup
from views.web.requests import access

DIVISION_HELP = _("Type the name, its initials or the code; a second word says where it lies.")


def where_stations_lie() -> Any:
    """Return the condition for divisions that a station can be opened in."""
    levels = Division.level.in_((Level.COMMUNITY, Level.TOWNSHIP, Level.COUNTY))
    return and_(levels, reached("stations:write"))


def reached(permission: str) -> Any:
    """Return the condition for divisions in which a permission holds."""
    places = access().places(permission)
    if any(place.column is None for place in places):
        return true()
    columns = inspect(Division).columns
    return or_(
        false(),
        *(
            columns[f"{place.column}_id"] == place.value
            for place in places
            if f"{place.column}_id" in columns
        ),
    )


class DivisionView(RegisterView):
    """The national list of divisions, with what counts as a community."""

    model = Division
    resource = "divisions"
    title = _("Divisions")
    columns = (
        Column("code", _("Code"), sort=True),
        Column("name", _("Name")),
        Column("level", _("Level")),
        Column("parent.name", _("Belongs to")),
        Column("community_since", _("Counts as a community since")),
        Column("community_until", _("Counts as a community until"), on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Division"),
            (
                Field("name", _("Name")),
                Field(
                    "community_since",
                    _("Counts as a community since"),
                    _("Empty: it does not count in coverage. Statistical units do not."),
                ),
                Field("community_until", _("Counts as a community until")),
            ),
        ),
    )
    filters = (Is("level", _("Level"), Division.level, Level),)
    search = (Division.name, Division.code)
    order = (Division.code,)

    can_create = False


class StationView(RegisterView):
    """Stations within one's reach."""

    model = Station
    resource = "stations"
    title = _("Stations")
    columns = (
        Column("code", _("Code"), sort=True),
        Column("name", _("Name"), sort=True),
        Column("kind", _("Kind")),
        Column("division.parent.name", _("Township")),
        Column("division.name", _("Community")),
        Column("manager_name", _("Manager")),
        Column("phone", _("Phone")),
        Column("manager_terms", _("Manager's terms"), on=BEYOND_LIST),
        Column("opened_on", _("Opened on"), on=BEYOND_LIST),
        Column("address", _("Address"), on=BEYOND_LIST),
        Column("computers", _("Computers"), on=BEYOND_LIST),
        Column("closed_on", _("Closed on"), on=DETAILS),
    )
    sections = (
        Section(
            _("Station"),
            (
                Field("division", _("Division"), DIVISION_HELP, once=True),
                Field("name", _("Name")),
                Field("kind", _("Kind"), _("As the Diqing plan of 2022 names it in section 2.")),
                Field("opened_on", _("Opened on")),
                Field("closed_on", _("Closed on"), _("Leave empty while the station is open.")),
            ),
        ),
        Section(
            _("Place and people"),
            (
                Field("manager_name", _("Manager")),
                Field(
                    "manager_terms",
                    _("Manager's terms"),
                    _("One full-time or part-time manager at least (Diqing plan of 2022)."),
                ),
                Field("phone", _("Phone")),
                Field("address", _("Address"), wide=True),
                Field(
                    "computers", _("Computers"), _("A station has computers (Diqing plan of 2022).")
                ),
            ),
        ),
    )
    filters = (
        Is("kind", _("Kind"), Station.kind, StationKind),
        Contains("division", _("Community"), Division.name, (Station.division,)),
    )
    search = (Station.name, Station.code)
    order = (Station.code,)
    lookups = {
        "division": DivisionLookup(only=where_stations_lie),
    }

    @property
    def can_create(self) -> bool:
        """Offer a new station to those whose place is more than one station."""
        places = access().places("stations:write")
        return any(place.column != "station" for place in places)

    def create_row(self, form: Form) -> Station:
        """Open the station under the next free code of its division."""
        if form.division.data is None:
            raise DomainError(_("Choose the division the station lies in."))
        station = stations.open_station(form.division.data, form.name.data)
        form.populate_obj(station)
        return station

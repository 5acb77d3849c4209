"""Divisions and stations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import and_, false, inspect, or_, true
from werkzeug.wrappers import Response
from wtforms import Form

from admin_app.services import wall
from admin_app.services.places import equipment, opening_hours, service_items, stations
from admin_app.services.places.opening_hours import MOST_A_DAY, Stretch
from models import (
    Division,
    DomainError,
    Level,
    ServiceKind,
    Station,
    StationEquipment,
    StationKind,
    Weekday,
    clock,
    db,
)
from views import histories
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import typed_time
from views.lists.filters import Contains, Is
from views.lookups import DivisionLookup
from views.screens.wall import may_print, may_print_whole
from views.showing import ShowsEvidence
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


class ShowsFigures:
    """Leads from a place to the figures in force there."""

    def shows_figures(self) -> bool:
        """Tell whether the person reads figures."""
        return access().may("figures:read")


class DivisionView(ShowsFigures, RegisterView):
    """The national list of divisions, with what counts as a community."""

    model = Division
    resource = "divisions"
    title = _("Divisions")
    details_template = "divisions/division.html"
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


class StationView(ShowsEvidence, ShowsFigures, RegisterView):
    """Stations within one's reach."""

    model = Station
    resource = "stations"
    title = _("Stations")
    details_template = "stations/station.html"
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
        Column("managers_full_time", _("Full-time managers"), on=DETAILS),
        Column("managers_part_time", _("Part-time managers"), on=DETAILS),
        Column("host", _("Host facility"), on=DETAILS),
        Column("independent_post", _("A post of its own"), on=DETAILS),
        Column("has_desk_sign", _("Sign of the volunteer desk"), on=DETAILS),
        Column("has_plaque", _("Name plate"), on=DETAILS),
        Column("has_uniform", _("Uniform clothing"), on=DETAILS),
        Column("party_branch", _("Party branch"), on=DETAILS),
        Column("subdistrict_office", _("Subdistrict or township office"), on=DETAILS),
        Column("service_centre", _("Community service centre"), on=DETAILS),
        Column("profile", _("About the station"), on=DETAILS),
    )
    # The page of a station, card by card.
    cards = (
        (_("Station"), ("code", "name", "kind", "division.parent.name", "division.name",
                        "opened_on", "closed_on", "profile")),
        (_("Managers"), ("manager_name", "manager_terms", "managers_full_time",
                         "managers_part_time", "phone", "party_branch", "subdistrict_office",
                         "service_centre")),
        (_("Premises"), ("host", "address", "independent_post", "computers", "has_desk_sign",
                         "has_plaque", "has_uniform")),
    )  # fmt: skip
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
                Field(
                    "managers_full_time",
                    _("Full-time managers"),
                    _("How many manage the station, the named one included."),
                ),
                Field("managers_part_time", _("Part-time managers")),
                Field("phone", _("Phone")),
                Field(
                    "host",
                    _("Host facility"),
                    _("Whose rooms the station uses (Diqing plan of 2022, section 2)."),
                ),
                Field("address", _("Address"), wide=True),
                Field(
                    "independent_post",
                    _("A post of its own"),
                    _("A desk for volunteering alone (Zhanjiang document of 2018, section 2.1)."),
                ),
                Field(
                    "computers", _("Computers"), _("A station has computers (Diqing plan of 2022).")
                ),
            ),
        ),
        Section(
            _("Signs and clothing (Zhanjiang document of 2018, section 2.2)"),
            (
                Field("has_desk_sign", _("Sign of the volunteer desk")),
                Field("has_plaque", _("Name plate")),
                Field("has_uniform", _("Uniform clothing")),
            ),
        ),
        Section(
            _("Managed together by (Zhanjiang document of 2018, annex 2)"),
            (
                Field("party_branch", _("Party branch"), _("Who, with the post.")),
                Field("subdistrict_office", _("Subdistrict or township office")),
                Field("service_centre", _("Community service centre")),
            ),
        ),
        Section(
            _("About the station"),
            (
                Field(
                    "profile",
                    _("About the station"),
                    _("What it is for, in a few sentences."),
                    wide=True,
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

    def may_keep_hours(self, row: Station) -> bool:
        """Tell whether the person says when the station is open."""
        return access().reaches("stations:write", row)

    may_print = staticmethod(may_print)
    may_print_whole = staticmethod(may_print_whole)

    def amiss(self, row: Station) -> list[Any]:
        """Return in words what is missing on the station's wall, or hangs without being adopted."""
        return wall.whole(row)[1]

    def week(self, row: Station) -> dict[Weekday, list[Stretch]]:
        """Return when the station is open; nothing where nobody said."""
        week = opening_hours.week(row)
        return week if any(week.values()) else {}

    def things(self, row: Station) -> Sequence[StationEquipment]:
        """Return what the station works with."""
        return equipment.of(row)

    def offers(self, row: Station) -> dict[ServiceKind, list[str]]:
        """Return what the station offers today, kind by kind; nothing where it lists nothing."""
        items = service_items.of(row, on=clock.today())
        told = {kind: [item.text for item in items if item.kind is kind] for kind in ServiceKind}
        return told if items else {}

    def history(self, row: Station) -> list[histories.Line]:
        """Return the latest changes, for whom may read them."""
        return histories.lines(row, histories.LATEST)

    @expose("/hours/", methods=("GET", "POST"))
    def hours_view(self) -> str | Response:
        """Keep the opening hours of a week; what was typed stays when it is refused."""
        row = self.get_one(request.values.get("id"))
        if not self.may_keep_hours(row):
            abort(403)
        week = opening_hours.USUAL if "usual" in request.args else opening_hours.week(row)
        typed = {
            name: f"{moment:%H:%M}"
            for day, stretches in week.items()
            for n, stretch in enumerate(stretches)
            for name, moment in zip(_names(day, n), stretch, strict=True)
        }
        if request.method == "POST":
            typed = {name: request.form.get(name, "") for name in _all_names()}
            try:
                opening_hours.set_week(row, _typed_week(typed), access=access())
                db.session.commit()
            except DomainError as refusal:
                db.session.rollback()
                flash(str(refusal), "error")
                row = self.get_one(request.values.get("id"))
            else:
                flash(gettext("The opening hours were kept."), "success")
                return redirect(self.get_url(".details_view", id=request.values.get("id")))
        return self.render(
            "stations/hours.html", model=row, typed=typed, days=list(Weekday), names=_names,
            most=MOST_A_DAY, return_url=self.get_url(".details_view", id=row.id),
        )  # fmt: skip


def _names(day: Weekday, n: int) -> tuple[str, str]:
    return f"opens-{day.value}-{n}", f"closes-{day.value}-{n}"


def _all_names() -> list[str]:
    return [name for day in Weekday for n in range(MOST_A_DAY) for name in _names(day, n)]


def _typed_week(typed: dict[str, str]) -> dict[Weekday, list[Stretch]]:
    week: dict[Weekday, list[Stretch]] = {day: [] for day in Weekday}
    for day in Weekday:
        for n in range(MOST_A_DAY):
            words = [typed[name].strip() for name in _names(day, n)]
            if not any(words):
                continue
            opens_at, closes_at = map(typed_time, words)
            if opens_at is None or closes_at is None:
                raise DomainError(
                    _("%(day)s, stretch %(n)s: type when it opens and when it closes, such as 8:30"
                      " and 11:30, or leave both empty.", day=day.label, n=n + 1)
                )  # fmt: skip
            week[day].append((opens_at, closes_at))
    return week

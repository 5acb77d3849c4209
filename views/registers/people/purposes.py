"""Fields asked (收集项目与用途): what a station asks beyond the rules, stated by its leader."""

from __future__ import annotations

from typing import Any

from flask_admin.base import expose
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import Form

from admin_app.services.privacy import purposes
from models import DomainError, FieldPurpose, OptionalField, Station, clock, db
from views.base import RegisterView
from views.columns import BEYOND_LIST, Column, Field, Section
from views.lists.filters import Is, at_station
from views.registers.committee.leadership import STATION
from views.web.requests import access, actor, own_station


class PurposeView(RegisterView):
    """What stations within one's reach ask, and what for; the latest first."""

    model = FieldPurpose
    resource = "purposes"
    title = _("Fields asked")
    details_template = "people/purpose.html"
    columns = (
        Column("field", _("Field")),
        Column("purpose", _("Purpose")),
        Column("is_sensitive", _("Sensitive")),
        Column("since", _("Asked from"), sort=True),
        Column("ended_on", _("No longer asked from")),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("stated_by.name", _("Stated by"), on=BEYOND_LIST),
        Column("cleared_on", _("Cleared on"), on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Field and purpose"),
            (
                Field("station", _("Station"), once=True),
                Field(
                    "field",
                    _("Field"),
                    _("Beyond what the rules name, a station asks only what it needs for a purpose "
                      "(Personal Information Protection Law, Art 6)."),
                ),
                Field(
                    "purpose", _("Purpose"),
                    _("In the station's own words; it stands in the form and on paper."), wide=True,
                ),
                Field(
                    "is_sensitive", _("Sensitive"),
                    _("Asks a separate consent (Arts 28, 29): health, beliefs, a special identity, "
                      "accounts, whereabouts. A health note always does."),
                ),
                Field("since", _("Asked from"), begins=clock.today),
                Field("ended_on", _("No longer asked from"), _("Empty: until it is ended.")),
            ),
        ),
    )  # fmt: skip
    filters = (
        Is("field", _("Field"), FieldPurpose.field, OptionalField),
        at_station(FieldPurpose),
    )
    search = (FieldPurpose.purpose,)
    order = (FieldPurpose.since.desc(),)
    lookups = {"station": STATION}

    # What people were told stays as it was told: a purpose is ended, and another one stated.
    can_edit = property(lambda _self: False)

    def may_change(self, row: Any) -> bool:  # the base asks of a row
        """Close every purpose once it is stated."""
        return False

    def create_row(self, form: Form) -> FieldPurpose:
        """State a purpose in one's own name."""
        station = form.station.data if "station" in form else None
        station = station or db.session.get(Station, own_station(self.resource) or 0)
        if station is None:
            raise DomainError(_("Choose a station that you keep."))
        return purposes.state(
            station, form.field.data, form.purpose.data, is_sensitive=form.is_sensitive.data,
            since=form.since.data, ends_on=form.ended_on.data, by=actor(), access=access(),
        )  # fmt: skip

    def is_asked(self, row: FieldPurpose) -> bool:
        """Tell whether the purpose holds today or is still to come."""
        return row.ended_on is None or row.ended_on > clock.today()

    def held(self, row: FieldPurpose) -> int:
        """Return how many rows hold what was told under a purpose; none while it is asked."""
        is_open = row.field in purposes.asked(row.station_id)
        return 0 if is_open or not self.may_on("write", row) else purposes.kept(row)

    @expose("/end/", methods=("POST",))
    def end_view(self) -> Response:
        """Ask one field no longer, from today on."""
        return self.act_on_posted(lambda row: purposes.end(row, access=access()), "write")

    @expose("/clear/", methods=("POST",))
    def clear_view(self) -> Response:
        """Take away what was told under a purpose that ended."""
        return self.act_on_posted(lambda row: purposes.clear(row, access=access()), "write")

"""Stations that the county freed from the two-person rule."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form

from admin_app.services.committee import exemptions
from models import Exemption, clock
from views.base import RegisterView
from views.columns import BEYOND_LIST, Column, Field, Section
from views.lists.filters import at_station
from views.web.requests import access

from .leadership import STATION


class ExemptionView(RegisterView):
    """Exemptions from the two-person rule, granted by counties and prefectures."""

    model = Exemption
    resource = "exemptions"
    title = _("Exemptions")
    columns = (
        Column("station.name", _("Station")),
        Column("letter", _("Letter")),
        Column("letter_on", _("Date of the letter"), on=BEYOND_LIST),
        Column("since", _("Since"), sort=True),
        Column("until", _("Until")),
        Column("reason", _("Reason"), on=BEYOND_LIST),
        Column("granted_by.name", _("Granted by"), on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Exemption"),
            (
                Field(
                    "station",
                    _("Station"),
                    _("One person may record and confirm there; what is done alone is marked so."),
                    once=True,
                ),
                Field("letter", _("Letter"), _("Number of the letter on file.")),
                Field("letter_on", _("Date of the letter")),
                Field("since", _("Since"), begins=clock.today),
                Field("until", _("Until"), _("Leave empty while it holds.")),
                Field("reason", _("Reason"), wide=True),
            ),
        ),
    )
    filters = (at_station(Exemption),)
    search = (Exemption.letter,)
    order = (Exemption.since.desc(),)
    lookups = {"station": STATION}

    can_create = property(lambda _self: exemptions.may_grant(access()))
    can_edit = property(lambda _self: exemptions.may_grant(access()))

    def may_on(self, act: str, row: Any) -> bool:
        """Ask besides whether the person's place is high enough."""
        return exemptions.may_grant(access()) and super().may_on(act, row)

    def create_row(self, form: Form) -> Exemption:
        """Grant an exemption in one's own name."""
        row: Exemption = super().create_row(form)
        exemptions.grant(row)
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Correct or end an exemption."""
        exemptions.require_order(form.since.data, form.until.data)
        super().change_row(row, form)

"""The numbers of the rules: read by everybody, set by prefectures from a day on."""

from __future__ import annotations

from typing import Any

from flask_admin.model.fields import AjaxSelectField
from flask_babel import lazy_gettext as _
from sqlalchemy import and_
from wtforms import Form

from admin_app.services import figures
from models import Division, Figure, FigureName, Level, clock
from views.base import RegisterView
from views.columns import Column, Field, Section
from views.fields import required, within_reach
from views.filters import Is
from views.lookups import DivisionLookup, LookupWidget
from views.web.requests import access

from .places import reached

# A figure holds for a prefecture's own places: no county sets one for itself.
KEEPERS = (None, "prefecture")


def _set_at() -> Any:
    return and_(Division.level != Level.PROVINCE, reached("figures:write"))


class FigureView(RegisterView):
    """The numbers of the rules with their legal basis, place by place."""

    model = Figure
    resource = "figures"
    title = _("Figures")
    columns = (
        Column("name", _("Figure")),
        Column("value", _("Value")),
        Column("division.name", _("Set at"), lambda name: name or "—"),
        Column("since", _("Since"), sort=True),
        Column("basis", _("Legal basis")),
    )
    sections = (
        Section(
            _("Figure"),
            (
                Field("name", _("Figure"), once=True),
                Field(
                    "place",
                    _("Set at"),
                    _("Holds there and in all that lies below, unless set there too."),
                    once=True,
                ),
                Field("value", _("Value")),
                Field(
                    "since",
                    _("Since"),
                    _("What was in force before stays so for the days before."),
                    begins=clock.today,
                ),
                Field("basis", _("Legal basis"), _("Document and article that say so."), wide=True),
            ),
        ),
    )
    lookups = {"place": DivisionLookup(only=_set_at)}
    form_extra_fields = {
        "place": AjaxSelectField(
            lookups["place"], _("Set at"), [within_reach], allow_blank=True, widget=LookupWidget()
        ),
    }
    filters = (Is("name", _("Figure"), Figure.name, FigureName),)
    order = (Figure.name, Figure.division_code, Figure.since)
    facts = ("division_code", "since")

    can_create = property(lambda self: self._keeps("write"))
    can_edit = property(lambda self: self._keeps("write"))
    can_delete = property(lambda self: self._keeps("delete"))

    def _fit(self, form: Form, *, is_new: bool) -> Form:
        form = super()._fit(form, is_new=is_new)
        if is_new and not access().is_everywhere("figures:write"):
            required(form.place)
        return form

    def may_on(self, act: str, row: Any) -> bool:
        """Judge by the places that the person sets figures for."""
        return self._keeps(act) and figures.may_set(row.division_code, access())

    def may_change(self, row: Any) -> bool:
        """Close what is or was in force: papers and totals stand on it."""
        return row.since > clock.today() and super().may_change(row)

    def may_delete(self, row: Any) -> bool:
        """Keep what is or was in force."""
        return row.since > clock.today() and super().may_delete(row)

    def create_row(self, form: Form) -> Figure:
        """Set a figure from a day on."""
        return figures.set_from(
            form.name.data, form.place.data, form.value.data,
            since=form.since.data, basis=form.basis.data, by=access(),
        )  # fmt: skip

    def change_row(self, row: Any, form: Form) -> None:
        """Change a figure that is not in force yet."""
        figures.require_sound(row.name, form.value.data)
        super().change_row(row, form)

    def _keeps(self, act: str) -> bool:
        places = access().places(f"{self.resource}:{act}")
        return any(place.column in KEEPERS for place in places)

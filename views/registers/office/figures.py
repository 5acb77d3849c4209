"""The numbers of the rules: read by everybody, set by prefectures from a day on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import abort, request
from flask_admin.base import expose
from flask_admin.model.fields import AjaxSelectField
from flask_babel import lazy_gettext as _
from sqlalchemy import and_, select
from werkzeug.wrappers import Response
from wtforms import Form

from admin_app.services import figure_effects, figures
from admin_app.services.places import divisions
from models import Division, DomainError, Figure, FigureName, Level, Station, clock, db
from views.base import RegisterView
from views.columns import Column, Field, Section
from views.fields import required, typed_day, within_reach
from views.lists.filters import Is
from views.lookups import DivisionLookup, LookupWidget, key
from views.registers.places.stations import reached
from views.web.requests import access

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
    list_template = "figures/list.html"
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

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> str | Response:
        """Ask for a figure, show what it would change, and keep it once that is confirmed."""
        if not self.can_create:
            abort(403)
        if "_again" in request.form:
            return str(self._form_page(self.create_template, self.create_form(), None))
        shown = self._previewed(self.create_form, None) if _is_new_to_us() else None
        return shown or super().create_view()

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """Show what a change of a figure that is not in force yet would come to, before it is."""
        shown = None
        if _is_new_to_us() and self.can_edit:
            row = self._asked()
            if self.may_change(row) and request.form.get("version") == str(row.version):
                shown = self._previewed(lambda: self.edit_form(obj=row), row)
        return shown or super().edit_view()

    def _previewed(self, opened: Callable[[], Form], row: Figure | None) -> str | None:
        """Return the page of what would change; None for what is refused, which the form tells."""
        form = opened()
        if not self.validate_form(form):
            return None
        name = row.name if row else form.name.data
        place = row.division if row else form.place.data
        try:
            effect = figure_effects.of(
                name, place, form.value.data, since=form.since.data, by=access(), but=row
            )
        except DomainError:
            return None
        return str(
            self.render(
                "figures/preview.html", effect=effect, basis=form.basis.data, model=row,
                posted=[pair for pair in request.form.items(multi=True) if pair[0] not in OURS],
                return_url=self.get_url(".index_view"),
            )
        )  # fmt: skip

    @expose("/at/")
    def at_view(self) -> str:
        """Show every figure as it stands at a place on a day, and where it comes from."""
        if not self.may("read"):
            abort(403)
        place, day = _asked_place(), typed_day(request.args.get("on", "")) or clock.today()
        settings = figures.in_force(place.code if place else "", on=day)
        return str(
            self.render(
                "figures/at.html", place=place, on=day, settings=settings,
                names=_names_of(setting.code for setting in settings),
                above=list(divisions.lineage(place))[1:] if place else [],
                below=_below(place), return_url=self.get_url(".index_view"),
            )
        )  # fmt: skip

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


OURS = ("csrf_token", "_confirmed", "_again")


def _is_new_to_us() -> bool:
    """Tell whether a form comes in that nobody has looked at the effect of yet."""
    return request.method == "POST" and not {"_confirmed", "_again"} & request.form.keys()


def _asked_place() -> Division | None:
    """Return the division asked for; without one, where one is appointed, or the country."""
    if "division" in request.args:
        asked = request.args["division"]
        if not asked:
            return None
        number = key(asked)
        place = db.session.get(Division, number) if number is not None else None
        return place or abort(404)
    for held in access().places("figures:read"):
        if held.column == "station":
            station = db.session.get(Station, held.value)
            return station.division if station else None
        if held.column is not None:
            return db.session.get(Division, held.value)
    return None


def _below(place: Division | None) -> list[Division]:
    here = Division.parent_id == place.id if place else Division.level == Level.PREFECTURE
    return list(db.session.scalars(select(Division).where(here).order_by(Division.code)))


def _names_of(codes: Iterable[str | None]) -> dict[str, str]:
    wanted = {code for code in codes if code}
    found = db.session.execute(
        select(Division.code, Division.name).where(Division.code.in_(wanted))
    )
    return {code: name for code, name in found}

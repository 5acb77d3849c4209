"""Resident population: read by everybody, written by counties and prefectures."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import and_, false, or_, true
from wtforms import Form

from admin_app.services.people.names import Matched
from admin_app.services.places import population
from models import Division, Level, Population, clock
from views.base import RegisterView
from views.columns import BEYOND_LIST, Column, Field, Section
from views.lists.filters import Contains
from views.lookups import DivisionLookup, containing
from views.web.requests import access

from .stations import DIVISION_HELP


def _kept() -> Any:
    """Return the condition for the divisions whose population the person keeps."""
    places = population.keeping_places(access())
    if any(place.column is None for place in places):
        return true()
    inside = (getattr(Division, f"{place.column}_id") == place.value for place in places)
    return and_(Division.level != Level.PROVINCE, or_(false(), *inside))


class PopulationView(RegisterView):
    """How many people live in each division, year by year, with who says so."""

    model = Population
    resource = "population"
    title = _("Population")
    columns = (
        Column("division.code", _("Code")),
        Column("division.name", _("Division")),
        Column("division.parent.name", _("Belongs to")),
        Column("year", _("Year"), sort=True),
        Column("residents", _("Resident population"), sort=True),
        Column("source", _("Source"), on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Population"),
            (
                Field("division", _("Division"), DIVISION_HELP, once=True),
                Field(
                    "year",
                    _("Year"),
                    _("The number holds from this year on, until there is one of a later year."),
                    once=True,
                    begins=lambda: clock.today().year - 1,
                    kept=True,
                ),
                Field(
                    "residents",
                    _("Resident population"),
                    _("People who live there, as a whole number and not in ten thousands."),
                ),
                Field(
                    "source",
                    _("Source"),
                    _("Yearbook, census or letter that says so."),
                    wide=True,
                    kept=True,
                ),
            ),
        ),
    )
    filters = (Contains("division", _("Division"), Division.name, (Population.division,)),)
    search = (Division.name, Division.code)
    order = (Population.year.desc(), Population.division_id)
    list_template = "population/list.html"
    lookups = {"division": DivisionLookup(only=_kept)}

    def matching(self, words: str) -> Matched:
        """Find by a part of the division's name or code."""
        named = or_(containing(Division.name, words), containing(Division.code, words))
        return Matched(Population.division.has(named))

    can_create = property(lambda self: self._keeps("write"))
    can_edit = property(lambda self: self._keeps("write"))
    can_delete = property(lambda self: self._keeps("delete"))

    def may_on(self, act: str, row: Any) -> bool:
        """Judge by the places whose population the person keeps."""
        return population.may_keep(access(), row, act)

    def create_row(self, form: Form) -> Population:
        """Write down the number of a year."""
        return population.note(
            form.division.data, form.year.data, form.residents.data, form.source.data, by=access()
        )

    def change_row(self, row: Any, form: Form) -> None:
        """Correct a number."""
        population.require_sound(row.year, form.residents.data)
        super().change_row(row, form)

    def may_bring_in(self) -> bool:
        """Tell whether the person imports a sheet of populations."""
        return self._keeps("import")

    def _keeps(self, act: str) -> bool:
        return bool(population.keeping_places(access(), act))

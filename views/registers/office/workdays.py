"""The State Council's lists of days off and of days worked instead, year by year."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from models import Workday
from views.base import RegisterView
from views.columns import Column, Field, Section
from views.lists.filters import between
from views.web.requests import access

# One list holds for the whole country: no county enters its own.
KEEPERS = (None, "prefecture")


class WorkdayView(RegisterView):
    """Working days, the latest first; kept by prefectures and the whole system."""

    model = Workday
    resource = "workdays"
    title = _("Working days")
    columns = (
        Column("day", _("Day"), sort=True),
        Column("is_worked", _("Worked")),
        Column("occasion", _("Occasion")),
    )
    sections = (
        Section(
            _("Working day"),
            (
                Field(
                    "day",
                    _("Day"),
                    _("Only what differs from Monday to Friday is entered, year by year."),
                ),
                Field(
                    "is_worked",
                    _("Worked"),
                    _("Tick a weekend day that is worked instead; leave a day off unticked."),
                ),
                Field(
                    "occasion",
                    _("Occasion"),
                    _("The feast, and the State Council's announcement that says so."),
                    wide=True,
                    kept=True,
                ),
            ),
        ),
    )
    filters = (*between("day", _("Day"), Workday.day),)
    search = (Workday.occasion,)
    order = (Workday.day.desc(),)

    can_create = property(lambda self: self._keeps("write"))
    can_edit = property(lambda self: self._keeps("write"))
    can_delete = property(lambda self: self._keeps("delete"))

    def may_on(self, act: str, row: Any) -> bool:
        """Judge by the person's place alone: a day lies at none."""
        return self._keeps(act)

    def _keeps(self, act: str) -> bool:
        places = access().places(f"{self.resource}:{act}")
        return any(place.column in KEEPERS for place in places)

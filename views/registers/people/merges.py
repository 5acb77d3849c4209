"""Merges: two rows that are one human being, prepared by one person and decided by another."""

from __future__ import annotations

from collections.abc import Sequence

from flask_admin.base import expose
from flask_admin.model.fields import AjaxSelectField
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.validators import InputRequired

from admin_app.services.people import merges
from admin_app.services.people.merges import Overlap
from models import MergeState, PersonMerge
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import within_reach
from views.lists.filters import Is, at_station
from views.lookups import LookupWidget
from views.web.requests import access, actor

from .volunteers import roll

ROLLS = {"kept": roll(), "absorbed": roll()}


def number_below(told: str) -> str:
    """Return the words for a line of the roll with its number on a line of its own."""
    return "\n".join(told.rsplit(" ", 1))


class MergeView(RegisterView):
    """Merges of persons within one's reach, the latest first."""

    model = PersonMerge
    resource = "merges"
    title = _("Merges of persons")
    silent_of_unset = True
    details_template = "volunteers/merge.html"
    columns = (
        Column("created_at", _("Prepared at"), formats.moment, sort=True),
        Column("kept_told", _("Is kept"), number_below, whole=True),
        Column("absorbed_told", _("Goes into it"), number_below, whole=True),
        Column("state", _("State")),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("reason", _("Reason"), on=DETAILS),
        Column("prepared_by.name", _("Prepared by"), on=BEYOND_LIST),
        Column("decided_by.name", _("Decided by"), on=BEYOND_LIST),
        Column("decided_at", _("Decided at"), formats.moment, on=BEYOND_LIST),
        Column("entries", _("Service entries moved"), on=BEYOND_LIST),
        Column("minutes", _("Hours altogether"), formats.hours, on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Merge"),
            (
                Field(
                    "kept", _("Is kept"),
                    _("The line with the right identity number: type the name or roll number."),
                ),
                Field("absorbed", _("Goes into it"), _("The line of the same human being.")),
                Field(
                    "reason", _("Reason"),
                    _("Which number was wrong, and how it is known that it is one person."),
                    wide=True,
                ),
            ),
        ),
    )  # fmt: skip
    form_extra_fields = {
        name: AjaxSelectField(
            ROLLS[name],
            label,
            [InputRequired(), within_reach],
            allow_blank=True,
            widget=LookupWidget(),
        )
        for name, label in (("kept", _("Is kept")), ("absorbed", _("Goes into it")))
    }
    filters = (Is("state", _("State"), PersonMerge.state, MergeState), at_station(PersonMerge))
    search = (PersonMerge.kept_told, PersonMerge.absorbed_told)
    order = (PersonMerge.created_at.desc(),)
    lookups = ROLLS
    can_edit = property(lambda _self: False)

    def create_row(self, form: Form) -> PersonMerge:
        """Prepare a merge."""
        return merges.prepare(
            form.kept.data, form.absorbed.data, form.reason.data, by=actor(), access=access()
        )

    def hours(self, row: PersonMerge) -> tuple[str, str]:
        """Return what either row served, in hours."""
        kept, absorbed = merges.hours(row)
        return formats.hours(kept), formats.hours(absorbed)

    def overlaps(self, row: PersonMerge) -> Sequence[Overlap]:
        """Return the entries of both that take the same time."""
        return merges.overlaps(row)

    def may_decide(self, row: PersonMerge) -> bool:
        """Tell whether the person may decide a merge that waits."""
        return row.state is MergeState.PREPARED and self.may_on("decide", row)

    @expose("/perform/", methods=("POST",))
    def perform_view(self) -> Response:
        """Make one person of two rows."""
        return self.act_on_posted(
            lambda row: merges.perform(row, by=actor(), access=access()), "decide"
        )

    @expose("/decline/", methods=("POST",))
    def decline_view(self) -> Response:
        """Say that they are two."""
        return self.act_on_posted(
            lambda row: merges.decline(row, by=actor(), access=access()), "decide"
        )

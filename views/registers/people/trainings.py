"""Trainings with who was there, whom the backbone list invites, and leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, flash, redirect, request
from flask_admin.base import expose
from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms import Form

from admin_app.services.people import leave, names, trainings
from admin_app.services.people.names import Matched
from models import (
    Leave,
    Person,
    Station,
    Training,
    TrainingAttendee,
    TrainingMethod,
    Volunteer,
    clock,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import typed_day
from views.lists.filters import Chosen, Is, at_station, between
from views.lookups import key
from views.registers.committee.leadership import STATION
from views.screens import asked
from views.web.requests import access

from .volunteers import ROLL

LONGEST_LIST = 10_000


class TrainingView(RegisterView):
    """Trainings of the stations within one's reach, the latest first."""

    model = Training
    resource = "trainings"
    title = _("Trainings")
    list_template = "people/trainings.html"
    silent_of_unset = True
    details_template = "people/training.html"
    columns = (
        Column("held_on", _("Date"), sort=True),
        Column("title", _("Title")),
        Column("method", _("Method")),
        Column("minutes", _("Time taught"), formats.hours),
        Column("organizer", _("Held by")),
        Column("trainer", _("Trainer"), on=BEYOND_LIST),
        Column("place", _("Place"), on=BEYOND_LIST),
        Column("backbone_only", _("Backbone only"), on=BEYOND_LIST),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("content", _("What was taught"), on=DETAILS),
    )
    sections = (
        Section(
            _("Training"),
            (
                Field("station", _("Station"), once=True, kept=True),
                Field("title", _("Title"), wide=True),
                Field("method", _("Method"), _("Zhanjiang document of 2018, section 3.3.")),
                Field("held_on", _("Date"), begins=clock.today, once=True),
                Field("minutes", _("Minutes taught"), _("As Order 67, Art 8 asks.")),
                Field("organizer", _("Held by")),
                Field("trainer", _("Trainer")),
                Field("place", _("Place")),
                Field(
                    "backbone_only", _("Backbone only"),
                    _("Only backbone volunteers are invited (annex 4, article 4)."),
                ),
                Field("content", _("What was taught"), wide=True),
            ),
        ),
    )  # fmt: skip
    filters = (
        Is("method", _("Method"), Training.method, TrainingMethod),
        at_station(Training),
        *between("held", _("Date"), Training.held_on),
    )
    search = (Training.title,)
    order = (Training.held_on.desc(),)
    lookups = {"station": STATION}

    def create_row(self, form: Form) -> Training:
        """Record a training that was held."""
        row: Training = super().create_row(form)
        trainings.require_sound(row)
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Correct a training."""
        super().change_row(row, form)
        trainings.require_sound(row)

    # Who was there

    def attendees(self, row: Training) -> Sequence[TrainingAttendee] | None:
        """Return who was there, by roll number; None to whom no volunteer is shown."""
        if not access().may("volunteers:read"):
            return None
        return sorted(row.attendees, key=lambda one: one.volunteer.number)

    @expose("/attendees/", methods=("POST",))
    def attendees_view(self) -> Response:
        """Write down who was there, by names or roll numbers; what names nobody is said."""
        row = self._writable()
        found, left = trainings.meant(row, request.form.get("people", "")[:LONGEST_LIST])
        id_ = row.id
        self.perform(lambda _rows: trainings.add(row, found, access=access()), [row], _added)
        if left:
            flash(
                str(_("Nobody on the roll of that day, or several: %(words)s. Use roll numbers.",
                      words="、".join(left))),
                "error",
            )  # fmt: skip
        return redirect(self.get_url(".details_view", id=id_))

    @expose("/take-off/", methods=("POST",))
    def take_off_view(self) -> Response:
        """Take back that somebody was there."""
        row = self._writable()
        id_, attendee = row.id, key(request.form.get("attendee")) or 0

        def take_off(_rows: list[Training]) -> int:
            trainings.take_off(row, attendee, access=access())
            return 1

        self.perform(take_off, [row], lambda n: ngettext("%(num)d removed.", "%(num)d removed.", n))
        return redirect(self.get_url(".details_view", id=id_))

    def _writable(self) -> Training:
        row: Training = self.get_one(request.form.get("id"))
        if not (self.may_on("write", row) and access().may("volunteers:read")):
            abort(403)
        return row

    # Backbone

    @expose("/backbone/")
    def backbone_view(self) -> str | Response:
        """Show who is backbone on a day, and so invited; a day in the past is as it was then."""
        if not access().may("volunteers:read"):
            abort(403)
        if "place" in request.args:
            day = request.args.get("on", "")
            return redirect(self.get_url(".backbone_view", **asked.chosen_place(), on=day))
        place = asked.place("trainings:read")
        station = place if isinstance(place, Station) else None
        day = min(typed_day(request.args.get("on", "")) or clock.today(), clock.today())
        return self.render(
            "people/backbone.html", place=place, station=station, on=day,
            around=asked.around("trainings:read", place),
            hours_asked=trainings.backbone_hours(station, on=day) if station else None,
            rows=trainings.backbone(station, on=day) if station else None, hours=formats.hours,
            return_url=self.get_url(".index_view"),
        )  # fmt: skip


def _added(n: int) -> str:
    return ngettext("%(num)d person added.", "%(num)d people added.", n)


class LeaveView(RegisterView):
    """Leave of the volunteers within one's reach, the latest first."""

    model = Leave
    resource = "leaves"
    title = _("Leave")
    columns = (
        Column("since", _("Since"), sort=True),
        Column("until", _("Until")),
        Column("volunteer.person.name", _("Volunteer")),
        Column("volunteer.number", _("Roll number"), on=BEYOND_LIST),
        Column("told_on", _("Told on")),
        Column("was_told_before", _("Told beforehand"), on=DETAILS),
        Column("reason", _("Reason"), on=DETAILS),
        Column("station.name", _("Station"), on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Leave"),
            (
                Field("volunteer", _("Volunteer"), _("Type the name or roll number."), once=True),
                Field("since", _("Since"), begins=clock.today),
                Field("until", _("Until"), _("The last day of leave."), begins=clock.today),
                Field(
                    "told_on", _("Told on"), _("Beforehand (annex 6, article 10)."),
                    begins=clock.today,
                ),
                Field("reason", _("Reason"), wide=True),
            ),
        ),
    )  # fmt: skip
    filters = (
        Chosen("volunteer", _("Volunteer"), Leave.volunteer_id, ROLL, few=True),
        at_station(Leave),
        *between("since", _("Since"), Leave.since),
    )
    search = (Person.name,)
    order = (Leave.since.desc(),)
    lookups = {"volunteer": ROLL}
    acting_on = (Leave.volunteer,)

    def matching(self, words: str) -> Matched:
        """Find by the volunteer's name or initials."""
        return Matched(Leave.volunteer.has(names.named(Volunteer.person_id, words).condition))

    def create_row(self, form: Form) -> Leave:
        """Note a leave."""
        row = Leave(volunteer=form.volunteer.data, **_days(form))
        leave.note(row)
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Correct a leave."""
        for name, value in _days(form).items():
            setattr(row, name, value)
        leave.note(row)


def _days(form: Form) -> dict[str, date | str | None]:
    days = {name: form[name].data for name in ("since", "until", "told_on")}
    return {**days, "reason": form.reason.data or None}

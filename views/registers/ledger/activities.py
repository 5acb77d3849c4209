"""Activities: what a station held or plans, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, request
from flask_admin.base import expose
from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms import Form

from admin_app.services import programme
from admin_app.services.exchange import cells
from admin_app.services.ledger import (
    activities,
    co_signing,
    deadlines,
    due_days,
    gate,
    official,
)
from admin_app.services.ledger.deadlines import Recording
from models import (
    Account,
    Activity,
    ActivityState,
    Category,
    DomainError,
    Gate,
    OfficialState,
    ServiceEntry,
    Station,
    clock,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import required
from views.lists.filters import Is, IsSet, at_station, between
from views.lookups import Lookup
from views.registers.programme import PROJECTS, TEAMS, of_project, of_team
from views.rosters import Rosters
from views.web.co_signing import second_person
from views.web.requests import access, actor

LINKS = ("project", "team")


UNCHANGED = (
    "unchanged",
    _("The activities are volunteering: none of the six kinds applies."),
)


class Recorded(Is):
    """The clock of the activity stands so today."""

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for an unknown word."""
        return deadlines.condition(self.choices(value), clock.today())


class Uploaded(IsSet):
    """All that counts is in the official system, or something is to be entered there."""

    def condition(self, value: str) -> Any:
        """Return the condition; where nothing counts yet, neither holds."""
        stands = super().condition(value)
        return official.waits() if value == "no" else stands


class ActivityView(Rosters, RegisterView):
    """Activities of the stations within one's reach."""

    model = Activity
    resource = "activities"
    title = _("Activities")
    details_template = "ledger/activity.html"
    columns = (
        Column("held_on", _("Date"), sort=True),
        Column("name", _("Name")),
        Column("category", _("Category"), formats.category),
        Column("place", _("Place")),
        Column("project.name", _("Project"), on=BEYOND_LIST),
        Column("team.name", _("Team"), on=BEYOND_LIST),
        Column("leader_name", _("In charge"), on=BEYOND_LIST),
        Column("state", _("State")),
        Column("due_on", _("Record by"), formats.due_day),
        Column("recorded_on", _("All recorded on"), on=BEYOND_LIST),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("starts_at", _("Starts at"), on=BEYOND_LIST),
        Column("ends_at", _("Ends at"), on=BEYOND_LIST),
        Column("social_worker", _("Social worker"), on=BEYOND_LIST),
        Column("desk_duty", _("Desk duty"), on=BEYOND_LIST),
        Column("uploaded_on", _("All uploaded on"), on=BEYOND_LIST),
        Column("gate", _("Volunteering"), formats.answered, on=BEYOND_LIST),
        Column("gate_by.name", _("Answered by"), on=DETAILS),
        Column("gate_at", _("Answered at"), formats.moment, on=DETAILS),
        Column("hazardous", _("Hazardous work"), on=BEYOND_LIST),
        Column("content", _("Content"), on=DETAILS),
        Column("keeper.name", _("Kept by"), on=DETAILS),
        Column("handed_in_at", _("Attendance handed in"), formats.moment, on=DETAILS),
        Column("handed_in_by.name", _("Handed in by"), on=DETAILS),
    )
    sections = (
        Section(
            _("Activity"),
            (
                Field("station", _("Station"), once=True, kept=True),
                Field("name", _("Name"), wide=True),
                Field("category", _("Category"), _("By the national list.")),
                Field("state", _("State")),
                Field("held_on", _("Date"), begins=clock.today),
                Field("starts_at", _("Starts at")),
                Field("ends_at", _("Ends at")),
                Field("place", _("Place")),
                Field("project", _("Project"), _("Open on that day; empty if it is of none.")),
                Field("team", _("Team"), _("Who came to serve, if one team did.")),
                Field(
                    "gate",
                    _("Is it volunteering?"),
                    _("Six kinds may not be recorded (Order 67, Art 19). Choose what applies."),
                    wide=True,
                ),
            ),
        ),
        Section(
            _("Service"),
            (
                Field("leader_name", _("In charge")),
                Field(
                    "social_worker",
                    _("Social worker"),
                    _("Who leads social workers and volunteers together."),
                ),
                Field(
                    "desk_duty",
                    _("Desk duty"),
                    _("Umbrellas, medicine, water: does not count among the activities asked."),
                ),
                Field(
                    "hazardous",
                    _("Hazardous work"),
                    _("Rescue, disaster relief and the like: nobody under age serves there."),
                ),
                Field("keeper", _("Kept by"), _("The account of the organizer or helper.")),
                Field("content", _("Content"), wide=True),
            ),
        ),
    )
    filters = (
        Is("category", _("Category"), Activity.category, Category),
        Is("state", _("State"), Activity.state, ActivityState),
        Is("gate", _("Volunteering"), Activity.gate, Gate),
        Uploaded("uploaded", _("In the official system"), Activity.uploaded_on),
        IsSet("asked", _("Asked whether it is volunteering"), Activity.gate),
        Recorded("recording", _("Recording"), Activity.due_on, Recording),
        of_project(),
        of_team(),
        at_station(Activity),
        *between("held", _("Date"), Activity.held_on),
    )
    window = "held"
    search = (Activity.name,)
    order = (Activity.held_on.desc(),)
    facts = ("keeper_id",)
    lookups = {
        "station": Lookup(Station, (Station.name, Station.code), order=(Station.code,)),
        "keeper": Lookup(Account, (Account.name, Account.login)),
        "project": PROJECTS,
        "team": TEAMS,
    }

    def create_form(self, obj: Any = None) -> Form:
        """Fill in what the project says, or the team, from whose page an activity is opened."""
        form = super().create_form(obj)
        if request.method == "GET":
            project = PROJECTS.get_one(request.args.get("project"))
            team = TEAMS.get_one(request.args.get("team"))
            if project is not None:
                form.project.data, form.name.data = project, project.name
                form.category.data = project.category
            form.team.data = team or (project.team if project is not None else None)
        return form

    def _fit(self, form: Form, *, is_new: bool) -> Form:
        form = super()._fit(form, is_new=is_new)
        for name in LINKS:
            if name in form and _is_linked_unseen(form._obj, name):
                del form[name]  # left empty it would cut the tie that another person made
        if activities.keeps_own_only(access()):
            del form["keeper"]
        if is_new:
            required(form.gate)
        return form

    def create_row(self, form: Form) -> Activity:
        """Plan or note an activity; an organizer keeps it himself."""
        row: Activity = super().create_row(form)
        programme.require_open(row)
        row.gate = None  # answered below, with who and when
        gate.answer(row, form.gate.data)
        if activities.keeps_own_only(access()):
            row.keeper_id = actor().id
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Change an activity; its date stays once hours were recorded for it."""
        activities.require_movable(row, to=form.held_on.data)
        if form.gate.data is None:
            form.gate.data = row.gate  # an answer is changed, never taken back
        else:
            gate.answer(row, form.gate.data)
        super().change_row(row, form)
        programme.require_open(row)

    # One activity

    def may_take(self, row: Activity) -> bool:
        """Tell whether the attendance sheet of the activity opens for the person."""
        return access().reaches("attendance:read", row)

    def may_upload(self, row: Activity) -> bool:
        """Tell whether the person notes what stands in the official system."""
        return access().reaches("ledger:upload", row)

    @expose("/official/", methods=("GET", "POST"))
    def official_view(self) -> str | Response:
        """Show what is entered in the official system, and note what became of it there."""
        row = self.get_one(request.values.get("id"))
        if not self.may_upload(row):
            abort(403)
        listed = official.entries(row)
        if request.method == "POST":
            id_ = row.id
            self.perform(_noted_from(request.form), listed, _noted)
            return redirect(self.get_url(".official_view", id=id_))
        return self.render(
            "ledger/official.html", model=row, states=OfficialState, today=clock.today(),
            lines=[(entry, official.line(entry)) for entry in listed],
            return_url=self.get_url(".details_view", id=row.id),
        )  # fmt: skip

    def may_co_sign(self, row: Activity) -> bool:
        """Tell whether a second person may confirm at the PC of the one who records there."""
        return access().reaches("ledger:write", row)

    @expose("/co-sign/", methods=("GET", "POST"))
    def co_sign_view(self) -> str | Response:
        """Let a second person confirm with his own password; nobody is signed in or out."""
        row = self.get_one(request.values.get("id"))
        if not self.may_co_sign(row):
            abort(403)
        waiting = co_signing.waiting(row)
        back = self.get_url(".co_sign_view", id=row.id)
        if request.method == "POST":
            self._co_sign(waiting)
            return redirect(back)
        return self.render(
            "ledger/co_sign.html", model=row, waiting=waiting,
            tick=UNCHANGED, hours=formats.hours,
            return_url=self.get_url(".details_view", id=row.id),
        )  # fmt: skip

    def _co_sign(self, waiting: list[ServiceEntry]) -> None:
        told, seat = request.form, actor()
        ticked = set(told.getlist("rowid"))
        second = second_person()
        if second is None:
            return
        self.perform(
            lambda rows: co_signing.confirm(
                rows, by=second, seat=seat, unchanged="unchanged" in told
            ),
            [entry for entry in waiting if str(entry.id) in ticked],
            confirmed,
        )

    def recording(self, row: Activity) -> Recording | None:
        """Return how the clock of an activity stands today."""
        return deadlines.standing(row, clock.today())

    def why_unset(self, row: Activity) -> str:
        """Say why an activity has no day by which its hours are recorded."""
        return due_days.why_unset(row)


def _is_linked_unseen(row: Activity | None, name: str) -> bool:
    """Tell whether an activity names a project or team that the person may not read."""
    is_linked = row is not None and getattr(row, f"{name}_id") is not None
    return is_linked and getattr(row, name) is None


def _noted_from(told: Any) -> Callable[[list[ServiceEntry]], int]:
    """Return what notes the ticked entries of a list as a form says."""

    def noted(listed: list[ServiceEntry]) -> int:
        if told.get("state") not in list(OfficialState):
            raise DomainError(_("Choose what became of the entries there."))
        on = cells.day(told.get("on"))
        if on is None:
            raise DomainError(_("This is no day: write it as 2026-10-03."))
        ticked = set(told.getlist("rowid"))
        return official.note(
            [entry for entry in listed if str(entry.id) in ticked],
            OfficialState(told["state"]), told.get("numbers", ""), on=on, by=access(),
        )  # fmt: skip

    return noted


def _noted(n: int) -> str:
    return ngettext("%(num)d entry noted.", "%(num)d entries noted.", n)


def times_of(activity: Activity) -> dict[str, str]:
    """Return what an activity says about the times served at it."""
    times = {"start": activity.starts_at, "end": activity.ends_at}
    return {name: f"{at:%H:%M}" if at else "" for name, at in times.items()}


ACTIVITIES = Lookup(
    Activity, (Activity.name,), order=(Activity.held_on.desc(),), fills=times_of,
    load=(Activity.station,),
)  # fmt: skip


def confirmed(n: int) -> str:
    """Return what is told of so many confirmed entries."""
    return ngettext("%(num)d entry confirmed.", "%(num)d entries confirmed.", n)

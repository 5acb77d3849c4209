"""Activities, and the ledger of service entries with the buttons that decide them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, request
from flask_admin.actions import action
from flask_admin.base import expose
from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, select
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.validators import InputRequired, Optional

from admin_app.services import activities, names, programme
from admin_app.services.exchange import cells
from admin_app.services.ledger import (
    co_signing,
    counting,
    deadlines,
    due_days,
    gate,
    hours,
    lives,
    official,
    reversals,
)
from admin_app.services.ledger.deadlines import Recording
from admin_app.services.names import Matched
from models import (
    Account,
    Activity,
    ActivityState,
    Category,
    Certificate,
    DomainError,
    EntryKind,
    EntryState,
    Gate,
    Notice,
    Objection,
    OfficialState,
    Person,
    ReversalGround,
    ServiceEntry,
    Station,
    Volunteer,
    clock,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import ChoiceField, ClockField, required
from views.filters import Chosen, Contains, Is, IsSet, at_station, between
from views.lookups import Lookup
from views.rosters import Rosters
from views.web.co_signing import second_person
from views.web.requests import access, actor

from .programme import PROJECTS, TEAMS, of_project, of_team
from .volunteers import ROLL

DECIDED = (EntryState.CONFIRMED, EntryState.DECLINED)
LINKS = ("project", "team")
FLAGS = {
    "before_registration": _("Served before the registration date"),
    "without_guardian": _("Under age, and no guardian's consent on file"),
    "on_leave": _("On leave that day"),
    "unaccompanied": _("Too young to serve alone, and no guardian named as present"),
    "reversed": _("Reversed"),
    "over_day_cap": _("More than counts of one day"),
    "over_activity_cap": _("More than counts of one activity"),
    "confirmed_alone": _("Recorded and confirmed by one person"),
    "not_volunteering": _("The activity is no volunteering"),
    "outside_window": _("Outside the activity's times"),
}


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
            tick=LedgerView.ticks["confirm"], hours=formats.hours,
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
            _confirmed,
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


def of_volunteer(number: int) -> Any:
    """Return the condition for the entries of a volunteer, which the index of persons finds."""
    rolls = Volunteer.__table__.c
    person = select(rolls.person_id).where(rolls.id == number).scalar_subquery()
    return and_(ServiceEntry.person_id == person, ServiceEntry.volunteer_id == number)


class LedgerView(RegisterView):
    """Service entries: recorded at the desk, confirmed by a second person."""

    model = ServiceEntry
    resource = "ledger"
    title = _("Service entries")
    list_template = "ledger/list.html"
    details_template = "ledger/entry.html"
    columns = (
        Column("served_on", _("Date"), sort=True),
        Column("person.name", _("Volunteer")),
        Column("volunteer.number", _("Roll number"), on=BEYOND_LIST),
        Column("activity.name", _("Activity")),
        Column("category", _("Category"), formats.category, on=BEYOND_LIST),
        Column("started_at", _("Start"), formats.clock_time),
        Column("ended_at", _("End"), formats.clock_time),
        Column("minutes", _("Time served"), formats.hours),
        Column("rule", _("Counted by"), formats.counting, on=BEYOND_LIST),
        Column("state", _("State")),
        Column("kind", _("Kind"), on=BEYOND_LIST),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("place", _("Place"), on=BEYOND_LIST),
        Column("guardian_present", _("Guardian present"), on=BEYOND_LIST),
        Column("content", _("Content"), on=BEYOND_LIST),
        Column("quality", _("Quality"), on=BEYOND_LIST),
        Column("source", _("Source"), on=BEYOND_LIST),
        Column("flags", _("To look at"), formats.Words(FLAGS)),
        Column("recorder", _("Recorder on the sheet"), on=DETAILS),
        Column("recorded_by.name", _("Recorded by"), on=BEYOND_LIST),
        Column("recorded_at", _("Recorded at"), formats.moment, on=BEYOND_LIST),
        Column("decided_by.name", _("Decided by"), on=BEYOND_LIST),
        Column("decided_at", _("Decided at"), formats.moment, on=BEYOND_LIST),
        Column("reversal.ground", _("Reversed"), on=BEYOND_LIST),
        Column("official_state", _("In the official system"), on=BEYOND_LIST),
        Column("official_number", _("Number there"), on=BEYOND_LIST),
        Column("official_on", _("Noted for"), on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Service"),
            (
                Field("volunteer", _("Volunteer"), _("Type the name or roll number."), once=True),
                Field("activity", _("Activity"), _("Its date is the day of service."), kept=True),
                Field("start", _("Start"), kept=True),
                Field(
                    "end",
                    _("End"),
                    _("Time served counts from start to end, without travel."),
                    kept=True,
                ),
                Field(
                    "kind",
                    _("Kind"),
                    _("Preparing an activity is an entry with its own start and end."),
                    begins=lambda: EntryKind.SERVICE,
                ),
                Field("place", _("Place"), _("If it was not at the activity's place.")),
                Field(
                    "guardian_present",
                    _("Guardian present"),
                    _("For who is under age and serves accompanied instead of by consent."),
                ),
                Field("content", _("Content"), wide=True),
                Field("quality", _("Quality")),
            ),
        ),
    )
    form_extra_fields = {
        "start": ClockField(_("Start"), [InputRequired()]),
        "end": ClockField(_("End"), [InputRequired()]),
        "kind": ChoiceField(_("Kind"), [Optional()], kind=EntryKind),
    }
    filters = (
        Is("state", _("State"), ServiceEntry.state, EntryState),
        Is("category", _("Category"), ServiceEntry.category, Category),
        Is("kind", _("Kind"), ServiceEntry.kind, EntryKind),
        at_station(ServiceEntry),
        Chosen("volunteer", _("Volunteer"), ServiceEntry.volunteer_id, ROLL, holds=of_volunteer,
               few=True),
        IsSet("reversed", _("Reversed"), ServiceEntry.reversed_by_id),
        Chosen("activity", _("Activity"), ServiceEntry.activity_id, ACTIVITIES, few=True),
        Contains("content", _("Content"), ServiceEntry.content),
        *between("served", _("Date"), ServiceEntry.served_on),
    )  # fmt: skip
    window = "served"
    search = (Person.name,)
    order = (ServiceEntry.served_on.desc(),)
    lookups = {"volunteer": ROLL, "activity": ACTIVITIES}

    facts = ("state",)
    # The guard of every write asks whether these lie at the entry's station.
    acting_on = (ServiceEntry.volunteer, ServiceEntry.activity)

    def matching(self, words: str) -> Matched:
        """Find by a part of the volunteer's name, or by its initials."""
        return names.named(ServiceEntry.person_id, words)

    def may_change(self, row: Any) -> bool:
        """Close what was decided."""
        return row.state not in DECIDED and super().may_change(row)

    def may_delete(self, row: Any) -> bool:
        """Keep what was decided."""
        return row.state not in DECIDED and super().may_delete(row)

    def fill(self, form: Form, row: Any) -> None:
        """Show the times on file."""
        form.start.data, form.end.data = row.started_at.time(), row.ended_at.time()

    def create_row(self, form: Form) -> ServiceEntry:
        """Record a stretch of service, to be confirmed by another person."""
        volunteer, activity = form.volunteer.data, form.activity.data
        if volunteer is None or activity is None:
            raise DomainError(_("Choose the volunteer and the activity."))
        entry = hours.record(
            volunteer, activity, hours.stretch_at(activity, form.start.data, form.end.data),
            content=form.content.data, quality=form.quality.data, place=form.place.data,
            kind=form.kind.data or EntryKind.SERVICE, guardian_present=form.guardian_present.data,
        )  # fmt: skip
        if "corrects" in request.args:
            reversals.stand_in(entry, self.get_one(request.args["corrects"]))
        return entry

    def change_row(self, row: Any, form: Form) -> None:
        """Correct an entry that nobody decided yet."""
        if form.activity.data is None:
            raise DomainError(_("Choose the volunteer and the activity."))
        stretch = hours.stretch_at(form.activity.data, form.start.data, form.end.data)
        row.guardian_present = form.guardian_present.data or None
        hours.correct(row, form.activity.data, stretch)
        hours.rate(row, form.quality.data)
        row.content, row.kind = form.content.data, form.kind.data or EntryKind.SERVICE
        row.place = form.place.data or None

    # What is ticked beside a button before it acts: said by who confirms.
    ticks = {
        "confirm": (
            "unchanged",
            _("The activities are volunteering: none of the six kinds applies."),
        )
    }

    def get_actions_list(self) -> tuple[list[Any], dict[Any, Any]]:
        """Offer for drafts that they are submitted, and decisions for everything else."""
        offered, questions = super().get_actions_list()
        drafts = ("state", EntryState.DRAFT.value) in [
            (flt.key, value) for flt, value in self._given_filters()
        ]
        return [one for one in offered if (one[0] == "submit") is drafts], questions

    # One entry

    grounds = ReversalGround
    acts = (
        ("confirm", _("Confirm"), _("Confirm this entry? It cannot change after."), "check"),
        ("decline", _("Decline"), _("Decline this entry?"), "x"),
        ("submit", _("Submit"), _("Submit this draft, to be confirmed by another?"), "check"),
    )

    def acts_on(self, row: ServiceEntry) -> list[tuple[str, Any, Any, str]]:
        """Return the buttons of an entry: a draft is submitted, what was submitted is decided."""
        if row.is_decided:
            return []
        is_draft = row.state is EntryState.DRAFT
        return [
            one for one in self.acts if (one[0] == "submit") is is_draft
            and self.may_on(one[0], row)
        ]  # fmt: skip

    def bases(self, row: ServiceEntry) -> list[str]:
        """Return what the rule rests on by which an entry counts."""
        code = row.station.code
        return counting.bases(row.rule, code, on=row.served_on) if row.rule else []

    def may_object(self, row: ServiceEntry) -> bool:
        """Tell whether the person writes objections down about a confirmed entry."""
        return row.state is EntryState.CONFIRMED and access().reaches("objections:write", row)

    def life(self, row: ServiceEntry) -> list[lives.Step]:
        """Return what happened to an entry."""
        return lives.of(row)

    def address_of(self, row: Any) -> str | None:
        """Return the page of what a step leads to, if it opens for the person."""
        for kind in (Certificate, Notice, Objection):
            if isinstance(row, kind):
                opens = access().reaches(f"{kind.resource}:read", row)
                page = f"{kind.resource}.details_view"
                return self.get_url(page, id=row.id) if opens else None
        return self.get_url(".details_view", id=row.id) if row is not None else None

    def create_form(self, obj: Any = None) -> Form:
        """Fill in what is known of an entry that was reversed and is to be recorded anew."""
        form = super().create_form(obj)
        if request.method == "GET" and "corrects" in request.args:
            old = self.get_one(request.args["corrects"])
            form.volunteer.data, form.activity.data = old.volunteer, old.activity
            form.start.data, form.end.data = old.started_at.time(), old.ended_at.time()
            form.content.data, form.quality.data = old.content, old.quality
            form.kind.data, form.place.data = old.kind, old.place
        return form

    @expose("/reverse/", methods=("POST",))
    def reverse_view(self) -> Response:
        """Reverse one confirmed entry with the typed reason."""
        row, told = self.get_one(request.form.get("id")), request.form
        if not self.may_on("reverse", row):
            abort(403)
        id_ = row.id

        def reverse(rows: list[ServiceEntry]) -> int:
            if told.get("ground") not in list(ReversalGround):
                raise DomainError(_("Choose the ground of the reversal."))
            ground = ReversalGround(told["ground"])
            for entry in rows:
                reversals.reverse(
                    entry, ground, told.get("reason", ""), by=actor(), access=access()
                )
            return len(rows)

        self.perform(reverse, [row], _reversed)
        return redirect(self.get_url(".details_view", id=id_))

    @action("confirm", _("Confirm"), _("Confirm the selected entries? They cannot change after."))
    def action_confirm(self, rows: list[ServiceEntry]) -> None:
        """Confirm the ticked entries."""

        def confirm(chosen: list[ServiceEntry]) -> int:
            gate.vouch(chosen, unchanged="unchanged" in request.form)
            return hours.confirm(chosen, by=actor(), access=access())

        self.perform(
            confirm,
            rows,
            _confirmed,
        )

    @action("submit", _("Submit"), _("Submit the selected drafts, to be confirmed by another?"))
    def action_submit(self, rows: list[ServiceEntry]) -> None:
        """Hand the ticked drafts on to who confirms."""
        self.perform(
            lambda chosen: hours.submit(chosen, access=access()),
            rows,
            lambda n: ngettext("%(num)d draft submitted.", "%(num)d drafts submitted.", n),
        )

    @action("decline", _("Decline"), _("Decline the selected entries?"))
    def action_decline(self, rows: list[ServiceEntry]) -> None:
        """Decline the ticked entries."""
        self.perform(
            lambda chosen: hours.decline(chosen, by=actor(), access=access()),
            rows,
            lambda n: ngettext("%(num)d entry declined.", "%(num)d entries declined.", n),
        )


def _confirmed(n: int) -> str:
    return ngettext("%(num)d entry confirmed.", "%(num)d entries confirmed.", n)


def _reversed(n: int) -> str:
    return ngettext("%(num)d entry reversed.", "%(num)d entries reversed.", n)

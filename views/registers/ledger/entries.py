"""The ledger of service entries, with the buttons that decide them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request
from flask_admin.actions import action
from flask_admin.base import expose
from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import and_, select
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.validators import InputRequired, Optional

from admin_app.policy import Access
from admin_app.services.ledger import (
    counting,
    deciding,
    gate,
    hours,
    lives,
    reversals,
    uploads,
)
from admin_app.services.ledger.deciding import Told
from admin_app.services.ledger.uploads import Upload
from admin_app.services.people import names
from admin_app.services.people.names import Matched
from models import (
    Account,
    Category,
    Certificate,
    DomainError,
    EntryKind,
    EntryState,
    Notice,
    Objection,
    Person,
    ReversalGround,
    ServiceEntry,
    Volunteer,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import ChoiceField, ClockField
from views.lists.filters import Chosen, Contains, Is, IsSet, at_station, between
from views.registers.ledger.activities import ACTIVITIES, UNCHANGED, confirmed
from views.registers.people.volunteers import ROLL
from views.web.requests import access, actor

# So many entries that wait on are told by name.
TOLD = 10
DECIDED = (EntryState.CONFIRMED, EntryState.DECLINED)


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


def of_volunteer(number: int) -> Any:
    """Return the condition for the entries of a volunteer, which the index of persons finds."""
    rolls = Volunteer.__table__.c
    person = select(rolls.person_id).where(rolls.id == number).scalar_subquery()
    return and_(ServiceEntry.person_id == person, ServiceEntry.volunteer_id == number)


class InOfficialSystem(Is):
    """What is to be done about the entry in the official system, or was done."""

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for an unknown word."""
        return uploads.condition(self.choices(value))


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
        InOfficialSystem(
            "official", _("In the official system"), ServiceEntry.official_state, Upload
        ),
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
    ticks = {"confirm": UNCHANGED}

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
        """Confirm the ticked entries, but for those of minors that still lack a guardian's word.

        These wait, and are told; if there are no others, the first one is refused.
        """
        waiting: list[ServiceEntry] = []

        def confirm(chosen: list[ServiceEntry]) -> int:
            waiting[:], ready = _parted(chosen)
            gate.vouch(ready, unchanged="unchanged" in request.form)
            return deciding.confirm(ready, by=actor(), access=access())

        def told(count: int) -> str:
            if waiting:
                flash(_left_waiting(waiting), "error")
            return confirmed(count)

        self.perform(confirm, rows, told)

    def long_confirm(
        self, rows: list[ServiceEntry], ticked: list[str], *, by: Account, access: Access,
        told: Told,
    ) -> LazyString:  # fmt: skip
        """Confirm as the button does, and return what is told of it."""
        waiting, ready = _parted(rows)
        gate.vouch(ready, unchanged="unchanged" in ticked)
        count = deciding.confirm(ready, by=by, access=access, told=told)
        return LazyString(_confirmed_but, waiting, count)

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
            lambda chosen: deciding.decline(chosen, by=actor(), access=access()),
            rows,
            _declined,
        )

    def long_decline(
        self, rows: list[ServiceEntry], _ticked: list[str], *, by: Account, access: Access,
        told: Told,
    ) -> LazyString:  # fmt: skip
        """Decline as the button does, and return what is told of it."""
        return LazyString(_declined, deciding.decline(rows, by=by, access=access, told=told))


def _parted(rows: list[ServiceEntry]) -> tuple[list[ServiceEntry], list[ServiceEntry]]:
    """Part the entries that nobody may confirm yet from the others, or from all if none is."""
    waiting = deciding.unanswered(rows)
    left = {entry.id for entry in waiting}
    return waiting, [entry for entry in rows if entry.id not in left] or rows


def _declined(n: int) -> str:
    return ngettext("%(num)d entry declined.", "%(num)d entries declined.", n)


def _confirmed_but(waiting: list[ServiceEntry], count: int) -> str:
    words = confirmed(count)
    return f"{words} {_left_waiting(waiting)}" if waiting else words


def _left_waiting(entries: list[ServiceEntry]) -> str:
    named = [f"{entry.person.name} {entry.served_on}" for entry in entries[:TOLD]]
    return ngettext(
        "%(num)d entry waits on: under age that day, and no guardian's consent to take part is on "
        "file and none is named as present. %(which)s",
        "%(num)d entries wait on: under age that day, and no guardian's consent to take part is on "
        "file and none is named as present. %(which)s",
        len(entries),
        which="、".join(named) + ("…" if len(entries) > TOLD else ""),
    )


def _reversed(n: int) -> str:
    return ngettext("%(num)d entry reversed.", "%(num)d entries reversed.", n)

"""Requests about one's own data: received at the desk, decided by the leader, told to who asked."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_admin.base import expose
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import Form

from admin_app.services import privacy
from admin_app.services.people import names
from admin_app.services.people.names import Matched
from models import (
    DomainError,
    Person,
    PrivacyAsker,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    Volunteer,
    clock,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import typed_day
from views.lists.filters import Chosen, Is, at_station, between
from views.web.requests import access, actor

from .volunteers import ROLL


class PrivacyView(RegisterView):
    """Requests about one's own data within one's reach, the latest first."""

    model = PrivacyRequest
    resource = "privacy"
    title = _("Privacy requests")
    list_template = "privacy/list.html"
    silent_of_unset = True
    details_template = "privacy/request.html"
    columns = (
        Column("received_on", _("Received on"), sort=True),
        Column("volunteer.person.name", _("About")),
        Column("volunteer.number", _("Roll number"), on=BEYOND_LIST),
        Column("kind", _("What is asked for")),
        Column("state", _("State")),
        Column("told_on", _("Told on")),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("asker", _("Who asks"), on=BEYOND_LIST),
        Column("asker_name", _("Name of the guardian"), on=DETAILS),
        Column("asked", _("In the asker's words"), on=DETAILS),
        Column("received_by.name", _("Received by"), on=BEYOND_LIST),
        Column("answer", _("Answer"), on=DETAILS),
        Column("ground", _("Ground in law"), on=DETAILS),
        Column("decided_by.name", _("Decided by"), on=BEYOND_LIST),
        Column("decided_at", _("Decided at"), formats.moment, on=BEYOND_LIST),
        Column("single_handed", _("Single-handed"), on=BEYOND_LIST),
        Column("erased", _("Rows that lost personal data"), formats.lost, on=DETAILS),
    )
    sections = (
        Section(
            _("Privacy request"),
            (
                Field("volunteer", _("About"), _("Type the name or roll number."), once=True),
                Field(
                    "kind", _("What is asked for"),
                    _("Personal Information Protection Law; each request by itself."),
                ),
                Field("asker", _("Who asks")),
                Field(
                    "asker_name", _("Name of the guardian"),
                    _("Of whoever is under age: the guardian asks."),
                ),
                Field("received_on", _("Received on"), begins=clock.today),
                Field(
                    "asked", _("In the asker's words"),
                    _("What is asked, and how it was seen who asks. Type no numbers of persons."),
                    wide=True,
                ),
            ),
        ),
    )  # fmt: skip
    filters = (
        Is("state", _("State"), PrivacyRequest.state, PrivacyRequestState),
        Is("kind", _("What is asked for"), PrivacyRequest.kind, PrivacyRequestKind),
        Chosen("volunteer", _("Volunteer"), PrivacyRequest.volunteer_id, ROLL, few=True),
        at_station(PrivacyRequest),
        *between("received", _("Received on"), PrivacyRequest.received_on),
    )
    search = (Person.name,)
    order = (PrivacyRequest.received_on.desc(),)
    facts = ("state",)
    lookups = {"volunteer": ROLL}
    acting_on = (PrivacyRequest.volunteer,)

    def matching(self, words: str) -> Matched:
        """Find by the volunteer's name or initials."""
        return Matched(
            PrivacyRequest.volunteer.has(names.named(Volunteer.person_id, words).condition)
        )

    def may_change(self, row: Any) -> bool:
        """Close what was decided."""
        return row.state == PrivacyRequestState.RECEIVED and super().may_change(row)

    def create_form(self, obj: Any = None) -> Form:
        """Fill in the volunteer from whose page a request is written down."""
        form = super().create_form(obj)
        if request.method == "GET" and "volunteer" in request.args:
            form.volunteer.data = ROLL.get_one(request.args["volunteer"])
        return form

    def create_row(self, form: Form) -> PrivacyRequest:
        """Put a request on file, to be decided by the leader."""
        row = PrivacyRequest(volunteer=form.volunteer.data, **_typed(form))
        privacy.receive(row, by_id=actor().id)
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Correct a request that nobody decided yet; who wrote it last received it."""
        for name, value in _typed(form).items():
            setattr(row, name, value)
        privacy.require_sound(row)
        row.received_by_id = actor().id

    def may_see_releases(self) -> bool:
        """Tell whether the register of releases opens for the person."""
        return access().may("releases:read")

    # One request

    def may_decide(self, row: PrivacyRequest) -> bool:
        """Tell whether the person decides the request: another than who received it."""
        return row.is_open and privacy.is_independent(row, actor()) and self.may_on("decide", row)

    def may_tell(self, row: PrivacyRequest) -> bool:
        """Tell whether the person notes that the answer was told."""
        return row.waits_for_answer and (self.may_on("write", row) or self.may_on("decide", row))

    def may_show_data(self, row: PrivacyRequest) -> bool:
        """Tell whether the person shows who asks all that is kept."""
        return access().reaches("volunteers:own_data", row.volunteer)

    def results(self, row: PrivacyRequest) -> list[PrivacyRequestState]:
        """Return how a request can be answered."""
        return [state for state in PrivacyRequestState if state is not row.state]

    def stays(self, row: PrivacyRequest) -> str:
        """Return what must be kept whatever is asked, in the words of the registers."""
        return formats.counts(privacy.kept(row.volunteer))

    def elsewhere(self, row: PrivacyRequest) -> int:
        """Return on how many other rolls the person stands."""
        return privacy.elsewhere(row.volunteer)

    def today(self) -> str:
        """Return today, as the day fields write it."""
        return clock.today().isoformat()

    @expose("/decide/", methods=("POST",))
    def decide_view(self) -> Response:
        """Answer a request, and do what it asks."""

        def decide(row: PrivacyRequest) -> None:
            told = request.form
            privacy.decide(
                row, _result(told.get("result", "")), told.get("answer", ""),
                ground=told.get("ground"), confirmed=told.get("confirmed", ""),
                by=actor(), access=access(),
            )  # fmt: skip

        return self.act_on_posted(decide, "decide")

    @expose("/tell/", methods=("POST",))
    def tell_view(self) -> Response:
        """Note on which day the answer was told."""

        def tell(row: PrivacyRequest) -> None:
            day = typed_day(request.form.get("told_on", "").strip())
            if day is None:
                raise DomainError(_("Type the day on which it was told."))
            privacy.tell(row, on=day, access=access())

        return self.act_on_posted(tell, "write", "decide")


def _typed(form: Form) -> dict[str, Any]:
    return {
        "kind": form.kind.data,
        "asker": form.asker.data,
        "asker_name": form.asker_name.data if form.asker.data == PrivacyAsker.GUARDIAN else None,
        "received_on": form.received_on.data,
        "asked": form.asked.data,
    }


def _result(typed: str) -> PrivacyRequestState:
    try:
        return PrivacyRequestState(typed)
    except ValueError:
        raise DomainError(_("Choose the result.")) from None

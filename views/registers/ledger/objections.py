"""Objections and requests for correction, from receipt to result."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request
from flask_admin.base import expose
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.validators import Optional

from admin_app.services.exchange import cells
from admin_app.services.ledger import objections
from admin_app.services.people import names
from admin_app.services.people.names import Matched
from models import (
    Choice,
    DomainError,
    Notice,
    NoticeState,
    Objection,
    ObjectionState,
    Objector,
    ServiceEntry,
    clock,
    db,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import NumberText
from views.lists.filters import Chosen, Is, at_station, between
from views.lookups import Lookup, key
from views.registers.people.volunteers import ROLL
from views.web.requests import access, actor


def _hung_on(words: str) -> Any:
    """Find a notice by a day of its period, or of its days on the wall."""
    day = cells.day(words)
    if day is None:
        return Notice.id < 0
    served = (Notice.served_since <= day) & (Notice.served_until >= day)
    return served | ((Notice.hangs_since <= day) & (Notice.hangs_until >= day))


NOTICES = Lookup(
    Notice, (), order=(Notice.hangs_since.desc(), Notice.id.desc()),
    only=lambda: Notice.state != NoticeState.DRAFT,
    matching=_hung_on,
)  # fmt: skip


class Waiting(Choice):
    """What an objection still waits for."""

    RESULT = "result", _("A result")
    CORRECTION = "correction", _("A correction")
    ANSWER = "answer", _("That the objector is told")


class WaitsFor(Is):
    """The objection still waits for this."""

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for an unknown word."""
        nothing = Objection.reversal_id.is_(None) & Objection.new_entry_id.is_(None)
        return {
            Waiting.RESULT: Objection.is_open,
            Waiting.CORRECTION: (Objection.state == ObjectionState.UPHELD) & nothing,
            Waiting.ANSWER: ~Objection.is_open & Objection.told_on.is_(None),
        }[Waiting(value)]


class ObjectionView(RegisterView):
    """Objections within one's reach, the latest first."""

    model = Objection
    resource = "objections"
    title = _("Objections")
    details_template = "objections/objection.html"
    columns = (
        Column("received_on", _("Received on"), sort=True),
        Column("volunteer.person.name", _("About")),
        Column("volunteer.number", _("Roll number"), on=BEYOND_LIST),
        Column("objector", _("Who objects")),
        Column("state", _("State")),
        Column("told_on", _("Told on")),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("text", _("What is said"), on=DETAILS),
        Column("objector_name", _("Name of the objector"), on=DETAILS),
        Column("contact_masked", _("Contact"), on=DETAILS),
        Column("received_by.name", _("Received by"), on=BEYOND_LIST),
        Column("finding", _("What the check found"), on=DETAILS),
        Column("checked_by.name", _("Checked by"), on=BEYOND_LIST),
        Column("checked_at", _("Checked at"), formats.moment, on=BEYOND_LIST),
        Column("answer", _("Answer"), on=DETAILS),
        Column("decided_by.name", _("Decided by"), on=BEYOND_LIST),
        Column("decided_at", _("Decided at"), formats.moment, on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Objection"),
            (
                Field(
                    "objector", _("Who objects"),
                    _(
                        "A volunteer and the desk may at any time (Order 67, Arts 12–13), "
                        "others by a notice."
                    ),
                ),
                Field("volunteer", _("About"), _("Whose hours: type the name or roll number.")),
                Field(
                    "notice", _("Notice"), _("Type a day of its period, such as 2026-10-03."),
                ),
                Field("received_on", _("Received on"), begins=clock.today),
                Field("objector_name", _("Name of the objector"), _("If it was given.")),
                Field(
                    "new_contact", _("Contact"),
                    _("Where the answer goes: sealed, shown once there is a result, then erased."),
                ),
                Field("text", _("What is said"), wide=True),
            ),
        ),
    )  # fmt: skip
    form_extra_fields = {"new_contact": NumberText(_("Contact"), [Optional()])}
    filters = (
        Is("state", _("State"), Objection.state, ObjectionState),
        WaitsFor("waits", _("Waits for"), Objection.state, Waiting),
        Is("objector", _("Who objects"), Objection.objector, Objector),
        Chosen("volunteer", _("About"), Objection.volunteer_id, ROLL),
        at_station(Objection),
        *between("received", _("Received on"), Objection.received_on),
    )
    order = (Objection.received_on.desc(),)
    facts = ("state",)
    lookups = {"volunteer": ROLL, "notice": NOTICES}

    def matching(self, words: str) -> Matched:
        """Find by the volunteer's name or initials."""
        return Matched(Objection.volunteer.has(names.named(ROLL.model.person_id, words).condition))

    def may_change(self, row: Any) -> bool:
        """Close what was checked or decided."""
        return row.state == ObjectionState.RECEIVED and super().may_change(row)

    def _fit(self, form: Form, *, is_new: bool) -> Form:
        form = super()._fit(form, is_new=is_new)
        if is_new and "entry" in request.args:
            del form["volunteer"], form["notice"]
        return form

    def edit_form(self, obj: Any = None) -> Form:
        """Leave alone what follows from the entry."""
        return _without_entry_s(super().edit_form(obj), obj)

    def _stored_form(self, row: Any) -> Form:
        return _without_entry_s(super()._stored_form(row), row)

    def create_row(self, form: Form) -> Objection:
        """Write down what somebody says is wrong."""
        row = Objection(
            objector=form.objector.data, objector_name=form.objector_name.data,
            text=form.text.data, received_on=form.received_on.data,
        )  # fmt: skip
        if "entry" in request.args:
            row.entry = self._entry(request.args["entry"])
        else:
            row.volunteer, row.notice = form.volunteer.data, form.notice.data
        objections.receive(row, form.new_contact.data, access=access())
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Correct what was written down, as long as nobody checked it."""
        contact = form.new_contact.data
        for name in ("objector", "objector_name", "text", "received_on", "volunteer", "notice"):
            if name in form:
                setattr(row, name, form[name].data)
        objections.require_sound(row)
        if contact:
            objections.set_contact(row, contact)

    def _entry(self, number: str) -> ServiceEntry:
        found = key(number, ServiceEntry)
        entry = db.session.scalar(select(ServiceEntry).where(ServiceEntry.id == (found or 0)))
        if entry is None:
            abort(404)
        return entry

    # One objection

    results = objections.RESULTS
    corrections = staticmethod(objections.corrections)
    entries_meant = staticmethod(objections.entries_meant)

    def may_follow(self, row: Objection) -> bool:
        """Tell whether the person notes the correction and the answer."""
        return self.may_on("write", row) or self.may_on("decide", row)

    @expose("/entry/", methods=("POST",))
    def entry_view(self) -> Response:
        """Say which entry one objection is about."""
        entry = key(request.form.get("entry"), ServiceEntry)
        return self.act_on_posted(
            lambda row: objections.name_entry(row, entry, access=access()), "write"
        )

    @expose("/contact/", methods=("POST",))
    def contact_view(self) -> str | Response:
        """Show how the objector of one decided objection is reached, and keep a trace of it."""
        row = self.get_one(request.form.get("id"))
        if not self.may_on("write", row):
            abort(403)
        try:
            contact = objections.contact_of(row, access=access())
        except DomainError as refusal:
            flash(str(refusal), "error")
            return redirect(self.get_url(".details_view", id=row.id))
        db.session.commit()
        return self.render(
            self.details_template, model=row, contact=contact,
            details_columns=self._details_columns, get_value=self.get_detail_value,
            return_url=self.get_url(".index_view"),
        )  # fmt: skip

    @expose("/check/", methods=("POST",))
    def check_view(self) -> Response:
        """Write down the finding of one check."""
        finding = request.form.get("finding", "")
        return self.act_on_posted(
            lambda row: objections.check(row, finding, by=actor(), access=access()), "check"
        )

    @expose("/decide/", methods=("POST",))
    def decide_view(self) -> Response:
        """Give one objection its result."""
        told = request.form

        def decide(row: Objection) -> None:
            if told.get("result") not in list(objections.RESULTS):
                raise DomainError(_("Choose the result."))
            objections.decide(
                row, ObjectionState(told["result"]), told.get("answer", ""),
                by=actor(), access=access(),
            )  # fmt: skip

        return self.act_on_posted(decide, "decide")

    @expose("/correct/", methods=("POST",))
    def correct_view(self) -> Response:
        """Link one upheld objection to what mended it."""
        new = key(request.form.get("new_entry"), ServiceEntry)
        return self.act_on_posted(
            lambda row: objections.note_correction(row, new, access=access()), "write", "decide"
        )

    @expose("/tell/", methods=("POST",))
    def tell_view(self) -> Response:
        """Write down on which day the objector was told."""
        on = cells.day(request.form.get("on"))
        return self.act_on_posted(
            lambda row: objections.tell(row, on, access=access()), "write", "decide"
        )


def _without_entry_s(form: Form, row: Any) -> Form:
    if row is not None and row.entry_id is not None:
        del form["volunteer"], form["notice"]
    return form

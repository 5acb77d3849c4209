"""Consents by purpose: what was agreed to for whom and by whom, since when, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_admin.base import expose
from flask_babel import lazy_gettext as _
from sqlalchemy import or_
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form
from wtforms.validators import Optional

from admin_app.services import evidence
from admin_app.services.people import guardians, names
from admin_app.services.people.guardians import Guardian
from admin_app.services.people.names import Matched
from admin_app.services.privacy import consents, withdrawing
from models import (
    Consent,
    ConsentScope,
    ConsentWay,
    DomainError,
    EvidenceFile,
    OptionalField,
    Volunteer,
    clock,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import NumberText
from views.lists.filters import Chosen, Is, IsSet, at_station, between
from views.lookups import containing
from views.web.requests import access

from .volunteers import ROLL

# The tick of the form for each thing a guardian may agree to.
TICKS = {
    "to_register": ConsentScope.REGISTRATION,
    "to_serve": ConsentScope.SERVICE,
    "to_be_named": ConsentScope.PUBLICATION,
}


class ConsentView(RegisterView):
    """Consents within one's reach, the latest first."""

    model = Consent
    resource = "consents"
    title = _("Consents")
    details_template = "volunteers/consent.html"
    columns = (
        Column("volunteer.person.name", _("Volunteer")),
        Column("volunteer.number", _("Roll number"), on=BEYOND_LIST),
        Column("scope", _("Agreed to")),
        Column("field", _("Field")),
        Column("guardian_name", _("Guardian")),
        Column("relation", _("Guardian's relation"), on=BEYOND_LIST),
        Column("phone_masked", _("Guardian's phone"), on=BEYOND_LIST),
        Column("given_on", _("Agreed on"), sort=True),
        Column("withdrawn_on", _("Withdrawn on")),
        Column("way", _("How it was given"), formats.way),
        Column("notice_rule", _("Privacy notice read"), on=BEYOND_LIST),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("note", _("Note"), on=DETAILS),
    )
    sections = (
        Section(
            _("Consent"),
            (
                Field("volunteer", _("Volunteer"), _("Type the name or roll number."), once=True),
                Field("given_on", _("Agreed on"), begins=clock.today, once=True),
                Field("way", _("How it was given"), begins=lambda: ConsentWay.SIGNED, once=True),
                Field(
                    "to_register", _("Registration"),
                    _("That the station keeps the data to register, record and certify, as its "
                      "privacy notice says."),
                    once=True,
                ),
                Field(
                    "to_serve", _("Taking part in activities"),
                    _("Never in hazardous work; the youngest serve only with a guardian there."),
                    once=True,
                ),
                Field(
                    "to_be_named", _("Being named in public"),
                    _("Asked by itself (Personal Information Protection Law, Arts 29 and 31)."),
                    once=True,
                ),
            ),
        ),
        Section(
            _("Guardian"),
            (
                Field(
                    "guardian_name", _("Guardian"), _("Empty: the person agreed himself."),
                    once=True,
                ),
                Field("relation", _("Guardian's relation")),
                Field(
                    "new_phone", _("Guardian's phone"),
                    _("An edit that leaves it empty keeps the number on file."),
                ),
                Field("note", _("Note"), wide=True),
                Field(
                    "withdrawn_on", _("Withdrawn on"),
                    _("The first day on which it holds no longer; what was done before stays."),
                ),
            ),
        ),
    )  # fmt: skip
    form_extra_fields = {
        "to_register": BooleanField(_("Registration")),
        "to_serve": BooleanField(_("Taking part in activities")),
        "to_be_named": BooleanField(_("Being named in public")),
        "new_phone": NumberText(_("Guardian's phone"), [Optional()]),
    }
    filters = (
        Is("scope", _("Agreed to"), Consent.scope, ConsentScope),
        Is("field", _("Field"), Consent.field, OptionalField),
        IsSet("way", _("How it was given is known"), Consent.way),
        IsSet("withdrawn", _("Withdrawn"), Consent.withdrawn_on),
        Chosen("volunteer", _("Volunteer"), Consent.volunteer_id, ROLL, few=True),
        at_station(Consent),
        *between("given", _("Agreed on"), Consent.given_on),
    )
    search = (Consent.guardian_name,)
    order = (Consent.given_on.desc(),)
    lookups = {"volunteer": ROLL}
    facts = ("withdrawn_on",)
    ways = tuple(ConsentWay)
    acting_on = (Consent.volunteer,)

    def matching(self, words: str) -> Matched:
        """Find by the volunteer's name, its initials, or a part of the guardian's name."""
        of_volunteer = Consent.volunteer.has(names.named(Volunteer.person_id, words).condition)
        return Matched(or_(of_volunteer, containing(Consent.guardian_name, words)))

    def may_change(self, row: Any) -> bool:
        """Close what was withdrawn."""
        return row.withdrawn_on is None and super().may_change(row)

    def create_form(self, obj: Any = None) -> Form:
        """Fill in the volunteer from whose page a consent is recorded."""
        form = super().create_form(obj)
        if request.method == "GET" and "volunteer" in request.args:
            form.volunteer.data = ROLL.get_one(request.args["volunteer"])
        return form

    def _fit(self, form: Form, *, is_new: bool) -> Form:
        form = super()._fit(form, is_new=is_new)
        if is_new:
            del form["withdrawn_on"]
        return form

    def create_row(self, form: Form) -> Consent:
        """Write down each thing that was ticked, as a consent of its own."""
        if form.volunteer.data is None:
            raise DomainError(_("Choose the volunteer."))
        ticked = [scope for name, scope in TICKS.items() if form[name].data]
        told = {"on": form.given_on.data, "way": form.way.data}
        if not form.guardian_name.data:
            rows = consents.agree(form.volunteer.data, ticked, **told)
            rows[0].note = form.note.data or None
        else:
            guardian = Guardian(form.guardian_name.data, form.relation.data, form.new_phone.data)
            rows = guardians.agree(
                form.volunteer.data, ticked, guardian, note=form.note.data, **told
            )
        return rows[0]

    def change_row(self, row: Any, form: Form) -> None:
        """Correct how the guardian is reached, or note that the consent was withdrawn."""
        row.relation, row.note = form.relation.data or None, form.note.data or None
        if form.new_phone.data:
            guardians.set_phone(row, form.new_phone.data)
        if form.withdrawn_on.data is not None:
            withdrawing.withdraw(row, on=form.withdrawn_on.data, access=access())

    def may_withdraw(self, row: Consent) -> bool:
        """Tell whether the person notes that a consent is taken back."""
        return row.withdrawn_on is None and self.may_on("write", row)

    def may_look(self, row: Consent) -> bool:
        """Tell whether the person says how a consent was given of which it is not known."""
        return row.way is None and self.may_withdraw(row)

    @expose("/look/", methods=("POST",))
    def look_view(self) -> Response:
        """Say how a consent was given that came without it, as from a sheet."""
        told = request.form.get("way", "")
        way = ConsentWay(told) if told in list(ConsentWay) else None
        return self.act_on_posted(lambda row: consents.look_at(row, way), "write")

    @expose("/withdraw/", methods=("POST",))
    def withdraw_view(self) -> Response:
        """Take one consent back from today on, and stop what it stood for."""
        return self.act_on_posted(
            lambda row: withdrawing.withdraw(row, on=clock.today(), access=access()), "write"
        )

    def may_see_papers(self, row: Consent) -> bool:
        """Tell whether the paper with the guardian's hand on it opens for the person."""
        return access().reaches("evidence:personal", row)

    def papers(self, row: Consent) -> Sequence[EvidenceFile]:
        """Return the papers of a consent, the latest first."""
        return evidence.of(row.station, consent=row)

    def may_keep_papers(self, row: Consent) -> bool:
        """Tell whether the person hands papers in."""
        return self.may_see_papers(row) and access().reaches("evidence:write", row)

"""Registrations: handed in at the desk, reviewed by another person, then on the roll."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import abort, flash, jsonify, redirect, request, send_file
from flask_admin.base import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length, Optional

from admin_app.services import audit, identity
from admin_app.services.accounts.co_signing import beside
from admin_app.services.exchange import cells
from admin_app.services.people import registrations, volunteers
from admin_app.services.people.registrations import Told, papers
from models import (
    MAX_CATEGORIES,
    AuditAction,
    Category,
    DomainError,
    Registration,
    RegistrationState,
    RegistrationStep,
    Station,
    clock,
    db,
    engine,
)
from views import formats, optional
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import CardNumber, ChoiceField, MobileNumber, NumberText, no_nul, stripped
from views.lists.filters import Is, at_station, between
from views.optional import AsksOptional
from views.registers.committee.leadership import STATION
from views.web.co_signing import second_person
from views.web.requests import access, actor, own_station

from .volunteers import GUARDIAN_RULE, HOME, sound_card, sound_mobile

COUNTY_DIGITS = 6
UNKNOWN_COUNTY = _(
    "The first six digits of the identity number name no county known here: "
    "compare them with the card."
)
CATEGORIES = tuple(f"category_{n}" for n in range(1, MAX_CATEGORIES + 1))


def _kinds(codes: list[str]) -> str:
    return formats.labels([Category(code) for code in codes])


class RegistrationView(AsksOptional, RegisterView):
    """Registrations within one's reach, the latest first; numbers are shown masked."""

    model = Registration
    resource = "registrations"
    title = _("Registrations")
    list_template = "registrations/list.html"
    silent_of_unset = True
    details_template = "registrations/registration.html"
    columns = (
        Column("handed_in_on", _("Handed in on"), sort=True),
        Column("name", _("Full name")),
        Column("sex", _("Sex")),
        Column("id_number_masked", _("Identity number")),
        Column("phone_masked", _("Phone")),
        Column("state", _("State")),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("volunteer.number", _("Roll number"), on=BEYOND_LIST),
        Column("born_on", _("Born on"), on=DETAILS),
        Column("lives_in.name", _("Lives in"), on=DETAILS),
        Column("skills", _("Skills"), on=DETAILS),
        Column("categories", _("Service categories"), _kinds, on=DETAILS),
        Column("availability", _("Available"), on=DETAILS),
        *optional.COLUMNS,
        Column("guardian_name", _("Guardian"), on=DETAILS),
        Column("guardian_relation", _("Guardian's relation"), on=DETAILS),
        Column("guardian_phone_masked", _("Guardian's phone"), on=DETAILS),
        Column("official_number", _("Official number"), on=DETAILS),
        Column("publication_consent_on", _("Agreed to be named on"), on=DETAILS),
        Column("conduct_on", _("Promised to keep the code of conduct on"), on=DETAILS),
        Column("conduct_rule", _("Code of conduct"), on=DETAILS),
        Column("notice_on", _("Read the privacy notice on"), on=DETAILS),
        Column("notice_rule", _("Privacy notice"), on=DETAILS),
        Column("note", _("Note"), on=DETAILS),
        Column("recorded_by.name", _("Recorded by"), on=BEYOND_LIST),
        Column("reviewed_by.name", _("Reviewed by"), on=BEYOND_LIST),
        Column("reviewed_at", _("Reviewed at"), formats.moment, on=BEYOND_LIST),
        Column("single_handed", _("Single-handed"), on=BEYOND_LIST),
        Column("reason", _("Reason"), on=DETAILS),
    )
    sections = (
        Section(
            _("Person"),
            (
                Field("station", _("Station"), once=True, kept=True),
                Field("name", _("Full name")),
                Field(
                    "id_number",
                    _("Identity number"),
                    _("18 characters; sex and birth date come from it. It is not shown again."),
                    once=True,
                ),
                Field("new_id_number", _("Identity number"), _("Empty: the number on file stays.")),
                Field(
                    "new_phone",
                    _("Mobile phone"),
                    _("11 digits; of a minor without one, the guardian's."),
                ),
                Field("handed_in_on", _("Handed in on"), begins=clock.today, kept=True),
                Field(
                    "lives_in",
                    _("Lives in"),
                    _("Empty: where the station lies."),
                ),
            ),
        ),
        Section(
            _("Service"),
            (
                Field("skills", _("Skills"), wide=True),
                Field(
                    "availability", _("Available"), _("Such as: weekends, or evenings."), wide=True
                ),
                Field("category_1", _("Service category")),
                *(
                    Field(name, _("Further service category %(n)s", n=n))
                    for n, name in enumerate(CATEGORIES[1:], 2)
                ),
            ),
        ),
        Section(
            _("Guardian"),
            (
                Field("guardian_name", _("Guardian"), GUARDIAN_RULE),
                Field("guardian_relation", _("Guardian's relation")),
                Field(
                    "new_guardian_phone",
                    _("Guardian's phone"),
                    _("An edit that leaves it empty keeps the number on file."),
                ),
            ),
        ),
        Section(
            _("Promise and consent"),
            (
                Field(
                    "conduct_on",
                    _("Promised to keep the code of conduct on"),
                    _("The day on the signed form; the edition adopted by then is kept with it."),
                ),
                Field(
                    "notice_on",
                    _("Read the privacy notice on"),
                    _("The day on the signed form; the edition adopted by then is kept with it."),
                ),
                Field(
                    "publication_consent_on",
                    _("Agreed to be named on"),
                    _("The day of consent to publication (Order 67, Art 16); empty: not named."),
                ),
                Field("official_number", _("Official number"), _("In the national system.")),
                Field("note", _("Note"), wide=True),
            ),
        ),
        optional.SECTION,
    )
    form_extra_fields = {
        "name": StringField(
            _("Full name"), [InputRequired(), Length(max=50), no_nul], filters=[stripped]
        ),
        "id_number": CardNumber(_("Identity number"), [InputRequired(), sound_card]),
        "new_id_number": CardNumber(_("Identity number"), [Optional(), sound_card]),
        "new_phone": MobileNumber(_("Mobile phone"), [InputRequired(), sound_mobile]),
        "new_guardian_phone": NumberText(_("Guardian's phone"), [Optional()]),
        **optional.form_fields(),
        **{
            name: ChoiceField(
                _("Service category") if n == 1 else _("Further service category %(n)s", n=n),
                [InputRequired() if n == 1 else Optional()],
                kind=Category,
            )
            for n, name in enumerate(CATEGORIES, 1)
        },
    }  # fmt: skip
    filters = (
        Is("state", _("State"), Registration.state, RegistrationState),
        at_station(Registration),
        *between("handed_in", _("Handed in"), Registration.handed_in_on),
    )
    search = (Registration.name,)
    order = (Registration.handed_in_on.desc(),)
    facts = ("state",)
    lookups = {"station": STATION, "lives_in": HOME}

    def may_change(self, row: Any) -> bool:
        """Close what was accepted or withdrawn."""
        is_open = row.state in (RegistrationState.WAITING, RegistrationState.RETURNED)
        return is_open and super().may_change(row)

    def _fit(self, form: Form, *, is_new: bool) -> Form:
        form = super()._fit(form, is_new=is_new)
        self.ask(form)
        if "slots" in form:
            form.availability.validators = [Optional(), no_nul]
            form.availability.flags.required = False
            form.availability.description = _("Empty: the times ticked below say it.")
        if is_new:
            del form["new_id_number"]
            form.id_number.render_kw = form.id_number.render_kw | self._reading()
        else:
            form.new_phone.validators = [Optional(), sound_mobile]
            form.new_phone.flags.required = False
            form.new_phone.description = _("Empty: the number on file stays.")
        form.guardian_name.render_kw = {"data-guardian": True}
        return form

    def _reading(self) -> dict[str, Any]:
        """Return what the browser needs to read an identity number."""
        station = db.session.get(Station, own_station(self.resource) or 0)
        adult = volunteers.adult_age(station and station.division, clock.today())
        return {"data-adult": adult or "", "data-counties": self.get_url(".county_view")}

    @expose("/county/")
    def county_view(self) -> Response:
        """Tell whether the first six digits of an identity number name a county."""
        if not self.can_create:
            abort(403)
        return jsonify(identity.is_known_county(request.args.get("code", "")))

    def fill(self, form: Form, row: Any) -> None:
        """Show the categories on file."""
        for name, code in zip(CATEGORIES, row.categories, strict=False):
            form[name].data = Category(code)

    def create_row(self, form: Form) -> Registration:
        """Write down what a person hands in."""
        station = form.station.data if "station" in form else None
        station = station or db.session.get(Station, own_station(self.resource) or 0)
        if station is None:
            raise DomainError(_("Choose a station that you keep."))
        number = form.id_number.data
        row = registrations.hand_in(station, _told(form, number), by=actor())
        self._warn(number)
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Correct what waits or was returned."""
        number = form.new_id_number.data
        registrations.correct(row, _told(form, number), by=actor())
        if number:
            self._warn(number)

    def _warn(self, number: str) -> None:
        if not identity.is_known_county(cells.identity_number(number)[:COUNTY_DIGITS]):
            flash(str(UNKNOWN_COUNTY), "info")

    def waiting(self) -> int:
        """Return how many registrations wait for a review in the person's reach."""
        waits = self.narrowed(
            select(Registration.id).where(Registration.state == RegistrationState.WAITING)
        )
        return db.session.scalar(select(func.count()).select_from(waits.subquery())) or 0

    def steps(self, row: Registration) -> Sequence[RegistrationStep]:
        """Return what happened to a registration, in the order of time."""
        return registrations.steps(row)

    def hints(self, row: Registration) -> list[str]:
        """Return what whoever reviews a registration should know of the person."""
        if not row.is_open:
            return []
        told = []
        if registrations.is_on_another_roll(row):
            told.append(
                gettext(
                    "The same human being stands on another station's roll: hours count once, "
                    "and this station learns nothing of that one."
                )
            )
        if line := registrations.left_line(row):
            told.append(
                gettext(
                    "The person left this roll on %(day)s and comes back to the number %(number)s. "
                    "The first day on the roll, %(first)s, stays; the days between do not count.",
                    day=formats.plain(line.left_on),
                    first=formats.plain(line.registered_on),
                    number=line.number,
                )
            )
        return told

    def may_review(self, row: Registration) -> bool:
        """Tell whether the person may decide a registration that waits."""
        return row.state is RegistrationState.WAITING and self.may_on("review", row)

    @expose("/accept/", methods=("POST",))
    def accept_view(self) -> Response:
        """Put one person on the roll."""
        day = cells.day(request.form.get("on"))

        def accept(row: Registration) -> None:
            line = registrations.accept(row, by=actor(), access=access(), on=day)
            flash(gettext("On the roll under the number %(number)s.", number=line.number), "info")

        return self.act_on_posted(accept, "review")

    def may_co_sign(self, row: Registration) -> bool:
        """Tell whether a second person may accept it at the PC of the one who records there."""
        return row.state is RegistrationState.WAITING and self.may_on("write", row)

    @expose("/co-sign/", methods=("POST",))
    def co_sign_view(self) -> Response:
        """Let a second person put one person on the roll; nobody is signed in or out."""
        row = self.get_one(request.form.get("id"))
        if not self.may_co_sign(row):
            abort(403)
        number, seat, second = row.id, actor(), second_person()
        if second is None:
            return redirect(self.get_url(".details_view", id=number))
        day = cells.day(request.form.get("on"))

        def accept(row: Registration) -> None:
            with beside(second, seat, row) as theirs:
                line = registrations.accept(row, by=second, access=theirs, on=day)
            flash(gettext("On the roll under the number %(number)s.", number=line.number), "info")

        return self.act_on_posted(accept, "write")

    @expose("/return/", methods=("POST",))
    def return_view(self) -> Response:
        """Return one registration to the desk."""
        reason = request.form.get("reason", "")
        return self.act_on_posted(
            lambda row: registrations.give_back(row, reason, by=actor(), access=access()), "review"
        )

    @expose("/again/", methods=("POST",))
    def again_view(self) -> Response:
        """Hand one returned registration in again."""
        return self.act_on_posted(
            lambda row: registrations.hand_in_again(row, by=actor(), access=access()), "write"
        )

    @expose("/withdraw/", methods=("POST",))
    def withdraw_view(self) -> Response:
        """End one registration at the person's wish."""
        reason = request.form.get("reason", "")
        return self.act_on_posted(
            lambda row: registrations.withdraw(row, reason, by=actor(), access=access()), "write"
        )

    @expose("/paper/")
    def paper_view(self) -> Response:
        """Send one registration as a form to sign (志愿者信息登记表) and keep a trace of it."""
        row = self._asked()
        if not self.may_print(row):
            abort(403)
        content, name = papers.paper(row).pdf, f"{papers.name(row)}.pdf"
        engine.begin_writing()
        audit.record(AuditAction.PRINT, row.__tablename__, row=row, report="registration_form")
        db.session.commit()
        return send_file(
            BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name
        )

    def may_print(self, row: Registration) -> bool:
        """Tell whether the person hands out the form of a registration."""
        told = row.state is not RegistrationState.WITHDRAWN
        return told and (self.may_on("write", row) or self.may_on("review", row))


PLAIN = (
    "name", "handed_in_on", "skills", "availability", "official_number",
    "publication_consent_on", "guardian_name", "guardian_relation", "conduct_on", "notice_on",
    "note",
)  # fmt: skip


def _told(form: Form, number: str | None) -> Told:
    return Told(
        id_number=number or None,
        phone=form.new_phone.data or None,
        guardian_phone=form.new_guardian_phone.data or None,
        lives_in=form.lives_in.data,
        categories=[form[name].data for name in CATEGORIES if form[name].data],
        answers=optional.answered(form),
        separate_consent_on=optional.agreed_on(form),
        **{name: form[name].data for name in PLAIN},
    )

"""Volunteers: the roll, registering by identity number, finding by an exact number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, flash, redirect, request
from flask_admin.base import expose
from flask_admin.model.fields import AjaxSelectField
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, select
from werkzeug.wrappers import Response
from wtforms import Field as FormField
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from admin_app.services import privacy
from admin_app.services.ledger import registers
from admin_app.services.people import dismissals, guardians, names, volunteers
from admin_app.services.people import roll as stays
from admin_app.services.people.names import Matched
from admin_app.services.privacy import answers, consents, purposes
from models import (
    Consent,
    Division,
    DomainError,
    Level,
    OptionalField,
    Person,
    PrivacyRequest,
    RollGap,
    RollState,
    Volunteer,
    clock,
    db,
)
from views import formats, optional
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import MobileNumber, no_nul, stripped, within_reach
from views.lists.filters import Chosen, Is, at_station, between
from views.lookups import DivisionLookup, Lookup, LookupWidget, containing, is_number
from views.optional import AsksOptional, CanCome
from views.screens.service_registers import may_print
from views.web.requests import access

GUARDIAN_RULE = _("Asked under 18 years (Zhanjiang document of 2018, annex 4, article 2).")


def sound_card(_form: Form, field: FormField) -> None:
    """Refuse what is no identity number, beside its field."""
    _told_beside(field, volunteers.sound_number)


def sound_mobile(_form: Form, field: FormField) -> None:
    """Refuse what is no mobile number, beside its field."""
    _told_beside(field, volunteers.sound_mobile)


def _told_beside(field: FormField, check: Callable[[str], object]) -> None:
    try:
        check(field.data or "")
    except DomainError as refusal:
        raise ValidationError(str(refusal)) from refusal


def on_the_roll(words: str) -> Matched:
    """Return the condition that a volunteer is found by a number, a name or its initials."""
    if is_number(words):
        return Matched(containing(Volunteer.number, words))
    return names.named(Volunteer.person_id, words)


def lives_at(division: int) -> ColumnElement[bool]:
    """Return the condition for the lines of the people who live at one division."""
    return Volunteer.person_id.in_(select(Person.id).where(Person.lives_in_id == division))


HOME = DivisionLookup(only=lambda: Division.level != Level.PROVINCE)


def roll() -> Lookup:
    """Return a look-up of the roll; a form that asks twice has one for each field."""
    return Lookup(
        Volunteer, (Volunteer.number,), order=(Volunteer.number,),
        matching=lambda words: on_the_roll(words).condition,
    )  # fmt: skip


ROLL = roll()


def _absences(gaps: Sequence[RollGap]) -> str:
    return ", ".join(map(str, gaps))


class VolunteerView(AsksOptional, RegisterView):
    """Volunteers on the rolls within one's reach; numbers are typed once and shown masked."""

    model = Volunteer
    resource = "volunteers"
    title = _("Volunteers")
    columns = (
        Column("number", _("Roll number"), sort=True),
        Column("person.name", _("Full name")),
        Column("person.sex", _("Sex")),
        Column("person.born_on", _("Born on"), formats.birth, on=DETAILS),
        Column("person.id_number_masked", _("Identity number")),
        Column("phone_masked", _("Phone")),
        Column("registered_on", _("Registered on"), sort=True),
        Column("state", _("State")),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("official_number", _("Official number"), on=BEYOND_LIST),
        Column("publication_consent_on", _("Agreed to be named on"), on=BEYOND_LIST),
        Column("skills", _("Skills"), on=DETAILS),
        Column("availability", _("Available"), on=DETAILS),
        *optional.COLUMNS,
        Column("person.lives_in.name", _("Lives in"), on=DETAILS),
        Column("note", _("Note"), on=DETAILS),
        Column("gaps", _("Away from the roll"), _absences, on=DETAILS),
        Column("restricted_on", _("Use restricted since"), on=DETAILS),
        Column("erased_on", _("Data deleted on"), on=DETAILS),
    )
    sections = (
        Section(
            _("Person"),
            (
                Field("name", _("Full name")),
                Field(
                    "new_phone",
                    _("Mobile phone"),
                    _("11 digits. An edit that leaves it empty keeps the number on file."),
                ),
                Field("official_number", _("Official number"), _("In the national system.")),
                Field(
                    "publication_consent_on",
                    _("Agreed to be named on"),
                    _("The day of consent to publication (Order 67, Art 16); empty: not named."),
                ),
            ),
        ),
        Section(
            _("Service"),
            (
                Field("skills", _("Skills"), wide=True),
                Field("availability", _("Available"), wide=True),
                Field("note", _("Note"), wide=True),
                Field(
                    "state",
                    _("State"),
                    _(
                        "Changed back, somebody stood on the roll all the time. Who comes back "
                        "registers again: the days between do not count."
                    ),
                ),
                Field("left_on", _("Left on")),
                Field(
                    "lives_in",
                    _("Lives in"),
                    _(
                        "Where the person counts among the residents; at first where the station"
                        " lies. Empty: unknown, and counted nowhere."
                    ),
                ),
            ),
        ),
        optional.SECTION,
    )
    form_extra_fields = {
        "name": StringField(
            _("Full name"), [InputRequired(), Length(max=50), no_nul], filters=[stripped]
        ),
        "new_phone": MobileNumber(_("Mobile phone"), [Optional(), sound_mobile]),
        "lives_in": AjaxSelectField(
            HOME, _("Lives in"), [within_reach], allow_blank=True, widget=LookupWidget()
        ),
        **optional.form_fields(),
    }
    filters = (
        Is("state", _("State"), Volunteer.state, RollState),
        at_station(Volunteer),
        *between("registered", _("Registered"), Volunteer.registered_on),
        Chosen("lives_in", _("Lives in"), Person.lives_in_id, HOME, holds=lives_at),
        CanCome(),
    )
    search = (Person.name, Volunteer.number)
    order = (Volunteer.registered_on.desc(),)
    lookups = {
        "lives_in": HOME,
    }
    facts = ("erased_on", "restricted_on")
    list_template = "volunteers/list.html"
    details_template = "volunteers/details.html"

    def matching(self, words: str) -> Matched:
        """Find by a part of the roll number, of the name, or by the name's initials."""
        return on_the_roll(words)

    @expose("/")
    def index_view(self) -> str | Response:
        """Show the roll, or open the one volunteer that a search from Today finds."""
        if "open" in request.args:
            given = self._get_list_extra_args()
            found = self.rows(given.search, given.filters).with_only_columns(Volunteer.id).limit(2)
            keys = db.session.scalars(found).all() if given.search else ()
            if len(keys) == 1:
                return redirect(self.get_url(".details_view", id=keys[0]))
        return super().index_view()

    can_create = property(lambda _self: False)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Response:
        """Lead to the registration: nobody comes onto the roll without a review."""
        if not access().may("registrations:write"):
            abort(403)
        return redirect(self.get_url("registrations.create_view"))

    def _fit(self, form: Form, *, is_new: bool) -> Form:
        form = super()._fit(form, is_new=is_new)
        self.ask(form)
        return form

    def fill(self, form: Form, row: Any) -> None:
        """Show the name on file."""
        form.name.data, form.lives_in.data = row.person.name, row.person.lives_in

    def change_row(self, row: Any, form: Form) -> None:
        """Change what this station keeps about the person."""
        volunteers.rename(row, form.name.data)
        if form.new_phone.data:
            volunteers.set_phone(row, form.new_phone.data)
        row.person.lives_in = form.lives_in.data
        if (form.state.data, form.left_on.data) != (row.state, row.left_on):
            dismissals.refuse_return(row)
            stays.require_last_day(row, form.left_on.data)
        row.state, row.left_on = form.state.data, form.left_on.data
        if row.state is RollState.LEFT and row.left_on is None:
            row.left_on = clock.today()  # or the person would count on as registered
        for name, value in _more(form).items():
            setattr(row, name, value)
        consents.name_from(row, form.publication_consent_on.data)
        answers.take(
            row, optional.answered(form), born_on=row.person.born_on, on=clock.today(),
            agreed_on=optional.agreed_on(form), guardian=guardians.latest(row, on=clock.today()),
        )  # fmt: skip

    def may_change(self, row: Any) -> bool:
        """Close what was deleted, and what a person restricted the use of."""
        return row.erased_on is None and row.restricted_on is None and super().may_change(row)

    def requests(self, row: Volunteer) -> Sequence[PrivacyRequest] | None:
        """Return what was asked about the person's own data; None where it does not open."""
        return privacy.requests_of(row) if access().reaches("privacy:read", row) else None

    def may_receive(self, row: Volunteer) -> bool:
        """Tell whether the person writes down what somebody asks about his own data."""
        return row.erased_on is None and access().reaches("privacy:write", row)

    def may_lift(self, row: Volunteer) -> bool:
        """Tell whether the person lifts a restriction."""
        return row.restricted_on is not None and access().reaches("privacy:decide", row)

    @expose("/lift-restriction/", methods=("POST",))
    def lift_view(self) -> Response:
        """Let the station use again what it keeps of the person, at his own request."""
        row = self.get_one(request.form.get("id"))
        if not self.may_lift(row):
            abort(403)
        number = row.id

        def lift(rows: list[Any]) -> int:
            for one in rows:
                privacy.lift(one, access=access())
            return len(rows)

        self.perform(lift, [row], lambda _count: gettext("Noted."))
        return redirect(self.get_url(".details_view", id=number))

    def may_tell_own_data(self, row: Volunteer) -> bool:
        """Tell whether the person shows somebody all that is kept about him."""
        return access().reaches("volunteers:own_data", row)

    def consents(self, row: Volunteer) -> Sequence[Consent] | None:
        """Return what was agreed to, purpose by purpose; None where it does not open."""
        return consents.of(row) if access().may("consents:read") else None

    def needs_guardian(self, row: Volunteer) -> bool:
        """Tell whether a guardian agrees for the person, or is there."""
        ages = guardians.gates(row.station.code, on=clock.today())
        return ages.is_minor(clock.age_on(row.person.born_on, clock.today()))

    def may_record_consent(self, row: Volunteer) -> bool:
        """Tell whether the person writes down what a guardian agreed to."""
        return access().reaches("consents:write", row)

    def may_call(self, row: Volunteer) -> bool:
        """Tell whether the person may see whom to call in an emergency."""
        is_asked = OptionalField.EMERGENCY_CONTACT in purposes.asked(row.station_id)
        return is_asked and bool(row.emergency_phone_masked) and self.may_on("health", row)

    @expose("/emergency/", methods=("POST",))
    def emergency_view(self) -> str | Response:
        """Show the number to call, once, with its purpose in the trail; never in an address."""
        row = self.get_one(request.form.get("id"))
        if not self.may_on("health", row):
            abort(403)
        try:
            phone = answers.emergency_phone(row, request.form.get("purpose", ""), access=access())
        except DomainError as refusal:
            db.session.rollback()
            flash(str(refusal), "error")
            return redirect(self.get_url(".details_view", id=row.id))
        page = self.render("volunteers/emergency.html", model=row, phone=phone)
        db.session.commit()
        return page

    @expose("/withdraw/", methods=("POST",))
    def withdraw_view(self) -> Response:
        """Take back the separate consent to one answer, and the answer with it."""
        field = request.form.get("field", "")
        return self.act_on_posted(lambda row: answers.withdraw(row, field), "write")

    def register_years(self, row: Volunteer) -> list[int]:
        """Return the years whose register of services the person may print; the last first."""
        return registers.years(row) if may_print(row) else []

    @expose("/find/", methods=("POST",))
    def find_view(self) -> str | Response:
        """Find by a whole identity number or phone; posted, so no address keeps it."""
        if not self.may("find"):
            abort(403)
        try:
            found = volunteers.find(request.form.get("number", ""), access=access())
        except DomainError as refusal:
            db.session.commit()
            flash(str(refusal), "error")
            return redirect(self.get_url(".index_view"))
        keys = [row.id for row in found]
        db.session.commit()
        if not keys:
            flash(gettext("Nobody in your reach has exactly this number."), "info")
            return redirect(self.get_url(".index_view"))
        if len(keys) == 1:
            return redirect(self.get_url(".details_view", id=keys[0]))
        return self.render("volunteers/found.html", rows=[self.get_one(k) for k in keys])


MORE = (
    "official_number", "skills", "availability", "note",
)  # fmt: skip


def _more(form: Form) -> dict[str, Any]:
    return {name: form[name].data for name in MORE}

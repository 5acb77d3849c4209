"""Leadership groups with their seats, and the rules on the wall."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_admin.actions import action
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, FormField, StringField
from wtforms.validators import Length, Optional

from admin_app.services import accounts, committee
from admin_app.services.committee import Seating
from models import (
    Appointment,
    DomainError,
    LeadershipGroup,
    LeadershipSeat,
    Rule,
    RuleKind,
    SeatKind,
    Station,
    clock,
    db,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import no_nul, stripped, typed_day
from views.lists.filters import Is, at_station, between
from views.lookups import Lookup
from views.screens.wall import may_print
from views.showing import ShowsEvidence
from views.web.requests import access, own_station

DAY = timedelta(days=1)
STATION = Lookup(Station, (Station.name, Station.code), order=(Station.code,))


class SeatForm(Form):
    """One seat: who holds it, or that the kind does not apply here."""

    holder = StringField(
        _("Full name"), validators=[Optional(), Length(max=50), no_nul], filters=[stripped]
    )
    post = StringField(
        _("Post"), validators=[Optional(), Length(max=100), no_nul], filters=[stripped]
    )
    inapplicable = BooleanField(_("Does not apply here"))


class SeatField(FormField):
    """The fields of one seat within the form of the group."""

    def populate_obj(self, obj: Any, name: str) -> None:
        """Leave the seats to the service."""


def seat_field(kind: SeatKind) -> str:
    """Return the name of the form field of a kind of seat."""
    return f"seat_{kind.value}"


def held(group: LeadershipGroup) -> str:
    """Write the seats of a group, a line each."""
    # Outside the f-string: the extraction of messages cannot look into one.
    empty = gettext("does not apply here")
    return "\n".join(
        f"{seat.kind.label}: {empty if seat.inapplicable else seat.holder}" for seat in group.seats
    )


class LeadershipView(RegisterView):
    """Leadership groups by term; the list says which seats are unfilled."""

    model = LeadershipGroup
    resource = "leadership"
    title = _("Leadership groups")
    details_template = "leadership/group.html"
    columns = (
        Column("station.name", _("Station")),
        Column("since", _("Term since"), sort=True),
        Column("until", _("Term until")),
        Column("unfilled", _("Unfilled seats"), formats.labels),
        Column("seats", _("Seats"), formats.labels, on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Term"),
            (
                Field("station", _("Station"), once=True),
                Field("since", _("Since")),
                Field("until", _("Until"), _("Leave empty while the term runs.")),
            ),
        ),
        Section(
            _("Seats (annex 3 of the Zhanjiang document of 2018)"),
            tuple(Field(seat_field(kind), kind.label, wide=True) for kind in SeatKind),
        ),
    )
    form_extra_fields = {
        seat_field(kind): SeatField(SeatForm, label=kind.label) for kind in SeatKind
    }
    filters = (at_station(LeadershipGroup),)
    order = (LeadershipGroup.since.desc(),)
    lookups = {"station": STATION}

    def fill(self, form: Form, row: Any) -> None:
        """Fill the seats in from the group."""
        for seat in row.seats:
            entry = form[seat_field(seat.kind)].form
            entry.holder.data, entry.post.data = seat.holder, seat.post
            entry.inapplicable.data = seat.inapplicable

    def create_row(self, form: Form) -> LeadershipGroup:
        """Open a term with its seats."""
        group: LeadershipGroup = super().create_row(form)
        committee.settle(group, before=None, access=access())
        committee.seat(group, _seatings(form))
        return group

    def change_row(self, row: Any, form: Form) -> None:
        """Change the term and its seats."""
        before = row.until
        super().change_row(row, form)
        committee.settle(row, before=before, access=access())
        committee.seat(row, _seatings(form))

    def _delete(self, rows: list[LeadershipGroup]) -> int:
        for group in rows:
            committee.require_free(group)
        return super()._delete(rows)

    # One group

    gaps = staticmethod(committee.gaps)
    roles = committee.ROLES
    may_print = staticmethod(may_print)

    def may_hand_over(self, row: LeadershipGroup) -> bool:
        """Tell whether the person ends this term, which still runs, and what its seats carry."""
        today = clock.today()
        if not self.may_change(row) or (row.until is not None and row.until < today):
            return False
        return self.may_on("hand_over", row) or not any(
            committee.carried(seat, on=today) for seat in row.seats
        )

    def may_appoint(self, seat: LeadershipSeat) -> bool:
        """Tell whether the person appoints for a seat, while its term is not over."""
        last = seat.group.until
        return (last is None or last >= clock.today()) and accounts.may_appoint(
            committee.ROLES[seat.kind], seat.station, access()
        )

    def carried(self, seat: LeadershipSeat) -> Appointment | None:
        """Return the appointment that a seat carries and that is not over."""
        return committee.carried(seat, on=clock.today())

    @expose("/hand-over/", methods=("GET", "POST"))
    def hand_over_view(self) -> str | Response:
        """Open the next term, or only end this one; what ends with it is told before."""
        row = self.get_one(request.values.get("id"))
        if not self.may_hand_over(row):
            abort(403)
        words = request.values.get("since", "")
        since = typed_day(words) or clock.today() + DAY
        if request.method == "POST" and "act" in request.form:
            if typed_day(words) is None:
                flash(gettext("Type the day on which the next term begins."), "error")
            elif (answer := self._handed_over(row, since)) is not None:
                return answer
            row = self.get_one(request.values.get("id"))
        last_day = since - DAY
        return self.render(
            "leadership/hand_over.html", model=row, since=since, last_day=last_day,
            ending=committee.ending(row, last_day),
            return_url=self.get_url(".details_view", id=row.id),
        )  # fmt: skip

    def _handed_over(self, row: LeadershipGroup, since: date) -> Response | None:
        id_, leaderless = row.id, "leaderless" in request.form
        try:
            if request.form["act"] == "end":
                committee.end(row, on=since - DAY, access=access(), leaderless=leaderless)
            else:
                following = committee.hand_over(
                    row, since=since, access=access(), leaderless=leaderless
                )
                id_ = following.id
            db.session.commit()
        except DomainError as refusal:
            db.session.rollback()
            flash(str(refusal), "error")
            return None
        flash(gettext("Saved."), "success")
        return redirect(self.get_url(".details_view", id=id_))


def _seatings(form: Form) -> dict[SeatKind, Seating]:
    return {
        kind: Seating(entry.holder.data, entry.post.data, entry.inapplicable.data)
        for kind in SeatKind
        for entry in [form[seat_field(kind)].form]
    }


class RuleView(ShowsEvidence, RegisterView):
    """The rules of a station, edition by edition."""

    model = Rule
    resource = "rules"
    title = _("Rules")
    list_template = "rules/list.html"
    details_template = "rules/rule.html"
    create_template = "rules/form.html"
    columns = (
        Column("station.name", _("Station")),
        Column("kind", _("Kind")),
        Column("edition", _("Edition"), sort=True),
        Column("title", _("Title")),
        Column("adopted_on", _("Adopted on"), sort=True),
        Column("posted_on", _("Posted on"), sort=True),
        Column("text", _("Text"), on=DETAILS),
    )
    sections = (
        Section(
            _("Rule"),
            (
                Field("station", _("Station"), once=True, kept=True),
                Field(
                    "kind",
                    _("Kind"),
                    _("Five kinds are obligatory (Zhanjiang document of 2018, section 2.4)."),
                    once=True,
                ),
                Field("title", _("Title"), wide=True),
                Field("text", _("Text"), wide=True),
            ),
        ),
        Section(
            _("Adoption and posting"),
            (
                Field("adopted_on", _("Adopted on"), _("The leader fills this in.")),
                Field("posted_on", _("Posted on"), _("When it went up on the wall.")),
            ),
        ),
    )
    filters = (
        Is("kind", _("Kind"), Rule.kind, RuleKind),
        at_station(Rule),
        *between("posted", _("Posted"), Rule.posted_on),
    )
    search = (Rule.title,)
    order = (Rule.station_id, Rule.kind, Rule.edition.desc())
    lookups = {"station": STATION}

    def _fit(self, form: Form, *, is_new: bool) -> Form:
        form = super()._fit(form, is_new=is_new)
        if not access().may("rules:adopt"):
            del form["adopted_on"]
        return form

    may_print = staticmethod(may_print)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> str | Response:
        """Ask for a new rule; the model text fills the form in, which then waits to be changed."""
        if "_model" not in request.form or not self.can_create:
            answer: str | Response = super().create_view()
            return answer
        form = self.create_form()
        station = (form.station.data if "station" in form else None) or self._own_station()
        if station is None:
            form.form_errors.append(gettext("Choose a station that you keep."))
        elif form.kind.validate(form):
            kind = RuleKind(form.kind.data)
            form.title.data, form.text.data = committee.written(station, kind, on=clock.today())
        return self._form_page(self.create_template, form, None)

    @expose("/model/", methods=("POST",))
    def model_view(self) -> Response:
        """Write the next edition of a rule from the model text, to be changed and adopted."""
        before = self.get_one(request.form.get("id"))
        if not self.can_create or not self.may_on("write", before):
            abort(403)
        rule = committee.draft(before.station, before.kind, access=access())
        number = rule.id
        db.session.commit()
        flash(gettext("A draft from the model text: change what is different here."), "success")
        return redirect(self.get_url(".edit_view", id=number))

    def _own_station(self) -> Station | None:
        return db.session.get(Station, own_station(self.resource) or 0)

    def create_row(self, form: Form) -> Rule:
        """Open the next edition of the rule."""
        rule: Rule = super().create_row(form)
        committee.number(rule)
        station = rule.station or db.session.get_one(Station, rule.station_id)
        committee.require_adoption(rule, station, before=None, access=access())
        committee.require_posting_after_adoption(rule)
        return rule

    def change_row(self, row: Any, form: Form) -> None:
        """Change a rule that nobody adopted yet, or note when it was posted."""
        committee.require_open_text(row, title=form.title.data, text=form.text.data)
        before = row.adopted_on
        super().change_row(row, form)
        committee.require_adoption(row, row.station, before=before, access=access())
        committee.require_posting_after_adoption(row)

    @action("adopt", _("Adopt today"), _("Adopt the selected rules as of today?"))
    def action_adopt(self, rows: list[Rule]) -> None:
        """Adopt the ticked rules."""
        self.perform(
            lambda chosen: committee.adopt(chosen, on=clock.today(), access=access()),
            rows,
            lambda n: ngettext("%(num)d rule adopted.", "%(num)d rules adopted.", n),
        )

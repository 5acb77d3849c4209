"""Leadership groups with their seats, and the rules on the wall."""

from __future__ import annotations

from typing import Any

from flask_admin.actions import action
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, FormField, StringField
from wtforms.validators import Length, Optional

from admin_app.services import committee
from admin_app.services.committee import Seating
from models import LeadershipGroup, Rule, RuleKind, SeatKind, Station, clock, db
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import no_nul, stripped
from views.filters import Is, at_station, between
from views.lookups import Lookup
from views.web.requests import access

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
        committee.seat(group, _seatings(form))
        return group

    def change_row(self, row: Any, form: Form) -> None:
        """Change the term and its seats."""
        super().change_row(row, form)
        committee.seat(row, _seatings(form))


def _seatings(form: Form) -> dict[SeatKind, Seating]:
    return {
        kind: Seating(entry.holder.data, entry.post.data, entry.inapplicable.data)
        for kind in SeatKind
        for entry in [form[seat_field(kind)].form]
    }


class RuleView(RegisterView):
    """The rules of a station, edition by edition."""

    model = Rule
    resource = "rules"
    title = _("Rules")
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

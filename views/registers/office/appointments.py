"""Appointments: a role at a place for a time, and who stands in for whom."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, request
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import and_, false, inspect, or_, select
from werkzeug.wrappers import Response
from wtforms import Form

from admin_app.services import accounts, committee
from admin_app.services.accounts import delegations
from admin_app.services.exchange import cells
from models import (
    Account,
    Appointment,
    Division,
    DomainError,
    LeadershipSeat,
    Level,
    Role,
    Station,
    clock,
    db,
)
from views import formats
from views.base import RegisterView
from views.columns import DETAILS, Column, Field, Section
from views.lists.filters import Is, at_station
from views.lookups import DivisionLookup, Lookup, key
from views.web.requests import access, own_station


def supervised() -> Any:
    """Return the condition for divisions that the person can appoint a supervisor for."""
    levels = Division.level.in_((Level.TOWNSHIP, Level.COUNTY, Level.PREFECTURE))
    person = access()
    if person.is_everywhere("accounts:write"):
        return levels
    columns = inspect(Division).columns
    below = [
        and_(columns[f"{place.column}_id"] == place.value, Division.id != place.value)
        for place in person.places("accounts:write")
        if place.column in accounts.APPOINTING_LEVELS
    ]
    return and_(levels, or_(false(), *below))


DIVISION_HELP = _("For a supervisor: township, county or prefecture.")


PLACES = (
    Field("role", _("Role")),
    Field("station", _("Station"), _("For the roles of a station.")),
    Field("division", _("Division"), DIVISION_HELP),
    Field("since", _("Since"), begins=clock.today),
    Field("until", _("Until"), _("Leave empty while it holds.")),
)


def lookups() -> dict[str, Lookup]:
    """Return the look-ups of an appointment's place."""
    return {
        "station": Lookup(Station, (Station.name, Station.code), order=(Station.code,)),
        "division": DivisionLookup(only=supervised),
    }


def offer_roles(form: Form) -> None:
    """Offer the roles that the person gives, and a division where one of them needs it."""
    given = accounts.roles_given(access())
    form.role.choices = [("", "—"), *((role.value, role.label) for role in given)]
    if Role.SUPERVISOR not in given:
        del form["division"]


def place_in(form: Form) -> Station | Division | None:
    """Return the place that a form of an appointment names."""
    place: Station | Division | None = form.station.data
    return place or (form.division.data if "division" in form else None)


def begin_at_own_station(form: Form) -> None:
    """Offer the one station at which the person makes accounts, if it is just one."""
    number = own_station("accounts")
    if number is not None:
        form.station.data = db.session.get(Station, number)


class AppointmentView(RegisterView):
    """Appointments within one's reach."""

    model = Appointment
    resource = "accounts"
    asks_station = True
    screen = "appointments"
    title = _("Appointments")
    columns = (
        Column("account", _("Account")),
        Column("role", _("Role")),
        Column("place", _("Place")),
        Column("since", _("Since"), sort=True),
        Column("until", _("Until"), sort=True),
        Column("delegated_from", _("Delegated from"), formats.plain, on=DETAILS),
    )
    sections = (
        Section(
            _("Appointment"),
            (Field("account", _("Account"), once=True), *PLACES),
        ),
    )
    details_template = "accounts/appointment.html"
    filters = (
        Is("role", _("Role"), Appointment.role, Role),
        at_station(Appointment),
    )
    order = (Appointment.since.desc(),)
    lookups = lookups() | {"account": Lookup(Account, (Account.login, Account.name))}

    can_create = property(lambda _self: accounts.may_open(access()))

    def _fit(self, form: Form, *, is_new: bool) -> Form:
        form = super()._fit(form, is_new=is_new)
        for name in () if is_new else ("role", "station", "division", "since"):
            if name in form:
                del form[name]
        if is_new:
            offer_roles(form)
        return form

    def _seat(self) -> LeadershipSeat | None:
        """Return the seat that is to carry the appointment, if the address names one."""
        if "seat" not in request.args:
            return None
        found = key(request.args["seat"])
        seat = db.session.get(LeadershipSeat, found) if found is not None else None
        if seat is None:
            abort(404)
        return seat

    def _begin(self, form: Form) -> None:
        super()._begin(form)
        begin_at_own_station(form)
        seat = self._seat()
        if seat is not None:
            form.role.data, form.station.data = committee.ROLES[seat.kind].value, seat.station
            form.since.data, form.until.data = committee.span(seat)
            form.account.data = committee.last_account(seat)

    def create_row(self, form: Form) -> Appointment:
        """Appoint an account at a place below one's own; a seat named in the address carries it."""
        if form.account.data is None:
            raise DomainError(_("Choose the account."))
        seat = self._seat()
        if seat is not None:
            asked = (form.role.data, place_in(form))
            if asked != (committee.ROLES[seat.kind], seat.station):
                raise DomainError(
                    _("This seat carries the role “%(role)s” at its own station.",
                      role=committee.ROLES[seat.kind].label)
                )  # fmt: skip
            return committee.give(
                seat, form.account.data, by=access(), since=form.since.data, until=form.until.data
            )
        return accounts.appoint(
            form.account.data,
            form.role.data,
            place_in(form),
            by=access(),
            since=form.since.data,
            until=form.until.data,
        )

    def may_on(self, act: str, row: Any) -> bool:
        """Judge an appointment by all of its places: each must lie within one's reach."""
        places = accounts.places_of(row) if row.further else [row]
        return all(super(AppointmentView, self).may_on(act, place) for place in places)

    def may_widen(self, row: Appointment) -> bool:
        """Tell whether the person adds divisions to the appointment and takes them off."""
        return row.division is not None and self.may_change(row) and accounts.may_open(access())

    def may_delegate(self, row: Appointment) -> bool:
        """Tell whether the person lets somebody stand in here."""
        return delegations.may_delegate(row, access())

    def delegations(self, row: Appointment) -> list[Appointment]:
        """Return who stands in for an appointment."""
        return delegations.of(row)

    def colleagues(self, row: Appointment) -> list[Account]:
        """Return who may stand in for an appointment."""
        held = select(Appointment.account_id).where(Appointment.station_id == row.station_id)
        asked = select(Account).where(
            Account.id.in_(held), Account.id != row.account_id, Account.active
        )
        return list(db.session.scalars(asked.order_by(Account.login)))

    @expose("/delegate/", methods=("POST",))
    def delegate_view(self) -> Response:
        """Let an account of the station stand in for one's own appointment until a day."""
        row: Appointment = self.get_one(request.form.get("id"))
        if not self.may_delegate(row):
            abort(403)
        account = db.session.get(Account, key(request.form.get("account")) or 0)
        until = cells.day(request.form.get("until"))

        def delegate(rows: list[Any]) -> int:
            if account is None:
                raise DomainError(_("Choose another person who is appointed at the station."))
            for one in rows:
                delegations.delegate(one, account, by=access(), until=until)
            return len(rows)

        id_ = row.id
        self.perform(delegate, [row], lambda _count: gettext("The delegation is kept."))
        return redirect(self.get_url(".details_view", id=id_))

    @expose("/end-delegation/", methods=("POST",))
    def end_delegation_view(self) -> Response:
        """Take back a delegation of one's own."""
        row: Appointment = self.get_one(request.form.get("id"))
        if row.delegated_from is None or not self.may_delegate(row.delegated_from):
            abort(403)
        source = row.delegated_from_id

        def end(rows: list[Any]) -> int:
            for one in rows:
                delegations.end(one, by=access())
            return len(rows)

        self.perform(end, [row], lambda _count: gettext("The delegation is taken back."))
        return redirect(self.get_url(".details_view", id=source))

    @expose("/widen/", methods=("POST",))
    def widen_view(self) -> Response:
        """Let an appointment hold at one more division."""
        row = self._posted()
        division = self.lookups["division"].get_one(request.form.get("division"))

        def widen(rows: list[Any]) -> int:
            if division is None:
                raise DomainError(_("Choose the division."))
            for one in rows:
                accounts.reach_further(one, division, by=access())
            return len(rows)

        return self._done(widen, row)

    @expose("/narrow/", methods=("POST",))
    def narrow_view(self) -> Response:
        """Take a further division off an appointment."""
        row = self._posted()
        taken = key(request.form.get("further"))

        def narrow(rows: list[Any]) -> int:
            for one in rows:
                for more in [more for more in one.further if more.id == taken]:
                    accounts.withdraw_from(one, more, by=access())
            return len(rows)

        return self._done(narrow, row)

    def _posted(self) -> Appointment:
        row: Appointment = self.get_one(request.form.get("id"))
        if not self.may_widen(row):
            abort(403)
        return row

    def _done(self, act: Any, row: Appointment) -> Response:
        id_ = row.id
        self.perform(act, [row], lambda _count: gettext("The divisions were kept."))
        return redirect(self.get_url(".details_view", id=id_))

"""Accounts with their appointments, and the audit trail."""

from __future__ import annotations

import json
from typing import Any

from flask import abort, current_app, redirect, request
from flask_admin import expose
from flask_admin.model.fields import AjaxSelectField
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, and_, select
from werkzeug.wrappers import Response
from wtforms import Form, PasswordField
from wtforms.validators import Length, Optional

from admin_app.policy import appointed_at
from admin_app.services import accounts, committee
from admin_app.services.accounts import delegations, second_factor
from admin_app.services.exchange import cells
from models import (
    Account,
    Appointment,
    AuditAction,
    AuditEntry,
    Division,
    DomainError,
    LeadershipSeat,
    Level,
    Role,
    SignIn,
    Station,
    clock,
    db,
)
from views import formats, trail
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, EXPORT, Column, Field, Section
from views.fields import ChoiceField, no_nul, required, within_reach
from views.filters import Among, Is, at_station, between
from views.lookups import DivisionLookup, Lookup, LookupWidget, key
from views.web.requests import access, own_station

from .places import reached


def supervised() -> Any:
    """Return the condition for divisions that a supervisor can be appointed for."""
    levels = Division.level.in_((Level.TOWNSHIP, Level.COUNTY, Level.PREFECTURE))
    return and_(levels, reached("accounts:write"))


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


def begin_at_own_station(form: Form) -> None:
    """Offer the one station at which the person makes accounts, if it is just one."""
    number = own_station("accounts")
    if number is not None:
        form.station.data = db.session.get(Station, number)


class AccountView(RegisterView):
    """Accounts within one's reach; what each may do comes from its appointments."""

    model = Account
    resource = "accounts"
    asks_station = True  # a leader's own, where the appointment needs one
    title = _("Accounts")
    columns = (
        Column("login", _("Sign-in name"), sort=True),
        Column("name", _("Full name")),
        Column("appointments", _("Appointments"), formats.labels),
        Column("active", _("Active")),
        Column("created_at", _("Created at"), formats.moment, on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Account"),
            (
                Field("login", _("Sign-in name"), once=True),
                Field("name", _("Full name")),
                Field("password", _("Password"), _("10 characters or more. Ends every sign-in.")),
                Field("active", _("Active"), _("A closed account cannot sign in.")),
            ),
        ),
        Section(
            _("First appointment"),
            (
                Field("role", _("Role"), once=True),
                Field("station", _("Station"), _("For the roles of a station."), once=True),
                Field("division", _("Division"), DIVISION_HELP, once=True),
            ),
        ),
    )
    lookups = lookups()
    form_extra_fields = {
        "password": PasswordField(_("Password"), [Optional(), Length(min=10, max=200), no_nul]),
        "role": ChoiceField(_("Role"), [Optional()], kind=Role),
        **{
            name: AjaxSelectField(
                lookup, label, [within_reach], allow_blank=True, widget=LookupWidget()
            )
            for (name, lookup), label in zip(
                lookups.items(), (_("Station"), _("Division")), strict=True
            )
        },
    }
    search = (Account.login, Account.name)
    order = (Account.login,)
    details_template = "accounts/account.html"

    can_create = property(lambda _self: accounts.may_open(access()))

    def narrowed(self, found: Select[Any]) -> Select[Any]:
        """Show the accounts that the permission reaches, not every colleague one may name."""
        person = access()
        return found.where(appointed_at(person, person.places("accounts:read")))

    def may_on(self, act: str, row: Any) -> bool:
        """Judge an account by its appointments: each must lie within one's reach."""
        return accounts.may_keep(row, access()) and self.may(act)

    def sign_ins(self, row: Account) -> list[SignIn]:
        """Return where an account is signed in."""
        hours = current_app.extensions["station_settings"].sign_in_hours
        return accounts.of(row, hours=hours)

    def history(self, row: Account) -> list[accounts.Past]:
        """Return what happened at the door of an account of late."""
        return accounts.history(row)

    def render(self, template: str, **values: Any) -> str:
        """Let a page tell moments as the lists do."""
        return super().render(template, moment=formats.moment, **values)

    @expose("/end-sign-ins/", methods=("POST",))
    def end_sign_ins_view(self) -> Response:
        """End every sign-in of an account."""

        def end(rows: list[Any]) -> int:
            return sum(accounts.end_all(row) for row in rows)

        return self._done(end, lambda n: ngettext(
            "%(num)d sign-in is ended.", "%(num)d sign-ins are ended.", n
        ))  # fmt: skip

    @expose("/second-factor-off/", methods=("POST",))
    def second_factor_off_view(self) -> Response:
        """Switch off the second factor of an account whose phone is lost."""

        def switch_off(rows: list[Any]) -> int:
            for row in rows:
                second_factor.switch_off(row)
                accounts.end_all(row)
            return len(rows)

        return self._done(switch_off, lambda _n: gettext("The second factor is switched off."))

    def _done(self, act: Any, words: Any) -> Response:
        row = self.get_one(request.form.get("id"))
        if not self.may_change(row):
            abort(403)
        id_ = row.id
        self.perform(act, [row], words)
        return redirect(self.get_url(".details_view", id=id_))

    def _fit(self, form: Form, *, is_new: bool) -> Form:
        form = super()._fit(form, is_new=is_new)
        if is_new:
            del form["active"]
            required(form.password)
        return form

    def _begin(self, form: Form) -> None:
        super()._begin(form)
        begin_at_own_station(form)

    def create_row(self, form: Form) -> Account:
        """Open an account and appoint it; below the whole system it needs a place to be found."""
        account = accounts.open_account(
            form.login.data, form.name.data, form.password.data or "", must_change=True
        )
        place = form.station.data or form.division.data
        if form.role.data is not None:
            accounts.appoint(account, form.role.data, place, by=access())
        elif not access().is_everywhere("accounts:write"):
            raise DomainError(_("Choose the role and the place of the first appointment."))
        return account

    def change_row(self, row: Any, form: Form) -> None:
        """Rename, close or reopen an account, or give it a new password."""
        if row.active and not form.active.data:
            accounts.close(row, by=access())
        row.name, row.active = form.name.data, form.active.data
        if form.password.data:
            accounts.set_password(row, form.password.data, must_change=True)


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
            asked = (form.role.data, form.station.data, form.division.data)
            if asked != (committee.ROLES[seat.kind], seat.station, None):
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
            form.station.data or form.division.data,
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


class AuditView(RegisterView):
    """Who did what, when; nobody can change it."""

    model = AuditEntry
    resource = "audit"
    title = _("Audit trail")
    columns = (
        Column("id", _("Number"), sort=True),
        Column("at", _("At"), formats.moment),
        Column("account", _("Account"), lambda account: str(account or _("System"))),
        Column("action", _("Act")),
        Column("register", _("Register"), formats.register),
        Column("row_id", _("Record")),
        Column(
            "changes",
            _("Changes"),
            lambda told: json.dumps(told, ensure_ascii=False),
            on=(EXPORT,),
        ),
    )
    filters = (
        Is("action", _("Act"), AuditEntry.action, AuditAction),
        Among("register", _("Register"), AuditEntry.register, formats.REGISTERS),
        *between("at", _("Day"), AuditEntry.at),
    )
    order = (AuditEntry.id.desc(),)
    details_template = "audit/entry.html"
    told = staticmethod(trail.told)

"""Accounts: who signs in, opened with a first appointment and a password to be changed."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, redirect, request
from flask_admin import expose
from flask_admin.model.fields import AjaxSelectField
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Select
from werkzeug.wrappers import Response
from wtforms import Form, PasswordField, StringField
from wtforms.validators import Length, Optional

from admin_app.policy import appointed_at
from admin_app.services import accounts
from admin_app.services.accounts import owners, second_factor
from models import (
    Account,
    DomainError,
    Role,
    SignIn,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import ChoiceField, no_nul, required, stripped, within_reach
from views.lookups import LookupWidget
from views.web.requests import access

from .appointments import (
    DIVISION_HELP,
    begin_at_own_station,
    lookups,
    offer_roles,
    place_in,
)


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
        Column("person_id", _("Own roll number"), owners.number_of, on=DETAILS),
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
                Field(
                    "own_number",
                    _("Own roll number"),
                    _(
                        "If the person is a volunteer: nobody confirms, approves or issues for "
                        "himself. The name must be the same."
                    ),
                ),
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
        "own_number": StringField(
            _("Own roll number"), [Optional(), Length(max=24), no_nul], filters=[stripped]
        ),
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
    list_template = "accounts/list.html"

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
            offer_roles(form)
        return form

    def _begin(self, form: Form) -> None:
        super()._begin(form)
        begin_at_own_station(form)

    def fill(self, form: Form, row: Any) -> None:
        """Show which volunteer the owner is."""
        form.own_number.data = owners.number_of(row.person_id)

    def create_row(self, form: Form) -> Account:
        """Open an account and appoint it; below the whole system it needs a place to be found."""
        account = accounts.open_account(
            form.login.data, form.name.data, form.password.data or "", must_change=True
        )
        owners.link(account, form.own_number.data)
        if form.role.data is not None:
            accounts.appoint(account, form.role.data, place_in(form), by=access())
        elif not access().is_everywhere("accounts:write"):
            raise DomainError(_("Choose the role and the place of the first appointment."))
        return account

    def change_row(self, row: Any, form: Form) -> None:
        """Rename, close or reopen an account, or give it a new password."""
        if row.active and not form.active.data:
            accounts.close(row, by=access())
        row.name, row.active = form.name.data, form.active.data
        if form.own_number.raw_data:  # what is not asked for unlinks nobody
            owners.link(row, form.own_number.data)
        if form.password.data:
            accounts.set_password(row, form.password.data, must_change=True)

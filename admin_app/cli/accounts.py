"""``account``: who signs in, as what, and where."""

from __future__ import annotations

import getpass
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from admin_app.policy import access_of
from admin_app.services import accounts
from admin_app.services.accounts import rescues
from models import Account, Appointment, Role, db

from .asking import ask_password
from .operating import answer, by_option, json_option, operating, refusing, tell

lasting_option = click.option(
    "--lasting",
    is_flag=True,
    help="The owner chose the password: it is not changed at the first sign-in.",
)


@click.command("create")
@click.argument("login")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option(
    "--place",
    "places",
    multiple=True,
    metavar="CODE",
    help="A station or a division, or nothing; again for each further division.",
)
@click.option("--name", default="", help="The person's name; else the sign-in name.")
@lasting_option
@by_option
@with_appcontext
@refusing
def create(
    login: str, role: str, places: tuple[str, ...], name: str, *, lasting: bool, by: str | None
) -> None:
    """Open the account LOGIN with one appointment; the password is asked or read from stdin.

    Its owner chooses another one at the first sign-in.
    """
    password = ask_password()
    with operating(by) as operator:
        appointed = Role(role)
        where, *further = [accounts.place_of(appointed, code.strip()) for code in places or ("",)]
        account = accounts.open_account(login, name, password, must_change=not lasting)
        access = access_of(operator) if operator else None
        appointment = accounts.appoint(account, appointed, where, by=access)
        for division in further:
            accounts.reach_further(appointment, division, by=access)
        db.session.commit()
        label = str(appointment)
    tell(_("Account %(login)s is open: %(appointment)s.", login=login, appointment=label))


@click.command("reset")
@click.argument("login")
@lasting_option
@by_option
@with_appcontext
@refusing
def reset(login: str, *, lasting: bool, by: str | None) -> None:
    """Give LOGIN a new password, end all its sign-ins and unlock it.

    Its owner chooses another one at the next sign-in.
    """
    account, password = accounts.by_login(login), ask_password()
    with operating(by) as operator:
        keeper = access_of(operator) if operator else None
        accounts.reset(account, password, must_change=not lasting, by=keeper)
        db.session.commit()
    tell(_("Account %(login)s has a new password; its sign-ins are ended.", login=login))


@click.command("close")
@click.argument("login")
@by_option
@with_appcontext
@refusing
def close(login: str, by: str | None) -> None:
    """Close LOGIN; what the account wrote keeps its name."""
    account = accounts.by_login(login)
    with operating(by) as operator:
        accounts.close(account, by=access_of(operator) if operator else None)
        db.session.commit()
    tell(_("Account %(login)s is closed.", login=login))


@click.command("rescue")
@click.argument("login")
@click.option("--reason", required=True, help="Why; shown to every administrator and leader.")
@with_appcontext
@refusing
def rescue(login: str, reason: str) -> None:
    """Let LOGIN in again when nobody else can: a one-time password, seen by everybody."""
    account = accounts.by_login(login)
    with operating(None):
        password = rescues.rescue(account, reason, operator=getpass.getuser())
        db.session.commit()
    click.echo(password)
    tell(_("Account %(login)s is let in again; every administrator and leader is told.",
           login=login))  # fmt: skip


@click.command("list")
@by_option
@json_option
@with_appcontext
@refusing
def list_(by: str | None, as_json: bool) -> None:
    """List the accounts and what each is appointed as."""
    with operating(by):
        rows = [_row(account) for account in accounts.everyone()]
    if as_json:
        answer(rows)
        return
    for row in rows:
        held = "; ".join(
            " ".join((a["role"], a["place"], *a["further"])).strip() for a in row["appointments"]
        )
        login = row["login"] if row["active"] else _("%(login)s (closed)", login=row["login"])
        click.echo(f"{login}\t{row['name']}\t{held}")


def _row(account: Account) -> dict[str, Any]:
    return {
        "login": account.login,
        "name": account.name,
        "active": account.active,
        "appointments": [_held(appointment) for appointment in account.appointments],
    }


def _held(appointment: Appointment) -> dict[str, Any]:
    place = appointment.station or appointment.division
    return {
        "role": appointment.role.value,
        "place": place.code if place else "",
        "further": [more.division.code for more in appointment.further],
        "since": appointment.since.isoformat(),
        "until": appointment.until.isoformat() if appointment.until else None,
    }


GROUPS = {"account": [create, reset, close, rescue, list_]}

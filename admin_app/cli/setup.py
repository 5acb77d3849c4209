"""``setup``: an empty office is opened at the desk."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from admin_app.services import setup
from models import Role, db

from .asking import ask_password
from .operating import operating, refusing, tell


@click.command("setup")
@click.option("--division", metavar="CODE", help="The 12-digit code of the station's community.")
@click.option("--station", "station_name", metavar="NAME", help="The first station's name.")
@click.option("--login", metavar="LOGIN", help="The first person's sign-in name.")
@click.option("--name", metavar="NAME", help="The first person's name.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in setup.FIRST_ROLES]),
    default=Role.LEADER.value,
    show_default=True,
    help="What the first person is at the station, besides administrator.",
)
@with_appcontext
@refusing
def open_office(
    division: str | None, station_name: str | None, login: str | None, name: str | None, role: str
) -> None:
    """Open an empty office: its place, its first station, its first account.

    What is not given as an option is asked on a terminal; the password comes from there or from
    standard input.
    """
    setup.require_unopened()
    given = setup.Opening(
        division_code=division or _asked_place(),
        station_name=station_name or _asked(_("Name of the first station"), "--station"),
        login=login or _asked(_("Sign-in name"), "--login"),
        name=name or _asked(_("Your name"), "--name"),
        password=ask_password(),
        role=Role(role),
    )
    with operating(None):
        account = setup.open_office(given)
        words = "; ".join(str(appointment) for appointment in account.appointments)
        db.session.commit()
    setup.forget_code()
    tell(_("The office is open. %(login)s is: %(appointments)s", login=given.login,
           appointments=words))  # fmt: skip


def _asked(words: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise click.UsageError(f"Missing option {option!r}.")
    answer: str = click.prompt(words, err=True)
    return answer


def _asked_place() -> str:
    """Return the code of the place whose name or code is typed, asking until one is meant."""
    while True:
        typed = _asked(_("Community of the first station (name or code)"), "--division")
        found = setup.places(typed)
        if len(found) == 1:
            tell(found[0][1])
            return found[0][0]
        for _code, label in found:
            tell(label)
        tell(_("Type the code, or more of the name.") if found else _("There is no such place."))


COMMANDS = [open_office]

"""``demo``: an office that a visitor understands at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from flask_migrate import upgrade

from admin_app.services import demo
from models import DomainError, Role, db

from .operating import answer, json_option, refusing, tell

GAP = 2


@click.command("demo")
@json_option
@click.option("--upgrade", "is_upgrading", is_flag=True, help="Bring the database up first.")
@click.option("--or-serve", "is_serving", is_flag=True, help="Leave real data alone in silence.")
@with_appcontext
@refusing
def fill(as_json: bool, is_upgrading: bool, is_serving: bool) -> None:
    """Fill an empty office with invented people and tell one sign-in a role; safe to repeat.

    script/server does both steps in this one process, which starts once instead of twice.
    """
    if is_upgrading:
        upgrade()
    try:
        sign_ins = demo.read_sign_ins() if demo.is_demo() else _filled()
    except demo.RealOffice:
        if not is_serving:
            raise
        tell(_("This office holds data of its own: it is served without the demo."))
        return
    if as_json:
        answer([asdict(sign_in) for sign_in in sign_ins])
    elif sign_ins:
        click.echo(_table(sign_ins))
    else:
        tell(_("The demo's sign-ins are not in this folder: set a password by account reset."))


def _filled() -> list[demo.DemoSignIn]:
    sign_ins = demo.fill()
    db.session.commit()
    tell(_("The demo is filled: everything in it is invented."))
    try:
        demo.hand_out()
    except DomainError as refusal:
        tell(refusal)  # the office is filled all the same
    return sign_ins


def _table(sign_ins: Sequence[demo.DemoSignIn]) -> str:
    head = [_("Sign-in name"), _("Role"), _("Place"), _("Password")]
    rows = [[s.login, str(Role(s.role).label), s.place or "—", s.password] for s in sign_ins]
    widths = [max(_width(row[n]) for row in (head, *rows)) + GAP for n in range(len(head))]
    return "\n".join("".join(_padded(*cell) for cell in zip(row, widths, strict=True)).rstrip()
                     for row in (head, *rows))  # fmt: skip


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


COMMANDS = [fill]

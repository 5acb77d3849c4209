"""``figures``: the numbers of the rules, as they stand at a place."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from admin_app.policy import unscoped
from admin_app.services import figures
from admin_app.services.places import divisions
from models import clock

from .operating import Day, answer, json_option, refusing


@click.command("show")
@click.option("--division", "code", metavar="CODE", required=True, help="A division's 12 digits.")
@click.option("--on", "on", type=Day(), help="As of this day; today by default.")
@json_option
@with_appcontext
@refusing
def show(code: str, on: date | None, as_json: bool) -> None:
    """Tell every figure in force at a division, with its basis and where it was set."""
    with unscoped("figures are published rules"):
        division, day = divisions.by_code(code), on or clock.today()
        settings = figures.in_force(division.code, on=day)
    if as_json:
        answer({"division": division.code, "on": day.isoformat(),
                "figures": {one.name.value: _value(one) for one in settings}})  # fmt: skip
        return
    for one in settings:
        value = _("not set") if one.value is None else one.value
        told = f"  {one.code or '-'}  {one.since}  {one.basis}" if one.value is not None else ""
        click.echo(f"{one.name.value}  {value}{told}")


def _value(one: figures.Setting) -> dict[str, object] | None:
    """Return a figure as other programs read it; None where it is not set."""
    if one.value is None:
        return None
    told = asdict(one)
    return {
        "value": told["value"], "since": one.since.isoformat() if one.since else None,
        "basis": told["basis"], "division": told["code"],
    }  # fmt: skip


GROUPS = {"figures": [show]}

"""``doctor``: what is wrong, and how to mend it."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from admin_app.services import doctor
from admin_app.services.doctor import Health

from .operating import REFUSED, answer, json_option, operating

SIGNS = {Health.OK: "✓", Health.WARN: "!", Health.BAD: "✗"}


@click.command("doctor")
@json_option
@with_appcontext
def examine(*, as_json: bool) -> None:
    """Look at every part of the office; exit status 1 when something is to be mended."""
    with operating(None):
        found = doctor.examine()
    if as_json:
        answer(
            [
                {"part": str(one.part), "health": one.health.value, "words": str(one.words)}
                for one in found
            ]
        )
    else:
        for one in found:
            click.echo(f"{SIGNS[one.health]} {one.part}: {one.words}")
    if any(one.health is Health.BAD for one in found):
        sys.exit(REFUSED)


COMMANDS = [examine]

"""``volunteers list``: a station's roll with what each person served there."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from admin_app.services.people import roll
from admin_app.services.places import stations

from .operating import answer, by_option, json_option, operating, refusing


@click.command("list")
@click.option("--station", "code", required=True, metavar="CODE")
@by_option
@json_option
@with_appcontext
@refusing
def list_(code: str, by: str | None, as_json: bool) -> None:
    """List the roll of a station: number, masked name, day of registration, minutes."""
    with operating(by):
        lines = list(roll.of(stations.named_by(code)))
    if as_json:
        answer(
            [
                {
                    "number": line.number,
                    "name": line.name,
                    "state": line.state.value,
                    "registered_on": line.registered_on.isoformat(),
                    "minutes": line.minutes,
                }
                for line in lines
            ]
        )
        return
    for line in lines:
        click.echo(f"{line.number}\t{line.name}\t{line.registered_on}\t{line.minutes}")


GROUPS = {"volunteers": [list_]}

"""``projects list``: a station's projects, and which of them are regular."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from flask.cli import with_appcontext

from admin_app.services import programme
from admin_app.services.places import stations
from admin_app.services.programme import Standing
from models import Project, clock

from .operating import Day, answer, by_option, json_option, operating, refusing


@click.command("list")
@click.option("--station", "code", required=True, metavar="CODE")
@click.option("--on", "on", type=Day(), help="As things stand on this day; today if left out.")
@by_option
@json_option
@with_appcontext
@refusing
def list_(code: str, on: date | None, by: str | None, as_json: bool) -> None:
    """List the projects of a station: name, days, and whether each is regular."""
    with operating(by):
        found = programme.of_station(Project, stations.named_by(code).id)
        standings = programme.regular(found, on=on or clock.today())
        told = [_told(row, standings[row.id]) for row in found]
    if as_json:
        answer(told)
        return
    for one in told:
        click.echo("\t".join(str(one[name] or "") for name in ("name", "opens_on", "reason")))


def _told(row: Project, standing: Standing) -> dict[str, Any]:
    return {
        "name": row.name,
        "category": row.category.value,
        "served": row.served.value,
        "opens_on": row.opens_on.isoformat(),
        "closes_on": row.closes_on and row.closes_on.isoformat(),
        "regular": standing.holds,
        "held": standing.held,
        "next_on": standing.next_on and standing.next_on.isoformat(),
        "reason": standing.reason,
    }


GROUPS = {"projects": [list_]}

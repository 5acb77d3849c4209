"""``ledger verify`` and ``volunteers totals``: whether the totals follow from the entries."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from admin_app.services.ledger import checking, standings
from models import DomainError, Volunteer, db

from .operating import REFUSED, answer, by_option, json_option, operating, refusing, tell


@click.command("verify")
@json_option
@with_appcontext
@refusing
def verify(as_json: bool) -> None:
    """Count every total anew from the entries; exit status 1 when one differs."""
    verdict = checking.verify()
    if as_json:
        differences = [asdict(one) for one in verdict.differences]
        answer({"entries": verdict.entries, "differences": differences})
    for one in verdict.differences:
        tell(f"{one.total} {one.key}: {one.kept} ≠ {one.counted}")
    if verdict.differences:
        sys.exit(REFUSED)
    tell(
        ngettext(
            "Every total follows from the ledger: %(num)s entry.",
            "Every total follows from the ledger: %(num)s entries.",
            verdict.entries,
        )
    )


@click.command("totals")
@click.argument("number")
@by_option
@json_option
@with_appcontext
@refusing
def totals(number: str, by: str | None, as_json: bool) -> None:
    """Tell what a volunteer's person has served, and what follows from it."""
    with operating(by):
        volunteer = db.session.scalar(select(Volunteer).where(Volunteer.number == number))
        if volunteer is None:
            raise DomainError(_("No volunteer has the number %(number)s.", number=number))
        standing = standings.of(volunteer)
    told = {
        "minutes": standing.minutes,
        "minutes_by_year_station": [
            {"year": year, "station": code, "minutes": minutes}
            for year, code, minutes in standing.by_year_station
        ],
        "stars": standing.stars,
        "backbone_years": list(standing.backbone_years),
    }
    if as_json:
        answer(told)
        return
    for name, value in told.items():
        click.echo(f"{name}\t{value}")


GROUPS = {"ledger": [verify], "volunteers": [totals]}

"""``standards check`` and its kin: how stations stand by their checklist (五有/六有)."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from admin_app.policy import access_of
from admin_app.services.places import divisions, stations
from admin_app.services.reports import Month
from admin_app.services.standards import checklists
from admin_app.services.standards.checklists import Result
from models import Checklist, DomainError, clock, db

from .operating import Day, answer, by_option, json_option, operating, refusing, tell
from .reports import MonthWritten

MARKS = {True: "✓", False: "✗", None: "—"}


@click.command("check")
@click.option("--station", required=True, metavar="CODE", help="A station's or community's code.")
@click.option("--month", "asked", type=MonthWritten(), help="As in 2026-10; the running one else.")
@by_option
@json_option
@with_appcontext
@refusing
def check(*, station: str, asked: Month | None, by: str | None, as_json: bool) -> None:
    """Tell what a station has, in a month, of what its checklist asks."""
    month = asked or Month.of(clock.today())
    with operating(by):
        place = stations.named_by(station)
        # A month that has just ended is kept by whoever asks first.
        result = checklists.check(place, month)
        if checklists.keep(place, month):
            db.session.commit()
        if as_json:
            answer(result.plain())
        else:
            _say(result)


@click.command("keep")
@json_option
@with_appcontext
@refusing
def keep(as_json: bool) -> None:
    """Keep the scores of the month that ended last; what is kept already stays."""
    kept = checklists.keep_last_month()
    if as_json:
        answer({"month": str(Month.last_full()), "kept": kept})
    tell(ngettext("%(num)s score kept.", "%(num)s scores kept.", kept))


@click.command("choose")
@click.option("--division", required=True, metavar="CODE", help="The 12-digit code.")
@click.option("--checklist", "code", required=True, help="Such as six_2024.")
@click.option("--since", type=Day(), help="From this day on; today if left out.")
@by_option
@json_option
@with_appcontext
@refusing
def choose(*, division: str, code: str, since: date | None, by: str | None, as_json: bool) -> None:
    """Let a checklist hold at a division and below from a day on."""
    with operating(by) as operator:
        chosen = db.session.scalar(select(Checklist).filter_by(code=code))
        if chosen is None:
            raise DomainError(_("There is no checklist “%(code)s”.", code=code))
        place = divisions.by_code(division)
        day = since or clock.today()
        access = access_of(operator) if operator else None
        checklists.choose(place, chosen, since=day, by=access)
        db.session.commit()
        told = {"division": place.code, "checklist": chosen.code, "since": day.isoformat()}
        words = _("“%(checklist)s” holds at %(division)s from %(day)s.",
                  checklist=chosen.name, division=place.name, day=day)  # fmt: skip
    if as_json:
        answer(told)
    tell(words)


def _say(result: Result) -> None:
    if result.checklist is None:
        click.echo(_("No checklist is chosen for this place."))
        return
    click.echo(f"{result.name} {result.month} {result.checklist} {result.met}/{result.total}")
    for item in result.items:
        click.echo(f"{MARKS[item.met]} {item.title} {item.missing or ''}".rstrip())


GROUPS: dict[str, Any] = {"standards": [check, keep, choose]}

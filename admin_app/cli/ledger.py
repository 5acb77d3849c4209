"""``ledger verify``, ``overdue`` and ``overlaps``, ``volunteers totals``: what the entries say."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_app.policy import Access, access_of
from admin_app.services import audit, masking
from admin_app.services.ledger import checking, deadlines, overlaps, registers, standings
from admin_app.services.ledger.deadlines import Punctuality, Unrecorded
from admin_app.services.ledger.overlaps import Overlap, Period, Side
from admin_app.services.people import volunteers
from admin_app.services.places import divisions, stations
from admin_app.services.reports import Month
from admin_app.services.reports.months import FIRST_YEAR, LAST_YEAR
from models import AuditAction, clock, db, engine

from .operating import REFUSED, Day, answer, by_option, json_option, keep, operating, refusing, tell
from .reports import MonthWritten


@click.command("verify")
@json_option
@with_appcontext
@refusing
def verify(as_json: bool) -> None:
    """Count every total anew from the entries; exit status 1 when one differs."""
    with engine.snapshot():
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
        standing = standings.of(volunteers.by_number(number))
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


@click.command("overdue")
@click.option("--station", metavar="CODE", help="A station's or a community's code.")
@click.option("--division", metavar="CODE", help="The 12-digit code of a division.")
@click.option("--on", "on", type=Day(), help="As things stand on this day; today if left out.")
@by_option
@json_option
@with_appcontext
@refusing
def overdue(
    *, station: str | None, division: str | None, on: date | None, by: str | None, as_json: bool
) -> None:
    """List the activities whose hours and quality should be recorded, and who did so in time."""
    if bool(station) == bool(division):
        raise click.UsageError("give either --station or --division")
    day = on or clock.today()
    with operating(by):
        place = stations.named_by(station) if station else divisions.by_code(division or "")
        today, late = deadlines.due_today(place, day), deadlines.overdue(place, day)
        in_time = deadlines.on_time(place, Month.of(day), day)
    if as_json:
        answer(
            {
                "on": day.isoformat(),
                "due_today": list(map(_plain, today)),
                "overdue": list(map(_plain, late)),
                "on_time": list(map(_share, in_time)),
            }
        )
        return
    _list(_("Due today"), today)
    _list(_("Overdue"), late)
    for one in in_time:
        click.echo(f"{one.station}\t{one.month}\t{one.on_time}/{one.held - one.running}")


def _plain(one: Unrecorded) -> dict[str, Any]:
    days = {"held_on": one.held_on.isoformat(), "due_on": one.due_on.isoformat()}
    return asdict(one) | days


def _share(one: Punctuality) -> dict[str, Any]:
    return {
        "station": one.station, "month": str(one.month), "held": one.held,
        "on_time": one.on_time, "running": one.running, "late": one.late,
    }  # fmt: skip


def _list(title: str, found: Iterable[Unrecorded]) -> None:
    for one in found:
        click.echo(
            f"{title}\t{one.due_on}\t{one.station}\t{one.held_on}\t{one.activity}"
            f"\t{one.missing_quality}/{one.entries}"
        )


@click.command("overlaps")
@click.option("--division", metavar="CODE", required=True, help="The 12-digit code of a division.")
@click.option("--since", type=Day(), help="Service from this day on.")
@click.option("--until", type=Day(), help="Service until this day, itself included.")
@by_option
@json_option
@with_appcontext
@refusing
def overlapping(
    *, division: str, since: date | None, until: date | None, by: str | None, as_json: bool
) -> None:
    """List who is recorded twice at one time; exit status 1 when anybody is."""
    if since and until and until < since:
        raise click.UsageError("--until lies before --since")
    with operating(by) as account:
        place = divisions.by_code(division)
        access = None
        if account is not None:
            access = access_of(account)
            access.require("findings:read", place)
        found = list(overlaps.find(place, Period(since, until)))
        told = [_pair(one, access) for one in found]
    if as_json:
        days = {"since": since and since.isoformat(), "until": until and until.isoformat()}
        answer({"division": division, **days, "overlaps": told})
    else:
        for one in told:
            click.echo("\t".join([one["person"], *map(_side_in_words, one["entries"])]))
    tell(ngettext("%(num)s overlap.", "%(num)s overlaps.", len(found)))
    if found:
        sys.exit(REFUSED)


def _pair(found: Overlap, access: Access | None) -> dict[str, Any]:
    return {
        "person": masking.name(found.name),
        "minutes": found.minutes,
        "entries": [_entry(side, access) for side in (found.first, found.second)],
    }


def _entry(side: Side, access: Access | None) -> dict[str, Any]:
    """Return an entry; of another place than one's own just the station and the times."""
    own = access is None or access.reaches("ledger:read", side)
    return {
        "id": side.id if own else None,
        "station": side.code,
        "station_name": side.station,
        "volunteer": side.number if own else None,
        "state": side.state.value if own else None,
        "started_at": f"{side.started_at:%Y-%m-%dT%H:%M}",
        "ended_at": f"{side.ended_at:%Y-%m-%dT%H:%M}",
    }


def _side_in_words(entry: dict[str, Any]) -> str:
    times = f"{entry['started_at'].replace('T', ' ')}–{entry['ended_at'][-5:]}"
    return f"{entry['id'] or ''} {entry['station']} {times} {entry['state'] or ''}".strip()


@click.command("register")
@click.option("--station", metavar="CODE", help="A station's or a community's code.")
@click.option("--month", type=MonthWritten(), help="The station's month, as in 2026-10.")
@click.option("--volunteer", metavar="NUMBER", help="A volunteer's roll number.")
@click.option("--year", type=click.IntRange(FIRST_YEAR, LAST_YEAR), help="The volunteer's year.")
@click.option(
    "--pdf",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Print the register into this file.",
)
@by_option
@with_appcontext
@refusing
def register(
    *,
    station: str | None,
    month: Month | None,
    volunteer: str | None,
    year: int | None,
    pdf: Path,
    by: str | None,
) -> None:
    """Print the register of services of a station's month or a volunteer's year."""
    given = [value is not None for value in (station, month, volunteer, year)]
    if given not in ([True, True, False, False], [False, False, True, True]):
        raise click.UsageError("give --station and --month, or --volunteer and --year")
    with operating(by) as account:
        row: Any = stations.named_by(station) if station else volunteers.by_number(volunteer or "")
        if account is not None:
            for permission in ("ledger:read", "ledger:export"):
                access_of(account).require(permission, row)
        found = (
            registers.of_station(row, month) if month else registers.of_volunteer(row, year or 0)
        )
        content = registers.paper(found).pdf
        period = {"month" if month else "year": found.period}
        audit.record(
            AuditAction.PRINT, row.__tablename__, row=row, report="service_register", **period
        )
        keep(pdf, content)
        db.session.commit()
    tell(_("Written: %(path)s", path=pdf))


GROUPS = {"ledger": [verify, overdue, overlapping, register], "volunteers": [totals]}

"""``report month``: a month of a station or division, as JSON, PDF and workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from admin_app.services import audit, reports
from admin_app.services.places import divisions, stations
from admin_app.services.reports import Month, MonthReport, Place
from models import AuditAction, DomainError, db, engine

from .operating import answer, by_option, json_option, keep, operating, refusing, tell


class MonthWritten(click.ParamType):
    """A month written as YYYY-MM."""

    name = "month"

    def convert(self, value: Any, param: Any, ctx: Any) -> Month:
        """Return the month, or end the command as misused."""
        try:
            return value if isinstance(value, Month) else Month.parse(value)
        except DomainError:
            self.fail(f"{value!r} is not a month written as YYYY-MM", param, ctx)


def _file(name: str, words: str) -> Any:
    return click.option(name, type=click.Path(dir_okay=False, path_type=Path), help=words)


@click.command("month")
@click.option("--station", metavar="CODE", help="A station's or a community's code.")
@click.option("--division", metavar="CODE", help="The 12-digit code of a division.")
@click.option("--month", "asked", type=MonthWritten(), required=True, help="As in 2026-10.")
@_file("--pdf", "Print the report into this file.")
@_file("--xlsx", "Write the workbook into this file.")
@by_option
@json_option
@with_appcontext
@refusing
def report_month(
    *,
    station: str | None,
    division: str | None,
    asked: Month,
    pdf: Path | None,
    xlsx: Path | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Report what a station, or all stations of a division, did in a month."""
    if bool(station) == bool(division):
        raise click.UsageError("give either --station or --division")
    with operating(by):
        with engine.reading():
            db.session.rollback()  # so that compiling blocks no writer
            place = _place(station, division)
            report = reports.month(place, asked)
            db.session.rollback()
        if pdf is not None:
            _hand_over(pdf, reports.paper(report).pdf, place, AuditAction.PRINT, asked)
        if xlsx is not None:
            _hand_over(xlsx, reports.workbook(report), place, AuditAction.EXPORT, asked)
    if as_json:
        answer(reports.answer(report))
    else:
        _say(report)


def _place(station: str | None, division: str | None) -> Place:
    return stations.named_by(station) if station else divisions.by_code(division or "")


def _hand_over(path: Path, content: bytes, place: Place, action: AuditAction, month: Month) -> None:
    audit.record(action, place.__tablename__, row=place, report="month", month=str(month))
    keep(path, content)
    db.session.commit()
    tell(_("Written: %(path)s", path=path))


def _say(report: MonthReport) -> None:
    counts = report.counts
    click.echo(f"{report.place.name} {report.month}")
    for words, number in (
        (_("Activities"), counts.activities),
        (_("Attendances"), counts.attendances),
        (_("Participants"), counts.participants),
        (_("Minutes served"), counts.minutes),
        (_("Newly registered"), counts.registered_new),
        (_("On the roll"), counts.registered_total),
    ):
        click.echo(f"{words}: {number}")


GROUPS = {"report": [report_month]}

"""``stations``, ``population``, ``volunteers``, ``ledger`` and ``account import``: sheets."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_app.policy import access_of
from admin_app.services.exchange import batches
from admin_app.services.exchange.accounts import JudgedAccounts
from admin_app.services.exchange.batches import Upload
from admin_app.services.exchange.population import JudgedPopulation
from admin_app.services.exchange.verdicts import Judged
from admin_app.services.places import stations
from models import ImportKind, Station, clock, db

from .operating import REFUSED, Day, answer, by_option, json_option, operating, refusing, tell

TOLD = 20

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
station_option = click.option(
    "--station", "code", metavar="CODE", required=True, help="A station's or a community's code."
)
on_option = click.option(
    "--on", "on", type=Day(), help="The day the sheet was handed in; today by default."
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Judge the sheet, enter nothing.")


@click.command("import")
@file_argument
@dry_run_option
@by_option
@json_option
@with_appcontext
@refusing
def import_stations(file: Path, dry_run: bool, by: str | None, as_json: bool) -> None:
    """Open the stations that FILE lists."""
    _bring_in(ImportKind.STATIONS, file, None, on=None, dry_run=dry_run, by=by, as_json=as_json)


@click.command("import")
@file_argument
@dry_run_option
@by_option
@json_option
@with_appcontext
@refusing
def import_population(file: Path, dry_run: bool, by: str | None, as_json: bool) -> None:
    """Write down the resident populations that FILE lists."""
    _bring_in(ImportKind.POPULATION, file, None, on=None, dry_run=dry_run, by=by, as_json=as_json)


@click.command("import")
@file_argument
@station_option
@on_option
@dry_run_option
@by_option
@json_option
@with_appcontext
@refusing
def import_volunteers(
    *, file: Path, code: str, on: date | None, dry_run: bool, by: str | None, as_json: bool
) -> None:
    """Put the volunteers of FILE on a station's roll."""
    _bring_in(ImportKind.VOLUNTEERS, file, code, on=on, dry_run=dry_run, by=by, as_json=as_json)


@click.command("import")
@file_argument
@station_option
@on_option
@dry_run_option
@by_option
@json_option
@with_appcontext
@refusing
def import_ledger(
    *, file: Path, code: str, on: date | None, dry_run: bool, by: str | None, as_json: bool
) -> None:
    """Record the service entries of FILE at a station, confirmed."""
    _bring_in(ImportKind.LEDGER, file, code, on=on, dry_run=dry_run, by=by, as_json=as_json)


@click.command("import")
@file_argument
@dry_run_option
@by_option
@json_option
@with_appcontext
@refusing
def import_accounts(file: Path, dry_run: bool, by: str | None, as_json: bool) -> None:
    """Open the accounts that FILE lists; their one-time passwords are told this once."""
    _bring_in(ImportKind.ACCOUNTS, file, None, on=None, dry_run=dry_run, by=by, as_json=as_json)


def _bring_in(
    kind: ImportKind,
    file: Path,
    code: str | None,
    *,
    on: date | None,
    dry_run: bool,
    by: str | None,
    as_json: bool,
) -> None:
    with operating(by) as account:
        station: Station | None = stations.named_by(code) if code else None
        upload = Upload(kind, file.name, file.read_bytes(), station, on or clock.today())
        judged = batches.bring_in(
            upload,
            by=account,
            access=access_of(account) if account else None,
            at=clock.utc_now(),
            dry_run=dry_run,
        )
        db.session.commit()
    if as_json:
        answer(_value(judged))
    elif isinstance(judged, JudgedAccounts):
        for slip in judged.slips:
            click.echo(f"{slip.login}\t{slip.password}")
    _say(judged, dry_run=dry_run)
    if judged.refused:
        sys.exit(REFUSED)


def _value(judged: Judged[Any]) -> dict[str, Any]:
    value: dict[str, Any] = {
        "accepted": len(judged.accepted),
        "refused": [refusal.plain() for refusal in judged.refused],
    }
    if isinstance(judged, JudgedPopulation):
        value |= {"changed": judged.changed, "unchanged": judged.unchanged}
    if isinstance(judged, JudgedAccounts):
        value["passwords"] = {slip.login: slip.password for slip in judged.slips}
    minutes = getattr(judged, "minutes", None)
    if minutes is not None:
        value["minutes"] = minutes
        value["unmatched_categories"] = dict(judged.unmatched)
    return value


def _say(judged: Judged[Any], *, dry_run: bool) -> None:
    counts = {"accepted": len(judged.accepted), "refused": len(judged.refused)}
    tell(
        _(
            "Rows: %(accepted)s would be accepted, %(refused)s refused. Nothing was written.",
            **counts,
        )
        if dry_run
        else _("Rows: %(accepted)s accepted, %(refused)s refused.", **counts)
    )
    if isinstance(judged, JudgedPopulation):
        tell(
            _("Of these %(changed)s change a number; %(same)s more were kept already.",
              changed=judged.changed, same=judged.unchanged)
        )  # fmt: skip
    for name, count in judged.unmatched.items():
        tell(
            ngettext(
                "No national category is “%(name)s”: %(num)s row is kept as 0099.",
                "No national category is “%(name)s”: %(num)s rows are kept as 0099.",
                count,
                name=name,
            )
        )
    for refusal in judged.refused[:TOLD]:
        tell(
            _(
                "Row %(row)s, %(column)s: %(message)s",
                row=refusal.row,
                column=refusal.column,
                message=refusal.message,
            )
        )
    if len(judged.refused) > TOLD:
        tell(
            ngettext(
                "%(num)s more row was refused; --json names them all.",
                "%(num)s more rows were refused; --json names them all.",
                len(judged.refused) - TOLD,
            )
        )


GROUPS = {
    "stations": [import_stations],
    "population": [import_population],
    "volunteers": [import_volunteers],
    "ledger": [import_ledger],
    "account": [import_accounts],
}

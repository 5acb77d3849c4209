"""``standards board`` and ``recount``: how far a division is from what the rules ask."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_app.policy import access_of
from admin_app.services import audit
from admin_app.services.places import divisions
from admin_app.services.standards import board, registered
from admin_app.services.standards.board import Board, Line
from models import AuditAction, DomainError, RegisteredCount, clock, db, engine

from .operating import Day, answer, by_option, json_option, keep, operating, refusing, tell

READ, EXPORT = "board:read", "board:export"


@click.command("board")
@click.option("--division", required=True, metavar="CODE", help="The 12-digit code.")
@click.option("--on", "on", type=Day(), help="As of this day; today if left out.")
@click.option(
    "--pdf",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Print the board into this file.",
)
@by_option
@json_option
@with_appcontext
@refusing
def standards_board(
    *, division: str, on: date | None, path: Path | None, by: str | None, as_json: bool
) -> None:
    """Tell coverage, registered share, projects, activities and gaps of a division on a day."""
    day = on or clock.today()
    if day > clock.today():
        raise DomainError(_("There is no board of a day to come."))
    with operating(by) as operator, engine.reading():
        place = divisions.by_code(division)
        if operator is not None:
            access_of(operator).require(READ if path is None else EXPORT, place)
        told = board.board(place, on=day)
        if path is not None:
            _print(told, path)
        if as_json:
            answer(board.plain(told))
            return
        for line in (told.whole, *told.below):
            click.echo("\t".join(_cells(line)))


def _print(told: Board, path: Path) -> None:
    place, day = told.place, told.grounds.on
    printed = board.paper(told, board.milestones(place, on=day))
    engine.begin_writing()
    audit.record(
        AuditAction.PRINT, place.__tablename__, row=place, report="board", on=day.isoformat()
    )
    keep(path, printed.pdf)
    db.session.commit()
    tell(_("Written: %(path)s", path=path))


@click.command("recount")
@json_option
@with_appcontext
@refusing
def recount(as_json: bool) -> None:
    """Count the registered residents anew from the rolls, as after rows were loaded by hand."""
    with operating(None), engine.writing():
        connection = db.session.connection()
        wrong = registered.differences(connection)
        if wrong:
            registered.recount(connection)
            audit.record(AuditAction.COMMAND, RegisteredCount.__tablename__, rows=wrong)
        db.session.commit()
    if as_json:
        answer({"mended": wrong})
    tell(ngettext("%(num)s count was mended.", "%(num)s counts were mended.", wrong))


def _cells(line: Line) -> list[str]:
    return [
        line.place.code,
        line.place.name,
        f"{line.covered}/{line.communities}",
        _percent(line.coverage),
        f"{line.registered.people}/{line.residents.people or '—'}",
        _percent(line.registered_share),
        f"{line.projects_enough}/{line.projects_asked_of}",
        f"{line.activities_enough}/{line.activities_asked_of}",
    ]


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}%"


GROUPS: dict[str, Any] = {"standards": [standards_board, recount]}

"""``print wall``: everything that hangs on a station's wall, as one PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from admin_app.services import audit, wall
from admin_app.services.places import stations
from admin_app.services.wall import PaperSize
from models import AuditAction, Station, db, engine

from .operating import answer, by_option, json_option, keep, operating, refusing, tell


@click.command("wall")
@click.option("--station", metavar="CODE", required=True, help="A station's or community's code.")
@click.option(
    "--pdf",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Print into this file.",
)
@click.option(
    "--paper",
    "size",
    type=click.Choice([size.value for size in PaperSize]),
    default="a4",
    show_default=True,
    help="The size of the sheets.",
)
@by_option
@json_option
@with_appcontext
@refusing
def print_wall(*, station: str, path: Path, size: str, by: str | None, as_json: bool) -> None:
    """Print the leadership group, the rules, flow chart, opening hours and service items."""
    with operating(by):
        with engine.reading():
            db.session.rollback()  # so that printing blocks no writer
            place = stations.named_by(station)
            sheets, amiss = wall.whole(place)
            paper = wall.printed(place, sheets, PaperSize(size))
            told: dict[str, Any] = {
                "station": place.code,
                "paper": size,
                "pages": paper.pages,
                "sheets": [{"kind": s.kind, "title": s.title, "draft": s.is_draft} for s in sheets],
                "amiss": [str(words) for words in amiss],
            }
            db.session.rollback()
        audit.record(
            AuditAction.PRINT,
            Station.__tablename__,
            row=place,
            report="wall",
            sheets=[sheet.kind for sheet in sheets],
            paper_size=size,
        )
        keep(path, paper.pdf)
        db.session.commit()
    tell(_("Written: %(path)s", path=path))
    for words in told["amiss"]:
        tell(words)
    if as_json:
        answer(told)


GROUPS = {"print": [print_wall]}

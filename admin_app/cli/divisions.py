"""``divisions``: the list of places."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from admin_app.services.places import divisions
from models import db

from .operating import answer, by_option, json_option, operating, refusing, tell


@click.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@by_option
@json_option
@with_appcontext
@refusing
def load(file: Path, by: str | None, as_json: bool) -> None:
    """Load FILE, a CSV of code, name, level and parent_code; known codes are renamed."""
    content = file.read_bytes()
    lines = divisions.read(divisions.decode(content))
    with operating(by):
        added, renamed = divisions.load(lines, sha256=sha256(content).hexdigest())
        db.session.commit()
    if as_json:
        answer({"added": added, "renamed": renamed})
    tell(_("Divisions: %(added)s added, %(renamed)s renamed.", added=added, renamed=renamed))


GROUPS = {"divisions": [load]}

"""``keys``: the recovery sheet, and keys that come back by it."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from admin_app.services.keys import rotation, sheets

from .certificates import Target
from .operating import answer, json_option, keep, refusing, tell


@click.command("sheet")
@click.option("--again", is_flag=True, help="Print it once more; the trail says so.")
@click.option("--pdf", type=Target(), help="Write an A4 sheet with a QR code here instead.")
@with_appcontext
@refusing
def sheet(*, again: bool, pdf: Path | None) -> None:
    """Write the recovery code on standard output, once: print it and lock it away."""
    if pdf is not None:
        made = sheets.paper(again=again).pdf
        usual = os.umask(0o077)  # nobody else on this machine reads it
        try:
            keep(pdf, made)
        finally:
            os.umask(usual)
        tell(_("Print %(file)s, lock the paper away and delete the file.", file=pdf))
        tell(_("Whoever has this code and a backup reads everything: keep them apart."))
        return
    code = sheets.code(again=again)
    click.echo(_("Recovery code of this office's backups and keys"))
    click.echo(f"\n    {code}\n")
    tell(_("Whoever has this code and a backup reads everything: keep them apart."))


@click.command("restore")
@click.option(
    "--sheet",
    type=click.File("r"),
    metavar="FILE",
    help="Read the recovery code from this file, or from standard input with -.",
)
@with_appcontext
@refusing
def restore(*, sheet: IO[str] | None) -> None:
    """Bring lost or damaged keys back by the code on the sheet."""
    if sheet is not None:
        typed = sheet.readline().strip()
    elif sys.stdin.isatty():
        typed = click.prompt(_("Recovery code on the sheet"), err=True)
    else:
        raise click.UsageError("Missing option '--sheet'.")
    sheets.bring_back(typed)
    tell(_("The keys are back. Start the office."))


@click.command("rotate")
@json_option
@with_appcontext
@refusing
def rotate(*, as_json: bool) -> None:
    """Make new keys and seal everything anew; the office must not run. Cut off, run it again."""
    done = rotation.rotate()
    if as_json:
        answer(asdict(done))
    tell(_("Sealed anew: %(values)s values, %(files)s files. The recovery code stays the same.",
           values=done.values, files=done.files))  # fmt: skip


GROUPS = {"keys": [sheet, restore, rotate]}

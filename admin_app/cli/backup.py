"""``backup`` and ``restore``: the whole office in one sealed file, and back again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from admin_app.services import backups
from models import DomainError

from .operating import REFUSED, answer, json_option, operating, refusing, tell

file_argument = click.argument("file", type=click.Path(path_type=Path))
sheet_option = click.option(
    "--sheet",
    type=click.File("r"),
    metavar="FILE",
    help="Read the recovery code from this file, or from standard input with -.",
)
prove_option = click.option(
    "--prove", is_flag=True, help="Restore it beside the office and verify ledger and trail there."
)


@click.command("backup")
@file_argument
@prove_option
@click.option("--only-prove", is_flag=True, help="Prove a backup that is there; write none.")
@sheet_option
@json_option
@with_appcontext
@refusing
def backup(
    *, file: Path, prove: bool, only_prove: bool, sheet: IO[str] | None, as_json: bool
) -> None:
    """Write everything into one sealed FILE, or into a new file of a folder, while the office runs.

    It opens with the recovery code of ``keys sheet`` alone.
    """
    if only_prove:
        _tell_verdict(backups.prove(file, _code(file, sheet)), as_json=as_json)
        return
    with operating(None):
        line = backups.back_up(file, prove=prove)
        told: dict[str, Any] = {
            "file": line.path, "size": line.size, "sha256": line.sha256, "entries": line.entries,
            "traces": line.traces, "files": line.files, "proved": line.proved_at is not None,
            "trouble": line.trouble,
        }  # fmt: skip
    if as_json:
        answer(told)
    tell(_("Written: %(path)s", path=told["file"]))
    if told["trouble"]:
        tell(told["trouble"])
    if told["proved"]:
        tell(_("Proved by restoring: ledger and trail are whole."))


@click.command("restore")
@file_argument
@click.option("--replace", is_flag=True, help="Keep the office that is here aside.")
@sheet_option
@json_option
@with_appcontext
@refusing
def restore(*, file: Path, replace: bool, sheet: IO[str] | None, as_json: bool) -> None:
    """Put a backup in place of this office, which must not run; all of it or nothing."""
    restored = backups.restore(file, code=_code(file, sheet), replace=replace)
    verdict = restored.verdict
    if as_json:
        answer(
            {
                "made_at": restored.manifest["made_at"], "entries": verdict.entries,
                "traces": verdict.traces, "faults": list(verdict.faults),
                "missing": restored.manifest["missing"], "aside": restored.aside,
            }
        )  # fmt: skip
    tell(_("Restored: the office as of %(moment)s (UTC).", moment=restored.manifest["made_at"]))
    if restored.aside:
        tell(_("What was here before lies in %(place)s.", place=restored.aside))
    _end(verdict)


def _tell_verdict(verdict: backups.Verdict, *, as_json: bool) -> None:
    if as_json:
        answer(
            {"entries": verdict.entries, "traces": verdict.traces, "faults": list(verdict.faults)}
        )
    _end(verdict)


def _end(verdict: backups.Verdict) -> None:
    for fault in verdict.faults:
        tell(fault)
    if verdict.faults:
        sys.exit(REFUSED)
    tell(_("Proved by restoring: ledger and trail are whole."))


def _code(file: Path, sheet: IO[str] | None) -> str | None:
    """Return the code that opens a backup, or None where the office's own keys do."""
    if sheet is not None:
        return sheet.readline().strip()
    if backups.is_ours(file):
        return None
    if sys.stdin.isatty():
        typed: str = click.prompt(_("Recovery code on the sheet"), err=True)
        return typed
    raise DomainError(
        _("This backup opens with another recovery code than this office's: give it with --sheet. "
          "Nothing was changed.")
    )  # fmt: skip


COMMANDS = [backup, restore]

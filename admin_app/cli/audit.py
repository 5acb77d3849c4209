"""``audit``: whether the trail is whole."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext
from flask_babel import ngettext

from admin_app.policy import unscoped
from admin_app.services import audit

from .operating import REFUSED, answer, json_option, tell


@click.command("verify")
@json_option
@with_appcontext
def verify(as_json: bool) -> None:
    """Verify the whole trail; exit status 1 when an entry was changed or taken out."""
    with unscoped("an operator verifies the whole trail"):
        entries, faults = audit.count(), audit.verify()
    if as_json:
        answer({"entries": entries, "faults": faults})
    for fault in faults:
        tell(fault)
    if faults:
        sys.exit(REFUSED)
    tell(
        ngettext(
            "The audit trail is whole: %(num)s entry.",
            "The audit trail is whole: %(num)s entries.",
            entries,
        )
    )


GROUPS = {"audit": [verify]}

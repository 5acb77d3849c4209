"""``volunteers merge``: two rows that are one human being become one."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from admin_app.policy import access_of
from admin_app.services.people import merges, volunteers
from models import MergeState, PersonMerge, Volunteer, db

from .operating import answer, by_option, json_option, operating, refusing


@click.command("merge")
@click.argument("kept")
@click.argument("absorbed")
@click.option("--reason", default="", help="Needed while nobody prepared the merge.")
@by_option
@json_option
@with_appcontext
@refusing
def merge(*, kept: str, absorbed: str, reason: str, by: str | None, as_json: bool) -> None:
    """Merge the person of roll number ABSORBED into the one of roll number KEPT.

    The system prepares and decides at once, and the trail says so. Of persons named with --by the
    first prepares, and another one decides.
    """
    with operating(by) as account:
        access = access_of(account) if account else None
        lines = volunteers.by_number(kept), volunteers.by_number(absorbed)
        row = _prepared(*lines)
        if row is None:
            row = merges.prepare(*lines, reason, by=account, access=access)
            if account is None:
                merges.perform(row, by=None, access=None)
        else:
            merges.perform(row, by=account, access=access)
        told = {"merge": row.id, "state": row.state.value, "entries": row.entries,
                "minutes": row.minutes}  # fmt: skip
        db.session.commit()
    if as_json:
        answer(told)
    else:
        click.echo(f"{told['state']}\t{told['entries'] or 0}\t{told['minutes'] or 0}")


def _prepared(kept: Volunteer, absorbed: Volunteer) -> PersonMerge | None:
    return db.session.scalar(
        select(PersonMerge).where(
            PersonMerge.kept_id == kept.person_id,
            PersonMerge.absorbed_id == absorbed.person_id,
            PersonMerge.state == MergeState.PREPARED,
        )
    )


GROUPS = {"volunteers": [merge]}

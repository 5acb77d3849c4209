"""The office as a whole: whether it is open, and whether what it holds is invented."""

from __future__ import annotations

from pathlib import Path

from alembic.script import ScriptDirectory
from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from admin_app.policy import unscoped
from models import Account, DomainError, Office, Station, clock, db


class RealOffice(DomainError):
    """Somebody keeps data here already; nothing is put over it."""


def steps() -> tuple[str | None, str | None]:
    """Return up to which migration the tables are, None where there are none, and the newest."""
    newest = ScriptDirectory(str(Path(current_app.root_path) / "migrations")).get_current_head()
    if not inspect(db.session.connection()).has_table("alembic_version"):
        return None, newest
    return db.session.scalar(text("SELECT version_num FROM alembic_version")), newest


def is_demo() -> bool:
    """Tell whether everything in here is invented, so that papers say 样张."""
    with unscoped("whether the office is a demo holds for everybody"):
        return bool(db.session.scalar(select(Office.is_demo)))


def has_accounts() -> bool:
    """Tell whether anybody can sign in; before that the office waits to be set up."""
    with unscoped("nobody is there yet to ask in whose name"):
        return db.session.scalar(select(Account.id).limit(1)) is not None


def require_empty() -> None:
    """Raise ``RealOffice`` for an office that somebody opened or keeps data in."""
    with unscoped("an office is opened once"):
        kept = (Office.id, Account.id, Station.id)
        if any(db.session.scalar(select(column).limit(1)) is not None for column in kept):
            raise RealOffice(
                _("This office holds data already: choose another folder in STATION_INSTANCE.")
            )


def mark(*, is_demo: bool) -> None:
    """Write down that the office is open; two who open it at once cannot both do so."""
    db.session.add(Office(is_demo=is_demo, opened_on=clock.today()))
    try:
        db.session.flush()  # the row is unique: the second of two meets it here
    except IntegrityError as taken:
        db.session.rollback()
        raise DomainError(_("Somebody else is opening this office: reload the page.")) from taken

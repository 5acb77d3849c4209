"""What every command shares: in whose name it acts, how it answers, how it refuses."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services import accounts, office
from models import Account, DomainError, db

REFUSED = 1
FIRST_YEAR, LAST_YEAR = 1900, 2199

P = ParamSpec("P")
R = TypeVar("R")

by_option = click.option("--by", "by", metavar="LOGIN", help="Act as this account.")
json_option = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON value.")


class Day(click.ParamType):
    """A day written as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """Return the day, or end the command as misused."""
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day written as YYYY-MM-DD", param, ctx)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail(f"{value!r} is no day of an office: check the year", param, ctx)
        return day


@contextmanager
def operating(by: str | None) -> Iterator[Account | None]:
    """Act as an account, or as the system when none is named; nothing is kept on an error."""
    account = accounts.by_login(by) if by else None
    scope = acting_as(access_of(account)) if account else unscoped("a command acts as the system")
    with scope:
        try:
            yield account
        except BaseException:
            db.session.rollback()
            raise


def refusing(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a ``DomainError``, and tables of another version, into words and exit status 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except DomainError as refusal:
            click.echo(str(refusal), err=True)
            sys.exit(REFUSED)
        except DBAPIError:
            if _is_current():
                raise
            tell(_("The tables are not those of this version: back up, then flask db upgrade."))
            sys.exit(REFUSED)

    return run


def _is_current() -> bool:
    db.session.rollback()
    with unscoped("whether the tables are those of this version"):
        have, newest = office.steps()
    return have == newest


def answer(value: Any) -> None:
    """Write one JSON value on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False))


def tell(words: Any) -> None:
    """Say something to the operator, beside the answer."""
    click.echo(str(words), err=True)


def keep(path: Path, content: bytes) -> None:
    """Write a whole file or none; raises ``DomainError`` where it cannot be written."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise DomainError(
            _("%(path)s cannot be written: %(reason)s.", path=path, reason=error.strerror)
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)

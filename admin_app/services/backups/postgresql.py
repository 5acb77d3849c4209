"""The database of a server: dumped and put back by PostgreSQL's own programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask_babel import lazy_gettext as _
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from models import DomainError

from . import facts
from .facts import Facts

ASIDE = "before_"
# Debian keeps each version's programs in a folder of its own.
VERSIONS = Path("/usr/lib/postgresql")
CLOSING_SECONDS = 2
TOOLS = ("pg_dump", "pg_restore", "psql")


def dump(database: str, target: Path) -> Facts:
    """Dump the database as it stands at one moment, in PostgreSQL's custom format."""
    engine = create_engine(database, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            program = _fitting("pg_dump", _server(connection.scalar(text("SHOW server_version"))))
            moment = connection.scalar(text("SELECT pg_export_snapshot()"))
            found = facts.read(lambda asked: connection.execute(text(asked)))
            # What was put aside, and what else somebody keeps in the same database, is not ours.
            foreign = connection.scalars(text(_FOREIGN)).all()
            with open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                _run(
                    program,
                    *("--format=custom", "--no-owner", "--no-privileges"),
                    "--exclude-table=huey_*",  # the queue rings for jobs and holds none
                    *(f'--exclude-schema="{name}"' for name in foreign),
                    f"--snapshot={moment}",
                    database=database,
                    stdout=file,
                )
                os.fsync(file.fileno())
            return found
    finally:
        engine.dispose()


def restore(database: str, dumped: Path, *, aside: str, mark: str) -> bool:
    """Put a dump in the place of what is there, wholly or not at all.

    What was there is kept as a schema of another name; returns whether there was anything. All of
    it is one transaction, which also leaves the mark that says so.
    """
    engine = create_engine(database)
    try:
        with engine.connect() as connection:
            server = _server(connection.scalar(text("SHOW server_version")))
            loader, shell = _fitting("pg_restore", server), _fitting("psql", server)
            is_empty = not connection.scalar(text(_TABLES))
            extensions = list(connection.scalars(text(_EXTENSIONS)))
    finally:
        engine.dispose()
    first = ["BEGIN;", "SET LOCAL client_min_messages = warning;"]
    if not is_empty:
        first += [f'ALTER SCHEMA public RENAME TO "{aside}";', "CREATE SCHEMA public;"]
        # One database has an extension once: it goes along to what is in use.
        first += [f'ALTER EXTENSION "{name}" SET SCHEMA public;' for name in extensions]
    last = [f"COMMENT ON SCHEMA public IS '{mark}';", "COMMIT;"]
    _pour([loader, "--file=-", dumped], shell, database, "\n".join(first), "\n".join(last))
    return not is_empty


def mark(database: str) -> str | None:
    """Return what the last restore left behind."""
    engine = create_engine(database)
    try:
        with engine.connect() as connection:
            found = connection.scalar(
                text("SELECT obj_description(to_regnamespace('public'), 'pg_namespace')")
            )
            return None if found is None else str(found)
    finally:
        engine.dispose()


def others(database: str) -> int:
    """Return how many other connections the database has: an office that runs has some.

    One that was just closed here is still there for a moment, so it is asked for some more.
    """
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    until = time.monotonic() + CLOSING_SECONDS
    try:
        with engine.connect() as connection:
            while True:
                found = int(connection.scalar(text(_OTHERS)) or 0)
                if not found or time.monotonic() > until:
                    return found
                time.sleep(0.1)
    finally:
        engine.dispose()


@contextmanager
def beside(database: str) -> Iterator[str]:
    """Make an empty database for a while, and give its address.

    Raises ``DomainError`` where the office's own user may make none.
    """
    address = make_url(database)
    name = f"{address.database}_proof_{os.getpid()}"
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            try:
                connection.execute(text(f'CREATE DATABASE "{name}"'))
            except (OperationalError, ProgrammingError) as refused:
                raise DomainError(
                    _("The backup cannot be proved on this server: its user “%(user)s” may make "
                      "no database (ALTER ROLE … CREATEDB).", user=address.username)
                ) from refused  # fmt: skip
        yield address.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        engine.dispose()


def missing_tools() -> list[str]:
    """Return the programs of PostgreSQL that this machine lacks."""
    return [name for name in TOOLS if not _found(name)]


_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
_FOREIGN = """
    SELECT nspname FROM pg_namespace
    WHERE nspname NOT IN ('public', 'information_schema') AND nspname NOT LIKE 'pg\\_%'
"""
_EXTENSIONS = """
    SELECT extname FROM pg_extension JOIN pg_namespace s ON s.oid = extnamespace
    WHERE s.nspname = 'public' AND extrelocatable
"""
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
    AND pid <> pg_backend_pid()
"""


def _pour(loading: Sequence[str | Path], shell: Path, database: str, first: str, last: str) -> None:
    """Run a dump's statements between two others; without the last ones nothing holds."""
    with subprocess.Popen(  # noqa: S603  # programs of PostgreSQL, found by us
        [*loading, "--no-owner", "--no-privileges"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as source, subprocess.Popen(  # noqa: S603
        [shell, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null",
         f"--dbname={_address(database)}"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(database),
    ) as sink:  # fmt: skip
        assert source.stdout and source.stderr and sink.stdin and sink.stderr  # noqa: S101, PT018
        try:
            sink.stdin.write(f"{first}\n".encode())
            shutil.copyfileobj(source.stdout, sink.stdin)
            if source.wait() == 0:
                sink.stdin.write(f"\n{last}\n".encode())
            sink.stdin.close()
        except BrokenPipeError:
            source.kill()
        said = sink.stderr.read() + source.stderr.read()
        if sink.wait() or source.wait():
            raise DomainError(
                _("PostgreSQL did not take the backup, and nothing was changed: %(reason)s",
                  reason=_last_line(said))
            )  # fmt: skip


def _run(program: Path, *arguments: str, database: str, stdout: object) -> None:
    done = subprocess.run(  # noqa: S603  # a program of PostgreSQL, found by us
        [program, *arguments, f"--dbname={_address(database)}"],
        stdout=stdout,  # type: ignore[call-overload]
        stderr=subprocess.PIPE,
        env=_environment(database),
        check=False,
    )
    if done.returncode:
        raise DomainError(_("PostgreSQL made no dump: %(reason)s", reason=_last_line(done.stderr)))


def _last_line(said: bytes) -> str:
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    # The first tells what went wrong; DETAIL and CONTEXT lines may carry values.
    return lines[0] if lines else "?"


def _address(database: str) -> str:
    """Return the address without its password: whoever lists processes would read it."""
    bare = _url(database).set(password=None)
    return bare.render_as_string(hide_password=False)


def _environment(database: str) -> Mapping[str, str]:
    password = _url(database).password
    return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def _url(database: str) -> URL:
    return make_url(database).set(drivername="postgresql")


def _fitting(name: str, server: int) -> Path:
    """Return a program that is as new as the server, or say what to install."""
    found = _found(name)
    if not found:
        raise DomainError(
            _("The program %(name)s is missing: install PostgreSQL's client programs "
              "(apt-get install postgresql-client).", name=name)
        )  # fmt: skip
    best = max(found, key=_version)
    if _version(best) < server:
        raise DomainError(
            _("The program %(name)s is of version %(have)s and the server of %(need)s: install "
              "the client programs of the server's version.",
              name=name, have=_version(best), need=server)
        )  # fmt: skip
    return best


def _found(name: str) -> list[Path]:
    on_path = shutil.which(name)
    return [*([Path(on_path)] if on_path else []), *VERSIONS.glob(f"*/bin/{name}")]


def _version(program: Path) -> int:
    told = subprocess.run(  # noqa: S603  # a program of PostgreSQL, found by us
        [program, "--version"], capture_output=True, text=True, check=False
    ).stdout
    return _server(told)


def _server(told: object) -> int:
    number = re.search(r"(\d+)(?:\.\d+|devel|beta|rc)", str(told))
    return int(number[1]) if number else 0

"""A throw-away PostgreSQL server for the tests, gone when they end."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

ROLE = "station"
START_SECONDS = 60
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
}


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL in which databases come and go at no cost."""

    port: int

    def url(self, database: str) -> str:
        """The address of a database, as SQLAlchemy takes it."""
        return f"postgresql+psycopg://{ROLE}@127.0.0.1:{self.port}/{database}"

    def address(self, database: str) -> str:
        """The address of a database, as its driver takes it."""
        return self.url(database).replace("+psycopg", "", 1)

    def create(self, name: str, template: str | None = None) -> str:
        """Make a database, empty or a copy of another, and give its address."""
        if template is None:
            self._execute("CREATE DATABASE {}", name)
        else:
            self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=ROLE, dbname="postgres", autocommit=True
        )


@contextmanager
def running_server(locale: str = "C.UTF-8") -> Iterator[Server]:
    """Start a server of its own for the caller (one xdist worker, say) and stop it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="station-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        with kept_server(folder, SETTINGS, locale) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def kept_server(
    folder: Path, settings: Mapping[str, str], locale: str = "C.UTF-8"
) -> Iterator[Server]:
    """Start a server on a folder that outlives it, made at first use, and stop it afterwards."""
    if os.geteuid() == 0:
        shutil.chown(folder, _owner())
    if not (folder / "data").exists():
        _initialise(folder, locale)
    process, server = _start(folder, settings)
    atexit.register(_stop, process)
    try:
        yield server
    finally:
        _stop(process)


def _initialise(folder: Path, locale: str) -> None:
    made = _spawn(
        folder,
        "initdb",
        *("--no-sync", "-E", "UTF8", f"--locale={locale}", "-U", ROLE, "--auth=trust"),
        *("-D", str(folder / "data")),
    )
    if made.wait() != 0:
        raise RuntimeError(f"PostgreSQL made no database folder:\n{_log(folder)}")


def _start(
    folder: Path, settings: Mapping[str, str], attempts: int = 3
) -> tuple[subprocess.Popen[bytes], Server]:
    """Another program may take the free port before the server does, hence the attempts."""
    for _ in range(attempts):
        server = Server(_free_port())
        process = _spawn(
            folder,
            "postgres",
            *("-D", str(folder / "data"), "-k", str(folder)),
            *("-h", "127.0.0.1", "-p", str(server.port)),
            *(f"--{name}={value}" for name, value in settings.items()),
        )
        if _answers(server, process):
            return process, server
        _stop(process)
    raise RuntimeError(f"PostgreSQL did not start:\n{_log(folder)}")


def _answers(server: Server, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            server._connect().close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)  # "fast": ends the sessions, then itself
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait()


def _spawn(folder: Path, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    """PostgreSQL refuses to run as root; a worker that is killed takes its server along."""
    owner = _owner() if os.geteuid() == 0 else None
    with_us = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [*with_us, str(_program(program)), *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            user=owner,
            group=None if owner is None else pwd.getpwnam(owner).pw_gid,
            extra_groups=None if owner is None else [],
        )


def _owner() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _program(name: str) -> Path:
    """Debian keeps the server programs of each version out of PATH; the newest will do."""
    installed = list(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if installed:
        return max(installed, key=lambda path: int(path.parts[-3]))
    if found := shutil.which(name):
        return Path(found)
    raise RuntimeError(f"PostgreSQL's {name} is missing. Run script/test, which installs it.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _log(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")[-2000:]

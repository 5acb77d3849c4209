"""Offices for the tests: one on each engine, put back to its first morning for every test."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import ExitStack
from contextvars import Context
from pathlib import Path

import flask
from flask_migrate import upgrade
from sqlalchemy import event

from admin_app.config import ROOT
from admin_app.factory import create_app
from admin_app.policy import unscoped
from admin_app.services.places import divisions
from models import db
from tests.cast import hire
from tests.mornings import Morning
from tests.postgres import Server, running_server

ENGINES = ("sqlite", "postgresql")
TEMPLATE, WORK = "first_morning", "work"


class Office:
    """An application on one engine whose database can be put back in milliseconds."""

    def __init__(self, app: flask.Flask) -> None:
        self.app = app

    def furnish(self) -> None:
        """Make the schema, the real divisions and the cast: what every test starts from."""
        with self.app.app_context(), unscoped("the tests set the stage"):
            upgrade()
            divisions.load(divisions.read((ROOT / "admin_app/data/divisions.csv").read_text()))
            hire()
            db.session.commit()
        self.dispose()

    def dispose(self) -> None:
        """Let go of every connection."""
        with self.app.app_context():
            db.engine.dispose()

    def close(self) -> None:
        """Leave the office for good."""
        self.dispose()

    def reset(self) -> None:
        """Put the database back to the first morning."""
        raise NotImplementedError


class SqliteOffice(Office):
    """The office of one PC: a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(_app(folder, f"sqlite:///{folder / WORK}.db"))
        with self.app.app_context():
            event.listen(db.engine, "connect", _wait_for_no_disk)
        self.furnish()
        shutil.move(folder / f"{WORK}.db", folder / f"{TEMPLATE}.db")

    def reset(self) -> None:
        self.dispose()
        for leftover in self.folder.glob(f"{WORK}.db*"):
            leftover.unlink()
        shutil.copyfile(self.folder / f"{TEMPLATE}.db", self.folder / f"{WORK}.db")


class PostgresqlOffice(Office):
    """The office of a prefecture: a database server."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server = server
        super().__init__(_app(folder, server.create(WORK)))
        self.furnish()
        self.morning = Morning(server.address(WORK))
        server.create(TEMPLATE, template=WORK)

    def reset(self) -> None:
        self.dispose()
        if self.morning.return_to():
            return
        self.morning.leave()
        self.server.drop(WORK)
        self.server.create(WORK, template=TEMPLATE)

    def close(self) -> None:
        super().close()
        self.morning.leave()


class Offices:
    """The office of each engine, opened when the first test asks for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stack = ExitStack()
        self.open: dict[str, Office] = {}

    def on(self, engine: str) -> Office:
        """Return the office on an engine, as on its first morning."""
        if engine not in self.open:
            # A context of its own: opening an office must not inherit a test's.
            self.open[engine] = Context().run(self._build, engine)
        self.open[engine].reset()
        return self.open[engine]

    def _build(self, engine: str) -> Office:
        folder = self.folder / engine
        folder.mkdir()
        if engine == "sqlite":
            return SqliteOffice(folder)
        server = self.stack.enter_context(running_server())
        return PostgresqlOffice(folder, server)

    def close(self) -> None:
        """Close every office and stop the server."""
        for office in self.open.values():
            office.close()
        self.stack.close()


def _wait_for_no_disk(connection: sqlite3.Connection, _record: object) -> None:
    """Nothing of a test outlives a power cut, as on the other engine."""
    connection.execute("PRAGMA synchronous = OFF")


def _app(folder: Path, url: str) -> flask.Flask:
    app = create_app(
        instance=folder, database_url=url, public_url="https://zyz.example.cn",
        trusted_hosts=["127.0.0.1", "localhost"],
        language="en",  # the message ids, whether the catalogues are compiled or not
    )  # fmt: skip
    app.testing = True
    # The test client speaks plain HTTP to a made-up host.
    app.config.update(SESSION_COOKIE_SECURE=False, WTF_CSRF_SSL_STRICT=False)
    return app

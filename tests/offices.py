"""Offices for the tests: one on each engine, put back to its first morning for every test."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from contextvars import Context
from pathlib import Path
from typing import TypeVar, cast

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
Given = TypeVar("Given")


class Office:
    """An application on one engine whose database can be put back in milliseconds."""

    def __init__(self, app: flask.Flask) -> None:
        self.app = app
        self.later: dict[str, object] = {}

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

    def begin(self, morning: str, make: Callable[[], Given]) -> Given:
        """Put the database to a later morning, kept at first use; return what that gave."""
        if morning in self.later:
            db.session.remove()
            self.reset(morning)
        else:
            self.later[morning] = make()
            db.session.commit()
            self.keep(morning)
        return cast("Given", self.later[morning])

    def reset(self, morning: str = TEMPLATE) -> None:
        """Put the database back to a morning, the first one unless told otherwise."""
        raise NotImplementedError

    def keep(self, morning: str) -> None:
        """Keep what is committed as another morning to return to."""
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

    def reset(self, morning: str = TEMPLATE) -> None:
        self.dispose()
        for leftover in self.folder.glob(f"{WORK}.db*"):
            leftover.unlink()
        shutil.copyfile(self.folder / f"{morning}.db", self.folder / f"{WORK}.db")

    def keep(self, morning: str) -> None:
        opened = (sqlite3.connect(self.folder / f"{name}.db") for name in (WORK, morning))
        here, there = map(closing, opened)
        with here as work, there as kept:
            work.backup(kept)


class PostgresqlOffice(Office):
    """The office of a prefecture: a database server."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server = server
        super().__init__(_app(folder, server.create(WORK)))
        self.furnish()
        self.mornings: dict[str, Morning] = {}
        self.keep(TEMPLATE)
        server.create(TEMPLATE, template=WORK)

    def reset(self, morning: str = TEMPLATE) -> None:
        self.dispose()
        for name in self.mornings.keys() - {morning}:
            self.mornings[name].leave()
        if self.mornings[morning].return_to():
            return
        for name in [*self.mornings]:
            self.mornings[name].leave()
            if name != TEMPLATE:  # it lay in the database that goes
                del self.mornings[name], self.later[name]
        self.server.drop(WORK)
        self.server.create(WORK, template=TEMPLATE)

    def keep(self, morning: str) -> None:
        self.mornings[morning] = Morning(self.server.address(WORK), morning)

    def close(self) -> None:
        super().close()
        for morning in self.mornings.values():
            morning.leave()


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

    def of(self, app: flask.Flask) -> Office:
        """Return the office that an application serves."""
        return next(office for office in self.open.values() if office.app is app)

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

"""Putting the office together: the one place that knows every part."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import flask
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, inspect, select
from werkzeug.middleware.proxy_fix import ProxyFix

import views
from admin_app import cli, keys, swaps
from admin_app.config import ROOT, Settings
from admin_app.policy import unscoped_models
from admin_app.presence import Presence
from admin_app.services import backups
from models import Account, Keyring, Model, clock, db, engine, guards
from views import web

T = TypeVar("T")

CSRF_SECONDS = 12 * 60 * 60
# A page makes some thousand things and lets go of them: at Python's own 700 the collector of
# unused memory looks through them several times while they are at work.
COLLECTED_AFTER = 10_000
# Commands that mend what the office refuses to start with, and so must start themselves.
MENDING = frozenset({"db", "restore", "keys", "doctor"})
# What stands before a command of Flask's and takes a value.
FLASK_VALUES = frozenset({"-A", "--app", "-e", "--env-file"})


def create_app(**settings: Any) -> flask.Flask:
    """Build the office from ``STATION_*`` settings; keyword arguments override them.

    Raises ``RuntimeError`` when a part is unsafe to serve: a model without a scope, a register
    screen outside the base, a database that lost one of its guards.
    """
    chosen = Settings(**settings)
    app = flask.Flask(
        "admin_app",
        root_path=str(ROOT / "admin_app"),
        template_folder=str(ROOT / "templates"),
        instance_path=str(chosen.instance.resolve()),
    )
    app.extensions["station_settings"] = chosen
    _take_part(app, chosen)
    had_keys = keys.exist(chosen.instance)
    _configure(app, chosen)
    _open_database(app)
    if not had_keys:
        _refuse_new_keys_for_old_data(app, chosen)
    CSRFProtect(app)
    web.Interpreter(app, locale_selector=web.locale)
    login = LoginManager(app)
    web.register(app, login)
    views.register(app)
    cli.register(app)
    _refuse_what_is_unsafe(app)
    # What is loaded by now stays: a page that makes thousands of rows pays 40 ms where the
    # collector of unused memory looks through all of it again.
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)
    return app


def _take_part(app: flask.Flask, chosen: Settings) -> None:
    """Say that the office runs, once a restore that was cut off is at its end."""
    chosen.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    presence = Presence(chosen.instance)
    app.extensions["station_presence"] = presence
    if swaps.is_noted(chosen.instance):
        backups.finish(chosen.instance, chosen.database)


def _keys(chosen: Settings) -> tuple[Keyring, str]:
    try:
        return keys.load(chosen.instance)
    except ValueError:
        if _is_mending():
            return keys.made_up()
        raise


def _is_mending() -> bool:
    """Tell whether the process runs a command that mends an office that cannot start."""
    words = iter(sys.argv[1:])
    for word in words:
        if word in FLASK_VALUES:
            next(words, None)
        elif not word.startswith("-"):
            # The command itself, whatever it is given.
            return word in MENDING or (word == "demo" and "--upgrade" in words)
    return False


def _configure(app: flask.Flask, chosen: Settings) -> None:
    ring, session_secret = _keys(chosen)
    app.extensions["station_keyring"] = ring
    app.config.update(
        SECRET_KEY=chosen.secret_key.get_secret_value() if chosen.secret_key else session_secret,
        SQLALCHEMY_DATABASE_URI=chosen.database,
        # An error message must not carry the values of a statement: they are personal data.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True, "pool_pre_ping": True},
        TRUSTED_HOSTS=chosen.hosts,
        MAX_CONTENT_LENGTH=chosen.max_upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="station",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=chosen.is_https,
        WTF_CSRF_TIME_LIMIT=CSRF_SECONDS,
        WTF_CSRF_SSL_STRICT=chosen.is_https,
        BABEL_DEFAULT_LOCALE=chosen.language,
        BABEL_DEFAULT_TIMEZONE=str(clock.OFFICE_ZONE),
        BABEL_TRANSLATION_DIRECTORIES=str(Path(app.root_path) / "translations"),
        # A screen's unexpected error reaches the error page and the log, never the clerk.
        FLASK_ADMIN_RAISE_ON_VIEW_EXCEPTION=True,
        FLASK_ADMIN_RAISE_ON_INTEGRITY_ERROR=True,
    )
    if chosen.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=chosen.proxies, x_proto=chosen.proxies, x_host=chosen.proxies
        )


def _open_database(app: flask.Flask) -> None:
    db.init_app(app)
    # Batch mode: SQLite changes a table by copying it; guards are made again in the migration.
    Migrate(app, db, directory=str(Path(app.root_path) / "migrations"), render_as_batch=True)
    with app.app_context():
        engine.prepare(db.engine)


def _refuse_new_keys_for_old_data(app: flask.Flask, chosen: Settings) -> None:
    if _told(app, _holds_accounts):
        keys.take_back(chosen.instance)
        if _is_mending():
            return
        raise RuntimeError(
            f"{keys.FILE} is missing in {chosen.instance}, and the data cannot be read without it:"
            " bring it back with `flask keys restore`, or restore the backup"
        )


def _refuse_what_is_unsafe(app: flask.Flask) -> None:
    forgotten = unscoped_models(mapper.class_ for mapper in Model.registry.mappers)
    if forgotten:
        raise RuntimeError(f"no scope says who sees {', '.join(forgotten)}")
    views.refuse_foreign_screens(app)
    if _is_mending():
        return
    if keys.is_rotating(app.extensions["station_settings"].instance):
        raise RuntimeError("a rotation of the keys was cut off: run `flask keys rotate` again")
    if lost := _told(app, guards.missing):
        raise RuntimeError(
            f"the database lost its guards {', '.join(lost)}, or they guard something else:"
            " `flask db upgrade` if it is of an older version, else restore the backup"
        )


def _holds_accounts(connection: Connection) -> bool:
    if not inspect(connection).has_table(Account.__tablename__):
        return False
    return connection.scalar(select(Account.__table__.c.id).limit(1)) is not None


def _told(app: flask.Flask, ask: Callable[[Connection], T]) -> T:
    """Return what the database tells at the start, and keep no connection of it."""
    with app.app_context(), engine.reading():
        try:
            with db.engine.connect() as connection:
                return ask(connection)
        finally:
            db.engine.dispose()

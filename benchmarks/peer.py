"""The peer: stock Flask-Admin over the same tables, as its tutorial would set it up."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import flask
from flask import request
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from models import Keyring, Person, ServiceEntry

PAGE = 50


class StockView(ModelView):
    """A screen over the ledger with the columns and the search of ours."""

    column_list = (
        "served_on", "person.name", "activity.name", "started_at", "ended_at", "minutes", "state",
        "station.name",
    )  # fmt: skip
    # Without it the file breaks off: the session is gone when its first row is written.
    column_select_related_list = (
        ServiceEntry.person, ServiceEntry.activity, ServiceEntry.station,
    )  # fmt: skip
    column_searchable_list = (Person.name,)
    column_default_sort = ("served_on", True)
    column_filters = ("served_on",)
    page_size = PAGE
    can_export = True
    form_columns = ("content", "quality")

    def get_query(self) -> Any:
        """Scope the rows as tutorials do."""
        return _scoped(super().get_query())

    def get_count_query(self) -> Any:
        """Scope the count as tutorials do."""
        return _scoped(super().get_count_query())


def make(engine: Engine, ring: Keyring) -> flask.Flask:
    """Return the stock application."""
    # A root of its own: stock templates, not the ones our screens put over their names.
    app = flask.Flask("peer", root_path=str(Path(__file__).parent), template_folder=None)
    app.secret_key = "benchmark"  # noqa: S105  # signs nothing that matters
    app.extensions["station_keyring"] = ring
    Babel(app)
    # An engine of its own: ours begins every transaction of SQLite as one that writes.
    session = scoped_session(sessionmaker(create_engine(engine.url), class_=Session))
    Admin(app).add_view(StockView(ServiceEntry, session, endpoint="ledger", url="/ledger"))
    app.teardown_appcontext(lambda _error: session.remove())
    return app


def _scoped(query: Any) -> Any:
    for name in ("station_id", "county_id"):
        if name in request.headers:
            query = query.filter(getattr(ServiceEntry, name) == int(request.headers[name]))
    if "since" in request.headers:
        query = query.filter(ServiceEntry.served_on >= date.fromisoformat(request.headers["since"]))
    return query

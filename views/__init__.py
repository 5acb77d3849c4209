"""The screens."""

from __future__ import annotations

import flask


def register(app: flask.Flask) -> None:
    """Add every screen to the menu."""
    from . import sign_in

    app.register_blueprint(sign_in.blueprint)


def refuse_foreign_screens(app: flask.Flask) -> None:
    """Raise ``RuntimeError`` for a Flask-Admin view that does not come from our base."""

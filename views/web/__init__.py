"""What holds for every request, whatever screen it asks for."""

from __future__ import annotations

import flask
from flask_login import LoginManager

from . import errors, headers, limits, proving, requests
from .languages import LANGUAGES, Interpreter, locale

__all__ = ["LANGUAGES", "Interpreter", "locale", "register"]


def register(app: flask.Flask, login: LoginManager) -> None:
    """Put headers, identity, scope and error pages around every view."""
    headers.register(app)
    requests.register(app, login)
    proving.register(app)
    limits.register(app)
    errors.register(app)
    app.context_processor(lambda: {"language": locale()})

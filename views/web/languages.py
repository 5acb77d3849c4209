"""Which language a page speaks."""

from __future__ import annotations

from flask import current_app, has_request_context, session
from flask_login import current_user

LANGUAGES = {"zh_Hans_CN": "中文", "en": "English"}
COOKIE = "language"


def locale() -> str:
    """Return the language of the person, of this browser, or of the office."""
    if not has_request_context():
        return str(current_app.config["BABEL_DEFAULT_LOCALE"])
    chosen = session.get(COOKIE) or getattr(current_user, "language", None)
    return chosen if chosen in LANGUAGES else str(current_app.config["BABEL_DEFAULT_LOCALE"])

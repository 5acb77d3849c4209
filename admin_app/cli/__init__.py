"""The office's commands: what a clerk can do in bulk, an operator can do here."""

from __future__ import annotations

import flask


def register(app: flask.Flask) -> None:
    """Add every command group to ``flask``."""

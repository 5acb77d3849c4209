"""The office's commands: what a clerk can do in bulk, an operator can do here."""

from __future__ import annotations

import importlib
import pkgutil

import flask
from flask.cli import AppGroup


def register(app: flask.Flask) -> None:
    """Add the ``GROUPS`` and ``COMMANDS`` of every module of this package to ``flask``."""
    groups: dict[str, AppGroup] = {}
    for found in pkgutil.iter_modules(__path__, f"{__name__}."):
        module = importlib.import_module(found.name)
        for name, commands in getattr(module, "GROUPS", {}).items():
            group = groups.setdefault(name, AppGroup(name))
            for command in commands:
                group.add_command(command)
        for command in getattr(module, "COMMANDS", ()):
            app.cli.add_command(command)
    for group in groups.values():
        app.cli.add_command(group)

"""Runs a command as an operator does: in a process of its own, as far as the office can tell."""

from __future__ import annotations

import json
from contextvars import Context

from models import db


def run(app, *arguments, typed=None):
    """Return the outcome of ``flask ARGUMENTS``; what the test holds open reaches no command."""
    db.session.rollback()
    runner = app.test_cli_runner()
    words = [str(word) for word in arguments]
    # A refusal is an exit status; any other exception is a defect and fails the test.
    return Context().run(runner.invoke, args=words, input=typed, catch_exceptions=False)


def read(outcome):
    """Return the JSON value that stands alone on standard output."""
    assert outcome.exit_code == 0, outcome.stderr
    return json.loads(outcome.stdout)

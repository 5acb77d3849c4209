"""What a command asks of the person in front of it."""

from __future__ import annotations

import sys

import click
from flask_babel import gettext as _


def ask_password() -> str:
    """Return a password typed twice on a terminal, or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    words = str(_("Password"))
    again = str(_("The same password again"))
    password: str = click.prompt(words, hide_input=True, confirmation_prompt=again, err=True)
    return password

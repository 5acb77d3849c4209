"""What an examination finds: a state and one sentence that says how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from models import Choice


class Health(Choice):
    """How well one part is."""

    OK = "ok", _("In order")
    WARN = "warn", _("To look at")
    BAD = "bad", _("To mend")


@dataclass(frozen=True)
class Finding:
    """One part of the office: its name, how well it is, and what to do about it."""

    part: Any
    health: Health
    words: Any


def ok(part: Any, words: Any) -> Finding:
    """Return that a part is well."""
    return Finding(part, Health.OK, words)


def warn(part: Any, words: Any) -> Finding:
    """Return that a part works and wants looking at."""
    return Finding(part, Health.WARN, words)


def bad(part: Any, words: Any) -> Finding:
    """Return that a part is not well."""
    return Finding(part, Health.BAD, words)

"""What people type in their own words beside an act: never nothing, and not beyond its column."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from models import DomainError

MOST_REASON = 300


def reason(typed: str | None, *, most: int = MOST_REASON) -> str:
    """Return why somebody decides so, in one line; raises ``DomainError`` as ``line`` does."""
    return line(typed, _("Say why, in a few words."), most=most)


def line(typed: str | None, missing: Any, *, most: int) -> str:
    """Return typed words in one line; raises ``DomainError``, ``missing`` where there are none."""
    return text(" ".join((typed or "").split()), missing, most=most)


def optional(typed: str | None, *, most: int) -> str | None:
    """Return typed words in one line, or None for none; raises ``DomainError`` for too many."""
    words = " ".join((typed or "").replace("\x00", "").split())
    return line(words, "", most=most) if words else None


def text(typed: str | None, missing: Any, *, most: int) -> str:
    """Return typed words with their lines; raises ``DomainError``, ``missing`` for no words."""
    words = (typed or "").replace("\x00", "").strip()
    if not words:
        raise DomainError(missing)
    if len(words) > most:
        raise DomainError(_("More than %(most)s characters: shorten it.", most=most))
    return words

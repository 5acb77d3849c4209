"""Errors a clerk can put right; their text is shown as it stands."""

from __future__ import annotations


class DomainError(Exception):
    """A rule of the office says no; the text tells what is wrong, where, and what to do."""


class NotAllowed(DomainError):
    """The person holds no appointment that carries this act at this place."""

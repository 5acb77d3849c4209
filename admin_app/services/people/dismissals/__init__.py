"""Dismissals (劝退): preparing, deciding and reporting a case, and its sheet."""

from .deciding import decide, in_force, lift, prepare, refuse, refuse_return, report, require_sound

__all__ = [
    "decide",
    "in_force",
    "lift",
    "prepare",
    "refuse",
    "refuse_return",
    "report",
    "require_sound",
]

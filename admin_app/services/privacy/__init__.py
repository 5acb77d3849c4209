"""What the law owes a person: no field without a purpose, all that is kept, what he asks of it."""

from .erasing import elsewhere, kept
from .own_data import Kept, Sheet, sheet
from .requests import (
    decide,
    is_independent,
    lift,
    receive,
    requests_of,
    require_sound,
    tell,
)
from .seen import Look, looks
from .standing import require_open

__all__ = [
    "Kept",
    "Look",
    "Sheet",
    "decide",
    "elsewhere",
    "is_independent",
    "kept",
    "lift",
    "looks",
    "receive",
    "requests_of",
    "require_open",
    "require_sound",
    "sheet",
    "tell",
]

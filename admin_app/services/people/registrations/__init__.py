"""Registrations: handed in at a station, reviewed by another person, then on the roll."""

from .handing_in import Told, correct, hand_in, hand_in_again, withdraw
from .reviewing import accept, give_back, is_on_another_roll, left_line, rivals, steps

__all__ = [
    "Told",
    "accept",
    "correct",
    "give_back",
    "hand_in",
    "hand_in_again",
    "is_on_another_roll",
    "left_line",
    "rivals",
    "steps",
    "withdraw",
]

"""Who leads a station, and by what rules."""

from .exemption import Exemption
from .leadership import LeadershipGroup, LeadershipSeat, SeatKind
from .rule import OBLIGATORY, Rule, RuleKind

__all__ = [
    "OBLIGATORY",
    "Exemption",
    "LeadershipGroup",
    "LeadershipSeat",
    "Rule",
    "RuleKind",
    "SeatKind",
]

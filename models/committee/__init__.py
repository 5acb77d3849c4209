"""Who leads a station, and by what rules."""

from .exemption import Exemption
from .leadership import LeadershipGroup, LeadershipSeat, SeatKind
from .rule import Rule, RuleKind

__all__ = ["Exemption", "LeadershipGroup", "LeadershipSeat", "Rule", "RuleKind", "SeatKind"]

"""Who leads a station, and by what rules."""

from .leadership import LeadershipGroup, LeadershipSeat, SeatKind
from .rule import Rule, RuleKind

__all__ = ["LeadershipGroup", "LeadershipSeat", "Rule", "RuleKind", "SeatKind"]

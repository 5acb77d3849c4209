"""Checklists (五有/六有): what a station has of what a document asks, month by month."""

from .attesting import attest, attested, withdraw
from .checking import Share, check, history, pass_share, results
from .choosing import at, choose, every, holding, may_choose, unchoose
from .keeping import keep, keep_last_month
from .parts import ATTESTED, PARTS
from .results import ItemResult, PartResult, Result

__all__ = [
    "ATTESTED",
    "PARTS",
    "ItemResult",
    "PartResult",
    "Result",
    "Share",
    "at",
    "attest",
    "attested",
    "check",
    "choose",
    "every",
    "history",
    "holding",
    "keep",
    "keep_last_month",
    "may_choose",
    "pass_share",
    "results",
    "unchoose",
    "withdraw",
]

"""The target board: what the rules ask of a division, and how far its registers are."""

from .books import workbook
from .lines import Board, Line, board
from .milestones import Milestone, milestones
from .papers import paper
from .plain import plain
from .sites import Community, Site

__all__ = [
    "Board",
    "Community",
    "Line",
    "Milestone",
    "Site",
    "board",
    "milestones",
    "paper",
    "plain",
    "workbook",
]

"""Sheets for a station's wall (制度上墙): what hangs, and how it is printed.

One sheet is one page, A4 or A3, never cut: where the letters would become too small to read from a
step away, the print is refused in words.
"""

from .printing import PaperSize, TooLong, printed
from .sheets import Sheet, of_flow, of_group, of_rule, of_services, of_week, whole

__all__ = [
    "PaperSize",
    "Sheet",
    "TooLong",
    "of_flow",
    "of_group",
    "of_rule",
    "of_services",
    "of_week",
    "printed",
    "whole",
]

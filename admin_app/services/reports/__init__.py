"""Reports: what a place did in a month, as one value and in the forms it is handed on in."""

from .answers import answer
from .areas import Place
from .compiling import month
from .month_report import MonthReport, StationRow
from .months import Month
from .papers import paper
from .places import OutOfReach, around, division, own, station, stations_in
from .workbooks import workbook

__all__ = [
    "Month",
    "MonthReport",
    "OutOfReach",
    "Place",
    "StationRow",
    "answer",
    "around",
    "division",
    "month",
    "own",
    "paper",
    "station",
    "stations_in",
    "workbook",
]

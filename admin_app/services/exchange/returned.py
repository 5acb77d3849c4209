"""The refused rows as a workbook: as they were, with the reason beside each, to correct."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from io import BytesIO

import xlsxwriter
from flask_babel import gettext as _
from xlsxwriter.worksheet import Worksheet

from .cells import EXACT, Cell, is_empty
from .sheets import REASON, Line, Table
from .verdicts import Refusal

MIN_WIDTH, MAX_WIDTH = 8, 40
REASON_WIDTH = 60


def workbook(table: Table, refused: Iterable[Refusal]) -> bytes:
    """Return the refused rows under their own header, a reason in the last column.

    Once corrected it can be uploaded as it is: the reader passes over the reasons.
    """
    reasons = {refusal.row: refusal for refusal in refused}
    lines = [line for line in table.lines if line.number in reasons]
    output = BytesIO()
    # A cell that begins with = or looks like an address stays the text that somebody typed.
    book = xlsxwriter.Workbook(
        output,
        {
            "in_memory": True,
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    try:
        _fill(_Page(book), table, lines, reasons)
    finally:
        book.close()
    return output.getvalue()


class _Page:
    """One worksheet and the formats its cells take."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.sheet: Worksheet = book.add_worksheet()
        self.head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        self.reason = book.add_format({"font_color": "#B42318", "text_wrap": True})
        self._text = book.add_format({"num_format": "@"})
        self._formats = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            time: book.add_format({"num_format": "hh:mm"}),
            timedelta: book.add_format({"num_format": "[h]:mm"}),
        }

    def write(self, row: int, column: int, cell: Cell) -> None:
        """Write a cell as it was read: a text stays text, a day a day."""
        if is_empty(cell):
            # Formatted all the same, so that digits typed here later keep their zeros.
            self.sheet.write_blank(row, column, None, self._text)
        elif isinstance(cell, str):
            self.sheet.write_string(row, column, cell, self._text)
        elif isinstance(cell, bool):
            self.sheet.write_boolean(row, column, cell)
        elif isinstance(cell, int | float):
            exact = abs(cell) < EXACT
            self.sheet.write_number(row, column, cell) if exact else self.sheet.write_string(
                row, column, f"{cell:.15G}", self._text
            )
        else:
            self.sheet.write_datetime(row, column, cell, self._formats[type(cell)])


def _fill(page: _Page, table: Table, lines: list[Line], reasons: dict[int, Refusal]) -> None:
    columns = _kept(table)
    for place, at in enumerate(columns):
        widest = max((_width(line, at) for line in lines[:200]), default=0)
        page.sheet.set_column(place, place, min(max(widest + 2, MIN_WIDTH), MAX_WIDTH))
    page.sheet.set_column(len(columns), len(columns), REASON_WIDTH)
    page.sheet.freeze_panes(1, 0)
    for place, at in enumerate(columns):
        page.sheet.write_string(0, place, table.header[at], page.head)
    page.sheet.write_string(0, len(columns), _("Reason"), page.head)
    for row, line in enumerate(lines, start=1):
        for place, at in enumerate(columns):
            page.write(row, place, line.cells[at] if at < len(line.cells) else None)
        page.sheet.write_string(row, len(columns), _told(reasons[line.number]), page.reason)


def _kept(table: Table) -> list[int]:
    # A sheet that comes back for the second time has a column of old reasons.
    dropped = table.places.get(REASON)
    return [at for at, title in enumerate(table.header) if at != dropped and title]


def _told(refusal: Refusal) -> str:
    return str(
        _(
            "Row %(row)s, %(column)s: %(message)s",
            row=refusal.row,
            column=refusal.column,
            message=refusal.message,
        )
    )


def _width(line: Line, at: int) -> int:
    cell = line.cells[at] if at < len(line.cells) else None
    words = "" if cell is None else str(cell)
    return sum(1 + (not sign.isascii()) for sign in words)

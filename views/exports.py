"""Lists as files: exactly the columns and masks of the screen, in constant memory."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable
from typing import IO

import xlsxwriter
from flask_babel import lazy_gettext as _

from models import DomainError

SHEET_ROWS = 1_048_575
SPOOL_BYTES = 4 * 1024 * 1024
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write(kind: str, titles: list[str], rows: Iterable[list[str]]) -> tuple[IO[bytes], int]:
    """Write a table to a temporary file; return it, rewound, and the number of rows."""
    return _csv(titles, rows) if kind == "csv" else _xlsx(titles, rows)


def harmless(text: str) -> str:
    """Keep a spreadsheet from running a cell as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv(titles: list[str], rows: Iterable[list[str]]) -> tuple[IO[bytes], int]:
    file = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115  # as below
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)  # type: ignore[arg-type]
    writer = csv.writer(text)
    writer.writerow(titles)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007  # counted for the trail
        writer.writerow([harmless(value) for value in row])
    text.flush()
    text.detach()
    file.seek(0)
    return file, count  # type: ignore[return-value]


def _xlsx(titles: list[str], rows: Iterable[list[str]]) -> tuple[IO[bytes], int]:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # Flask closes it after sending
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for place, title in enumerate(titles):
        sheet.write_string(0, place, title, bold)
    count = 0
    for count, row in enumerate(rows, start=1):
        if count > SHEET_ROWS:
            raise DomainError(_("A sheet holds 1,048,575 rows: narrow the list, or take CSV."))
        for place, value in enumerate(row):
            sheet.write_string(count, place, value)
    book.close()
    file.seek(0)
    return file, count

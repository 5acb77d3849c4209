"""Lists as files: exactly the columns and masks of the screen, in constant memory."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO

import xlsxwriter
from flask import Response, send_file, stream_with_context
from flask_babel import lazy_gettext as _

from models import DomainError

SHEET_ROWS = 1_048_575
ROWS_A_PART = 500
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def answer(kind: str, name: str, titles: list[str], rows: Iterator[Sequence[str]]) -> Response:
    """Send a table as a download; a CSV leaves row by row as the database yields it."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if kind == "csv":
        body = stream_with_context(_csv(titles, rows))
        return Response(body, mimetype=TYPES[kind], headers=headers)
    return send_file(
        workbook(titles, rows), mimetype=TYPES[kind], as_attachment=True, download_name=name
    )


def harmless(text: str) -> str:
    """Keep a spreadsheet from running a cell as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv(titles: list[str], rows: Iterator[Sequence[str]]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")  # without it the office's spreadsheet takes UTF-8 for GBK
    writer.writerow(titles)
    while part := list(islice(rows, ROWS_A_PART)):
        writer.writerows([harmless(value) for value in row] for row in part)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def workbook(titles: list[str], rows: Iterator[Sequence[str]]) -> IO[bytes]:
    """Write a table as an open file, row by row; closing it deletes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # Flask closes it after sending
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for place, title in enumerate(titles):
        sheet.write_string(0, place, title, bold)
    for count, row in enumerate(rows, start=1):
        if count > SHEET_ROWS:
            raise DomainError(_("A sheet holds 1,048,575 rows: narrow the list, or take CSV."))
        for place, value in enumerate(row):
            sheet.write_string(count, place, value)
    book.close()
    file.seek(0)
    return file

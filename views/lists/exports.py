"""Lists as files: exactly the columns and masks of the screen, in constant memory."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO

import xlsxwriter
from flask import Response, send_file, stream_with_context
from flask_babel import lazy_gettext as _

from models import DomainError

from .spelling import FORMULA_STARTS

SHEET_ROWS = 1_048_575
ROWS_A_PART = 500

TYPES = {
    "csv": "text/csv",  # Werkzeug says the charset
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def answer(kind: str, name: str, titles: list[str], rows: Iterator[Sequence[str]]) -> Response:
    """Send a table as a download; a CSV leaves row by row as the database yields it."""
    if kind == "csv":
        return written(name, titles, _csv(rows))
    return send_file(
        workbook(titles, rows), mimetype=TYPES[kind], as_attachment=True, download_name=name
    )


def written(name: str, titles: list[str], lines: Iterator[bytes]) -> Response:
    """Send lines of CSV under their headings, as they come."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    body = stream_with_context(_headed(titles, lines))
    return Response(body, mimetype=TYPES["csv"], headers=headers)


def _headed(titles: list[str], lines: Iterator[bytes]) -> Iterator[bytes]:
    # Without the mark the office's spreadsheet takes UTF-8 for GBK.
    yield "\ufeff".encode() + _rows_of_csv([titles])
    yield from lines


def harmless(text: str) -> str:
    """Keep a spreadsheet from running a cell as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv(rows: Iterator[Sequence[str]]) -> Iterator[bytes]:
    while part := list(islice(rows, ROWS_A_PART)):
        yield _rows_of_csv([harmless(value) for value in row] for row in part)


def _rows_of_csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


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

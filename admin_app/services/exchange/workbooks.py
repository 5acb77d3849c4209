"""Opening an uploaded file: its sheets as plain cells, or a clear word on why it cannot be read."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO, StringIO

from flask_babel import lazy_gettext as _

from models.errors import DomainError

from . import reader
from .cells import Cell
from .reader import Broken, Locked, Merge

MAX_BYTES = 40 * 1024 * 1024
MAX_UNPACKED = 800 * 1024 * 1024
MAX_PACKING = 200
MAX_ROWS = 200_000
MAX_COLUMNS = 200
# The reader lays a sheet out densely, so a stray cell in the far corner would fill the memory.
MAX_CELLS = 8_000_000

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Za-z]{1,3})(\d+)"')
_SHEETS = "xl/worksheets/"
_TAG = 512
_CHUNK = 4 * 1024 * 1024
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
_EXCEL_TEXT = re.compile(r'="(.*)"')


@dataclass(frozen=True)
class Grid:
    """One sheet as it stands; the first row here is the first row of the sheet."""

    name: str
    rows: list[list[Cell]]
    merges: list[Merge] = field(default_factory=list)


def open_file(content: bytes) -> list[Grid]:
    """Return the visible sheets of a workbook, or the one of a text file, in their order."""
    if not content:
        raise DomainError(_("The file is empty. Save the sheet again and upload it."))
    if len(content) > MAX_BYTES:
        raise DomainError(
            _(
                "The file is larger than %(megabytes)s MB. Split it by month and upload the parts.",
                megabytes=MAX_BYTES // 1024 // 1024,
            )
        )
    if content.startswith((_ZIP, _OLE)):
        return _workbook(content)
    return [Grid("", _text_rows(_decoded(content)))]


def _workbook(content: bytes) -> list[Grid]:
    _refuse_encrypted(content)
    if content.startswith(_ZIP):
        _refuse_bombs(content)
    try:
        return list(_grids(content))
    except Locked as exc:
        raise _locked() from exc
    except Broken as exc:
        raise _broken() from exc


def _grids(content: bytes) -> Iterator[Grid]:
    """Yield the sheets, each with its rows from A1 on: a row's place is its number in the sheet.

    A name stands in a ledger a hundred times: the same words are kept once, or a long sheet
    would fill the memory.
    """
    words: dict[str, str] = {}
    grid: Grid | None = None
    blank: list[Cell] = []
    # Closed by name: a process that reads must not stay for as long as somebody holds its reader.
    with closing(reader.read(content)) as sheets:
        for told in sheets:
            if isinstance(told, tuple):
                name, height, width, left, merges = told
                _refuse_oversize(height, width)
                if grid is not None:
                    yield grid
                grid, blank = Grid(name, [], merges), [""] * left
            elif grid is not None:
                grid.rows.extend(
                    [*blank, *(words.setdefault(c, c) if type(c) is str else c for c in row)]
                    for row in told
                )
    if grid is not None:
        yield grid


def _refuse_oversize(height: int, width: int) -> None:
    if height > MAX_ROWS:
        raise _too_many_rows()
    if width > MAX_COLUMNS:
        raise _too_many_columns()


def _refuse_encrypted(content: bytes) -> None:
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise _locked()


def _refuse_bombs(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > max(MAX_UNPACKED // 8, min(MAX_UNPACKED, len(content) * MAX_PACKING)):
                raise _too_large_inside()
            if not any(part.filename.startswith(_SHEETS) for part in parts):
                raise _broken()
            for part in parts:
                _measure(package, part)
    except _UNREADABLE as exc:
        raise _broken() from exc


def _measure(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Read a part through: a package may lie about its sizes, a sheet about its extent."""
    height, letters, tail = 0, set[bytes](), b""
    is_sheet = part.filename.startswith(_SHEETS)
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if is_sheet:
                # A tag cut in two by the end of a chunk is read whole with the next one.
                height = max(height, _reach(tail + chunk, letters))
                tail = chunk[-_TAG:]
    if height > MAX_ROWS:
        raise _too_many_rows()
    width = max(map(_column_number, letters), default=0)
    if width > MAX_COLUMNS or width * height > MAX_CELLS:
        raise _too_many_columns()


def _reach(chunk: bytes, letters: set[bytes]) -> int:
    cells = _CELL.findall(chunk)
    letters.update(column for column, _row in cells)
    rows = {*_ROW.findall(chunk), *(row for _column, row in cells)}
    return max(map(int, rows), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _decoded(content: bytes) -> str:
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "gb18030"):
        try:
            words = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in words:
            return words
    raise _broken()


def _text_rows(words: str) -> list[list[Cell]]:
    first = words.lstrip().split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    rows: list[list[Cell]] = []
    try:
        for record in csv.reader(StringIO(words, newline=""), delimiter=delimiter):
            rows.append([_unquoted(cell) for cell in record])
            if len(rows) > MAX_ROWS:
                raise _too_many_rows()
            if len(record) > MAX_COLUMNS:
                raise _too_many_columns()
    except csv.Error as exc:
        raise _broken() from exc
    return rows


def _unquoted(cell: str) -> str:
    # Offices write ="0012" so that a spreadsheet keeps the zeros of a code.
    found = _EXCEL_TEXT.fullmatch(cell.strip())
    return found[1] if found else cell


def _locked() -> DomainError:
    return DomainError(
        _("The workbook is locked with a password. Remove the password, save it and upload again.")
    )


def _broken() -> DomainError:
    return DomainError(
        _(
            "The file cannot be read as a sheet. Open it in the spreadsheet program, save it as"
            " .xlsx or .csv and upload that."
        )
    )


def _too_large_inside() -> DomainError:
    return DomainError(
        _(
            "The workbook unpacks to far more than a register holds. Copy the rows into a new"
            " workbook and upload that."
        )
    )


def _too_many_rows() -> DomainError:
    return DomainError(
        _(
            "The sheet has more than %(rows)s rows. Split it, or delete the empty rows below the"
            " last one, and upload again.",
            rows=MAX_ROWS,
        )
    )


def _too_many_columns() -> DomainError:
    return DomainError(
        _(
            "The sheet has more than %(columns)s columns. Delete what stands to the right of the"
            " table and upload again.",
            columns=MAX_COLUMNS,
        )
    )

"""The cells of a workbook, read here or, for a long one, by a process that ends with them.

The parser holds a whole sheet three times over while it reads, and an office would keep the memory.
As a process this file stands alone: it imports nothing of the office.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    PasswordError,
    SheetVisibleEnum,
    load_workbook,
)

if TYPE_CHECKING:
    from .cells import Cell

    Rows = Sequence[Sequence[Cell]]

APART = 1024 * 1024
ROWS_AT_ONCE = 2_000

Merge = tuple[tuple[int, int], tuple[int, int]]
# A sheet's name, its height and width, how many columns stand empty before it, what is merged.
Extent = tuple[str, int, int, int, list[Merge]]

_END, _LOCKED, _BROKEN = "end", "locked", "broken"


class Locked(Exception):
    """The workbook asks for a password."""


class Broken(Exception):
    """The file is no workbook, or a damaged one."""


def read(content: bytes) -> Generator[Extent | Rows]:
    """Yield each visible sheet as its extent, and after it its rows, many at a time.

    The reader may be left before its end, then close it. Raises ``Locked`` or ``Broken``.
    """
    return _apart(content) if len(content) > APART else _here(content)


def _here(content: bytes) -> Generator[Extent | Rows]:
    try:
        book = load_workbook(BytesIO(content))
        for place, about in enumerate(book.sheets_metadata):
            if about.visible == SheetVisibleEnum.Visible:
                yield from _sheet(book.get_sheet_by_index(place))
    except PasswordError as exc:
        raise Locked from exc
    except CalamineError as exc:
        raise Broken from exc
    except BaseException as exc:
        # The parser is compiled: on a damaged file it may panic outside Exception.
        if type(exc).__name__ != "PanicException":
            raise
        raise Broken from exc


def _sheet(sheet: CalamineSheet) -> Iterator[Extent | Rows]:
    left = sheet.start[1] if sheet.start else 0
    merges = sheet.merged_cell_ranges or []
    yield sheet.name, sheet.total_height, sheet.total_width, left, merges
    rows = sheet.iter_rows()
    while part := list(islice(rows, ROWS_AT_ONCE)):
        yield part


def _apart(content: bytes) -> Generator[Extent | Rows]:
    with subprocess.Popen(  # noqa: S603  # this file and nothing else
        [sys.executable, "-I", __file__],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as reader:  # fmt: skip
        try:
            yield from _told_by(reader, content)
        except (EOFError, OSError, pickle.UnpicklingError) as exc:
            raise Broken from exc  # it died of the file
        finally:
            reader.kill()


def _told_by(reader: subprocess.Popen[bytes], content: bytes) -> Iterator[Extent | Rows]:
    assert reader.stdin is not None  # noqa: S101  # both were asked for
    assert reader.stdout is not None  # noqa: S101
    reader.stdin.write(content)
    reader.stdin.close()
    while not isinstance(told := pickle.load(reader.stdout), str):  # noqa: S301  # our own process
        yield told
    if told == _LOCKED:
        raise Locked
    if told == _BROKEN:
        raise Broken


def _tell(content: bytes) -> Iterator[Any]:
    try:
        yield from _here(content)
    except Locked:
        yield _LOCKED
    except Broken:
        yield _BROKEN
    else:
        yield _END


if __name__ == "__main__":
    for said in _tell(sys.stdin.buffer.read()):
        pickle.dump(said, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)

"""Finding the table in a sheet: its header row, the rows that are records, what was left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _

from models.errors import DomainError

from .cells import Cell, is_empty, key, text
from .reader import Merge
from .workbooks import Grid, open_file

# Titles, notes and a unit's particulars stand above a table, never a page of them.
HEADER_WITHIN = 60
SERIAL = "serial"
# What we add to a returned workbook, so that it can come back as it is.
REASON = "reason"
COMMON = {
    SERIAL: ("序号", "编号", "No.", "No"),
    REASON: ("原因", "退回原因", "Reason"),
}

_NOTE = re.compile(r"\([^()分]*\)$")
_SIGNED = re.compile(
    r"(?:填表|制表|审核|复核|负责|填报|经办|记录|统计|报送|联系|签字|盖章|单位盖章|填表日期|填报日期"
    r"|制表日期|日期)(?:单位|人|者|日期|时间)?(?:\(?(?:签字|签名|签章|盖章|公章)\)?)?:.*"
)
_TOTAL = re.compile(
    r"(?:本月|本页|本表|全站)?(?:合计|总计|小计|共计|累计)[:(]?.*|共\d+.*|(?:以上|本表|本页).*共\d+.*"
    r"|第\d+页.*"
)
# 说明:… 审核意见:… 以下空白: a label of a few Chinese signs, not the 08:30 of a record.
_REMARK = re.compile(r"[\u4e00-\u9fff()、/]{1,12}:.*|\(?(?:以下|此页)(?:为)?(?:空白|无正文)\)?")
_EXAMPLES = frozenset({"例", "示例", "样例", "例如", "填写示例"})


@dataclass(frozen=True)
class Layout:
    """Which columns a kind of sheet has, by the header names an office gives them."""

    columns: Mapping[str, Sequence[str]]
    required: Sequence[str]
    anchors: Sequence[str]
    """The columns without which no row is a record: a footer has nothing there."""

    def named(self) -> dict[str, str]:
        """Return the column each header name stands for."""
        every = {**COMMON, **self.columns}
        return {_header_key(alias): name for name, aliases in every.items() for alias in aliases}

    def label(self, column: str) -> str:
        """Return the name an office would give the column."""
        return self.columns[column][0]


@dataclass(frozen=True, slots=True)
class Line:
    """One record as it stands in the sheet, under the sheet's own row number."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """The records of one sheet and the header they stand under."""

    layout: Layout
    header: Sequence[str]
    places: Mapping[str, int]
    lines: Sequence[Line]
    left_out: Sequence[Line] = field(default_factory=tuple)

    def reader(self, column: str) -> Callable[[Line], Cell]:
        """Return a function that reads this column of a line; a missing column is empty."""
        place = self.places.get(column)
        if place is None:
            return lambda line: None
        return lambda line: line.cells[place] if place < len(line.cells) else None

    def title(self, column: str) -> str:
        """Return the sheet's own header of a column."""
        place = self.places.get(column)
        return self.layout.label(column) if place is None else self.header[place]

    @property
    def unknown(self) -> list[str]:
        """The headers that no column of the register answers to."""
        known = set(self.places.values())
        return [title for place, title in enumerate(self.header) if title and place not in known]


def read_table(content: bytes, layout: Layout) -> Table:
    """Find the one table of this layout in a file, or say which headers are missing."""
    grids = open_file(content)
    tables = [table for grid in grids if (table := _table(grid, layout)) and table.lines]
    if len(tables) > 1:
        raise DomainError(
            _(
                "The workbook has %(count)s sheets with rows to import. Keep one sheet in a file"
                " and upload the others by themselves.",
                count=len(tables),
            )
        )
    return tables[0] if tables else _explain(grids, layout)


@dataclass(frozen=True)
class _Header:
    first: int
    last: int
    titles: Sequence[str]
    places: Mapping[str, int]


def _table(grid: Grid, layout: Layout) -> Table | None:
    header = _best_header(grid, layout)
    if header is None or set(layout.required) - header.places.keys():
        return None
    sorter = _Sorter(grid, layout, header)
    for number, cells in enumerate(grid.rows[header.last :], start=header.last + 1):
        sorter.sort(number, cells)
    _fill_merges(sorter.lines, grid, header.last)
    return Table(layout, header.titles, header.places, sorter.lines, sorter.left_out)


def _best_header(grid: Grid, layout: Layout) -> _Header | None:
    named = layout.named()
    rows = _spread(grid.rows[:HEADER_WITHIN], grid.merges)
    found: list[_Header] = []
    for first in range(len(rows)):
        found.append(_header(first, [rows[first]], named))
        if first + 1 < len(rows):
            found.append(_header(first, rows[first : first + 2], named))
    # The earliest of the best: a header repeated on every printed page is no second table.
    best = max(found, key=lambda header: len(header.places), default=None)
    return best if best is not None and len(best.places) > 1 else None


def _header(first: int, rows: Sequence[Sequence[Cell]], named: Mapping[str, str]) -> _Header:
    titles = [_title(parts) for parts in _columns(rows)]
    places: dict[str, int] = {}
    for place, title in enumerate(titles):
        if column := named.get(_header_key(title)):
            places.setdefault(column, place)
    return _Header(first, first + len(rows), titles, places)


def _columns(rows: Sequence[Sequence[Cell]]) -> Iterable[tuple[Cell, ...]]:
    width = max(map(len, rows), default=0)
    return zip(*[[*row, *[None] * (width - len(row))] for row in rows], strict=True)


def _title(parts: Iterable[Cell]) -> str:
    # Merged down, the same words stand twice; merged across, a group stands over its columns.
    return "".join(dict.fromkeys(str(part).strip() for part in parts if not is_empty(part)))


def _header_key(title: str) -> str:
    bare = key(title).strip("*:").casefold()
    return _NOTE.sub("", bare) or bare


class _Sorter:
    """Tells records from blank rows, repeated headers, titles and footers."""

    def __init__(self, grid: Grid, layout: Layout, header: _Header) -> None:
        self.lines: list[Line] = []
        self.left_out: list[Line] = []
        above = [_fingerprint(row) for row in grid.rows[: header.last]]
        self._above = {row for row in above if row}
        self._openings = {next(filter(None, row)) for row in self._above}
        self._across = {
            top for (top, left), (_bottom, right) in grid.merges if right - left > 1 and left == 0
        }
        self._anchors = [header.places[name] for name in layout.anchors]
        self._serial = header.places.get(SERIAL)
        bookkeeping = {self._serial, header.places.get(REASON)}
        self._own = [place for place in header.places.values() if place not in bookkeeping]

    def sort(self, number: int, cells: Sequence[Cell]) -> None:
        """Keep a record, remember what is left out, pass over a blank row."""
        if not any(place < len(cells) and not is_empty(cells[place]) for place in self._own):
            # Forms are numbered in advance: a serial alone is a blank row too.
            if any(isinstance(cell, str) and not is_empty(cell) for cell in cells):
                self._leave_out_unless_numbered(number, cells)
            return
        line = Line(number, cells)
        (self.left_out if self._is_no_record(number, cells) else self.lines).append(line)

    def _is_no_record(self, number: int, cells: Sequence[Cell]) -> bool:
        at, first = next((at, cell) for at, cell in enumerate(cells) if not is_empty(cell))
        if not isinstance(first, str):
            return False
        opening = key(first)
        if at == self._serial and opening in _EXAMPLES:
            return True
        if opening in self._openings and _fingerprint(cells) in self._above:
            return True
        if number - 1 in self._across and all(is_empty(cell) for cell in cells[at + 1 :]):
            return True
        return self._is_footer(opening, cells)

    def _leave_out_unless_numbered(self, number: int, cells: Sequence[Cell]) -> None:
        if not all(key(cell).isdigit() for cell in cells if not is_empty(cell)):
            self.left_out.append(Line(number, cells))

    def _is_footer(self, opening: str, cells: Sequence[Cell]) -> bool:
        """Tell a footer by its first words, unless it names somebody as a record does."""
        signed = _SIGNED.fullmatch(opening)
        if not signed and not _TOTAL.fullmatch(opening) and not _REMARK.fullmatch(opening):
            return False
        told = (key(cells[at]) for at in self._anchors if at < len(cells))
        anchored = [words for words in told if words and words != opening]
        if signed:
            # 填表人: | 张三 | 负责人: | 李四: the signer's name may stand in the name column.
            return not any(_is_number(words) for words in anchored)
        return all(_TOTAL.fullmatch(words) for words in anchored)


def _is_number(words: str) -> bool:
    return sum(sign.isdigit() for sign in words) > 5  # noqa: PLR2004


def _fingerprint(cells: Sequence[Cell]) -> tuple[str, ...]:
    words = [key(cell) for cell in cells]
    while words and not words[-1]:
        words.pop()
    return tuple(words)


def _spread(rows: Sequence[Sequence[Cell]], merges: Iterable[Merge]) -> list[list[Cell]]:
    """Repeat a merged cell over its range, so that group headers reach their columns."""
    spread = [list(row) for row in rows]
    for (top, left), (bottom, right) in merges:
        for at in range(top, min(bottom + 1, len(spread))):
            row = spread[at]
            for place in range(left, min(right + 1, len(row))):
                row[place] = rows[top][left] if left < len(rows[top]) else None
    return spread


def _fill_merges(lines: list[Line], grid: Grid, after: int) -> None:
    """Give every record the value merged over it; cells merged across stay what they are."""
    at = {line.number: place for place, line in enumerate(lines)}
    for (top, left), (bottom, right) in grid.merges:
        if top < after or left != right or left >= len(grid.rows[top]):
            continue
        for number in range(top + 2, bottom + 2):
            if (place := at.get(number)) is not None:
                cells = list(lines[place].cells)
                cells[left] = grid.rows[top][left]
                lines[place] = Line(number, cells)


def _explain(grids: Sequence[Grid], layout: Layout) -> Table:
    """Return the empty table if there is one, else refuse by naming what is missing."""
    headers = [header for grid in grids if (header := _best_header(grid, layout))]
    best = max(headers, key=lambda header: len(header.places), default=None)
    missing = [name for name in layout.required if best is None or name not in best.places]
    if best is not None and not missing:
        raise DomainError(
            _("The sheet has a header but no rows below it. Fill in the rows and upload again.")
        )
    names = "、".join(layout.label(name) for name in missing)
    if best is None:
        raise DomainError(
            _(
                "No header row was found. The sheet needs a row with these column names:"
                " %(names)s.",
                names=names,
            )
        )
    raise DomainError(
        _(
            "Row %(row)s is the header, but it lacks these columns: %(names)s. It has: %(found)s."
            " Name the columns so and upload again.",
            row=best.last,
            names=names,
            found="、".join(text(title) for title in best.titles if title),
        )
    )

"""The rows of a list as markup, written in one go: they are most of what a list sends."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from markupsafe import Markup, escape

from views.columns import ShownColumn
from views.looks import tone

from .listing import Line

# HTML lets rows and cells end where the next one begins: a page of fifty is a tenth shorter.
CELL = "<td>"
# Ends a cell while a page is escaped; no text that a person reads holds it.
SEPARATOR = "\x1f"
PHONE = "(max-width: 575.98px)"


def written(
    lines: Sequence[Line],
    columns: Sequence[ShownColumn],
    *,
    ticked: bool,
    editable: Collection[int] | None,
    edit: str,
) -> Markup:
    """Return the rows of a page; the first cell heads its row and opens it.

    ``ticked`` puts a box before each row; ``editable`` names the rows with a link to the form,
    and without any there is no column for it.
    """
    first, *rest = columns
    places = [column.place for column in rest]
    toned = [number for number, column in enumerate(rest) if column.toned]
    told = [[line.cells[first.place] or "—", *(line.cells[n] for n in places)] for line in lines]
    rows = []
    for line, (head, *cells) in zip(lines, _escaped(told), strict=True):
        box = _box(line.id, " ".join([head, *cells[:1]])) if ticked else ""
        for number in toned:
            cells[number] = _chip(tone(line.values[places[number]]), cells[number])
        if editable is not None:
            cells.append(_link(line.id, edit) if line.id in editable else "")
        opened = f'<th scope="row"><a href="details/?id={line.id}">{head}</a>'
        # The row says where it ends: what follows would fall into its last cell.
        rows.append(CELL.join([f"<tr>{box}{opened}", *cells]) + "</tr>")
    return Markup("\n".join(rows))  # noqa: S704  # escaped above, cell by cell


def _escaped(rows: list[list[str]]) -> Iterator[list[str]]:
    """Yield the cells of each row, escaped: a page at once costs little more than one cell."""
    whole = SEPARATOR.join(cell.replace(SEPARATOR, " ") for row in rows for cell in row)
    cells = iter(str(escape(whole)).split(SEPARATOR))
    for row in rows:
        yield list(islice(cells, len(row)))


def _box(id_: int, name: str) -> str:
    return f'<td><input type="checkbox" name="rowid" value="{id_}" aria-label="{name}">'


def _chip(colour: str, words: str) -> str:
    return f'<b class="{colour}">{words}</b>' if colour else words


def _link(id_: int, words: str) -> str:
    return f'<a href="edit/?id={id_}">{words}</a>'


@lru_cache
def styled(columns: tuple[ShownColumn, ...], *, ticked: bool) -> Markup:
    """Return the rules that set numbers flush right, cut nothing short that is to be read whole
    and, on a phone, name each value.

    Said once a page, not once a cell: the rows carry nothing but what they tell.
    """
    return Markup("\n").join(map(Markup, _rules(columns, 2 if ticked else 1)))


def _rules(columns: Sequence[ShownColumn], first: int) -> Iterator[str]:
    for number, column in enumerate(columns, start=first):
        if column.counted:
            yield f".office-list :is(td, th):nth-child({number}) {{ text-align: right; }}"
        if column.whole:
            cell = f".office-list td:nth-child({number})"
            yield f"{cell} {{ max-width: none; white-space: pre-line; }}"
        if number > first:
            words = f'content: "{_spelled(column.label)}"'
            yield f"@media {PHONE} {{ .office-list td:nth-child({number})::before {{ {words}; }} }}"


def _spelled(words: str) -> str:
    """Return words as they may stand in a string of a style sheet, whatever they hold."""
    return "".join(sign if sign.isalnum() else f"\\{ord(sign):x} " for sign in str(words))

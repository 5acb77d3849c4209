"""Judging a list of resident populations, row by row, against the divisions and what is kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _

from admin_app.services.places.population import FIRST_YEAR, MOST
from models import Population

from . import cells
from .sheets import Layout, Line, Table
from .stations import stem
from .verdicts import Judged, Reason, Refused, fitting

LAYOUT = Layout(
    columns={
        "code": (
            "区划代码", "行政区划代码", "统计用区划代码", "社区代码", "代码", "Division code",
        ),
        "name": ("区划名称", "行政区划名称", "社区名称", "名称", "地区", "Division"),
        "year": ("年份", "年度", "统计年份", "统计年度", "Year"),
        "residents": (
            "常住人口", "常住人口数", "常住人口数量", "人口数", "Residents",
        ),
        "source": ("来源", "数据来源", "资料来源", "出处", "Source"),
    },
    required=("code", "year", "residents", "source"),
    anchors=("code", "residents"),
)  # fmt: skip

_YEAR = re.compile(r"(\d{4})(?:\.0+)?年?[末底]?")
_WHOLE = re.compile(r"(\d{1,12}|\d{1,3}(?:,\d{3})+)(?:\.0+)?人?")
TEN_THOUSANDS = "万"


@dataclass(frozen=True, slots=True)
class Known:
    """A division of the list, and whether its population is the importer's to keep."""

    id: int
    name: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """What the register holds of a division and a year."""

    residents: int
    source: str


@dataclass(frozen=True, slots=True)
class NewPopulation:
    """A number that may be written down, and the one that it takes the place of."""

    row: int
    division_id: int
    code: str
    name: str
    year: int
    residents: int
    source: str
    before: Counted | None


@dataclass
class JudgedPopulation(Judged[NewPopulation]):
    """The outcome of judging a list, with how many rows say what is kept already."""

    unchanged: int = 0

    @property
    def changed(self) -> int:
        """Return how many numbers take the place of another."""
        return sum(row.before is not None for row in self.accepted)


def codes(table: Table) -> list[str]:
    """Return the codes of the sheet, for asking about all of them at once."""
    code = table.reader("code")
    return [cells.key(code(line)) for line in table.lines]


def judge(
    table: Table,
    *,
    on: date,
    known: Mapping[str, Known],
    stored: Mapping[tuple[int, int], Counted],
) -> JudgedPopulation:
    """Judge every row against the divisions by code and what is kept by division and year."""
    rules = _Rules(table, on, known, stored)
    judged = JudgedPopulation(table)
    for line in table.lines:
        try:
            row = rules.row(line)
        except Refused as refused:
            judged.refused.append(refused.of(line, table))
            continue
        if row.before is not None and _same(row.before, row):
            judged.unchanged += 1
        else:
            judged.accepted.append(row)
    return judged


def _same(before: Counted, row: NewPopulation) -> bool:
    # A sheet's words are narrowed, what was typed on screen is not: brackets are no change.
    return before.residents == row.residents and cells.text(before.source) == row.source


class _Rules:
    """The rules in order; the first that a row breaks is its reason."""

    def __init__(
        self,
        table: Table,
        on: date,
        known: Mapping[str, Known],
        stored: Mapping[tuple[int, int], Counted],
    ) -> None:
        self._on, self._known, self._stored = on, known, stored
        self._in_ten_thousands = TEN_THOUSANDS in cells.key(table.title("residents"))
        self._taken: set[tuple[int, int]] = set()
        self._cell = {column: table.reader(column) for column in LAYOUT.columns}

    def row(self, line: Line) -> NewPopulation:
        """Return the number a row tells, or raise the first rule it breaks."""
        code, division = self._division(line)
        year = self._year(line)
        residents = self._residents(line)
        source = self._source(line)
        self._refuse_twice((division.id, year))
        before = self._stored.get((division.id, year))
        return NewPopulation(
            line.number, division.id, code, division.name, year, residents, source, before
        )

    def _division(self, line: Line) -> tuple[str, Known]:
        code = cells.key(self._cell["code"](line))
        found = self._known.get(code)
        if found is None:
            raise Refused(
                "code",
                Reason.DIVISION_UNKNOWN,
                _(
                    "No division has this code. Copy its 12 digits from the list of divisions, and"
                    " keep the column as text."
                ),
            )
        if not found.is_own:
            raise Refused(
                "code",
                Reason.DIVISION_ELSEWHERE,
                _(
                    "%(name)s lies outside your own place. Leave the row to those who keep it.",
                    name=found.name,
                ),
            )
        written = cells.key(self._cell["name"](line))
        if written and not stem(written).endswith(stem(cells.key(found.name))):
            raise Refused(
                "name",
                Reason.COMMUNITY_MISMATCH,
                _(
                    "The code belongs to %(name)s. Correct the code or the name, whichever is"
                    " wrong.",
                    name=found.name,
                ),
            )
        return code, found

    def _year(self, line: Line) -> int:
        found = _YEAR.fullmatch(cells.key(self._cell["year"](line)))
        year = int(found[1]) if found else 0
        if FIRST_YEAR <= year <= self._on.year:
            return year
        raise Refused(
            "year",
            Reason.YEAR_UNREADABLE,
            _(
                "This is no year from %(first)s to %(last)s. Write its four digits, as 2024.",
                first=FIRST_YEAR,
                last=self._on.year,
            ),
        )

    def _residents(self, line: Line) -> int:
        words = cells.key(self._cell["residents"](line))
        if self._in_ten_thousands or TEN_THOUSANDS in words:
            raise Refused(
                "residents",
                Reason.IN_TEN_THOUSANDS,
                _(
                    "The number is given in 万: what is rounded off cannot be known. Write the"
                    " number of people, as 31200, under a heading without 万."
                ),
            )
        found = _WHOLE.fullmatch(words)
        number = int(found[1].replace(",", "")) if found else 0
        if 0 < number <= MOST:
            return number
        raise Refused(
            "residents",
            Reason.NUMBER_UNREADABLE,
            _(
                "This is no whole number of people above zero. Write digits alone, as 3120; commas"
                " may stand before every three digits only."
            ),
        )

    def _source(self, line: Line) -> str:
        if source := cells.text(self._cell["source"](line)):
            return fitting(source, "source", Population.source)
        raise Refused(
            "source",
            Reason.SOURCE_MISSING,
            _("Nobody is named who says so. Name the yearbook, the census or the letter."),
        )

    def _refuse_twice(self, key: tuple[int, int]) -> None:
        if key in self._taken:
            raise Refused(
                "code",
                Reason.DUPLICATE_POPULATION,
                _(
                    "This division and year stand higher in the sheet already. Delete the row that"
                    " is wrong."
                ),
            )
        self._taken.add(key)


def division_ids(known: Mapping[str, Known]) -> Collection[int]:
    """Return the numbers of the divisions, for asking what is kept of them."""
    return {one.id for one in known.values()}

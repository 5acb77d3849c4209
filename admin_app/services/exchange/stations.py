"""Judging a list of stations, row by row, against the divisions and the stations there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _

from models import ManagerTerms, Station, StationKind

from . import cells
from .cells import Cell
from .sheets import Layout, Line, Table
from .verdicts import Judged, Reason, Refused, fitting

LAYOUT = Layout(
    columns={
        "community_code": (
            "社区代码", "社区编码", "区划代码", "行政区划代码", "村(社区)代码", "Community code",
        ),
        "community_name": ("社区名称", "村(社区)名称", "社区", "Community"),
        "name": ("站点名称", "服务站名称", "志愿服务站名称", "名称", "Name"),
        "kind": ("站点类型", "类型", "Kind"),
        "opened_on": ("设立日期", "成立日期", "设立时间", "成立时间", "Opened on"),
        "manager_name": ("负责人", "负责人姓名", "站长", "站长姓名"),
        "manager_terms": ("专(兼)职", "专兼职", "专职或兼职"),
        "phone": ("联系电话", "电话", "联系方式", "站点电话"),
        "address": ("地址", "站点地址", "详细地址"),
        "computers": ("办公电脑(台)", "电脑", "电脑数量"),
    },
    required=("community_code", "name"),
    anchors=("community_code", "name"),
)  # fmt: skip

_KINDS = {
    "": StationKind.STATION,
    "志愿服务站": StationKind.STATION,
    "社区志愿服务站": StationKind.STATION,
    "志愿服务点": StationKind.POINT,
    "志愿服务站点": StationKind.POINT,
    "新时代文明实践中心": StationKind.CIVILIZATION_CENTRE,
    "新时代文明实践所": StationKind.CIVILIZATION_OFFICE,
    "新时代文明实践站": StationKind.CIVILIZATION_STATION,
    "学雷锋志愿服务站": StationKind.LEI_FENG,
    "学雷锋志愿服务站点": StationKind.LEI_FENG,
    "社会工作服务站": StationKind.SOCIAL_WORK,
    "社工站": StationKind.SOCIAL_WORK,
}
_TERMS = {
    "专职": ManagerTerms.FULL_TIME,
    "专": ManagerTerms.FULL_TIME,
    "兼职": ManagerTerms.PART_TIME,
    "兼": ManagerTerms.PART_TIME,
}
# One community is written in all of these ways.
_SUFFIX = re.compile(r"(?<=.)(?:(?:居民|村民)?委员会|居委会?|村委会|社区|村)$")


@dataclass(frozen=True, slots=True)
class NewStation:
    """A station that may be entered."""

    row: int
    community_code: str
    name: str
    kind: StationKind
    opened_on: date | None
    manager_name: str
    manager_terms: ManagerTerms | None
    phone: str
    address: str
    computers: int


def codes(table: Table) -> list[str]:
    """Return the community codes of the sheet, for asking about all of them at once."""
    code = table.reader("community_code")
    return [cells.key(code(line)) for line in table.lines]


def judge(
    table: Table,
    *,
    on: date,
    communities: Mapping[str, str],
    stored: Collection[tuple[str, str]],
) -> Judged[NewStation]:
    """Judge every row against the communities (code → name) and the stored (code, name) pairs."""
    rules = _Rules(table, on, communities, stored)
    judged = Judged[NewStation](table)
    for line in table.lines:
        try:
            station = rules.station(line)
        except Refused as refused:
            judged.refused.append(refused.of(line, table))
        else:
            judged.accepted.append(station)
    return judged


class _Rules:
    """The rules in order; the first that a row breaks is its reason."""

    def __init__(
        self,
        table: Table,
        on: date,
        communities: Mapping[str, str],
        stored: Collection[tuple[str, str]],
    ) -> None:
        self._on, self._communities = on, communities
        self._taken = {(code, cells.key(name)) for code, name in stored}
        self._cell = {column: table.reader(column) for column in LAYOUT.columns}

    def station(self, line: Line) -> NewStation:
        """Return the station a row describes, or raise the first rule it breaks."""
        code = self._community(line)
        name = self._name(line)
        station = NewStation(
            row=line.number,
            community_code=code,
            name=fitting(name, "name", Station.name),
            kind=self._kind(line),
            opened_on=self._opened_on(line),
            manager_name=self._words(line, "manager_name", cells.name),
            manager_terms=self._terms(line),
            phone=self._words(line, "phone", cells.key),
            address=self._words(line, "address", cells.text),
            computers=self._computers(line),
        )
        self._found(code, name)
        return station

    def _words(self, line: Line, column: str, read: Callable[[Cell], str]) -> str:
        return fitting(read(self._cell[column](line)), column, getattr(Station, column))

    def _community(self, line: Line) -> str:
        code = cells.key(self._cell["community_code"](line))
        official = self._communities.get(code)
        if official is None:
            raise Refused(
                "community_code",
                Reason.COMMUNITY_UNKNOWN,
                _(
                    "No community with this code is known here. Copy its 12 digits from the list"
                    " of divisions."
                ),
            )
        written = cells.key(self._cell["community_name"](line))
        if written and stem(written) != stem(cells.key(official)):
            raise Refused(
                "community_name",
                Reason.COMMUNITY_MISMATCH,
                _(
                    "The code belongs to %(name)s. Correct the code or the name, whichever is"
                    " wrong.",
                    name=official,
                ),
            )
        return code

    def _name(self, line: Line) -> str:
        if name := cells.key(self._cell["name"](line)):
            return name
        raise Refused(
            "name", Reason.NAME_MISSING, _("The station has no name. Write it as on its sign.")
        )

    def _kind(self, line: Line) -> StationKind:
        kind = _KINDS.get(cells.key(self._cell["kind"](line)))
        if kind is not None:
            return kind
        raise Refused(
            "kind",
            Reason.KIND_UNKNOWN,
            _(
                "This kind of station is not known. Choose one of: %(kinds)s.",
                kinds="、".join(word for word in _KINDS if word),
            ),
        )

    def _opened_on(self, line: Line) -> date | None:
        cell = self._cell["opened_on"](line)
        if cells.is_empty(cell):
            return None
        day = cells.day(cell)
        if day is None:
            raise Refused(
                "opened_on",
                Reason.DATE_UNREADABLE,
                _("The date cannot be read. Write it with year, month and day, as 2026-10-03."),
            )
        if day > self._on:
            raise Refused(
                "opened_on",
                Reason.DATE_IN_FUTURE,
                _(
                    "The date %(day)s lies after %(on)s, the day the sheet was handed in. Correct"
                    " the date, or enter the station once it is open.",
                    day=day.isoformat(),
                    on=self._on.isoformat(),
                ),
            )
        return day

    def _terms(self, line: Line) -> ManagerTerms | None:
        return _TERMS.get(cells.key(self._cell["manager_terms"](line)))

    def _computers(self, line: Line) -> int:
        cell = self._cell["computers"](line)
        count = 0 if cells.is_empty(cell) else cells.whole_number(cell)
        if count is not None:
            return count
        raise Refused(
            "computers",
            Reason.NUMBER_UNREADABLE,
            _("The number of computers cannot be read. Write a whole number, or nothing."),
        )

    def _found(self, code: str, name: str) -> None:
        if (code, name) in self._taken:
            raise Refused(
                "name",
                Reason.DUPLICATE_STATION,
                _(
                    "The community has a station of this name already, here or higher in the"
                    " sheet. Delete the row, or edit the station on its screen."
                ),
            )
        self._taken.add((code, name))


def stem(name: str) -> str:
    """Return a community's name without the words that only say what it is."""
    while (shorter := _SUFFIX.sub("", name)) != name:
        name = shorter
    return name

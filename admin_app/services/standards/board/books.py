"""The board as a workbook: every line, and a sheet for each gap list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter

from .lines import Board, Line
from .sites import Community, Site

Cell = str | int | float | None
UNSET, UNKNOWN = "未设", "—"
HEAD = (
    "编码", "区划", "社区（村）数", "已覆盖", "覆盖率%", "覆盖目标%", "常住人口", "缺人口数的社区",
    "注册居民", "有系统编号", "仅在本地名册", "注册率%", "注册目标%", "常态化项目",
    "项目达标社区", "项目应达标社区", "开放站点", "本月活动", "活动达标站点", "活动应达标站点",
    "有管理人员站点", "有队伍站点", "清单达标站点", "有清单结果站点", "按时记录", "应按时记录",
)  # fmt: skip


def workbook(board: Board) -> bytes:
    """Return the workbook: 总表, and who is behind in each matter; there is no formula."""
    output = BytesIO()
    book = xlsxwriter.Workbook(
        output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    day = board.grounds.on.isoformat()

    def add(title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 28)
        sheet.set_column(2, len(head) - 1, 13)
        for column, words in enumerate(head):
            sheet.write_string(0, column, words, bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell)

    add("总表", HEAD, [_line(line) for line in (board.whole, *board.below)])
    add("未覆盖社区", ("编码", "社区（村）"), map(_named, board.uncovered))
    add(
        "注册不足",
        ("编码", "社区（村）", "常住人口", "注册居民", "还差人数"),
        (
            (*_named(one), one.residents.people, one.registered.people, one.people_missing)
            for one in board.short_of_people
        ),
    )
    add(
        "常态化项目不足",
        ("编码", "社区（村）", "常态化项目", "应有", "还差"),
        (
            (*_named(one), one.regular_projects, one.projects_asked, one.projects_missing)
            for one in board.short_of_projects
        ),
    )
    add(
        "活动不足",
        ("编码", "站点", "本月活动", "应有", "还差"),
        (
            (*_named(one), one.activities, one.activities_asked, one.activities_missing)
            for one in board.short_of_activities
        ),
    )
    add("无管理人员", ("编码", "站点"), map(_named, board.without_manager))
    add("无队伍", ("编码", "站点"), map(_named, board.without_team))
    add(
        "清单未达标",
        ("编码", "站点", "已达标项", "应达标项"),
        ((*_named(one), *(one.score or ())) for one in board.short_of_items),
    )
    add(
        "未按时记录",
        ("编码", "站点", "未按时记录的活动"),
        ((*_named(one), one.on_time.late) for one in board.late),
    )
    add("说明", ("截至", "说明"), [(day, words) for words in NOTES])
    book.close()
    return output.getvalue()


NOTES = (
    "社区（村）按区划中“计为社区”的日期统计，一个社区有几个站点也只计一次；乡镇站点不覆盖社区。",
    "站点自关闭之日起不再计入。注册居民按居住地统计，同一人在几个站点登记只计一次。",
    "活动为当月截至当日已举办的活动，便民值守和不属于志愿服务的不计。",
    "清单达标按上一个完整月份的结果统计，没有留存结果的站点不计。",
    "写“未设”的，该地没有设定数值，不作评判。",
)


def _line(line: Line) -> Sequence[Cell]:
    return (
        line.place.code, line.place.name, line.communities, line.covered, _percent(line.coverage),
        _set(line.coverage_target), _known(line.residents.people), line.residents.missing,
        line.registered.people, line.registered.official, line.registered.local,
        _percent(line.registered_share), _set(line.registered_target),
        _set(line.regular_projects), line.projects_enough, line.projects_asked_of, line.stations,
        line.activities, line.activities_enough, line.activities_asked_of, line.with_manager,
        line.with_team, line.passed, line.scored, line.on_time.on_time,
        line.on_time.held - line.on_time.running,
    )  # fmt: skip


def _named(one: Community | Site) -> tuple[str, str]:
    return one.code, one.name


def _percent(value: float | None) -> Cell:
    return UNKNOWN if value is None else round(value, 2)


def _known(value: int | None) -> Cell:
    return UNKNOWN if value is None else value


def _set(value: int | None) -> Cell:
    return UNSET if value is None else value

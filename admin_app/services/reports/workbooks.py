"""The monthly report as a workbook: every number of the paper, to calculate on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter

from admin_app.services.exchange.categories import national_name
from admin_app.services.paper import formats

from .month_report import Asked, Counts, MonthReport, StationRow

Cell = str | int | None

COUNTED = (
    "活动次数", "便民值守", "参加人次", "参加人数", "服务时间", "服务分钟",
    "一人录入并确认人次", "新增注册志愿者", "月末在册志愿者",
)  # fmt: skip


def workbook(report: MonthReport) -> bytes:
    """Return the workbook: 汇总, 类别, 各站点, and 活动 of a single station.

    Hours stand as text to be read, minutes as numbers to be summed; there is no formula.
    """
    output = BytesIO()
    book = xlsxwriter.Workbook(
        output,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    sheets = _Sheets(book)
    sheets.add("汇总", ("项目", "数值"), _summary(report), widths=(24, 40))
    sheets.add("类别", _CATEGORY, _categories(report), widths=(10, 20))
    sheets.add("各站点", _STATION, _stations(report), widths=(18, 30, 20))
    if report.place.is_station:
        sheets.add("活动", _ACTIVITY, _activities(report), widths=(12, 36, 18, 30))
    book.close()
    return output.getvalue()


def hours(minutes: int) -> str:
    """Write minutes as hours and minutes: ``90`` is ``1:30``."""
    return "{}:{:02}".format(*divmod(minutes, 60))


_CATEGORY = ("类别代码", "类别", "活动次数", "参加人次", "服务时间", "服务分钟")
_STATION = ("站点编码", "志愿服务站", "所属", "每月要求", "情况", *COUNTED)
_ACTIVITY = ("日期", "活动名称", "类别", "地点", "便民值守", "参加人次", "服务时间", "服务分钟")


def _summary(report: MonthReport) -> Iterable[Sequence[Cell]]:
    yield "志愿服务活动月报", report.place.name
    yield "编码", report.place.code
    yield "月份", formats.month(str(report.month))
    yield from zip(COUNTED, _counted(report.counts), strict=True)
    yield "人均服务时间", hours(report.counts.minutes_each)
    yield "每站每月活动次数要求", _range(report.asked)
    yield "要求依据", report.asked.basis if report.asked else ""
    yield "志愿服务站数", len(report.stations)
    yield "达到要求的站数", report.stations_reaching if report.stations_asked else "未设"
    yield "填报日期", report.compiled_on.isoformat()
    if not report.is_finished:
        yield "说明", "本月尚未结束，数字截至填报日期。"


def _categories(report: MonthReport) -> Iterable[Sequence[Cell]]:
    for row in report.categories:
        yield (
            row.category.value, national_name(row.category), row.activities, row.attendances,
            hours(row.minutes), row.minutes,
        )  # fmt: skip
    counts = report.counts
    yield (
        "合计", "", counts.activities, counts.attendances, hours(counts.minutes), counts.minutes
    )  # fmt: skip


def _stations(report: MonthReport) -> Iterable[Sequence[Cell]]:
    for row in report.stations:
        yield row.code, row.name, row.area, _range(row.asked), _standing(row), *_counted(row.counts)
    yield "合计（人数按人去重）", "", "", "", "", *_counted(report.counts)


def _activities(report: MonthReport) -> Iterable[Sequence[Cell]]:
    for row in report.activities:
        yield (
            row.held_on.isoformat(), row.name, national_name(row.category), row.site,
            "是" if row.desk_duty else "", row.attendances, hours(row.minutes), row.minutes,
        )  # fmt: skip


def _counted(counts: Counts) -> tuple[Cell, ...]:
    return (
        counts.activities, counts.desk_duties, counts.attendances, counts.participants,
        hours(counts.minutes), counts.minutes, counts.single_handed,
        counts.registered_new, counts.registered_total,
    )  # fmt: skip


def _range(asked: Asked | None) -> str:
    if asked is None:
        return "未设"
    if asked.high is None:
        return f"不少于 {asked.low} 次"
    return f"{asked.low} 次" if asked.low == asked.high else f"{asked.low}–{asked.high} 次"


def _standing(row: StationRow) -> str:
    if row.asked is None:
        return "未设"
    return "达到" if row.reaches else "未达到"


class _Sheets:
    """The sheets of one workbook, all with the same hand."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.right = book.add_format({"align": "right"})

    def add(
        self,
        title: str,
        head: Sequence[str],
        rows: Iterable[Sequence[Cell]],
        *,
        widths: Sequence[int],
    ) -> None:
        """Add one sheet with a frozen head; ``widths`` are those of the first columns."""
        sheet = self.book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        sheet.set_column(len(widths), len(head) - 1, 12)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for column, text in enumerate(head):
            sheet.write_string(0, column, text, self.head)
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(line, column, cell)
                elif cell:
                    sheet.write_string(line, column, cell)

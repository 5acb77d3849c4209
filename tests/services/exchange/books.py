"""Small workbooks for tests, written the way offices write them."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook

PEOPLE = ("序号", "姓名", "性别", "出生日期", "身份证号码", "联系电话", "监护人姓名")
LEDGER = (
    "序号",
    "日期",
    "姓名",
    "身份证号码",
    "活动名称",
    "服务类别",
    "开始时间",
    "结束时间",
    "时长(小时)",
)

# Invented people of a county that does not exist, their numbers sound by GB 11643.
ROSA = "440899199001010011"


def book(*rows, merged=(), title="Sheet"):
    """Return a workbook with these rows from A1 on."""
    return books({title: rows}, merged)


def books(sheets, merged=(), hidden=()):
    """Return a workbook of several sheets."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for area in merged:
            sheet.merge_cells(area)
        if title in hidden:
            sheet.sheet_state = "hidden"
    output = BytesIO()
    workbook.save(output)
    return output.getvalue()


def number(front17):
    """Return a sound identity number that begins with these 17 digits."""
    check = (1 - 2 * int(front17, 13)) % 11
    return front17 + ("X" if check == 10 else str(check))

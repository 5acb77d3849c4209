"""The monthly report on paper, worth a stamp."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services.exchange.categories import national_name
from admin_app.services.paper import formats
from admin_app.services.paper.render import MAX_ROWS, Paper, render
from models import DomainError, Office, db

from .month_report import ActivityRow, Asked, MonthReport, StationRow

TEMPLATE = "report_month"


def paper(report: MonthReport) -> Paper:
    """Return the report as a PDF with the place for the stamp; a demo office's says 样张.

    Raises ``DomainError`` for more rows than one paper takes, and for characters without a glyph.
    """
    if max(len(report.stations), len(report.activities)) > MAX_ROWS:
        raise DomainError(
            _(
                "One paper lists at most %(rows)s rows: print the counties one by one, or take "
                "the workbook.",
                rows=MAX_ROWS,
            )
        )
    with unscoped("whether this office is a demo"):
        is_demo = db.session.scalar(select(Office.is_demo))
    return render(TEMPLATE, values(report), sample=bool(is_demo))


def values(report: MonthReport) -> dict[str, Any]:
    """Return the plain values the template prints."""
    counts, place = report.counts, report.place
    return {
        "place": place.name,
        "level": place.level,
        "month": str(report.month),
        "activities": counts.activities,
        "asked": _asked(report.asked),
        "asked_basis": report.asked.basis if report.asked else "",
        "stations_total": len(report.stations),
        "stations_reaching": (
            report.stations_reaching if report.asked or report.stations_asked else None
        ),
        "attendances": counts.attendances,
        "participants": counts.participants,
        "minutes": counts.minutes,
        "registered_new": counts.registered_new,
        "registered_total": counts.registered_total,
        "extras": _extras(report),
        "categories": [
            {
                "code": row.category.value,
                "name": national_name(row.category),
                "activities": row.activities,
                "attendances": row.attendances,
                "minutes": row.minutes,
            }
            for row in report.categories
        ],
        "trend": [
            {"label": f"{month.number}月", "minutes": minutes} for month, minutes in report.trend
        ],
        "stations": [] if place.is_station else [_station(row) for row in report.stations],
        "activity_rows": [_activity(row) for row in report.activities],
        "remarks": _remarks(report),
        "compiler": "",
        "leader": "",
        "phone": place.phone,
        "compiled_on": report.compiled_on.isoformat(),
    }


def _asked(asked: Asked | None) -> dict[str, Any] | None:
    return {"low": asked.low, "high": asked.high} if asked else None


def _extras(report: MonthReport) -> list[dict[str, str]]:
    counts = report.counts
    extras = [{"label": "人均服务时间", "value": formats.duration(counts.minutes_each)}]
    if counts.desk_duties:
        text = f"{formats.figure(counts.desk_duties)} 次"
        extras.append({"label": "便民值守（不计入活动次数）", "value": text})
    return extras


def _station(row: StationRow) -> dict[str, Any]:
    counts = row.counts
    return {
        "name": row.name,
        "area": row.area,
        "activities": counts.activities,
        "asked": _asked(row.asked),
        "attendances": counts.attendances,
        "participants": counts.participants,
        "minutes": counts.minutes,
        "registered_new": counts.registered_new,
        "registered_total": counts.registered_total,
    }


def _activity(row: ActivityRow) -> dict[str, Any]:
    return {
        "date": row.held_on.isoformat(),
        "name": f"{row.name}（便民值守）" if row.desk_duty else row.name,
        "category": national_name(row.category),
        "site": row.site,
        "attendances": row.attendances,
        "minutes": row.minutes,
    }


def _remarks(report: MonthReport) -> list[str]:
    """What a reader of the figures must know, in Chinese as all paper is."""
    remarks = ["服务时间按已确认的服务记录计算，未确认和已退回的不计。"]
    if single := report.counts.single_handed:
        remarks.append(f"其中 {formats.figure(single)} 人次的服务记录由一人录入并确认。")
    if not report.is_finished:
        remarks.append("本月尚未结束，数字截至填报日期。")
    return remarks

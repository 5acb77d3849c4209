"""The monthly report as one JSON value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models import Category

from .month_report import Asked, Counts, MonthReport


def answer(report: MonthReport) -> dict[str, Any]:
    """Return what ``report month --json`` writes; minutes are whole numbers."""
    return {
        "place": {
            "code": report.place.code,
            "name": report.place.name,
            "level": report.place.level,
        },
        "month": str(report.month),
        "compiled_on": report.compiled_on.isoformat(),
        **_numbers(
            report.counts, report.asked, {row.category: row.minutes for row in report.categories}
        ),
        "stations_asked": report.stations_asked,
        "stations_reaching": report.stations_reaching,
        "stations": [
            {
                "code": row.code,
                "name": row.name,
                **_numbers(row.counts, row.asked, row.minutes_by_category),
            }
            for row in report.stations
        ],
    }


def _numbers(
    counts: Counts, asked: Asked | None, minutes: Mapping[Category, int]
) -> dict[str, Any]:
    return {
        "activities": counts.activities,
        "asked": {"low": asked.low, "high": asked.high, "basis": asked.basis} if asked else None,
        "desk_duties": counts.desk_duties,
        "attendances": counts.attendances,
        "participants": counts.participants,
        "minutes": counts.minutes,
        "minutes_by_category": {
            category.value: sum_ for category, sum_ in sorted(minutes.items()) if sum_
        },
        "single_handed": counts.single_handed,
        "registered_new": counts.registered_new,
        "registered_total": counts.registered_total,
    }

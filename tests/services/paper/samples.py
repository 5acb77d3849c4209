"""Values as a service gives them, for one certificate, monthly report and notice."""

from __future__ import annotations

from typing import Any

ACTIVITIES = (
    ("困境儿童“微心愿”送达", "入户走访、送达物资", "关爱未成年人", 180),
    ("乡村学校双语阅读课堂", "", "文化教育", 90),
    ("高海拔公路应急救援保障", "交通引导、物资转运", "应急救援", 360),
    ("纳帕海环境保护清洁行动", "", "生态环保", 240),
)


def certificate(*, rows: int = 8, **changes: Any) -> dict[str, Any]:
    """A certificate with so many rows, some values changed."""
    entries = [_entry(number) for number in range(rows)]
    values = {
        "number": "ZM53340120-2026-000123",
        "code": "Y4MP-YFN2",
        "name": "扎西堃",
        "id_type": "居民身份证",
        "id_masked": "533***************",
        "volunteer_number": "53340110000101-0042",
        "since": "2026-01-03",
        "until": "2026-10-30",
        "times": rows,
        "minutes": sum(entry["minutes"] for entry in entries),
        "rows": entries,
        "remarks": [],
        "issuer": "香格里拉市建塘镇建塘社区志愿服务站",
        "leader": "",
        "handler": "",
        "phone": "0887-8220000",
        "issued_on": "2026-11-22",
        "seal": None,
        "verify_url": None,
        "verify_text": None,
    }
    assert not changes.keys() - values.keys()
    return values | changes


def notice(*, people: int, **changes: Any) -> dict[str, Any]:
    """A notice that names so many people, and counts three more without a name."""
    values = {
        "station": "建塘社区志愿服务站",
        "served_since": "2026-10-01",
        "served_until": "2026-10-31",
        "hangs_since": "2026-11-02",
        "hangs_until": "2026-11-08",
        "days": 7,
        "rows": [
            {"serial": f"{n:05}", "masked": "雷**", "times": 1, "minutes": 90}
            for n in range(1, people + 1)
        ],
        "adults": 2,
        "adults_minutes": 180,
        "minors": 1,
        "minors_minutes": 90,
        "people": people + 3,
        "minutes": people * 90 + 270,
        "address": "建塘镇池慈卡街",
        "phone": "0887-8220000",
        "alone": False,
    }
    assert not changes.keys() - values.keys()
    return values | changes


def _entry(number: int) -> dict[str, Any]:
    activity, content, category, minutes = ACTIVITIES[number % len(ACTIVITIES)]
    return {
        "served_on": f"2026-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}",
        "start": "09:00",
        "end": f"{9 + minutes // 60:02}:{minutes % 60:02}",
        "activity": activity,
        "content": content,
        "category": category,
        "organizer": "建塘社区志愿服务站",
        "minutes": minutes,
    }


def report(*, stations: int = 0, activities: int = 0, **changes: Any) -> dict[str, Any]:
    """A monthly report of so many stations, or of one with so many activities."""
    values = {
        "place": "香格里拉市建塘镇" if stations else "建塘社区志愿服务站",
        "level": "township" if stations else "station",
        "month": "2026-10",
        "activities": 12,
        "asked": {"low": 2, "high": 3},
        "asked_basis": "湛文明办〔2018〕31号",
        "stations_total": max(stations, 1),
        "stations_reaching": 1,
        "attendances": 240,
        "participants": 180,
        "minutes": 36870,
        "registered_new": 12,
        "registered_total": 1204,
        "extras": [],
        "categories": [
            _category("01", "生态环保", 5, 14730),
            _category("03", "为老服务", 4, 11040),
            _category("05", "关爱未成年人", 2, 7200),
            _category("11", "应急救援", 1, 3900),
        ],
        "trend": [
            {"label": f"{month}月", "minutes": minutes}
            for month, minutes in enumerate((22110, 31200, 8700, 29400, 30120, 36870), start=5)
        ],
        "stations": [_station(number) for number in range(stations)],
        "activity_rows": [_activity(number) for number in range(activities)],
        "remarks": [],
        "compiler": "",
        "leader": "",
        "phone": "0887-8220000",
        "compiled_on": "2026-11-05",
    }
    assert not changes.keys() - values.keys()
    return values | changes


def _category(code: str, name: str, activities: int, minutes: int) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "activities": activities,
        "attendances": activities * 20,
        "minutes": minutes,
    }


def _station(number: int) -> dict[str, Any]:
    return {
        "name": f"第{number + 1}社区志愿服务站",
        "area": "建塘镇",
        "activities": number % 5,
        "asked": {"low": 2, "high": 3} if number % 7 else None,
        "attendances": number * 7 % 90,
        "participants": number * 5 % 60,
        "minutes": number * 935 % 12000,
        "registered_new": number % 9,
        "registered_total": 120 + number * 13 % 400,
    }


def _activity(number: int) -> dict[str, Any]:
    name, site, category, minutes = ACTIVITIES[number % len(ACTIVITIES)]
    return {
        "date": f"2026-10-{number % 31 + 1:02}",
        "name": name,
        "category": category,
        "site": site or "纳帕海",
        "attendances": 20,
        "minutes": minutes * 10,
    }

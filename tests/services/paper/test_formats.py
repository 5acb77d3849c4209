"""Days and times as Chinese paper writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.services.paper import formats


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2026-11-22", "二〇二六年十一月二十二日"),
        ("2030-10-10", "二〇三〇年十月十日"),
        ("2021-02-01", "二〇二一年二月一日"),
        ("2027-12-31", "二〇二七年十二月三十一日"),
    ],
)
def test_a_formal_day_is_in_chinese_numerals(day, text):
    assert formats.formal_day(day) == text


@given(st.dates())
def test_no_two_days_read_alike(day):
    text = formats.formal_day(day.isoformat())
    assert formats.formal_day(date.fromordinal(day.toordinal() % 3652058 + 1).isoformat()) != text
    assert formats.day(day.isoformat()) == f"{day.year}年{day.month}月{day.day}日"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 小时"),
        (45, "45 分"),
        (60, "1 小时"),
        (2070, "34 小时 30 分"),
        (61 * 1234, "1,254 小时 34 分"),
        (-90, "−1 小时 30 分"),
    ],
)
def test_a_duration_is_exact_to_the_minute(minutes, text):
    assert formats.duration(minutes) == text


@given(st.integers(min_value=0, max_value=10**9))
def test_a_duration_can_be_read_back(minutes):
    text = formats.duration(minutes).replace(",", "")
    hours = text.partition(" 小时")[0] if "小时" in text else "0"
    rest = text.partition("小时")[2] if "小时" in text else text
    assert int(hours) * 60 + int(rest.removesuffix("分").strip() or 0) == minutes

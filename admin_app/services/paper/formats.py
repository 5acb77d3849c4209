"""How days and times are written on Chinese paper."""

from __future__ import annotations

from datetime import date

_DIGITS = "〇一二三四五六七八九"


def day(text: str) -> str:
    """Write an ISO date with figures: 2026年1月3日."""
    value = date.fromisoformat(text)
    return f"{value.year}年{value.month}月{value.day}日"


def formal_day(text: str) -> str:
    """Write an ISO date in Chinese numerals: 二〇二六年一月三日."""
    value = date.fromisoformat(text)
    year = "".join(_DIGITS[int(digit)] for digit in f"{value.year:04}")
    return f"{year}年{_numeral(value.month)}月{_numeral(value.day)}日"


def month(text: str) -> str:
    """Write a month: 2026年1月."""
    value = date.fromisoformat(f"{text}-01")
    return f"{value.year}年{value.month}月"


def duration(minutes: int) -> str:
    """Write minutes exactly, in hours and minutes: 34 小时 30 分."""
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else ""
    if not rest:
        return f"{sign}{hours:,} 小时"
    return f"{sign}{hours:,} 小时 {rest} 分" if hours else f"{sign}{rest} 分"


def figure(number: int) -> str:
    """Write a count with its thousands set off."""
    return f"{number:,}"


def _numeral(number: int) -> str:
    tens, units = divmod(number, 10)
    head = ("", "十", "二十", "三十")[tens]
    return head + (_DIGITS[units] if units or not tens else "")

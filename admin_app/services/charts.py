"""Charts as SVG text: the same drawing on the screen and on paper.

Colour comes from `color` on the drawing and lettering from classes, so a style sheet may restyle
both (`.chart`, `.chart-bar`, `.chart-label`, `.chart-value`, `.chart-line`); nothing in it needs
an inline style or a script.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

_INK, _SOFT, _LINE = "#2b2b2b", "#6b6b6b", "#d9d4cb"
_ACCENT = "#9f1f22"
_FONT = "Station Serif, Noto Serif SC, Songti SC, SimSun, serif"
_SIZE = 11.0
_MAX_LABEL = 9.0  # characters, before a label is shortened


@dataclass(frozen=True)
class _Point:
    label: str
    value: float
    text: str


def bars(
    labels: Iterable[str],
    values: Iterable[float],
    texts: Iterable[str] | None = None,
    *,
    title: str,
    width: int = 420,
) -> Markup:
    """Draw one horizontal bar for each label, in the order given."""
    points = _points(labels, values, texts)
    row, thick = 24.0, 13.0
    left = max((_width(_short(point.label)) for point in points), default=0) * _SIZE + 8
    right = max((_width(point.text) for point in points), default=0) * _SIZE + 10
    scale = (width - left - right) / _top(points)
    shapes = [
        _bar(point, left, 4 + number * row, max(point.value, 0) * scale, thick)
        for number, point in enumerate(points)
    ]
    height = 8 + row * len(points)
    axis = _line(left, 2, left, height - 2)
    return _drawing(title, width, height, [*shapes, axis])


def columns(
    labels: Iterable[str],
    values: Iterable[float],
    texts: Iterable[str] | None = None,
    *,
    title: str,
    width: int = 640,
    height: int = 180,
) -> Markup:
    """Draw one upright column for each label, the last one in full colour."""
    points = _points(labels, values, texts)
    floor_y, head = height - 22.0, 22.0
    step = width / max(len(points), 1)
    thick = min(step * 0.5, 36)
    shapes: list[str] = []
    for number, point in enumerate(points):
        tall = max(point.value, 0) * (floor_y - head) / _top(points)
        faint = ' fill-opacity="0.45"' if number < len(points) - 1 else ""
        middle = step * (number + 0.5)
        shapes.append(
            f"<g><title>{_escaped(point.label)} {_escaped(point.text)}</title>"
            f'<rect class="chart-bar" x="{middle - thick / 2:.1f}" y="{floor_y - tall:.1f}" '
            f'width="{thick:.1f}" height="{tall:.1f}" fill="currentColor"{faint}/></g>'
        )
        shapes.append(_text(point.text, (middle, floor_y - tall - 5), "value", "middle", 0.85))
        shapes.append(_text(point.label, (middle, height - 6), "label", "middle"))
    return _drawing(title, width, height, [*shapes, _line(0, floor_y, width, floor_y, _INK)])


def _points(
    labels: Iterable[str], values: Iterable[float], texts: Iterable[str] | None
) -> list[_Point]:
    numbers = list(values)
    said = list(texts) if texts is not None else [f"{number:,}" for number in numbers]
    return [
        _Point(label, value, text) for label, value, text in zip(labels, numbers, said, strict=True)
    ]


def _top(points: Sequence[_Point]) -> float:
    """A round number at or above the largest value; 1 where there is nothing to show."""
    largest = max((point.value for point in points), default=0)
    if largest <= 0:
        return 1
    unit = float(10 ** floor(log10(largest))) / 2
    return ceil(largest / unit) * unit


def _bar(point: _Point, left: float, y: float, long: float, thick: float) -> str:
    base = y + thick - 2.5
    return (
        f"<g><title>{_escaped(point.label)} {_escaped(point.text)}</title>"
        + _text(_short(point.label), (left - 7, base), "label", "end")
        + f'<rect class="chart-bar" x="{left:.1f}" y="{y:.1f}" width="{long:.1f}" '
        f'height="{thick:.1f}" fill="currentColor"/>'
        + _text(point.text, (left + long + 6, base), "value", "start", 0.92)
        + "</g>"
    )


def _text(text: str, at: tuple[float, float], role: str, anchor: str, size: float = 1) -> str:
    x, y = at
    colour = _INK if role == "label" else _SOFT
    return (
        f'<text class="chart-{role}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'font-size="{_SIZE * size:.1f}" font-family="{_FONT}" fill="{colour}">'
        f"{_escaped(text)}</text>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = _LINE) -> str:
    return (
        f'<line class="chart-line" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{colour}" stroke-width="0.8"/>'
    )


def _drawing(title: str, width: float, height: float, shapes: Iterable[str]) -> Markup:
    return Markup(  # noqa: S704 - every text in it went through _escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
        f'viewBox="0 0 {width:g} {height:g}" color="{_ACCENT}">'
        f"<title>{_escaped(title)}</title>{''.join(shapes)}</svg>"
    )


def _short(label: str) -> str:
    while _width(label) > _MAX_LABEL:
        label = f"{label.rstrip('…')[:-1]}…"
    return label


def _width(text: str) -> float:
    """The width of a text in ems: a Chinese character is one, a Latin letter about half."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.56 for sign in text)


def _escaped(text: str) -> str:
    return str(Markup.escape(text))

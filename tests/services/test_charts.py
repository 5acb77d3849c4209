"""Charts show each figure once, obey a strict content policy, and hold no markup of others."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.services import charts

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart):
    return ElementTree.fromstring(str(chart))  # noqa: S314 - our own drawing


def lengths(chart, side):
    return [float(bar.get(side)) for bar in drawn(chart).iter(f"{SVG}rect")]


def test_bars_are_as_long_as_their_values():
    long, short, none = lengths(charts.bars("abc", [100, 50, 0], title="t"), "width")
    assert long == pytest.approx(short * 2, abs=0.2)
    assert none == 0


def test_columns_are_as_tall_as_their_values():
    tall, low = lengths(charts.columns("ab", [90, 30], title="t"), "height")
    assert tall == pytest.approx(low * 3, abs=0.2)


def test_each_bar_tells_its_figure():
    chart = drawn(charts.bars(["为老服务"], [90], ["1 小时 30 分"], title="各类别服务时间"))
    assert [title.text for title in chart.iter(f"{SVG}title")] == [
        "各类别服务时间",
        "为老服务 1 小时 30 分",
    ]
    assert chart.get("role") == "img"


def test_a_long_label_is_shortened_and_told_in_full():
    chart = str(charts.bars(["关爱留守儿童与困境未成年人服务"], [1], title="t"))
    assert ">关爱留守儿童与困…<" in chart
    assert "<title>关爱留守儿童与困境未成年人服务 1</title>" in chart


@pytest.mark.parametrize("draw", [charts.bars, charts.columns])
def test_nothing_in_it_needs_an_inline_style_or_script(draw):
    chart = str(draw(["<script>"], [1], ['" onload="x'], title="<b>"))
    assert not re.search(r"<script|<style|style=|href|<b>", chart)
    assert not [name for node in drawn(chart).iter() for name in node.attrib if name[:2] == "on"]


@pytest.mark.parametrize("draw", [charts.bars, charts.columns])
@pytest.mark.parametrize("values", [[], [0, 0], [-5, 0]])
def test_nothing_to_show_is_still_a_drawing(draw, values):
    assert lengths(draw("abc"[: len(values)], values, title="t"), "height") is not None


@given(st.lists(st.integers(0, 10**9), max_size=12))
def test_every_shape_stays_inside(values):
    chart = drawn(charts.columns(map(str, values), values, title="t"))
    _, _, width, height = map(float, chart.get("viewBox").split())
    for bar in chart.iter(f"{SVG}rect"):
        assert 0 <= float(bar.get("x")) <= width
        assert 0 <= float(bar.get("y")) <= height

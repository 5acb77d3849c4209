"""Lettering for the wall: where lines break, and how a typed rule is taken apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from admin_app.services.wall import lettering

SIGNS = st.text("志愿服务站，。、；：“”（）《》18ab ", max_size=400)


@given(SIGNS)
def test_no_sign_is_lost_and_no_line_begins_with_a_closing_one(text):
    told = lettering.body(text)
    whole = "".join(told["runs"]) + told["tail"]
    assert "".join(whole.split()) == "".join(text.split())
    assert all(len(run) <= lettering.LONGEST_RUN for run in told["runs"])
    joints = whole.replace("  ", " ").split(" ")
    if len(text.split()) == 1:  # a typed space is a joint wherever it was typed
        assert not any(part[:1] in "，。、；：”）》" and part[:1] for part in joints[1:])


@given(st.text("志愿服务站甘来", min_size=1, max_size=100))
def test_a_headline_is_as_large_as_fits_in_even_lines(text):
    told = lettering.headline(text, width=166, largest=40, smallest=20)
    assert "".join(told["lines"]) == text
    assert 20 <= told["size"] <= 40
    room = 166 / lettering.MM_A_POINT / told["size"] / lettering.TRACKED
    assert all(lettering.breadth(line) <= room + 1 for line in told["lines"])
    assert len(told["lines"]) == 1 or told["size"] == 20


def test_a_rule_is_read_with_its_numbers():
    text = (
        "为规范招募，制定本制度。\n\n一、长年接受报名。\n十二、可以劝退：\n（一）不服从；\n结尾。"
    )
    told = lettering.paragraphs(text)
    assert [(one["mark"], one["depth"]) for one in told] == [
        ("", None), ("一、", 0), ("十二、", 0), ("（一）", 1), ("", None),
    ]  # fmt: skip
    assert [round(one["indent"]) for one in told] == [0, 3, 3, 3, 0]
    assert told[1]["tail"] == "受报名。"[1:]
    assert lettering.paragraphs("第一条  报名。\n1. 登记")[0]["mark"] == "第一条"
    assert lettering.paragraphs("2024年起施行")[0]["mark"] == ""


def test_a_drawing_wraps_its_words():
    assert lettering.wrapped("志愿服务站，志愿服务队。", 5) == ["志愿服务", "站，志愿服", "务队。"]

"""The notice of hours as it hangs on the wall."""

from __future__ import annotations

from admin_app.services.paper.render import render
from tests.services.paper import samples
from tests.services.paper.reading import flat_text_of, fonts_of, page_count


def test_people_are_named_by_one_sign_and_others_are_counted():
    paper = render("notice", samples.notice(people=2))
    text = flat_text_of(paper.pdf)
    assert "共5人，合计7小时30分。公示7天，自2026年11月2日起，至2026年11月8日止。" in text
    assert "100001雷**11小时30分" in text
    assert "另有2人未同意公开，不列名，合计3小时。" in text
    assert "另有未成年人1人未取得公开姓名所需的同意，不列名，合计1小时30分。" in text
    assert "志愿者本人认为自己的记录有错误、缺漏的，随时可以提出" in text
    assert "（公章）" in text
    assert "一人制作" not in text
    assert all(fonts_of(paper.pdf).values())


def test_where_nobody_is_named_there_is_no_table():
    text = flat_text_of(render("notice", samples.notice(people=0, alone=True)).pdf)
    assert "编号末位" not in text
    assert "另有2人" in text
    assert "本公示由一人制作并发布" in text


def test_a_long_list_repeats_its_head_and_ends_with_the_station():
    paper = render("notice", samples.notice(people=120))
    assert paper.pages == page_count(paper.pdf) >= 4
    for page in range(2, paper.pages):
        text = flat_text_of(paper.pdf, "-f", str(page), "-l", str(page))
        assert "序号编号末位姓名服务次数服务时长" in text
    assert flat_text_of(paper.pdf).count("（公章）") == 1

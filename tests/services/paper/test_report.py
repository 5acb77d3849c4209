"""The monthly report as it is signed and handed in."""

from __future__ import annotations

from admin_app.services.paper.render import render
from tests.services.paper import samples
from tests.services.paper.reading import flat_text_of, fonts_of, page_count


def test_a_station_reads_its_activities_against_what_is_asked():
    paper = render("report_month", samples.report(activities=5))
    text = flat_text_of(paper.pdf)
    assert "2026年10月，建塘社区志愿服务站组织开展志愿服务活动12次" in text
    assert "每月活动次数要求为2–3次，依据为湛文明办〔2018〕31号；本月达到" in text
    assert "614小时30分" in text
    assert "各志愿服务站情况" not in text
    assert "三、活动明细" in text
    assert all(fonts_of(paper.pdf).values())


def test_what_is_not_asked_reads_as_unset():
    values = samples.report(stations=3, asked=None, asked_basis="", stations_reaching=None)
    text = flat_text_of(render("report_month", values).pdf)
    assert "每月活动次数要求：未设。" in text


def test_a_quiet_month_prints():
    values = samples.report(
        activities=0, categories=[], trend=[], minutes=0, attendances=0, participants=0
    )
    assert "本月无服务记录" in flat_text_of(render("report_month", values).pdf)


def test_many_stations_repeat_the_head_of_the_table():
    paper = render("report_month", samples.report(stations=100))
    assert paper.pages == page_count(paper.pdf) >= 5
    for page in range(2, 5):
        text = flat_text_of(paper.pdf, "-f", str(page), "-l", str(page))
        assert "序号志愿服务站所属活动次数" in text
        assert f"第{page}页共{paper.pages}页" in text
    text = flat_text_of(paper.pdf)
    assert text.count("合计") == 3  # in the sentence, in the total, in the note
    assert "填表人（签字）" in text
    assert "（公章）" in text


def test_the_charts_are_drawn_with_their_figures():
    text = flat_text_of(render("report_month", samples.report(activities=1)).pdf)
    assert text.count("245小时30分") == 2  # in the table and in the chart
    assert "520小时" in text


def test_a_sample_says_so():
    text = flat_text_of(render("report_month", samples.report(stations=2), sample=True).pdf)
    assert text.count("样") == 4

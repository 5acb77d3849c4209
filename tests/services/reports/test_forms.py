"""Screen, paper, workbook and JSON say the same."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from admin_app.services import charts, reports
from admin_app.services.paper import formats
from admin_app.services.places import divisions
from admin_app.services.reports import Month, papers
from models import Category, DomainError
from tests import factories
from tests.services.paper import reading
from tests.services.reports.test_month import served

OCTOBER = Month(2026, 10)


@pytest.fixture
def county(cast):
    """A county in which 19 hours and 7 minutes were served."""
    lei = factories.volunteer(cast.gan_lai)
    twin = factories.volunteer(cast.quan_shui, person=lei.person)
    rescue = factories.activity(cast.gan_lai, category=Category.RESCUE, name="=1+1")
    served(lei, rescue, start=6, minutes=667)
    served(twin, factories.activity(cast.quan_shui, desk_duty=True), start=18, minutes=300)
    served(factories.volunteer(cast.quan_shui), factories.activity(cast.quan_shui), minutes=180)
    return divisions.by_code("440823000000")


def sheet(book, title):
    head, *rows = load_workbook(BytesIO(book))[title].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def shapes(drawing):
    return re.findall(r'<rect[^>]*? (x="[^"]*" y="[^"]*" width="[^"]*" height="[^"]*")', drawing)


def test_the_four_forms_agree_to_the_minute(browse, cast, county):
    report = reports.month(county, OCTOBER)
    assert report.counts.minutes == 1147
    answer = reports.answer(report)
    assert sum(row["minutes"] for row in answer["stations"]) == answer["minutes"] == 1147
    assert sum(answer["minutes_by_category"].values()) == 1147

    book = reports.workbook(report)
    totals = {row["项目"]: row["数值"] for row in sheet(book, "汇总")}
    assert (totals["服务时间"], totals["服务分钟"], totals["参加人数"]) == ("19:07", 1147, 2)
    *listed, whole = sheet(book, "各站点")
    assert sum(row["服务分钟"] for row in listed) == whole["服务分钟"] == 1147
    *kinds, whole = sheet(book, "类别")
    assert sum(row["服务分钟"] for row in kinds) == whole["服务分钟"] == 1147

    printed = reading.flat_text_of(reports.paper(report).pdf)
    assert "服务时间合计19小时7分" in printed
    assert "11小时7分" in printed

    page = browse(cast.su).get(f"/reports/month/?division={county.id}&month=2026-10").text
    assert ">19:07<" in page
    assert ">11:07<" in page


def test_screen_and_paper_draw_the_same_columns(browse, cast, county):
    values = papers.values(reports.month(county, OCTOBER))
    trend = values["trend"]
    drawn = charts.columns(
        [point["label"] for point in trend],
        [point["minutes"] for point in trend],
        [formats.duration(point["minutes"]) for point in trend],
        title="各月服务时间",
    )
    page = browse(cast.su).get(f"/reports/month/?division={county.id}&month=2026-10").text
    assert shapes(drawn)
    assert " ".join(shapes(drawn)) in " ".join(shapes(page))


def test_an_activitys_name_is_never_a_formula(cast, county):
    rows = sheet(reports.workbook(reports.month(cast.gan_lai, OCTOBER)), "活动")
    assert [(row["活动名称"], row["服务分钟"]) for row in rows] == [("=1+1", 667)]


def test_what_is_not_set_reads_so_on_paper_and_in_the_workbook(cast):
    report = reports.month(cast.weng_shui, OCTOBER)
    values = papers.values(report)
    assert (values["asked"], values["stations_reaching"]) == (None, None)
    [row, _whole] = sheet(reports.workbook(report), "各站点")
    assert (row["每月要求"], row["情况"]) == ("未设", "未设")


def test_paper_says_that_a_month_is_not_over(cast, monkeypatch):
    monkeypatch.setattr("models.clock.today", lambda: OCTOBER.last)
    remarks = papers.values(reports.month(cast.gan_lai, OCTOBER))["remarks"]
    assert any("尚未结束" in remark for remark in remarks)


def test_more_stations_than_a_paper_holds_are_refused_in_words(cast, county, monkeypatch):
    monkeypatch.setattr(papers, "MAX_ROWS", 1)
    with pytest.raises(DomainError, match="1"):
        reports.paper(reports.month(county, OCTOBER))

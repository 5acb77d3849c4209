"""Sheets for the wall: one page each, nothing cut, in order or marked as not."""

from __future__ import annotations

import re
from datetime import date

import pytest

from admin_app.policy import unscoped
from admin_app.services import committee, wall
from admin_app.services.paper.render import MissingGlyph
from admin_app.services.places import opening_hours
from admin_app.services.wall import PaperSize, TooLong
from models import (
    DomainError,
    LeadershipSeat,
    OpeningHours,
    RuleKind,
    SeatKind,
    clock,
    db,
)
from tests import factories
from tests.services.paper.reading import flat_text_of, fonts_of, page_count, text_of

pytestmark = pytest.mark.usefixtures("wide_open")
LONG_NAME = "扎西尼玛卓玛次仁平措多吉"
LONG_POST = "甘来社区居民委员会党总支委员兼社区志愿服务联络员和网格长"


@pytest.fixture
def wide_open():
    with unscoped("a test prints"):
        yield


@pytest.fixture
def station(cast):
    cast.gan_lai.manager_name, cast.gan_lai.phone = "陈桂芳", "0759-7700000"
    return cast.gan_lai


def group(station, **fields):
    seats = [
        LeadershipSeat(station=station, kind=kind, holder=LONG_NAME[:n % 12 + 1], post=LONG_POST)
        for n, kind in enumerate(SeatKind, start=1)
    ]  # fmt: skip
    return factories.leadership_group(station, seats=seats, **fields)


def flat(text):
    return re.sub(r"\s", "", text)


def in_frame(pdf):
    """Tell whether every word lies within the page."""
    boxes = text_of(pdf, "-bbox")
    widths = [float(w) for w in re.findall(r'<page width="([\d.]+)"', boxes)]
    right = [float(x) for x in re.findall(r'xMax="([\d.]+)"', boxes)]
    left = [float(x) for x in re.findall(r'xMin="([\d.]+)"', boxes)]
    return min(left) > 30 and max(right) < max(widths) - 30


@pytest.mark.parametrize("size", PaperSize)
def test_a_group_with_long_names_and_posts_is_one_page(station, size):
    sheet = wall.of_group(group(station))
    paper = wall.printed(station, [sheet], size)
    assert paper.pages == page_count(paper.pdf) == 1
    told = flat_text_of(paper.pdf)
    for n in range(1, 13):
        assert LONG_NAME[:n] in told
    letters = "".join(sorted(told))  # a narrow box breaks a post where its neighbour goes on
    assert letters.count("联") >= 13
    assert "（公章）" in told
    assert "任期自2025年1月1日起" in told
    assert f"{station.name}领导小组" in told
    assert all(fonts_of(paper.pdf).values())
    assert in_frame(paper.pdf)


def test_a_rule_of_two_thousand_signs_needs_a3_and_loses_nothing(station):
    article = "热情、耐心、守时，“不收”钱物；说话和气（尊重风俗），答应的事做到底。2026年" * 5
    text = "\n".join(f"第{n}条 {article}" for n in "一二三四五六七八九十")
    assert len(text) > 1900
    rule = factories.rule(station, text=text)
    with pytest.raises(TooLong, match="A3"):
        wall.printed(station, [wall.of_rule(rule)], PaperSize.A4)
    paper = wall.printed(station, [wall.of_rule(rule)], PaperSize.A3)
    assert paper.pages == 1
    told = flat_text_of(paper.pdf, "-raw")
    assert flat(article) * 2 not in told
    assert told.count(flat(article)) == 10
    rule.text = text * 2
    with pytest.raises(TooLong, match="shorten"):
        wall.printed(station, [wall.of_rule(rule)], PaperSize.A3)


def test_a_draft_says_so_and_has_no_place_for_a_seal(station):
    draft = wall.of_rule(factories.rule(station, adopted_on=None))
    told = flat_text_of(wall.printed(station, [draft], PaperSize.A4).pdf)
    assert "志愿者守则草案本稿尚未经领导小组通过" in told
    assert "（公章）" not in told
    assert draft.remarks
    adopted = wall.of_rule(factories.rule(station))
    told = flat_text_of(wall.printed(station, [adopted], PaperSize.A4).pdf)
    assert "本稿" not in told
    assert "二〇二五年一月一日通过（公章）" in told
    assert "not noted as posted" in str(adopted.remarks[0])


def test_the_whole_wall_is_one_paper_and_says_what_is_amiss(station):
    sheets, amiss = wall.whole(station)
    assert [sheet.kind for sheet in sheets] == ["flow", "services"]
    assert len(amiss) == 7
    group(station)
    open_as_usual(station)
    for kind in RuleKind:
        title, text = committee.written(station, kind, on=clock.today())
        factories.rule(station, kind=kind, title=title, text=text, edition=1)
    factories.rule(station, kind=RuleKind.CONDUCT, title="新守则", edition=2, adopted_on=None)
    sheets, amiss = wall.whole(station)
    assert [sheet.kind for sheet in sheets] == ["group", *["rule"] * 5, "flow", "week", "services"]
    assert len(amiss) == 5  # none is noted as posted; the draft does not hang yet
    station.name = "甘来村" * 30 + "志愿服务站"
    for size in PaperSize:
        paper = wall.printed(station, sheets, size)
        assert paper.pages == page_count(paper.pdf) == 9
        assert in_frame(paper.pdf)
        told = flat_text_of(paper.pdf)
        for words in ("采集需求、", "适度回馈", "周一至周五", "15:00—18:30", "陈桂芳", "便民服务"):
            assert words in told
        for page in range(1, 10):
            assert "志愿服务站" in flat_text_of(paper.pdf, "-f", str(page), "-l", str(page))


def open_as_usual(station):
    for day, stretches in opening_hours.USUAL.items():
        for opens, closes in stretches:
            db.session.add(
                OpeningHours(station=station, weekday=day, opens_at=opens, closes_at=closes)
            )
    db.session.commit()


def test_what_cannot_be_printed_is_refused_in_words(station):
    bad = factories.rule(station, title="\U0010fffd制度")
    with pytest.raises(MissingGlyph):
        wall.printed(station, [wall.of_rule(bad)], PaperSize.A4)
    empty = factories.leadership_group(station, seats=[])
    with pytest.raises(DomainError, match="Nobody holds a seat"):
        wall.of_group(empty)
    over = group(station, since=date(2020, 1, 1), until=date(2021, 1, 1))
    assert "is over" in str(wall.of_group(over).remarks[0])
    with pytest.raises(DomainError, match="when the station is open"):
        wall.of_week(station)

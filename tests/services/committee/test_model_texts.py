"""The model texts of the five rules: a station's own facts, and only figures that are set."""

from __future__ import annotations

import re
from datetime import date

import pytest

from admin_app.policy import acting_as
from admin_app.policy.access import access_of
from admin_app.services import committee
from models import FigureName, NotAllowed, RuleKind, clock, db
from tests import factories


@pytest.fixture
def asked(cast):
    def written(kind, station=cast.gan_lai):
        with acting_as(access_of(cast.chen if station is cast.gan_lai else cast.wang)):
            return committee.written(station, kind, on=clock.today())[1]

    return written


def test_each_kind_is_numbered_and_names_its_station(cast, asked):
    for kind in RuleKind:
        text = asked(kind)
        numbers = re.findall("^([一二三四五六七八九十]+)、", text, re.MULTILINE)
        assert numbers == list(committee.model_texts.NUMERALS[: len(numbers)])
        assert "None" not in text
        assert "XXX" not in text
    assert "甘来村志愿服务站以甘来村居民为主要服务对象" in asked(RuleKind.ORGANIZATION)


def test_a_figure_is_told_where_it_is_set_and_never_made_up(cast, asked):
    here, there = cast.gan_lai, cast.weng_shui
    assert "满48小时" in asked(RuleKind.RECRUITMENT, here)
    assert "满多少小时登记为志愿者骨干，由本站商定" in asked(RuleKind.RECRUITMENT, there)
    assert "18%" in asked(RuleKind.RECRUITMENT, there)
    assert "2至3次" in asked(RuleKind.ORGANIZATION, here)
    assert "次数由本站商定" in asked(RuleKind.ORGANIZATION, there)
    assert "“i志愿”系统" in asked(RuleKind.WORKFLOW, here)
    assert "全国志愿服务信息系统" in asked(RuleKind.WORKFLOW, there)
    factories.figure(FigureName.BACKBONE_HOURS, 60, division_code=here.code[:12])
    assert "满60小时" in asked(RuleKind.RECRUITMENT, here)


def test_what_the_station_knows_of_itself_is_filled_in(cast, asked):
    assert "开放时间由本站确定" in asked(RuleKind.SERVICES)
    assert "组长一名" in asked(RuleKind.ORGANIZATION)
    cast.gan_lai.manager_name, cast.gan_lai.phone = "陈桂芳", "0759-7700000"
    cast.gan_lai.opened_on = date(2018, 11, 3)
    factories.leadership_group(cast.gan_lai)
    assert "组长林书记" in asked(RuleKind.ORGANIZATION)
    assert "站长陈桂芳主持日常工作" in asked(RuleKind.ORGANIZATION)
    assert "提前告知陈桂芳" in asked(RuleKind.CONDUCT)
    services = asked(RuleKind.SERVICES)
    assert "2018年11月3日设立并运行" in services
    assert "服务电话0759-7700000" in services
    assert "（五）义工培育：" in services


def test_a_draft_is_the_next_edition_and_not_adopted(cast):
    factories.rule(cast.gan_lai, edition=4)
    access = access_of(cast.chen)
    with acting_as(access):
        rule = committee.draft(cast.gan_lai, RuleKind.CONDUCT, access=access)
        db.session.commit()
    assert (rule.edition, rule.adopted_on, rule.title) == (5, None, "甘来村志愿服务站志愿者守则")
    for login in ("mo", "su", "wang"):
        access = access_of(getattr(cast, login))
        with pytest.raises(NotAllowed):
            committee.draft(cast.gan_lai, RuleKind.CONDUCT, access=access)

from datetime import date

import pytest

from admin_app.services.exchange import stations
from admin_app.services.exchange.sheets import read_table
from models import ManagerTerms, StationKind

ON = date(2026, 11, 20)
CODE = "440823106223"
COMMUNITIES = {CODE: "甘来村民委员会"}
ROW = {
    "社区代码": CODE, "社区名称": "甘来村民委员会", "站点名称": "甘来村志愿服务站",
    "站点类型": "志愿服务点", "设立日期": "2018-06-15", "负责人": "杜海", "专(兼)职": "兼职",
    "联系电话": "08871361736", "地址": "一楼", "办公电脑(台)": "2",
}  # fmt: skip


def judge(*rows, stored=()):
    lines = [",".join(ROW), *[",".join({**ROW, **row}.values()) for row in rows]]
    table = read_table("\n".join(lines).encode("gb18030"), stations.LAYOUT)
    return stations.judge(table, on=ON, communities=COMMUNITIES, stored=stored)


def verdicts(*rows, **stored):
    judged = judge(*rows, **stored)
    told = {refusal.row: refusal.reason.value for refusal in judged.refused}
    return [told.get(row) for row in range(2, len(rows) + 2)]


def test_a_sound_row_is_accepted_with_clean_values():
    [station] = judge({}).accepted
    assert (station.kind, station.computers) == (StationKind.POINT, 2)
    assert station.opened_on == date(2018, 6, 15)
    assert station.manager_terms is ManagerTerms.PART_TIME


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"社区代码": "440823106224"}, "community_unknown"),
        ({"社区名称": "泉水村民委员会"}, "community_mismatch"),
        ({"站点名称": ""}, "name_missing"),
        ({"站点类型": "驿站"}, "kind_unknown"),
        ({"设立日期": "去年"}, "date_unreadable"),
        ({"设立日期": "2026-11-21"}, "date_in_future"),
        ({"办公电脑(台)": "若干"}, "number_unreadable"),
    ],
)
def test_a_row_is_refused_by_the_rule_it_breaks(row, reason):
    assert verdicts(row) == [reason]


@pytest.mark.parametrize("name", ["甘来村委会", "甘来村", "甘来", "甘来社区", ""])
def test_a_community_has_many_names(name):
    assert verdicts({"社区名称": name}) == [None]


def test_a_community_may_have_two_stations_but_none_twice():
    assert verdicts({}, {"站点名称": "甘来村第二站"}, {}) == [None, None, "duplicate_station"]
    assert verdicts({}, stored={(CODE, "甘来村 志愿服务站")}) == ["duplicate_station"]


def test_a_column_may_be_left_empty():
    assert verdicts({"设立日期": "", "办公电脑(台)": "", "站点类型": "", "专(兼)职": ""}) == [None]

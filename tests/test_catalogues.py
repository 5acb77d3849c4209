"""The words of the screens: complete in both languages, and the office's own in Chinese."""

from __future__ import annotations

import re
import subprocess

import pytest
from babel.messages.pofile import read_po

from admin_app.config import ROOT
from models import Category, Role, RuleKind, SeatKind, StationKind

CHINESE = "zh_Hans_CN"
# What a Chinese page may keep as it is.
NO_WORDS = {"PDF", "Excel", "%(name)s: %(value)s"}

TERMS = {
    Category: (
        "社区服务 扶贫减贫 支教助学 卫生健康 法律服务 环境保护 科技科普 文化艺术 平安综治 "
        "文明风尚 交通引导 志愿消防 应急救援 禁毒宣传 体育健身 旅游服务 关爱特殊群体 "
        "大型活动 海外志愿服务 税收服务 其他"
    ),
    Role: "组长 副组长 骨干 组员 专职人员 活动志愿者 观察员 督导 审计员 系统管理员",
    RuleKind: "组织领导 招募注册 服务项目 义工守则 工作流程 个人信息告知书",
    StationKind: (
        "志愿服务站 志愿服务点 新时代文明实践中心 新时代文明实践所 新时代文明实践站 "
        "学雷锋志愿服务站 乡镇社会工作站"
    ),
    SeatKind: (
        "组长（总支书记/居委会主任） 副组长（居委会副主任） 副组长（志愿服务组织骨干） "
        "组员（居委会委员） 组员（社工组织负责人） 组员（志愿服务组织会员） "
        "组员（业主委员会成员） 组员（物业公司/爱心商家经理） 成员（社区专职工作人员） "
        "成员（志愿服务组织志愿者） 成员（社工组织成员） 成员（爱心企业员工） "
        "成员（常驻社区志愿者骨干/社区居民）"
    ),
}


@pytest.fixture(scope="module")
def chinese():
    path = ROOT / f"admin_app/translations/{CHINESE}/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=CHINESE)


def test_both_catalogues_are_complete():
    checked = subprocess.run(
        [ROOT / "script/catalogues", "--check"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_every_chinese_message_has_chinese_words(chinese):
    bare = [
        message.id
        for message in chinese
        if message.id and message.id not in NO_WORDS
        for words in ([message.string] if isinstance(message.string, str) else message.string)
        if not re.search("[一-鿿]", words)
    ]
    assert bare == []


@pytest.mark.parametrize("kind", TERMS, ids=lambda kind: kind.__name__)
def test_the_office_s_own_words_are_used_exactly(chinese, kind):
    said = [chinese.get(word.label._args[0]).string for word in kind]
    assert said == TERMS[kind].split()

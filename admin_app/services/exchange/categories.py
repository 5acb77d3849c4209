"""What an office's sheets call a service, in the national list."""

from __future__ import annotations

from collections.abc import Iterable

from models import Category

from . import cells
from .cells import Cell

# The national names (code list of the volunteer service system) and what the two founding
# documents and common sheets say for them. 专业志愿服务 is none: it may be legal, medical or green.
_NAMES: dict[Category, Iterable[str]] = {
    Category.COMMUNITY: ("社区服务", "便民服务", "便民利民", "便民利民服务", "家政服务"),
    Category.POVERTY_RELIEF: ("扶贫减贫", "扶贫济困", "乡村振兴", "帮困服务"),
    Category.EDUCATION: ("支教助学", "助学支教", "课后辅导", "教育培训"),
    Category.HEALTH: ("卫生健康", "医疗卫生", "医疗保健", "义诊", "心理疏导"),
    Category.LEGAL: ("法律服务", "法律援助", "普法宣传", "法律咨询"),
    Category.ENVIRONMENT: ("环境保护", "生态环境", "环保", "环保宣传", "环境卫生"),
    Category.SCIENCE: ("科技科普", "科普宣传", "科学普及"),
    Category.CULTURE: ("文化艺术", "文化推广", "文化活动", "文体活动", "文艺活动"),
    Category.PUBLIC_SAFETY: ("平安综治", "平安建设", "治安巡逻", "平安巡逻"),
    Category.CIVILITY: ("文明风尚", "文明创建", "文明宣传", "理论政策宣讲", "理论宣讲"),
    Category.TRAFFIC: ("交通引导", "文明交通", "交通劝导", "文明交通劝导"),
    Category.FIREFIGHTING: ("志愿消防", "消防应急", "消防宣传", "消防"),
    Category.RESCUE: ("应急救援", "抢险救灾", "应急服务"),
    Category.DRUG_PREVENTION: ("禁毒宣传", "禁毒"),
    Category.SPORT: ("体育健身", "全民健身", "体育活动"),
    Category.TOURISM: ("旅游服务", "文明旅游"),
    Category.SPECIAL_GROUPS: (
        "关爱特殊群体", "关爱孤寡、空巢老人", "关爱空巢老人", "关爱老人", "养老助老", "助老服务",
        "关爱留守、孤残儿童", "关爱留守儿童", "关爱儿童", "未成年人关爱保护", "助残服务",
        "养老助残", "社会救助",
    ),
    Category.LARGE_EVENTS: ("大型活动", "大型赛会"),
    Category.OVERSEAS: ("海外志愿服务",),
    Category.TAX: ("税收服务", "税收宣传"),
    Category.OTHER: ("其他", "其它"),
}  # fmt: skip


def _loose(words: str) -> str:
    return words.replace("、", "").replace(",", "").removesuffix("志愿服务").removesuffix("类")


_TABLE = {
    **{_loose(name): category for category, names in _NAMES.items() for name in names},
    **{category.value: category for category in Category},
}


def national_name(category: Category) -> str:
    """Return the Chinese name in the national list, as papers print it."""
    return next(iter(_NAMES[category]))


def match(cell: Cell) -> Category | None:
    """Return the national category that a sheet means, or ``None`` if no line answers to it."""
    words = cells.key(cell)
    return _TABLE.get(_loose(words)) or _TABLE.get(words.zfill(4) if words.isdigit() else words)

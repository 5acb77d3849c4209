"""What the demo's stations do: the kinds of activity, with their categories and hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from models import Category


@dataclass(frozen=True)
class Kind:
    """One kind of activity as stations hold it again and again."""

    name: str
    category: Category
    starts_at: time
    minutes: tuple[int, ...]
    place: str
    content: str
    desk_duty: bool = False


DESK = Kind("便民服务台值守", Category.COMMUNITY, time(8, 30), (120, 180), "服务台",
            "雨伞借用、应急药品、饮水和手机充电", desk_duty=True)  # fmt: skip

KINDS = (
    Kind("独居老人上门探访", Category.SPECIAL_GROUPS, time(9), (90, 120), "老人家中",
         "陪伴聊天、量血压、打扫卫生"),
    Kind("清洁家园行动", Category.ENVIRONMENT, time(8), (120, 150), "主街及沿河步道",
         "清扫落叶、清理小广告、捡拾垃圾"),
    Kind("垃圾分类入户宣传", Category.ENVIRONMENT, time(15), (90, 120), "居民小区",
         "发放分类手册，现场答疑"),
    Kind("路口文明劝导", Category.TRAFFIC, time(7), (60, 90), "学校门前路口",
         "护送学生过马路，劝导戴好头盔"),
    Kind("课后作业辅导", Category.EDUCATION, time(16, 30), (90, 120), "社区活动室",
         "陪伴儿童完成作业，讲安全知识"),
    Kind("健康义诊", Category.HEALTH, time(9), (120, 180), "文化广场",
         "量血压、测血糖、用药咨询"),
    Kind("法律咨询日", Category.LEGAL, time(15), (120,), "便民服务大厅",
         "解答劳动、婚姻和宅基地问题"),
    Kind("消防知识进社区", Category.FIREFIGHTING, time(9), (90, 120), "文化广场",
         "灭火器使用演示，检查楼道杂物"),
    Kind("广场舞与曲艺联欢", Category.CULTURE, time(19), (120, 150), "文化广场",
         "排练演出，维持现场秩序"),
    Kind("夜间平安巡逻", Category.PUBLIC_SAFETY, time(19, 30), (90, 120), "居民小区",
         "巡查门窗、路灯，提醒防盗防诈骗"),
    Kind("文明餐桌宣传", Category.CIVILITY, time(10), (60, 90), "农贸市场",
         "倡导公筷公勺，发放倡议书"),
    Kind("残疾人康复陪护", Category.SPECIAL_GROUPS, time(14, 30), (90, 120), "康复室",
         "协助训练，陪同散步"),
    Kind("防范电信诈骗宣讲", Category.PUBLIC_SAFETY, time(15), (60, 90), "社区活动室",
         "讲真实案例，帮助安装防诈软件"),
    Kind("健步走活动", Category.SPORT, time(8), (120,), "体育公园",
         "带领居民热身，沿途补水"),
    Kind("禁毒知识宣传", Category.DRUG_PREVENTION, time(9, 30), (60, 90), "农贸市场",
         "展示仿真样品，发放折页"),
)  # fmt: skip
COMMENTS = ("认真负责", "服务热情", "居民满意", "准时到岗", "")

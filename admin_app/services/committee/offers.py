"""What a station offers, in the words of the wall: the five kinds of annex 5 by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from admin_app.services.places import service_items
from models import ServiceKind, Station

# Our own words for each kind, used until the station lists what it offers itself.
KINDS = {
    ServiceKind.CIVILIZATION: (
        "文明创建",
        "发放市民文明手册和环保宣传资料，开展文明交通、文明旅游、文明上网、文明餐桌等宣传活动。",
    ),
    ServiceKind.CONVENIENCE: (
        "便民服务",
        "应急药品、饮用水、雨伞借用、手机充电、失物招领、图书借阅、爱心物资接收；"
        "调解邻里纠纷，维护周边卫生和楼道整洁。",
    ),
    ServiceKind.PUBLIC: (
        "公共服务",
        "联系有关单位和社会组织进社区，提供医疗卫生、法律咨询、心理咨询、环保、税务和消防宣传、"
        "义务维修等专业服务，时间在本站公布。",
    ),
    ServiceKind.SPECIAL: (
        "特殊服务",
        "根据需求，为孤寡老人、留守儿童、残疾人等提供专门的志愿服务。",
    ),
    ServiceKind.TRAINING: (
        "义工培育",
        "指导居民注册和使用志愿服务信息系统，通过培训培养长期服务的志愿者队伍。",
    ),
}


def offered(station: Station, *, on: date) -> Sequence[tuple[str, str]]:
    """Return the kinds that a station offers on a day, each with what it holds.

    A kind of which the station lists nothing is left out; a station that lists nothing at all
    offers the usual.
    """
    found = service_items.of(station, on)
    if not found:
        return list(KINDS.values())
    texts = {kind: [row.text for row in found if row.kind is kind] for kind in KINDS}
    return [(KINDS[kind][0], f"{'、'.join(own)}。") for kind, own in texts.items() if own]

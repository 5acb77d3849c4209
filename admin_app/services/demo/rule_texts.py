"""The demo's five rules, in our own words; each names the figures in force at its place."""

from __future__ import annotations

from datetime import date

from admin_app.services import figures
from models import FigureName, RuleKind, Station

TITLES = {
    RuleKind.ORGANIZATION: "组织领导制度",
    RuleKind.RECRUITMENT: "招募注册制度",
    RuleKind.SERVICES: "服务项目",
    RuleKind.CONDUCT: "志愿者守则",
    RuleKind.WORKFLOW: "工作流程",
}

# A line whose figure is not set at the place is left out.
LINES = {
    RuleKind.ORGANIZATION: (
        "本站由社区党组织领导，设领导小组，组长1名、副组长2名，组员和成员名单在站内张贴。",
        "领导小组每季度至少碰头一次，商量服务项目、招募计划和物资使用，并留会议记录。",
        "站长负责日常工作，安排值班，保管登记册、台账和档案。",
        "每月组织活动{monthly_activities_min}至{monthly_activities_max}次，活动结束后登记入册。",
        "常年开展的服务项目不少于{regular_projects_min}个，每个项目有负责人和固定时间。",
        "时长由记录人登记、另一人确认；证明由一人准备、另一人出具。",
    ),
    RuleKind.RECRUITMENT: (
        "本站常年接受报名，携带身份证件到站登记，也可由志愿服务队集中报名。",
        "年满{adult_age}周岁可以自行登记；不满{adult_age}周岁的，须由监护人同意并留下联系方式。",
        "登记的内容只用于志愿服务，未经本人同意不对外提供。",
        "一年内在本社区服务满{backbone_hours}小时的，登记为志愿者骨干，优先参加培训。",
        "注册志愿者人数力争达到常住人口的{registered_percent}%。",
        "多次无故不到、以志愿者名义谋利或者损害服务对象的，经领导小组讨论可以劝退。",
    ),
    RuleKind.SERVICES: (
        "便民服务：雨伞借用、饮水、应急药品、手机充电，开放时间内随到随用。",
        "关爱服务：上门看望独居老人、留守儿童和残疾人，每次不少于两人同行。",
        "文明实践：交通劝导、清洁家园、垃圾分类宣传。",
        "专业服务：联系医生、律师、消防员等进社区，时间提前张贴。",
        "居民可以在服务台提出需求，由站长核实后安排。",
    ),
    RuleKind.CONDUCT: (
        "自愿参加、不收报酬，不接受服务对象的钱物。",
        "准时到岗，佩戴标识；有事不能来，提前告知站长。",
        "说话和气，做事耐心，尊重风俗习惯。",
        "不打听、不外传服务对象的家事和个人信息。",
        "答应的事做到底，做不到的说明原因。",
        "注意安全，遇到危险先保护自己和服务对象，并立即报告。",
    ),
    RuleKind.WORKFLOW: (
        "了解需求：走访居民，登记需要帮助的人和事。",
        "安排项目：按需求定活动，写明时间、地点、人数和注意事项。",
        "招募培训：公布消息，接受报名，活动前讲清要求和风险。",
        "开展服务：签到签退，现场由负责人照看。",
        "记录时长：活动结束后{recording_days}个工作日内记录，由另一人确认。",
        "总结激励：每月汇总上报，按时长评定星级，出具证明不收费。",
    ),
}
NUMERALS = "一二三四五六七八九"


def figures_at(station: Station, today: date) -> dict[str, int | None]:
    """Return every figure at a station by its name, None where none is set."""
    return {name.value: figures.at(station.division, name, on=today) for name in FigureName}


def text_of(kind: RuleKind, known: dict[str, int | None]) -> str:
    """Return the text of a rule with the figures of a place, its lines numbered."""
    unset = [f"{{{name}}}" for name, value in known.items() if value is None]
    lines = [line for line in LINES[kind] if not any(gap in line for gap in unset)]
    return "\n".join(
        f"{numeral}、{line.format_map(known)}"
        for numeral, line in zip(NUMERALS, lines, strict=False)
    )

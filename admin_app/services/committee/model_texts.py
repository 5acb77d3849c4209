"""The five rules and the privacy notice as model texts, in our own words.

A station's own facts and the figures in force there fill them in. What annexes 2 to 7 of
湛文明办〔2018〕31号 ask for is in the rules; that document calls itself a reference, so a committee
changes what it likes before the leader adopts it. A figure that is not set at the place is never
made up: its sentence is left out, or says that the station settles it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from admin_app.services import figures
from admin_app.services.places import opening_hours
from models import (
    FigureName,
    LeadershipGroup,
    RuleKind,
    SeatKind,
    Station,
    db,
)

from . import privacy_notice
from .offers import offered

TITLES = {
    RuleKind.ORGANIZATION: "组织领导制度",
    RuleKind.RECRUITMENT: "招募注册制度",
    RuleKind.SERVICES: "服务项目",
    RuleKind.CONDUCT: "志愿者守则",
    RuleKind.WORKFLOW: "工作流程",
    RuleKind.PRIVACY: "个人信息处理告知书",
}
NUMERALS = tuple("一二三四五六七八九十") + tuple(f"十{digit}" for digit in "一二三四五六七八九")
STARS = (
    FigureName.STAR_1_HOURS,
    FigureName.STAR_2_HOURS,
    FigureName.STAR_3_HOURS,
    FigureName.STAR_4_HOURS,
    FigureName.STAR_5_HOURS,
)
LONGEST_TITLE = 100
_GUANGDONG = "44"


@dataclass(frozen=True)
class Facts:
    """What the texts know of a station on a day."""

    station: Station
    on: date

    @property
    def name(self) -> str:
        """Return the station's name."""
        return self.station.name

    @property
    def community(self) -> str:
        """Return what people call the place: a community or village, not its committee."""
        name = self.station.division.name
        for suffix in ("居民委员会", "民委员会", "居委会", "委会"):
            name = name.removesuffix(suffix)
        return name

    @property
    def system(self) -> str:
        """Return the information system that the rules of the place name."""
        return system_of(self.station)

    def figure(self, name: FigureName) -> int | None:
        """Return the figure in force, or None where none is set."""
        return figures.at(self.station.division, name, on=self.on)

    def holders(self, *kinds: SeatKind) -> str:
        """Return who holds some seats of the group in office, "" where nobody does."""
        group = group_in_office(self.station, self.on)
        seats = group.seats if group is not None else []
        found = {seat.kind: seat.holder for seat in seats if seat.holder}
        return "、".join(found[kind] for kind in kinds if kind in found)


def system_of(station: Station) -> str:
    """Return the information system that the rules of a station's place name."""
    return "“i志愿”系统" if station.code.startswith(_GUANGDONG) else "全国志愿服务信息系统"


def group_in_office(station: Station, on: date) -> LeadershipGroup | None:
    """Return the leadership group whose term holds on a day."""
    found: LeadershipGroup | None = db.session.scalar(
        select(LeadershipGroup)
        .where(
            LeadershipGroup.station_id == station.id,
            LeadershipGroup.since <= on,
            or_(LeadershipGroup.until.is_(None), LeadershipGroup.until >= on),
        )
        .order_by(LeadershipGroup.since.desc())
        .limit(1)
    )
    return found


def written(station: Station, kind: RuleKind, *, on: date) -> tuple[str, str]:
    """Return title and text of the model of a rule, filled from a station and its figures."""
    told = Facts(station, on)
    title = f"{station.name}{TITLES[kind]}"
    return (title if len(title) <= LONGEST_TITLE else TITLES[kind]), "\n".join(TEXTS[kind](told))


def _numbered(articles: Sequence[str | Sequence[str]]) -> Iterator[str]:
    """Yield articles with their numbers; a list is an article with points of its own."""
    for numeral, article in zip(NUMERALS, articles, strict=False):
        first, *points = [article] if isinstance(article, str) else article
        yield f"{numeral}、{first}"
        for inner, point in zip(NUMERALS, points, strict=False):
            yield f"（{inner}）{point}"


def _organization(told: Facts) -> Iterator[str]:
    yield (
        f"{told.name}以{told.community}居民为主要服务对象，把志愿服务同社区服务结合起来。"
        "为使本站运转有序，制定本制度。"
    )
    yield from _numbered([
        "本站由社区党组织、乡镇（街道）和社区服务中心共同管理，信息共享，资源共用，成果共有。",
        _committee(told),
        _keeper(told),
        f"活动的时间、地点、内容和联系方式通过{told.system}等途径公布，广泛招募志愿者。",
        "组织领导、招募注册、服务项目、志愿者守则、工作流程五项制度在站内上墙，照此执行。",
        _activities(told),
        *_projects(told),
        "重视培训和指导，使志愿者懂得志愿服务的理念，掌握所需的专业技能。",
        f"服务时长严格按{told.system}的要求记录，逐年累计，据此考核评价，引导志愿者守纪律、"
        "讲文明。",
    ])  # fmt: skip


def _committee(told: Facts) -> str:
    leader = told.holders(SeatKind.LEADER)
    deputies = told.holders(SeatKind.DEPUTY_COMMITTEE, SeatKind.DEPUTY_VOLUNTEER)
    if not leader:
        return "本站设领导小组，组长一名，副组长两名，组员和成员若干，名单在站内张贴。"
    words = f"本站设领导小组，组长{leader}" + (f"，副组长{deputies}" if deputies else "")
    return f"{words}，组员和成员名单在站内张贴；任期届满，及时换届。"


def _keeper(told: Facts) -> str:
    manager = told.station.manager_name
    keeper = f"站长{manager}主持日常工作，" if manager else ""
    return f"{keeper}社区日常事务由专人处理，挂牌上岗；服务台、牌匾等志愿服务标识设在明显处。"


def _activities(told: Facts) -> str:
    least = told.figure(FigureName.MONTHLY_ACTIVITIES_MIN)
    most = told.figure(FigureName.MONTHLY_ACTIVITIES_MAX)
    often = "社区志愿服务活动的次数由本站商定"
    if least is not None and most is not None and most > least:
        often = f"每月组织社区志愿服务活动{least}至{most}次"
    elif least is not None:
        often = f"每月组织社区志愿服务活动不少于{least}次"
    days = told.figure(FigureName.RECORDING_DAYS)
    soon = f"活动结束后{days}个工作日内完成记录" if days is not None else "活动及时记录"
    return f"{often}；{soon}，按时上报，记入台账，作为推荐个人和团体参加评选、年度表彰的依据。"


def _projects(told: Facts) -> Iterator[str]:
    least = told.figure(FigureName.REGULAR_PROJECTS_MIN)
    if least is not None:
        yield f"常态化开展的服务项目不少于{least}个，每个项目有负责人，有固定时间。"


def _aim(told: Facts) -> Iterator[str]:
    percent = told.figure(FigureName.REGISTERED_PERCENT)
    if percent is not None:
        yield f"发动居民报名，注册志愿者力争达到常住人口的{percent}%。"


def _recruitment(told: Facts) -> Iterator[str]:
    yield f"为规范志愿者的招募和注册，结合{told.name}实际，制定本制度。"
    adult = told.figure(FigureName.ADULT_AGE)
    hours = told.figure(FigureName.BACKBONE_HOURS)
    ages = (
        "未成年人报名，须经监护人同意或者由监护人陪同，只参加与其年龄、智力相适应的志愿服务。"
        if adult is None
        else f"年满{adult}周岁、具有完全民事行为能力的人可以自行报名；未满{adult}周岁的在校学生"
        "和限制民事行为能力人，经监护人同意或者由监护人陪同，可以参加与其年龄、智力相适应的志愿服务。"
    )
    backbone = (
        "满多少小时登记为志愿者骨干，由本站商定；"
        if hours is None
        else f"一年内在本社区服务满{hours}小时的，登记为志愿者骨干；"
    )
    yield from _numbered([
        f"本站面向社会招募志愿者，长年接受报名，在{told.system}登记注册。",
        ages,
        "报名的人填写志愿者信息登记表，由社区审核，登记在册，资料归档保存。",
        "志愿者遵守守则，服从安排，有奉献精神和责任心。",
        *_aim(told),
        f"志愿者按服务时间分为流动志愿者和志愿者骨干。{backbone}骨干可以参加社区组织的各类培训，"
        "并可用服务时长兑换社区提供的爱心回馈。",
        (
            "有下列情形之一的，本站可以劝退；情节严重的，报上级志愿服务组织备案：",
            "没有正当理由，多次不服从服务安排；",
            "严重违反本站管理规定；",
            "使服务对象遭受损失，并造成严重不良影响；",
            "以志愿者名义营利，或者从事非法活动。",
        ),
    ])  # fmt: skip


def _services(told: Facts) -> Iterator[str]:
    since = told.station.opened_on
    opened = f"{since.year}年{since.month}月{since.day}日设立并运行，" if since else ""
    yield (
        f"{told.name}{opened}是离居民最近的志愿服务阵地：便民利民、宣传、志愿服务体验和招募、"
        "骨干培育、组织孵化、文明形象推广，都在这里。"
    )
    rows = opening_hours.rows(told.station)
    hours = "；".join(
        f"{days}{'、'.join(f'{a:%H:%M}—{b:%H:%M}' for a, b in stretches) or '休息'}"
        for days, stretches in rows
    )
    items = offered(told.station, on=told.on)
    contact = f"，服务电话{told.station.phone}" if told.station.phone else ""
    yield from _numbered([
        f"开放时间：{hours}。" if hours else "开放时间由本站确定，在站内张贴。",
        ("服务项目：", *(f"{name}：{words}" for name, words in items)),
        f"居民可以在服务台提出需求{contact}，由本站核实后安排。",
    ])  # fmt: skip


def _conduct(told: Facts) -> Iterator[str]:
    yield "奉献、友爱、互助、进步。服务人民，奉献社区。"
    manager = told.station.manager_name or "站长"
    yield from _numbered([
        "以服务居民为己任，尽力做好每一次志愿服务。",
        "招募、注册和审核认真细致，志愿者和组织的信息真实可靠。",
        "熟悉周围环境，多听居民意见，先调查再定服务项目。",
        "有计划地学习服务技能，从居民需要出发做便民利民的事。",
        "服务资料齐全，定期总结，传播志愿服务精神。",
        "爱护站内设施，用后归位；物品短缺及时告诉负责人补充。",
        "留心感人的人和事，做好评选表彰的推荐上报。",
        "与媒体保持联络，重点工作和重大活动及时报道。",
        "上岗穿统一服装、戴帽子，或佩戴胸牌、袖章、绶带；党员佩戴胸章，亮明身份。",
        f"守时守岗。不能按约到岗的，提前告知{manager}；临时离岗，告诉站内其他志愿者；"
        "在岗不办私事，不无故离岗。",
        "热情、和善、耐心、自律；活动中不吸烟、不玩耍、不打闹、不围观。",
        "不轻易许诺，许诺了就尽力做到，做不到的说明原因；不向服务对象借钱借物，不收受钱物和礼品。",
        "不以任何名义在本站开展与志愿服务无关的活动。",
    ])  # fmt: skip


def _workflow(told: Facts) -> Iterator[str]:
    days = told.figure(FigureName.RECORDING_DAYS)
    within = f"在{days}个工作日内" if days is not None else "及时"
    hours = [told.figure(star) for star in STARS]
    known = "、".join(str(one) for one in hours)
    stars = f"（{known}小时）" if None not in hours else ""
    yield from _numbered([
        "采集需求、设计项目：走访空巢老人、留守儿童、残疾人等困难家庭，登记需求，据此设计服务项目。",
        f"发布信息、招募注册：在{told.system}公布项目的条件和要求，接受报名，指导登记注册；"
        "社区审核后登记在册，归档保存。",
        "组织培训、加强管理：按项目需要辅导、座谈、分析案例，重视骨干培养；跟踪志愿者受训和服务的"
        "情况，合理安排时间和任务。",
        "开展活动、提供服务：由社会工作者带领志愿者，围绕家政、文体、心理疏导、医疗保健、法律、"
        "消防应急等内容服务；欢迎企业、机关、学校、医院的服务队进社区。",
        f"做好记录、建立台账：活动结束后{within}完整、准确地登记服务时间、内容和质量，并汇总到"
        f"{told.system}，便于转移和接续。",
        f"激励嘉许、适度回馈：按服务时长依次评定一至五星志愿者{stars}；表彰优秀，推荐参评市级以上荣誉；"
        "服务时长可以适度换取社区服务。",
    ])  # fmt: skip


def _privacy(told: Facts) -> Iterator[str]:
    yield privacy_notice.preamble(told)
    yield from _numbered(list(privacy_notice.articles(told)))


TEXTS: dict[RuleKind, Callable[[Facts], Iterator[str]]] = {
    RuleKind.ORGANIZATION: _organization,
    RuleKind.RECRUITMENT: _recruitment,
    RuleKind.SERVICES: _services,
    RuleKind.CONDUCT: _conduct,
    RuleKind.WORKFLOW: _workflow,
    RuleKind.PRIVACY: _privacy,
}

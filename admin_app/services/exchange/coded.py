"""The national code lists of what a volunteer tells: their names on paper, and what sheets write.

What a sheet writes that no list knows stays as it was written, rather than become a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models import (
    CODED,
    Choice,
    Education,
    Occupation,
    OptionalField,
    PoliticalStatus,
    SlotDay,
    SlotPart,
    Speciality,
    slots_in,
)

from . import cells
from .cells import Cell

# The national name first, then what sheets say for it.
_NAMES: Mapping[type[Choice], Mapping[Choice, tuple[str, ...]]] = {
    PoliticalStatus: {
        PoliticalStatus.PARTY_MEMBER: ("中共党员", "党员", "中国共产党党员"),
        PoliticalStatus.PROBATIONARY: ("预备党员", "中共预备党员"),
        PoliticalStatus.YOUTH_LEAGUE: ("共青团员", "团员"),
        PoliticalStatus.REVOLUTIONARY_COMMITTEE: ("民革", "民革会员", "民革党员"),
        PoliticalStatus.DEMOCRATIC_LEAGUE: ("民盟", "民盟盟员"),
        PoliticalStatus.CONSTRUCTION: ("民建", "民建会员"),
        PoliticalStatus.PROMOTING_DEMOCRACY: ("民进", "民进会员"),
        PoliticalStatus.PEASANTS_WORKERS: ("农工", "农工党", "农工党党员"),
        PoliticalStatus.PUBLIC_INTEREST: ("致公", "致公党", "致公党党员"),
        PoliticalStatus.JIUSAN: ("九三", "九三学社", "九三学社社员"),
        PoliticalStatus.TAIWAN_LEAGUE: ("台盟", "台盟盟员"),
        PoliticalStatus.NO_PARTY: ("无党派", "无党派人士"),
        PoliticalStatus.MASSES: ("群众",),
        PoliticalStatus.OTHER: ("其他", "其它"),
    },
    Education: {
        Education.DOCTOR: ("博士", "博士研究生"),
        Education.MASTER: ("硕士", "硕士研究生"),
        Education.BACHELOR: ("本科", "大学本科", "大学"),
        Education.COLLEGE: ("专科", "大专", "大学专科"),
        Education.SECONDARY_VOCATIONAL: ("中专", "中等专科"),
        Education.TECHNICAL: ("技校", "技工学校"),
        Education.SENIOR: ("高中",),
        Education.JUNIOR: ("初中",),
        Education.PRIMARY: ("小学",),
        Education.KINDERGARTEN: ("幼儿园",),
        Education.PRESCHOOL: ("学龄前",),
        Education.ILLITERATE: ("文盲或半文盲", "文盲", "半文盲"),
        Education.SPECIAL: ("特殊教育",),
        Education.OTHER: ("其他", "其它"),
    },
    Occupation: {
        Occupation.CIVIL_SERVANT: ("国家公务员", "公务员"),
        Occupation.PROFESSIONAL: ("专业技术人员",),
        Occupation.EMPLOYEE: ("职员",),
        Occupation.MANAGER: ("企业管理人员",),
        Occupation.WORKER: ("工人",),
        Occupation.FARMER: ("农民", "务农"),
        Occupation.STUDENT: ("学生",),
        Occupation.SOLDIER: ("现役军人",),
        Occupation.FREELANCE: ("自由职业", "自由职业者"),
        Occupation.SELF_EMPLOYED: ("个体经营者", "个体工商户", "个体户"),
        Occupation.WITHOUT_WORK: ("无业人员", "无业"),
        Occupation.RETIRED: ("退(离)休人员", "退休", "离休", "退休人员", "退休职工"),
        Occupation.OTHER: ("其他", "其它"),
    },
    Speciality: {
        one: (name,)
        for one, name in zip(
            Speciality,
            (
                "医疗急救", "体育竞技", "驾驶运输", "法律服务", "信息技术", "经营管理", "公共关系",
                "教育培训", "电器维修", "安全保卫", "财会金融", "设计创意", "客服接待", "物业养护",
                "新闻写作", "精通外语", "音乐", "心理咨询", "护理照护", "手工制作", "文化艺术",
                "网络技术", "摄像摄影", "其他",
            ),
            strict=True,
        )
    },
}  # fmt: skip
_KNOWN = {
    kind: {cells.key(name): one for one, names in table.items() for name in names}
    | {one.value: one for one in kind}
    for kind, table in _NAMES.items()
}
_DAYS = dict(
    zip(SlotDay, ("周一", "周二", "周三", "周四", "周五", "周六", "周日", "节假日"), strict=True)
)
_PARTS = dict(zip(SlotPart, ("上午", "下午", "晚上"), strict=True))


def national_name(choice: Choice) -> str:
    """Return the Chinese name in the national list, as papers print it."""
    return _NAMES[type(choice)][choice][0]


def match(field: OptionalField, cell: Cell) -> Choice | None:
    """Return the code that a sheet means, or ``None`` for words that no line answers to."""
    words = cells.key(cell)
    known = _KNOWN[CODED[field]]
    return known.get(words) or known.get(words.zfill(2) if words.isdigit() else words)


def on_paper(field: OptionalField, stored: str | None) -> str:
    """Return what stands on paper for a stored code; words from before the lists as they are."""
    if not stored:
        return ""
    found = _KNOWN[CODED[field]].get(stored)
    return national_name(found) if found else stored


def specialities(codes: Iterable[str] | None) -> str:
    """Return specialities as papers print them."""
    return "、".join(national_name(Speciality(code)) for code in codes or ())


def times(mask: int | None) -> str:
    """Return times of the week as papers print them: 周六上午、下午，周日全天."""
    told: dict[SlotDay, list[SlotPart]] = {}
    for day, part in slots_in(mask):
        told.setdefault(day, []).append(part)
    return "，".join(
        _DAYS[day] + ("全天" if len(parts) == len(_PARTS) else "、".join(_PARTS[p] for p in parts))
        for day, parts in told.items()
    )


def grid(mask: int | None) -> list[tuple[str, list[bool]]]:
    """Return the grid of a paper: each part of the day, and its eight days ticked or not."""
    chosen = set(slots_in(mask))
    return [(name, [(day, part) in chosen for day in SlotDay]) for part, name in _PARTS.items()]


GRID_DAYS = tuple(_DAYS.values())

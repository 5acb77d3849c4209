"""The privacy notice as a model text: what the law has told before data are collected.

个人信息保护法 Art 17: who handles them, why and how, which kinds, how long, what rights a person
has and how to use them. What is asked beyond the rules comes from the purposes that the station
stated; a time of keeping that is not set at the place is left for the station to settle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from admin_app.services.privacy import purposes
from models import FigureName, SeatKind

if TYPE_CHECKING:
    from .model_texts import Facts


def preamble(told: Facts) -> str:
    """Return the sentence before the articles."""
    return (
        f"依照《中华人民共和国个人信息保护法》，{told.name}在收集志愿者个人信息前告知下列事项，"
        "请在登记前阅读。"
    )


def articles(told: Facts) -> Iterator[str | Sequence[str]]:
    """Yield the articles; a list is an article with points of its own."""
    yield f"处理者：{told.name}{_contact(told)}。"
    yield (
        "目的和方式：登记志愿者，核对是否同一人，安排、记录和公示志愿服务，计算服务时长，"
        "出具志愿服务记录证明，统计上报。由站内工作人员录入志愿服务管理系统，号码加密保存，"
        "列表只显示遮盖后的号码。"
    )
    yield (
        "必须收集的种类：姓名、性别、出生日期、居民身份证号码、手机号码、居住区域、专业技能、"
        "服务类别和可服务时间；未成年人另收集监护人的姓名、关系和电话。参加服务后，"
        "另记录服务的时间、地点、内容和时长。"
    )
    yield from _asked(told)
    yield _children(told)
    yield (
        f"提供和公开：办理志愿服务保险、录入{told.system}时，经组长批准提供所需的姓名和号码；"
        "姓名是否在公示和公开名单中出现，由本人单独决定，不同意的不公开。"
    )
    yield _kept(told)
    yield (
        "本人的权利：可以查阅、复制、更正、补充、删除个人信息，限制或者拒绝处理，要求解释说明；"
        "可以逐项撤回同意，撤回之前的处理仍然有效。",
        "口头或者书面向站内工作人员提出，本站登记后及时答复，不同意的说明理由。",
        "不回答可以不填的项目、撤回其中任何一项同意，不影响登记为志愿者。",
    )


def _contact(told: Facts) -> str:
    station, leader = told.station, told.holders(SeatKind.LEADER)
    known = (
        ("地址", station.address), ("联系电话", station.phone), ("负责人", leader),
    )  # fmt: skip
    return "".join(f"；{what}：{words}" for what, words in known if words)


def _asked(told: Facts) -> Iterator[Sequence[str]]:
    asked = purposes.asked(told.station.id, on=told.on)
    if asked:
        yield (
            "另外收集的种类，可以不填：",
            *(
                f"{purposes.NAMES[field]}，用于{row.purpose.rstrip('。')}"
                f"{'；属于敏感个人信息，须单独同意' if row.is_sensitive else ''}。"
                for field, row in asked.items()
            ),
        )


def _children(told: Facts) -> str:
    age = told.figure(FigureName.SENSITIVE_AGE)
    young = "年幼的人" if age is None else f"未满{age}周岁的人"
    return f"{young}的个人信息都是敏感个人信息，由监护人同意，也由监护人行使下列权利。"


def _kept(told: Facts) -> str:
    months = told.figure(FigureName.RETENTION_MONTHS)
    long = "离开登记册后保存多久，由本站在此写明" if months is None else (
        f"离开登记册满{months}个月后，由组长决定删除或者说明继续保存的理由"
    )  # fmt: skip
    return f"保存期限：在登记册上期间保存；{long}。已确认的服务记录和已出具的证明依法保存。"

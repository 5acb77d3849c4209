"""The work flow of annex 7: six steps, what belongs to each, and where it stands on the drawing.

Millimetres on a drawing 164 wide, which an A3 sheet enlarges.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from admin_app.services import committee
from models import Station

from . import lettering

STEPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("采集需求、", "设计项目", ("走访困难家庭，登记所需，以需求定项目，组织志愿者一起设计。",)),
    (
        "发布信息、",
        "招募注册",
        (
            "在{system}注册本社区志愿服务队。",
            "指导居民在{system}登记注册，由社区审核，做好统计。",
        ),
    ),
    (
        "组织培训、",
        "加强管理",
        (
            "依托服务站定期开展培训，着重培养骨干。",
            "跟踪志愿者受训和服务情况，合理安排时间和任务。",
        ),
    ),
    (
        "开展活动、",
        "提供服务",
        (
            "为空巢老人、留守儿童、残疾人等开展关爱服务。",
            "社工带领志愿者联动服务，开展有社区特色的活动。",
            "邀请企业、机关、学校、医院的服务队进社区，开展环保、医疗、法律、消费等服务。",
        ),
    ),
    (
        "做好记录、",
        "建立台账",
        (
            "每次活动填写记录登记表，写清时间、内容和质量。",
            "在{system}准确记录服务，便于记录转移和接续。",
        ),
    ),
    (
        "激励嘉许、",
        "适度回馈",
        (
            "依据服务时长评定星级志愿者，落实志愿者优待。",
            "褒扬和嘉奖优秀志愿者，授予荣誉称号，适度回馈服务。",
            "为推选市级以上优秀志愿者提供依据。",
        ),
    ),
)
_TOP, _BETWEEN, _BOX, _GAP, _LEAST = 19.8, 5.7, 10.8, 1.5, 15.0
_NAME_WIDTH, _LETTERS = 150.0, 24


def drawing(station: Station) -> dict[str, Any]:
    """Return the steps with their places, and the station's name over them."""
    steps, top = list[dict[str, Any]](), _TOP
    for number, (first, second, words) in enumerate(STEPS, start=1):
        height = max(_LEAST, len(words) * _BOX + (len(words) - 1) * _GAP)
        box = _LEAST if len(words) == 1 else _BOX
        boxes = [
            {
                "y": round(top + at * (box + _GAP), 2),
                "height": box,
                "lines": _lines(text.format(system=committee.system_of(station))),
            }
            for at, text in enumerate(words)
        ]
        steps.append(
            {"number": str(number), "y": round(top, 2), "height": round(height, 2),
             "names": [first, second], "boxes": boxes}
        )  # fmt: skip
        top += height + _BETWEEN
    name = lettering.headline(
        station.name, width=_NAME_WIDTH, largest=6 / lettering.MM_A_POINT, smallest=10
    )
    lines, size = name["lines"], name["size"] * lettering.MM_A_POINT
    return {
        "steps": steps,
        "names": lines,
        "name_size": round(size, 2),
        "height": round(top - _BETWEEN + 0.5, 2),
    }


def _lines(text: str) -> list[str]:
    """Return a text in one line or two, which part after a comma where both then have room."""
    if lettering.breadth(text) <= _LETTERS:
        return [text]
    parts = [(text[:at], text[at:]) for at in range(1, len(text)) if text[at - 1] == "，"]
    fitting = [
        (first, last)
        for first, last in parts
        if max(lettering.breadth(first), lettering.breadth(last)) <= _LETTERS
    ]
    if fitting:
        first, last = min(fitting, key=lambda both: abs(len(both[0]) - len(both[1])))
        return [first, last]
    return lettering.even(text, ceil(lettering.breadth(text) / _LETTERS))

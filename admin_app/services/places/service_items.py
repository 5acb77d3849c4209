"""What a station offers, kind by kind, and the usual items to begin with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access
from models import DomainError, ServiceItem, ServiceKind, Station, db

MOST_OF_A_KIND = 20

# Our own short words for what annex 5 of 湛文明办〔2018〕31号 describes; a station edits them.
# Paper is Chinese by nature, and so is what hangs on a station's wall.
USUAL: Mapping[ServiceKind, tuple[str, ...]] = {
    ServiceKind.CIVILIZATION: ("文明宣传资料发放", "文明交通劝导", "文明餐桌与文明上网倡导"),
    ServiceKind.CONVENIENCE: (
        "常用应急药品", "饮用水", "借伞还伞", "手机充电", "失物登记与认领", "图书借阅",
        "爱心物资接收登记", "邻里矛盾调解", "楼道与周边保洁",
    ),
    ServiceKind.PUBLIC: (
        "义诊", "法律咨询", "心理咨询", "环保、税务、消防知识宣传", "家电义务维修",
    ),
    ServiceKind.SPECIAL: ("孤寡老人探访", "留守儿童陪伴", "残疾人帮扶"),
    ServiceKind.TRAINING: ("志愿者注册与系统使用指导", "志愿者培训"),
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One thing on offer, as it is typed."""

    kind: ServiceKind
    text: str
    since: date | None = None
    until: date | None = None


def of(station: Station, on: date | None = None) -> Sequence[ServiceItem]:
    """Return the items of a station kind by kind: all, or those offered on a day."""
    query = select(ServiceItem).where(ServiceItem.station_id == station.id)
    rows = db.session.scalars(query.order_by(ServiceItem.id)).all()
    order = list(ServiceKind)
    found = sorted(rows, key=lambda row: order.index(row.kind))
    return [row for row in found if on is None or row.is_offered(on)]


def usual(since: date) -> list[Item]:
    """Return the usual items of all kinds, offered from a day on."""
    return [Item(kind, text, since) for kind, texts in USUAL.items() for text in texts]


def set_items(station: Station, wanted: Iterable[Item], *, access: Access) -> None:
    """Keep a list instead of the one before; what stays the same is not touched.

    The caller commits. Raises ``DomainError`` for a text that stands twice, an end before the
    beginning, and more than a wall has room for.
    """
    access.require("stations:write", station)
    items = list(wanted)
    _require_sound(items)
    # The station's row is held, or of two lists kept at once each would keep a half.
    db.session.execute(select(Station.id).where(Station.id == station.id).with_for_update())
    there = {(row.kind, row.text): row for row in of(station)}
    for key in there.keys() - {(item.kind, item.text) for item in items}:
        db.session.delete(there[key])
    for item in items:
        row = there.get((item.kind, item.text))
        if row is None:
            row = ServiceItem(station=station, kind=item.kind, text=item.text)
            db.session.add(row)
        row.since, row.until = item.since, item.until
    db.session.flush()


def _require_sound(items: Sequence[Item]) -> None:
    for kind in ServiceKind:
        texts = [item.text for item in items if item.kind is kind]
        if len(texts) > MOST_OF_A_KIND:
            raise DomainError(
                _("%(kind)s: %(most)s items at most.", kind=kind.label, most=MOST_OF_A_KIND)
            )
        for text in texts:
            if texts.count(text) > 1:
                raise DomainError(
                    _("%(kind)s: “%(text)s” stands there twice.", kind=kind.label, text=text)
                )
    for item in items:
        if item.since and item.until and item.until < item.since:
            raise DomainError(
                _("“%(text)s” ends before it begins: check both days.", text=item.text)
            )

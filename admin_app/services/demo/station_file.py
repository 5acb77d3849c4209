"""What the demo's stations tell of themselves, with drawn pictures that say what they are."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from admin_app.config import ROOT
from admin_app.policy import Access, Held, Place
from admin_app.services import evidence
from admin_app.services.evidence import Reading
from admin_app.services.places import equipment, service_items
from models import EvidenceSubject, HostFacility, ManagerTerms, Role, Station, StationKind, clock

from .places import Plan

FONT = ROOT / "admin_app/static/fonts/StationSerif-700.otf"
SIZE = (720, 480)
WALL, BOARD, INK, MARK = "#e8e2d4", "#b3261e", "#ffffff", "#8a8f98"
# Of twelve stations these show something; the others have it still to do.
SHOWN = {
    1: (EvidenceSubject.PREMISES, EvidenceSubject.SIGNAGE, EvidenceSubject.RULES),
    2: (EvidenceSubject.PREMISES,),
    9: (EvidenceSubject.PREMISES, EvidenceSubject.EQUIPMENT),
}
BOARDS = {
    EvidenceSubject.PREMISES: "社区志愿服务站",
    EvidenceSubject.SIGNAGE: "志愿服务台",
    EvidenceSubject.RULES: "志愿者守则",
    EvidenceSubject.EQUIPMENT: "办公电脑",
}
WITHOUT_ITEMS, WITHOUT_SIGN = frozenset({6, 12}), frozenset({4, 8})
HOSTS = {
    StationKind.SOCIAL_WORK: HostFacility.SOCIAL_WORK,
    StationKind.LEI_FENG: HostFacility.LEI_FENG,
    StationKind.CIVILIZATION_STATION: HostFacility.CIVILIZATION,
    StationKind.POINT: HostFacility.COMMITTEE_OFFICE,
}


def tell(order: int, plan: Plan, station: Station) -> None:
    """Fill the file of the station that is the ``order``-th of the twelve."""
    place = station.division.name.removesuffix("居民委员会").removesuffix("村民委员会")
    is_full_time = station.manager_terms is ManagerTerms.FULL_TIME
    station.host = HOSTS.get(plan.kind, HostFacility.COMMUNITY_SERVICE)
    station.managers_full_time, station.managers_part_time = int(is_full_time), 1
    station.party_branch = f"{place}党支部书记"
    station.subdistrict_office = "社会事务办公室" if plan.urban else "乡镇党群服务中心"
    station.service_centre = f"{place}党群服务中心主任"
    station.independent_post = station.has_plaque = True
    station.has_desk_sign, station.has_uniform = order not in WITHOUT_SIGN, plan.urban
    station.profile = f"{place}居民身边的志愿服务点，登记志愿者、接待求助、组织活动。"
    clerk = _clerk(station)
    things = {"办公桌": 2, "文件柜": 1, "雨伞": 10, "急救箱": 1} if plan.urban else {"办公桌": 1}
    equipment.set_list(station, things, access=clerk)
    if order not in WITHOUT_ITEMS:
        service_items.set_items(station, service_items.usual(plan.opened_on), access=clerk)


def show(order: int, station: Station) -> None:
    """Hang drawn pictures into the file; none where the office has no font to write 样张 with."""
    if not FONT.exists():
        return
    for subject in SHOWN.get(order, ()):
        evidence.put(
            station, subject, _drawn(BOARDS[subject]), access=_clerk(station),
            caption=f"{BOARDS[subject]}（样张）", taken_on=clock.today() - timedelta(days=30),
        )  # fmt: skip


def _clerk(station: Station) -> Access:
    return Access(None, (Held(Role.CLERK, Place("station", station.id), ""),))


def _drawn(words: str) -> Reading:
    sheet = Image.new("RGB", SIZE, WALL)
    pen = ImageDraw.Draw(sheet)
    board, mark = ImageFont.truetype(FONT, 56), ImageFont.truetype(FONT, 110)
    pen.rectangle((90, 60, 630, 180), fill=BOARD)
    pen.text((360, 120), words, font=board, fill=INK, anchor="mm")
    pen.rectangle((180, 300, 540, 430), fill="#9c7a54")
    pen.text((360, 320), "样  张", font=mark, fill=MARK, anchor="mm")
    out = BytesIO()
    sheet.save(out, "PNG")
    out.seek(0)
    return evidence.read(out, f"{words}.png")

"""Where the demo's twelve stations lie: real divisions, invented stations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from admin_app.services.places import divisions, stations
from models import ManagerTerms, Station, StationKind

from .names import Names

ZHANJIANG = "4408"
TOWNSHIP, COUNTY, PREFECTURE = "440802001000", "440802000000", "440800000000"


@dataclass(frozen=True)
class Plan:
    """One station to be opened: where, as what, and how many stand on its roll."""

    division: str
    name: str
    kind: StationKind
    opened_on: date
    roll: int
    urban: bool = True
    # Annex 3 seats without a holder, so that a visitor sees what the screen says of them.
    unfilled: tuple[str, ...] = field(default=())
    # One person records and confirms, as the county allows by letter.
    is_exempt: bool = False


PLANS = (
    Plan("440802001004", "中华社区志愿服务站", StationKind.STATION, date(2019, 3, 5), 64,
         unfilled=("company_staff",)),
    Plan("440802001004", "中华社区爱心志愿服务点", StationKind.POINT, date(2022, 9, 1), 18,
         is_exempt=True),
    Plan("440802002001", "寸金社区学雷锋志愿服务站", StationKind.LEI_FENG, date(2020, 3, 5), 30,
         unfilled=("property_manager", "company_staff")),
    Plan("440803001001", "文体社区志愿服务站", StationKind.STATION, date(2018, 11, 20), 32),
    Plan("440823106223", "甘来村志愿服务站", StationKind.CIVILIZATION_STATION, date(2021, 6, 1), 26,
         urban=False, unfilled=("social_work_head",)),
    Plan("440825103201", "坑仔村志愿服务站", StationKind.STATION, date(2019, 1, 15), 24,
         urban=False),
    Plan("440882102203", "水标村新时代文明实践站", StationKind.CIVILIZATION_STATION,
         date(2020, 10, 1), 22, urban=False, unfilled=("social_worker", "company_staff")),
    Plan("440883100000", "浅水镇社会工作站", StationKind.SOCIAL_WORK, date(2021, 12, 1), 28),
    Plan("533401101003", "北门社区志愿服务站", StationKind.STATION, date(2023, 4, 10), 34),
    Plan("533422101001", "阿敦子社区志愿服务站", StationKind.STATION, date(2023, 8, 1), 20,
         unfilled=("deputy_volunteer",)),
    Plan("533423101003", "十字街社区新时代文明实践站", StationKind.CIVILIZATION_STATION,
         date(2023, 6, 15), 24),
    Plan("533423103203", "柯那村志愿服务点", StationKind.POINT, date(2024, 3, 5), 20,
         urban=False, unfilled=("company_staff", "social_worker")),
)  # fmt: skip


def open_stations(rng: Random, names: Names) -> Sequence[tuple[Plan, Station]]:
    """Open the twelve stations; the first is the one that the sign-ins belong to."""
    return [(plan, _open(plan, rng, names)) for plan in PLANS]


def _open(plan: Plan, rng: Random, names: Names) -> Station:
    division = divisions.by_code(plan.division)
    area = "0759" if plan.division.startswith(ZHANJIANG) else "0887"
    return stations.open_station(
        division,
        plan.name,
        kind=plan.kind,
        opened_on=plan.opened_on,
        manager_name=names.adult(plan.division),
        manager_terms=rng.choice(list(ManagerTerms)),
        # No exchange begins with 0: the number reaches nobody.
        phone=f"{area}-0{rng.randrange(10**6):06}",
        address=f"{division.name}办公楼一楼",
        computers=rng.randint(1, 3),
    )


def areas_of(station: Station) -> dict[str, int | None]:
    """Return the columns that say where a row of the station lies, for rows put in by the bulk."""
    return {
        "station_id": station.id,
        "township_id": station.township_id,
        "county_id": station.county_id,
        "prefecture_id": station.prefecture_id,
    }

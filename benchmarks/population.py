"""An invented prefecture of any size, the same on every run: stations, people, entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from stdnum.cn import ric

from admin_app.services import masking
from admin_app.services.names import grams
from models import Category, EntrySource, EntryState, Sex, StationKind, id_number_hash, keyring
from models.people.person import ID_NUMBER

SEED = 20261122
FIRST_DAY = date(2023, 11, 1)
DAYS = 36 * 30
LOADED = datetime(2026, 11, 1)
NOWHERE = "440899"  # a county code that was never assigned
AVERAGE_ENTRIES = 8

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡"
GIVEN = (
    "秀英伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玉华建国红梅文斌志海燕春生荣福祥宝珍琴云莲凤洁"
)
ACTIVITIES = (
    "环保宣传",
    "文明交通劝导",
    "敬老服务",
    "义诊",
    "课后辅导",
    "楼道清洁",
    "文艺演出",
    "消防宣传",
)
CATEGORIES = ("0006", "0011", "0017", "0004", "0003", "0001", "0008", "0012")


@dataclass(frozen=True)
class Scale:
    """How much of everything a run has."""

    name: str
    stations: int
    volunteers: int
    entries: int

    @property
    def activities(self) -> int:
        """Return the number of activities: about 23 people come to each."""
        return self.entries // 23


SCALES = {
    "100k": Scale("100k", 20, 12_000, 100_000),
    "1m": Scale("1m", 200, 120_000, 1_000_000),
    "10m": Scale("10m", 2_000, 1_200_000, 10_000_000),
}


@dataclass(frozen=True)
class Site:
    """A station with the areas it lies in."""

    id: int
    code: str
    name: str
    division_id: int
    areas: tuple[int | None, int | None, int | None]


def station_rows(sites: list[Site]) -> Iterator[dict[str, object]]:
    """Yield the stations."""
    for site in sites:
        township, county, prefecture = site.areas
        yield {
            "id": site.id, "code": site.code, "name": site.name, "division_id": site.division_id,
            "kind": StationKind.STATION.value, "computers": 1, "last_roll": 0,
            "last_certificate": 0, "version": 1, "township_id": township, "county_id": county,
            "prefecture_id": prefecture, "created_at": LOADED, "updated_at": LOADED,
        }  # fmt: skip


def names() -> Iterator[str]:
    """Yield names without end; 秀英 and 王秀英 are as frequent as such names are."""
    dice = Random(SEED)  # noqa: S311  # the same prefecture on every run
    while True:
        length = dice.choice((1, 2, 2, 2, 2))
        yield dice.choice(SURNAMES) + "".join(dice.choice(GIVEN) for _n in range(length))


def person_rows(scale: Scale) -> Iterator[dict[str, object]]:
    """Yield the persons; their numbers are sound and nobody's."""
    ring, name = keyring(), names()
    for n in range(1, scale.volunteers + 1):
        born = date(1950, 1, 1) + timedelta(days=n * 17 % 18_000)
        stem = f"{NOWHERE}{born:%Y%m%d}{n % 1000:03}"
        number = stem + ric.calc_check_digit(stem + "0")
        full = next(name)
        yield {
            "id": n, "name": full, "name_key": full,
            "sex": (Sex.MALE if int(number[16]) % 2 else Sex.FEMALE).value, "born_on": born,
            "id_number": ring.seal(number.encode(), ID_NUMBER),
            # A million people share fewer numbers than that: the row's own makes it unique.
            "id_number_hash": id_number_hash(f"{number}{n}"),
            "id_number_masked": masking.id_number(number),
            "created_at": LOADED, "updated_at": LOADED,
        }  # fmt: skip


def gram_rows(scale: Scale) -> Iterator[dict[str, object]]:
    """Yield the parts of the persons' names."""
    told: dict[str, list[str]] = {}
    for n, full in zip(range(1, scale.volunteers + 1), names(), strict=False):
        if full not in told:
            told[full] = sorted(grams(full))
        for gram in told[full]:
            yield {"gram": gram, "person_id": n}


def volunteer_rows(scale: Scale, sites: list[Site]) -> Iterator[dict[str, object]]:
    """Yield one roll line a person, spread evenly over the stations."""
    for n in range(1, scale.volunteers + 1):
        site = sites[n % len(sites)]
        township, county, prefecture = site.areas
        yield {
            "id": n, "number": f"{site.code}-{n // len(sites) + 1:05}", "person_id": n,
            "station_id": site.id, "state": "registered", "version": 1,
            "registered_on": FIRST_DAY - timedelta(days=n % 400), "phone_masked": "138****0000",
            "township_id": township, "county_id": county, "prefecture_id": prefecture,
            "created_at": LOADED, "updated_at": LOADED,
        }  # fmt: skip


def activity_rows(scale: Scale, sites: list[Site]) -> Iterator[dict[str, object]]:
    """Yield the activities, in order of time."""
    for n in range(1, scale.activities + 1):
        site = sites[n % len(sites)]
        township, county, prefecture = site.areas
        yield {
            "id": n, "name": ACTIVITIES[n % 8], "category": CATEGORIES[n % 8], "state": "held",
            "held_on": FIRST_DAY + timedelta(days=n * DAYS // scale.activities),
            "desk_duty": False, "station_id": site.id, "version": 1, "township_id": township,
            "county_id": county, "prefecture_id": prefecture,
            "created_at": LOADED, "updated_at": LOADED,
        }  # fmt: skip


def entry_rows(scale: Scale, sites: list[Site]) -> Iterator[dict[str, object]]:
    """Yield the entries in order of time; nobody serves twice on a day."""
    a_station = scale.volunteers // len(sites)
    starts = [datetime.combine(FIRST_DAY, time(8 + n % 9, n % 2 * 30)) for n in range(18)]
    for n in range(1, scale.entries + 1):
        # The people of an activity follow each other on the roll, so none comes round twice a day.
        activity = min((n - 1) // 23 + 1, scale.activities)
        site = sites[activity % len(sites)]
        day = activity * DAYS // scale.activities
        seat = (activity // len(sites) * 23 + n % 23) % a_station
        person = seat * len(sites) + activity % len(sites) or len(sites)
        started = starts[(activity + n) % 18] + timedelta(days=day)
        minutes = 60 + n % 5 * 30
        township, county, prefecture = site.areas
        yield {
            "id": n, "person_id": person, "volunteer_id": person, "activity_id": activity,
            "category": Category(CATEGORIES[activity % 8]).value, "served_on": started.date(),
            "started_at": started, "ended_at": started + timedelta(minutes=minutes),
            "minutes": minutes, "state": EntryState.CONFIRMED.value,
            "source": EntrySource.IMPORT.value, "flags": "[]", "recorded_at": LOADED,
            "decided_at": LOADED, "station_id": site.id, "version": 1, "township_id": township,
            "county_id": county, "prefecture_id": prefecture,
            "created_at": LOADED, "updated_at": LOADED,
        }  # fmt: skip

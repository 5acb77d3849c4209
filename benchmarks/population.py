"""An invented prefecture of any size, the same on every run: stations, people, entries.

How it is spread, so that a search or a page costs what it would cost in a real office:

- Stations: a sample of every county of one prefecture, each with as many people (600) and entries
  (5,000) as the next; at 10m some communities have two.
- Names: 62 surnames, the first borne by 7 % and the last by half a percent of the people; a seventh
  of the given names have one character. 秀英 stands in 0.3 % of all names, 王秀英 is 0.02 %, and
  nobody has 龘 in the name.
- Time: 36 months of activities, 23 people each, the stations by turns; nobody serves twice on a
  day, each person about eight times in all.
- State: the last 14 days wait for confirmation, one older entry in 97 was declined.
- Every entry says what was done, how well, who recorded it and who decided; the roll holds no
  phones, and nobody is registered at two stations.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, islice
from random import Random

from stdnum.cn import ric

from admin_app.services import masking
from admin_app.services.people.names import grams
from models import EntrySource, EntryState, Sex, StationKind, id_number_hash, keyring
from models.people.person import ID_NUMBER

# Raised with every change below: an office that was filled by another recipe is not used again.
RECIPE = 1

SEED = 20261122
FIRST_DAY = date(2023, 11, 1)
DAYS = 36 * 30
WAITING_DAYS = 14
DECLINED_EACH = 97
LOADED = "2026-11-01 00:00:00.000000"
NOWHERE = "440899"  # a county code that was never assigned
HEADS = 23  # people at an activity

SURNAMES = (
    *"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹",
    *"彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金",
    "欧阳",
    "司徒",
)
PAIRS = (
    "秀英", "桂英", "秀兰", "玉兰", "建国", "建华", "志强", "海燕", "桂兰", "玉英", "秀珍", "凤英",
    "丽华", "建军", "国强", "志明", "晓燕", "春梅", "玉珍", "桂芳", "建平", "文华", "永强", "小红",
    "子涵", "雨桐", "浩然", "志伟", "俊杰", "雪梅", "淑珍", "丽娟", "金花", "志勇", "婷婷", "国华",
    "月英", "秋菊", "明华", "少芬",
)  # fmt: skip
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚秀英华建国红梅文斌志海燕春生荣福祥宝珍琴云莲凤洁"
    "玉兰桂林波辉鹏飞宇浩然子轩涵欣怡佳慧颖晓雪琳莉倩婷薇雅芬玲金银成龙虎德才康健安宁永世光亮"
    "东南西北中山川江河水木火土石田树森松柏青月星晨阳天义仁礼智信忠孝贤良"
)
# Of a hundred given names: well-known pairs, single characters; the others are two at random.
PAIRED, SINGLE = 4, 15

ACTIVITIES = (
    ("环保宣传", "0006"),
    ("文明交通劝导", "0011"),
    ("敬老服务", "0017"),
    ("义诊", "0004"),
    ("课后辅导", "0003"),
    ("楼道清洁", "0001"),
    ("文艺演出", "0008"),
    ("消防宣传", "0012"),
)
CONTENTS = (
    "在小区入口讲解垃圾分类，发放宣传单",
    "早高峰在路口引导行人走斑马线",
    "上门为独居老人打扫卫生、量血压",
    "清理楼道杂物和小广告",
    "陪孩子们写作业、读绘本",
    "在广场搭台、引导观众、收拾场地",
    "逐户检查灭火器，讲解用电安全",
)
QUALITIES = ("优秀", "良好", "良好", "合格")

Row = tuple[object, ...]


@dataclass(frozen=True)
class Scale:
    """How much of everything a run has."""

    name: str
    stations: int
    volunteers: int
    entries: int

    @property
    def activities(self) -> int:
        """Return the number of activities; the last may have fewer people."""
        return -(-self.entries // HEADS)


SCALES = {
    # For the tests of the benchmarks themselves.
    "tiny": Scale("tiny", 2, 200, 1_000),
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


@dataclass(frozen=True)
class Table:
    """A table, the columns that are filled, and the rows: numbers, texts and bytes alone."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]


STAMPS = ("created_at", "updated_at")
PLACES = ("township_id", "county_id", "prefecture_id")


def tables(scale: Scale, sites: Sequence[Site]) -> list[Table]:
    """Return what an office of a scale holds, in the order in which it can be filled."""
    return [
        Table(
            "stations",
            ("id", "code", "name", "division_id", "kind", "computers", "last_roll",
             "last_certificate", "version", *PLACES, *STAMPS),
            lambda: _stations(scale, sites),
        ),
        Table(
            "accounts",
            ("id", "login", "name", "password_hash", "active", "language",
             "version", *STAMPS),
            lambda: _accounts(sites),
        ),
        Table(
            "persons",
            ("id", "name", "name_key", "sex", "born_on", "id_number", "id_number_hash",
             "id_number_masked", "lives_in_id", *STAMPS),
            lambda: _persons(scale, sites),
        ),
        Table("name_grams", ("gram", "person_id"), lambda: _name_grams(scale)),
        Table(
            "volunteers",
            ("id", "number", "person_id", "station_id", "state", "version", "registered_on",
             *PLACES, *STAMPS),
            lambda: _volunteers(scale, sites),
        ),
        Table(
            "activities",
            ("id", "name", "category", "state", "held_on", "desk_duty", "station_id", "version",
             *PLACES, *STAMPS),
            lambda: _activities(scale, sites),
        ),
        Table(
            "service_entries",
            ("id", "person_id", "volunteer_id", "activity_id", "category", "served_on",
             "started_at", "ended_at", "minutes", "content", "quality", "state", "source", "flags",
             "recorded_by_id", "recorded_at", "decided_by_id", "decided_at", "station_id",
             "version", *PLACES, *STAMPS),
            lambda: _entries(scale, sites),
        ),
    ]  # fmt: skip


def names() -> Iterator[str]:
    """Yield full names without end, as frequent as the module says."""
    dice = Random(SEED)  # noqa: S311  # the same prefecture on every run
    many = 10_000
    surnames, pairs, given = _falling(SURNAMES, 5), _falling(PAIRS, 6), _falling(GIVEN, 20)
    while True:
        first = iter(dice.choices(GIVEN, cum_weights=given, k=many))
        second = iter(dice.choices(GIVEN, cum_weights=given, k=many))
        known = iter(dice.choices(PAIRS, cum_weights=pairs, k=many))
        for surname in dice.choices(SURNAMES, cum_weights=surnames, k=many):
            kind = dice.randrange(100)
            if kind < PAIRED:
                yield surname + next(known)
            elif kind < PAIRED + SINGLE:
                yield surname + next(first)
            else:
                yield surname + next(first) + next(second)


def _falling(words: Sequence[str], start: int) -> list[float]:
    """Return cumulated weights that fall as ranks of names do."""
    return list(accumulate(1 / (rank + start) for rank in range(len(words))))


def _stations(scale: Scale, sites: Sequence[Site]) -> Iterator[Row]:
    rolls = scale.volunteers // len(sites)
    for site in sites:
        yield (
            site.id, site.code, site.name, site.division_id, StationKind.STATION.value, 1, rolls,
            0, 1, *site.areas, LOADED, LOADED,
        )  # fmt: skip


def _accounts(sites: Sequence[Site]) -> Iterator[Row]:
    """Yield the clerk and the leader of each station; they cannot sign in."""
    called = names()
    for site in sites:
        for number, who in ((_clerk(site), "clerk"), (_leader(site), "leader")):
            yield (
                number, f"{who}-{site.code}", next(called), "", True, "zh_Hans_CN", 1,
                LOADED, LOADED,
            )  # fmt: skip


def _clerk(site: Site) -> int:
    return site.id * 2 - 1


def _leader(site: Site) -> int:
    return site.id * 2


def _persons(scale: Scale, sites: Sequence[Site]) -> Iterator[Row]:
    """Yield the persons; their numbers are sound and nobody's."""
    ring = keyring()
    for n, full in enumerate(islice(names(), scale.volunteers), start=1):
        born = date(1950, 1, 1) + timedelta(days=n * 17 % 18_000)
        stem = f"{NOWHERE}{born:%Y%m%d}{n % 1000:03}"
        number = stem + ric.calc_check_digit(stem + "0")
        yield (
            n, full, full, (Sex.MALE if int(number[16]) % 2 else Sex.FEMALE).value,
            born.isoformat(), ring.seal(number.encode(), ID_NUMBER),
            # A million people share fewer numbers than that: the row's own makes it unique.
            id_number_hash(f"{number}{n}"), masking.id_number(number),
            sites[(n - 1) % len(sites)].division_id, LOADED, LOADED,
        )  # fmt: skip


def _name_grams(scale: Scale) -> Iterator[Row]:
    """Yield the parts of the persons' names in the order of the key, which fills it fastest."""
    parts = lru_cache(100_000)(grams)
    bearers: dict[str, array[int]] = defaultdict(lambda: array("I"))
    for n, full in enumerate(islice(names(), scale.volunteers), start=1):
        for gram in parts(full):
            bearers[gram].append(n)
    for gram in sorted(bearers):
        for person in bearers[gram]:
            yield (gram, person)


def _volunteers(scale: Scale, sites: Sequence[Site]) -> Iterator[Row]:
    """Yield one roll line a person, spread evenly over the stations."""
    for n in range(1, scale.volunteers + 1):
        seat, place = divmod(n - 1, len(sites))
        site = sites[place]
        registered = FIRST_DAY - timedelta(days=n % 400)
        yield (
            n, f"{site.code}-{seat + 1:05}", n, site.id, "registered", 1, registered.isoformat(),
            *site.areas, LOADED, LOADED,
        )  # fmt: skip


def _day(activity: int, scale: Scale) -> int:
    return activity * DAYS // scale.activities


def _activities(scale: Scale, sites: Sequence[Site]) -> Iterator[Row]:
    """Yield the activities, in order of time."""
    days = _days()
    for n in range(1, scale.activities + 1):
        site = sites[n % len(sites)]
        name, category = ACTIVITIES[n % len(ACTIVITIES)]
        yield (
            n, name, category, "held", days[_day(n, scale)], False, site.id, 1, *site.areas,
            LOADED, LOADED,
        )  # fmt: skip


def _days() -> list[str]:
    return [(FIRST_DAY + timedelta(days=n)).isoformat() for n in range(DAYS + 1)]


def _stretches() -> list[tuple[str, str, int]]:
    """Return when on a day people serve: from the morning on, for one to three hours."""
    found = []
    for n in range(90):
        start, minutes = (8 + n % 9) * 60 + n % 2 * 30, 60 + n % 5 * 30
        found.append((_clock(start), _clock(start + minutes), minutes))
    return found


def _clock(minute: int) -> str:
    return f" {minute // 60:02}:{minute % 60:02}:00.000000"


def _entries(scale: Scale, sites: Sequence[Site]) -> Iterator[Row]:
    """Yield the entries in order of time; the people of an activity follow each other's seats."""
    seats = scale.volunteers // len(sites)
    days, stretches, n = _days(), _stretches(), 0
    source = EntrySource.SCREEN.value
    for activity in range(1, scale.activities + 1):
        turn, place = divmod(activity, len(sites))
        site, number = sites[place], _day(activity, scale)
        day, category = days[number], ACTIVITIES[activity % len(ACTIVITIES)][1]
        content = CONTENTS[activity % len(CONTENTS)]
        waits = number > DAYS - WAITING_DAYS
        stamps = (site.id, 1, *site.areas, LOADED, LOADED)
        recorded = f"{day} 12:00:00.000000"
        clerk, leader = _clerk(site), _leader(site)
        for head in range(min(HEADS, scale.entries - n)):
            n += 1
            person = (turn * HEADS + head) % seats * len(sites) + place + 1
            start, end, minutes = stretches[(activity + n) % 90]
            yield (
                n, person, person, activity, category, day, day + start, day + end, minutes,
                content, QUALITIES[n % 4], _state(n, waits=waits), source, "[]", clerk, recorded,
                *((None, None) if waits else (leader, recorded)), *stamps,
            )  # fmt: skip


def _state(n: int, *, waits: bool) -> str:
    if waits:
        return EntryState.SUBMITTED.value
    return (EntryState.CONFIRMED if n % DECLINED_EACH else EntryState.DECLINED).value

"""The demo's teams and projects: some communities have two regular ones, some one, some none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from models import Project, ServedGroup, Station, Team, TeamKind, db

from .names import Names
from .places import Plan
from .programme import KINDS, Kind

SEED = 20221205
# Four weeks apart, the latest some days ago: three of them lie in any ninety days.
TIMES, APART = 3, timedelta(weeks=4)
LATEST_DAYS_AGO = range(2, 12)
OPENED, ENDED = timedelta(days=300), timedelta(days=40)
# So many projects of the station that opened first, second and so on are regular.
REGULAR = (2, 1, 1, 2, 0, 1, 0, 1, 2, 1, 2, 0)
CLOSED_ONE = frozenset({3, 6, 9})
UNIT_TEAM, SCHOOL, DISBANDED = frozenset({1, 3, 5, 7, 9}), frozenset({3, 7}), frozenset({7})


@dataclass(frozen=True)
class Theme:
    """What a project is about, and what its activities are."""

    name: str
    kind: Kind
    served: ServedGroup
    description: str


@dataclass(frozen=True)
class Series:
    """A project of a station, and the days on which it held an activity."""

    project_id: int
    team_id: int | None
    kind: Kind
    days: tuple[date, ...]


THEMES = (
    Theme("夕阳红陪伴计划", KINDS[0], ServedGroup.OLDER_PEOPLE,
          "结对探访独居、空巢老人，每月上门，节日送祝福。"),
    Theme("美丽家园行动", KINDS[1], ServedGroup.PUBLIC,
          "居民一起动手，清理楼道、主街和沿河步道。"),
    Theme("护苗课堂", KINDS[4], ServedGroup.CHILDREN,
          "为放学后无人看护的孩子辅导作业、讲安全。"),
    Theme("健康义诊进社区", KINDS[5], ServedGroup.PUBLIC,
          "医护志愿者定期为居民量血压、测血糖。"),
)  # fmt: skip
OVER = Theme("文明餐桌倡议", KINDS[10], ServedGroup.PUBLIC, "倡导公筷公勺，已告一段落。")


class Programmes:
    """Founds the teams and opens the projects of one station after another."""

    def __init__(self, today: date) -> None:
        # By itself: whoever else is invented stays who he is.
        self._rng = Random(SEED)  # noqa: S311  # invented people, no secret
        self._names = Names(self._rng)
        self._today = today

    def begin(
        self, order: int, plan: Plan, station: Station, *, keeper_id: int | None = None
    ) -> list[Series]:
        """Begin what a station does again and again; the keeper keeps the first project."""
        teams = self._found(order, plan, station)
        if order in CLOSED_ONE:
            self._project(station, OVER).closes_on = self._today - ENDED
        regular = REGULAR[order - 1]
        series = []
        for n in range(regular + 1):
            theme = THEMES[(order + n) % len(THEMES)]
            row = self._project(station, theme)
            row.team = teams[n] if n < len(teams) else None
            row.keeper_id = None if n else keeper_id
            db.session.flush()  # its activities name it
            days = self._days(TIMES if n < regular else 1)
            series.append(Series(row.id, row.team_id, theme.kind, days))
        return series

    def _found(self, order: int, plan: Plan, station: Station) -> Sequence[Team]:
        """Found a team of residents, and at some stations one of a school or a clinic."""
        place = station.division.name.removesuffix("居民委员会").removesuffix("民委员会")
        residents = self._team(plan, station, f"{place}邻里互助队", TeamKind.RESIDENTS)
        residents.schedule = "每周六上午"
        if order not in UNIT_TEAM:
            return [residents]
        if order in SCHOOL:
            of_unit = self._team(plan, station, "青年教师志愿服务队", TeamKind.SCHOOL)
            of_unit.unit_name = f"{place}小学"
        else:
            of_unit = self._team(plan, station, "白衣天使志愿服务队", TeamKind.HOSPITAL)
            of_unit.unit_name = f"{place}卫生站"
        of_unit.schedule = "每月第一个周日上午"
        if order in DISBANDED:
            of_unit.disbanded_on = self._today - ENDED
            return [residents]
        return [residents, of_unit]

    def _team(self, plan: Plan, station: Station, name: str, kind: TeamKind) -> Team:
        row = Team(
            station=station, name=name, kind=kind, leader_name=self._names.adult(plan.division),
            founded_on=plan.opened_on + timedelta(days=30),
        )  # fmt: skip
        db.session.add(row)
        return row

    def _project(self, station: Station, theme: Theme) -> Project:
        row = Project(
            station=station, name=theme.name, category=theme.kind.category, served=theme.served,
            opens_on=self._today - OPENED, description=theme.description,
        )  # fmt: skip
        db.session.add(row)
        return row

    def _days(self, times: int) -> tuple[date, ...]:
        latest = self._today - timedelta(days=self._rng.choice(LATEST_DAYS_AGO))
        return tuple(latest - APART * n for n in range(times))

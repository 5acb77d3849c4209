"""The tests of the parts: each a question to the registers, and one sentence when it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from models import OBLIGATORY, FigureName, PartName, RuleKind, SeatKind

from .grounds import NOTHING, Grounds

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """Whether a part is met, None where that cannot be told, and why not: a word and numbers."""

    met: bool | None
    why: str = ""
    facts: Facts = field(default_factory=dict)

    @property
    def missing(self) -> str | None:
        """Say in one sentence what is missing or not known; None when the part is met."""
        return None if self.met else SENTENCES[self.why](self.facts)


MET = Finding(met=True)
Test = Callable[[Any, Grounds], Finding]


def place(station: Any, _grounds: Grounds) -> Finding:
    """Rooms are named, by an address or as a host facility (湛江附件1第二条（一）; 迪庆二)."""
    return _met((station.address or "").strip() or station.host, "place")


def post(station: Any, grounds: Grounds) -> Finding:
    """The station has a post of its own (湛江附件1第二条（一）“设有独立的志愿服务岗位”)."""
    return _met(station.independent_post or _attested(station, grounds, PartName.POST), "post")


def equipment(station: Any, grounds: Grounds) -> Finding:
    """There is a computer or other equipment (湛江第二条（一）; 迪庆二（二）“办公电脑等设备”)."""
    return _met(station.computers or station.id in grounds.equipped, "equipment")


def sign(station: Any, grounds: Grounds) -> Finding:
    """A sign stands there and somebody saw it (湛江第二条（二）“放有‘志愿服务台’牌”)."""
    if _attested(station, grounds, PartName.SIGN):
        return MET
    if not (station.has_desk_sign or station.has_plaque):
        return Finding(met=False, why="sign")
    return _met(station.id in grounds.signage_shown, "sign_unseen")


def uniform(station: Any, grounds: Grounds) -> Finding:
    """Volunteers wear uniform clothing (湛江第二条（二）“统一穿着志愿者服装”)."""
    return _met(station.has_uniform or _attested(station, grounds, PartName.UNIFORM), "uniform")


def team(station: Any, grounds: Grounds) -> Finding:
    """There is a team (迪庆二（二）“组建1支以上社区志愿服务队伍”)."""
    return _met(grounds.teams.get(station.id), "team")


def active_team(station: Any, grounds: Grounds) -> Finding:
    """A team holds activities regularly (湛江第二条（三）“有固定时间、有常态化活动”)."""
    if not grounds.teams.get(station.id):
        return Finding(met=False, why="team")
    active = grounds.active_teams.get(station.id)
    return Finding(None, "active_team_unset") if active is None else _met(active, "active_team")


def volunteers(station: Any, grounds: Grounds) -> Finding:
    """Somebody stands on the roll (迪庆三（二）“广泛招募志愿者”)."""
    return _met(station.id in grounds.with_volunteers, "volunteers")


def manager(station: Any, _grounds: Grounds) -> Finding:
    """Somebody manages the station (迪庆二（二）“至少有1名专（兼）职管理人员”)."""
    return _met(station.has_manager, "manager")


def projects(station: Any, grounds: Grounds) -> Finding:
    """As many projects are regular as the figure asks (迪庆三（三）)."""
    least = grounds.figure(FigureName.REGULAR_PROJECTS_MIN, station.division_code)
    regular = grounds.regular_projects.get(station.id)
    if least is None or regular is None:
        return Finding(None, "projects_unset")
    return _met(regular >= least, "projects", regular=regular, least=least)


def activities(station: Any, grounds: Grounds) -> Finding:
    """As many activities are held in the month as the figure asks (湛江附件2第五条).

    Desk duty does not count, nor what is known to be no volunteering.
    """
    least = grounds.figure(FigureName.MONTHLY_ACTIVITIES_MIN, station.division_code)
    held = grounds.held.get(station.id, NOTHING).activities
    if least is None:
        return Finding(None, "activities_unset")
    return _met(held >= least, "activities", held=held, least=least)


def services(station: Any, grounds: Grounds) -> Finding:
    """Service is given in the month (迪庆二“有服务”): one activity, or as many as a figure asks.

    The plan asks for no number: where none is set, a month without any is held against nobody.
    """
    least = grounds.figure(FigureName.MONTHLY_ACTIVITIES_MIN, station.division_code)
    if least is not None:
        return activities(station, grounds)
    held = grounds.held.get(station.id, NOTHING).activities
    return MET if held else Finding(None, "services_unset")


def leadership(station: Any, grounds: Grounds) -> Finding:
    """A leadership group is in force and every kind of seat settled (湛江附件3)."""
    settled = grounds.settled.get(station.id)
    if settled is None:
        return Finding(met=False, why="no_group")
    left = len(SeatKind) - settled
    return _met(left <= 0, "seats", left=left)


def rules(station: Any, grounds: Grounds) -> Finding:
    """The five rules are adopted and hang on the wall (湛江附件1第二条（四）“实现上墙”)."""
    posted = grounds.posted.get(station.id, ())
    missing = [kind.value for kind in OBLIGATORY if kind not in posted]
    return _met(not missing, "rules", kinds=missing)


def rule(station: Any, grounds: Grounds) -> Finding:
    """A rule of the station is adopted (迪庆二（二）“有明确的管理制度”)."""
    return _met(grounds.rules.get(station.id), "rule")


def ledger(station: Any, grounds: Grounds) -> Finding:
    """What was held is recorded in time (湛江第二条（五）“及时、完整、准确记录”; 迪庆二（二）).

    An activity still within its working days is not missed yet; a month in which nothing was held
    has nothing to record.
    """
    overdue = grounds.overdue.get(station.id, 0)
    if overdue:
        return Finding(met=False, why="ledger", facts={"overdue": overdue})
    return MET if grounds.held.get(station.id, NOTHING).every else Finding(None, "ledger_empty")


def archive(station: Any, grounds: Grounds) -> Finding:
    """Somebody saw the files in order (迪庆二（二）“做好……档案资料管理”)."""
    return _met(_attested(station, grounds, PartName.ARCHIVE), "archive")


def _met(holds: Any, why: str, **facts: Any) -> Finding:
    return MET if holds else Finding(met=False, why=why, facts=facts)


def _attested(station: Any, grounds: Grounds, part: PartName) -> bool:
    return station.id in grounds.attested[part]


PARTS: dict[PartName, Test] = {
    PartName.PLACE: place,
    PartName.POST: post,
    PartName.EQUIPMENT: equipment,
    PartName.SIGN: sign,
    PartName.UNIFORM: uniform,
    PartName.TEAM: team,
    PartName.ACTIVE_TEAM: active_team,
    PartName.VOLUNTEERS: volunteers,
    PartName.MANAGER: manager,
    PartName.PROJECTS: projects,
    PartName.ACTIVITIES: activities,
    PartName.SERVICES: services,
    PartName.LEADERSHIP: leadership,
    PartName.RULES: rules,
    PartName.RULE: rule,
    PartName.LEDGER: ledger,
    PartName.ARCHIVE: archive,
}
# What a person may see for himself where the registers do not say it.
ATTESTED = (PartName.POST, PartName.SIGN, PartName.UNIFORM, PartName.ARCHIVE)


def _kinds(facts: Facts) -> str:
    return "、".join(str(RuleKind(kind).label) for kind in facts["kinds"])


# A kept month says what it lacked in either language.
SENTENCES: dict[str, Callable[[Facts], str]] = {
    "place": lambda _f: _("Neither an address nor a host facility is named."),
    "post": lambda _f: _("No post for volunteer service alone is noted or attested."),
    "equipment": lambda _f: _("No computer or other equipment is listed."),
    "sign": lambda _f: _("No sign is noted for the station."),
    "sign_unseen": lambda _f: _("A sign is noted, but no picture shows it and nobody attested it."),
    "uniform": lambda _f: _("Uniform clothing is neither noted nor attested."),
    "team": lambda _f: _("The station has no team."),
    "active_team": lambda _f: _("No team is active: none held its activities."),
    "active_team_unset": lambda _f: _("No figure says here when a team is active."),
    "volunteers": lambda _f: _("Nobody stands on the roll."),
    "manager": lambda _f: _("No full-time or part-time manager is named."),
    "projects": lambda f: _("Regular projects: %(regular)s of %(least)s.", **f),
    "projects_unset": lambda _f: _("No figure says here how many projects are regular."),
    "activities": lambda f: _("Activities held in the month: %(held)s of %(least)s.", **f),
    "activities_unset": lambda _f: _("No figure says here how many activities a month are asked."),
    "services_unset": lambda _f: _("None was held in the month, and no figure asks for a number."),
    "no_group": lambda _f: _("No leadership group is in force."),
    "seats": lambda f: _("Kinds of seat neither filled nor marked as not applying: %(left)s.", **f),
    "rules": lambda f: _("Not adopted and posted: %(kinds)s.", kinds=_kinds(f)),
    "rule": lambda _f: _("No rule is adopted."),
    "ledger": lambda f: _("Activities overdue for recording: %(overdue)s.", **f),
    "ledger_empty": lambda _f: _("Nothing was held in the month, so there is nothing to record."),
    "archive": lambda _f: _("Nobody attested that the files are in order."),
}

"""What the first station of the demo does for its people: training, teams, leave, and one case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from admin_app.policy import Access, access_of, acting_as
from admin_app.services import programme
from admin_app.services.people import dismissals, leave, trainings
from models import (
    Account,
    Dismissal,
    DismissalGround,
    Leave,
    Station,
    Team,
    TeamMember,
    Training,
    TrainingMethod,
    Volunteer,
    db,
)

from .people import Member

# Places on the roll: who is trained, in the team, who left it, is away, and whose case it is.
TRAINED, TEAM, WENT = slice(0, 9), slice(2, 10), slice(10, 12)
AWAY, CASE = 15, 18
WEEK = timedelta(weeks=1)


def care(station: Station, roll: Sequence[Member], today: date, *, clerk: Account) -> None:
    """Record it all at the desk; what waits is the case, which the leader decides."""
    access = access_of(clerk)
    with acting_as(access):
        people = [db.session.get_one(Volunteer, member.volunteer_id) for member in roll[:20]]
        _train(station, people, today, access)
        team = db.session.scalars(
            select(Team).where(Team.station_id == station.id).order_by(Team.id)
        ).first()
        if team is not None:
            _join(team, people, today)
        leave.note(
            Leave(
                volunteer=people[AWAY], since=today, until=today + WEEK, reason="外出探亲",
                told_on=today - WEEK,
            )
        )  # fmt: skip
        case = Dismissal(
            volunteer=people[CASE], ground=DismissalGround.DISOBEYED,
            facts="连续三次排班未到岗，提醒后仍未说明理由。", heard_on=today - WEEK,
            statement="近期家中事务较多，未及时请假。",
        )  # fmt: skip
        dismissals.prepare(case, by_id=clerk.id)
        db.session.flush()  # the next register reads what is on file


def _train(station: Station, people: Sequence[Volunteer], today: date, access: Access) -> None:
    told = (
        ("志愿服务基础知识", TrainingMethod.LECTURE, 90, 6 * WEEK, False),
        ("与老人沟通的案例分析", TrainingMethod.CASES, 120, 2 * WEEK, True),
    )
    for title, method, minutes, ago, backbone_only in told:
        held_on = today - ago
        row = Training(
            station=station, title=title, method=method, held_on=held_on, minutes=minutes,
            organizer=station.name, trainer="社区社会工作者", place="站点活动室",
            backbone_only=backbone_only,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()  # who was there names it
        there = [one for one in people[TRAINED] if one.registered_on <= held_on]
        trainings.add(row, there[:: 2 if backbone_only else 1], access=access)


def _join(team: Team, people: Sequence[Volunteer], today: date) -> None:
    first = team.founded_on or today
    for members, until in ((people[TEAM], None), (people[WENT], today - WEEK)):
        for one in members:
            since = max(first, one.registered_on)
            if until is None or since <= until:
                programme.keep_member(
                    TeamMember(team=team, volunteer=one, since=since, until=until)
                )

"""What people of the demo handed in lately: some wait for the review, one came back to the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from admin_app.policy import access_of, acting_as
from admin_app.services.people import registrations
from admin_app.services.people.registrations import Told
from models import Account, Category, Registration, Sex, Station, Volunteer, clock, db

from .names import Names
from .people import Member

SEED = 20201202
WRONG = "手机号码与本人核对不上，请补正后重新提交。"
# Birth day, sex, and what the person can do, when, and of what kind.
PEOPLE = (
    (date(1988, 2, 29), Sex.FEMALE, "会计、电脑文书", "工作日晚上", (Category.COMMUNITY,)),
    (date(1957, 8, 31), Sex.MALE, "水电维修", "每天上午",
     (Category.COMMUNITY, Category.SPECIAL_GROUPS)),
    (date(2011, 6, 1), Sex.FEMALE, "绘画、朗诵", "周末和寒暑假", (Category.CULTURE,)),
)  # fmt: skip


def hand_in(rolls: Sequence[Sequence[Member]], *, clerk: Account, deputy: Account) -> None:
    """Let people hand in at the first station, one of them twice, and one in the other prefecture.

    The numbers are seeded apart from those on the rolls.
    """
    names = Names(Random(SEED))  # noqa: S311  # nothing secret
    stations = [db.session.get_one(Volunteer, roll[0].volunteer_id).station for roll in rolls]
    first = stations[0]
    with acting_as(access_of(clerk)):
        *_others, back = [_come(first, names, n, clerk) for n in (0, 2, 1)]
    with acting_as(access_of(deputy)):
        registrations.give_back(back, WRONG, by=deputy, access=access_of(deputy))
        db.session.flush()  # in the deputy's name
    other = next((one for one in stations if one.code[:4] != first.code[:4]), None)
    if other is not None:
        _come(other, names, 0, None)


def _come(station: Station, names: Names, place: int, by: Account | None) -> Registration:
    born_on, sex, skills, availability, categories = PEOPLE[place]
    code = station.division.code
    minor = place == len(PEOPLE) - 1
    told = Told(
        name=names.of(code, sex),
        id_number=names.identity_number(code, born_on, sex),
        phone=names.phone(),
        handed_in_on=clock.today(),
        skills=skills,
        availability=availability,
        categories=categories,
        guardian_name=names.adult(code) if minor else None,
        guardian_relation="母亲" if minor else None,
        guardian_phone=names.phone() if minor else None,
        conduct_on=clock.today(),
        notice_on=clock.today(),
    )
    row = registrations.hand_in(station, told, by=by)
    db.session.flush()  # in the clerk's name
    return row

"""Who left the demo's first station, who stands there twice, and what is in the official system."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services import figures
from admin_app.services.ledger import official
from admin_app.services.people import dismissals, merges, volunteers
from admin_app.services.people.volunteers import Particulars
from admin_app.services.privacy import retention
from models import (
    Account,
    Activity,
    ActivityState,
    Dismissal,
    DismissalGround,
    Division,
    FigureName,
    OfficialState,
    RollState,
    Sex,
    Station,
    Volunteer,
    db,
)

from .names import Names

SEED = 20210101
# No law names the months: this number is the demo's alone, and says so.
MONTHS, BASIS = 12, "演示数据，不是法定期限：由市级主管部门设定"
# How many days ago they came and left, and what the leader says of who is kept.
CAME, LEFT = 530, (420, 395, 380)
KEPT_FOR = "本人申请补开服务证明，办结以后再删除。"
TWICE = "登记时身份证号码输错一位，同一人登记了两次；已核对身份证原件。"
UPLOADED = 3


def say_farewell(station: Station, today: date, *, clerk: Account, leader: Account) -> None:
    """Let people leave and one be dismissed, and let the leader keep the data of one who left."""
    names = Names(Random(SEED))  # noqa: S311  # nothing secret
    _set_months(station, today)
    with acting_as(access_of(clerk)):
        gone = [_enrol(station, names, today, n) for n in range(len(LEFT))]
        for row, days in zip(gone, LEFT, strict=True):
            row.state, row.left_on = RollState.LEFT, today - timedelta(days=days)
        case = Dismissal(
            volunteer=_enrol(station, names, today, len(LEFT)), serious=True,
            ground=DismissalGround.MISUSE, heard_on=today - timedelta(days=9),
            facts="以志愿者名义向服务对象推销保健品，两户居民反映，经核实属实。",
            statement="承认推销一事，愿意退还货款。",
        )  # fmt: skip
        dismissals.prepare(case, by_id=clerk.id)
        once, again = (
            _enrol(station, names, today, len(LEFT) + 1, name="揭海燕") for _n in range(2)
        )
        merges.prepare(once, again, TWICE, by=clerk, access=access_of(clerk))
        db.session.flush()  # the leader decides what is on file
    access = access_of(leader)
    with acting_as(access):
        retention.keep(gone[-1], KEPT_FOR, today + timedelta(days=180), by=leader, access=access)
        dismissals.decide(
            case, "事实清楚，影响志愿服务声誉，予以劝退。", dismissed=True, on=today,
            by=leader, access=access,
        )  # fmt: skip
        dismissals.report(
            case, to="中华街道志愿服务工作领导小组", on=today, receipt="回执第1号",
            receipt_on=today, access=access,
        )  # fmt: skip


def upload(station: Station, today: date, *, clerk: Account) -> None:
    """Note at the desk that the earliest activities stand in the official system."""
    access = access_of(clerk)
    with acting_as(access):
        first = (
            select(Activity)
            .where(Activity.station_id == station.id, Activity.state == ActivityState.HELD)
            .where(official.waits())
            .order_by(Activity.held_on, Activity.id)
        )
        for activity in db.session.scalars(first.limit(UPLOADED)).all():
            waiting = official.entries(activity)
            official.note(waiting, OfficialState.UPLOADED, "", on=today, by=access)


def _set_months(station: Station, today: date) -> None:
    above = db.session.get_one(Division, station.prefecture_id)
    with unscoped("the demo's prefecture sets it"):
        prefecture = db.session.scalars(select(Account).where(Account.login == "prefecture")).one()
    with acting_as(access_of(prefecture)):
        figures.set_from(
            FigureName.RETENTION_MONTHS, above, MONTHS,
            since=today - timedelta(days=365), basis=BASIS, by=access_of(prefecture),
        )  # fmt: skip
        db.session.flush()  # in the prefecture's name


def _enrol(
    station: Station, names: Names, today: date, place: int, *, name: str | None = None
) -> Volunteer:
    code = station.division.code
    sex = Sex.FEMALE if place % 2 else Sex.MALE
    born_on = date(1962 + 5 * place, 3 + place, 7)
    came = max(station.opened_on or date.min, today - timedelta(days=CAME - place))
    return volunteers.register(
        station,
        Particulars(
            name=name or names.of(code, sex), id_number=names.identity_number(code, born_on, sex),
            phone=names.phone(), registered_on=came,
        ),
    )  # fmt: skip

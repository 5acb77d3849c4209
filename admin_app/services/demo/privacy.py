"""What people of the demo's first station ask about their own data; one is answered already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from admin_app.policy import access_of, acting_as
from admin_app.services import privacy
from admin_app.services.privacy import releases
from models import (
    Account,
    PrivacyAsker,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    Release,
    ReleasePurpose,
    Station,
    Volunteer,
    db,
)

from .people import Member

# Places on the roll, what is asked, and how many days ago.
ASKED = (
    (5, PrivacyRequestKind.CORRECTION, "住址换了楼栋，请改为现在的。核对了身份证原件。", 2),
    (13, PrivacyRequestKind.ERASURE, "已搬到外地，不再参加志愿服务，请删除个人信息。", 1),
    (16, PrivacyRequestKind.EXPLANATION, "为什么登记要写身份证号码，保存到什么时候。", 9),
)


def ask(roll: Sequence[Member], today: date, *, clerk: Account, leader: Account) -> None:
    """Receive the requests at the desk, and let the leader answer the last."""
    with acting_as(access_of(clerk)):
        rows = [
            PrivacyRequest(
                volunteer=db.session.get_one(Volunteer, roll[place].volunteer_id), kind=kind,
                asker=PrivacyAsker.PERSON, asked=words, received_on=today - timedelta(days=ago),
            )
            for place, kind, words, ago in ASKED
        ]  # fmt: skip
        for row in rows:
            privacy.receive(row, by_id=clerk.id)
        db.session.flush()  # the leader decides what is on file
        let_out, _waiting = [_release(rows[0].station, clerk) for _n in range(2)]
        db.session.flush()  # what waits is on file
    access = access_of(leader)
    with acting_as(access):
        privacy.decide(
            rows[-1], PrivacyRequestState.GRANTED,
            "身份证号码用来认定同一人，避免时长重复；加密保存，列表只显示遮盖后的号码。",
            by=leader, access=access,
        )  # fmt: skip
        releases.release(let_out, 1, by=leader, access=access)
        releases.let_go(let_out)  # nobody has its password
        db.session.flush()  # in the leader's name


def _release(station: Station, clerk: Account) -> Release:
    row = Release(
        purpose=ReleasePurpose.OFFICIAL, recipient="区民政局（录入全国志愿服务信息系统）",
        station=station,
    )  # fmt: skip
    releases.prepare(row, by_id=clerk.id)
    return row

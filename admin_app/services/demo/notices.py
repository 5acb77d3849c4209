"""What hangs at the demo's first station, what is drafted there, and one request for correction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from admin_app.policy import access_of, acting_as
from admin_app.services.ledger import notices, objections
from models import Account, Notice, Objection, Objector, Station, Volunteer, clock, db

from .people import Member

DAYS = 7


def hang(roll: Sequence[Member], today: date, *, clerk: Account, deputy: Account) -> None:
    """Publish last month, draft the month before, and let a volunteer ask for a correction."""
    day = max(today, clock.today())  # nothing is put up on a day that is over
    last = today.replace(day=1) - timedelta(days=1)
    with acting_as(access_of(clerk)):
        asking = db.session.get_one(Volunteer, roll[0].volunteer_id)
        published = _draft(asking.station, last, day, clerk)
        _draft(asking.station, last.replace(day=1) - timedelta(days=1), day, clerk)
    with acting_as(access_of(deputy)):
        notices.publish(published, by=deputy, access=access_of(deputy))
    with acting_as(access_of(clerk)):
        asked = Objection(
            objector=Objector.VOLUNTEER, volunteer=asking, notice=published,
            received_on=clock.today(),
            text="入户走访那次多服务了半个小时，签到表上有。",
        )  # fmt: skip
        objections.receive(asked, None, access=access_of(clerk))
        db.session.flush()  # in the clerk's name


def _draft(station: Station, last: date, day: date, clerk: Account) -> Notice:
    """Draft a notice of the month that ends on a day, to be put up on another."""
    notice = Notice(
        station=station, served_since=last.replace(day=1), served_until=last, hangs_since=day,
        days=DAYS, prepared_by_id=clerk.id,
    )  # fmt: skip
    notices.settle(notice)
    db.session.add(notice)
    db.session.flush()  # in the clerk's name
    return notice

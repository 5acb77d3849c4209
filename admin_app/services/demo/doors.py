"""What waits at the demo's first station: yesterday's sheet for the clerk, and a door of today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from admin_app.policy import access_of, acting_as
from admin_app.services.attendance import taking
from admin_app.services.ledger import gate
from models import Account, Activity, ActivityState, Attendance, Gate, Station, Volunteer, db

from .people import Member
from .programme import DESK, KINDS, Kind

CAME, SERVED = 6, timedelta(minutes=120)


def open_doors(roll: Sequence[Member], today: date, *, clerk: Account, helper: Account) -> None:
    """Hand in a sheet of which one line was never checked out, and announce today's activity."""
    with acting_as(access_of(clerk)):
        people = [db.session.get_one(Volunteer, one.volunteer_id) for one in roll[:CAME]]
        station = people[0].station
        _activity(station, today, KINDS[1], ActivityState.PLANNED, helper)
        held = _activity(station, today - timedelta(days=1), DESK, ActivityState.HELD, helper)
    with acting_as(access_of(helper)):
        began = datetime.combine(held.held_on, DESK.starts_at)
        for n, person in enumerate(people):
            came = began + timedelta(minutes=n)
            db.session.add(
                Attendance(
                    station_id=station.id, activity=held, volunteer=person, signed_in_at=came,
                    signed_out_at=came + SERVED if n else None, noted_by_id=helper.id,
                )
            )  # fmt: skip
        db.session.flush()  # in the helper's name
        taking.hand_in(held, access=access_of(helper))


def _activity(
    station: Station, day: date, kind: Kind, state: ActivityState, helper: Account
) -> Activity:
    row = Activity(
        station=station, name=kind.name, category=kind.category, state=state, held_on=day,
        starts_at=kind.starts_at, place=kind.place, content=kind.content,
        desk_duty=kind.desk_duty, leader_name=station.manager_name, keeper_id=helper.id,
    )  # fmt: skip
    gate.answer(row, Gate.NONE)
    db.session.add(row)
    db.session.flush()  # in the clerk's name
    return row

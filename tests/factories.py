"""Valid rows, saved; a test names only what it is about."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import count

from stdnum.cn import ric

from admin_app.services import volunteers
from models import (
    Activity,
    Category,
    EntryState,
    LeadershipGroup,
    LeadershipSeat,
    Rule,
    RuleKind,
    SeatKind,
    ServiceEntry,
    Volunteer,
    db,
)

_numbers = count(1)
DAY = date(2026, 10, 3)
# A county code that was never assigned: no number made here can be a living person's.
NOWHERE = "440899"


def identity_number(born=date(1990, 5, 17), serial=None):
    """Return a sound identity number of nobody."""
    serial = serial if serial is not None else next(_numbers)
    stem = f"{NOWHERE}{born:%Y%m%d}{serial % 1000:03}"
    return stem + ric.calc_check_digit(stem + "0")


def volunteer(station, *, person=None, **fields):
    if person is not None:
        row = Volunteer(
            station=station, person=person, number=volunteers.next_numbers(station, 1)[0],
            registered_on=DAY,
        )  # fmt: skip
        return _saved(row)
    n = next(_numbers)
    born = fields.pop("born_on", date(1950 + n % 50, n % 12 + 1, n % 28 + 1))
    given = volunteers.Registration(
        name=fields.pop("name", f"志愿者{n}"),
        id_number=fields.pop("id_number", None) or identity_number(born),
        phone=fields.pop("phone", f"138{n:08}"),
        registered_on=fields.pop("registered_on", date(2025, 1, 1)),
        guardian_name=fields.pop("guardian_name", None),
    )
    row = volunteers.register(station, given, **fields)
    db.session.commit()
    return row


def activity(station, **fields):
    defaults = {
        "name": f"巡逻{next(_numbers)}",
        "held_on": DAY,
        "category": Category.PUBLIC_SAFETY,
        "place": "村委会",
    }
    return _saved(Activity(station=station, **defaults | fields))


def service_entry(volunteer, activity, **fields):
    day = activity.held_on
    defaults = {
        "station_id": volunteer.station_id,
        "person_id": volunteer.person_id,
        "category": activity.category,
        "served_on": day,
        "started_at": datetime.combine(day, time(9)),
        "ended_at": datetime.combine(day, time(11)),
        "minutes": 120,
        "state": EntryState.SUBMITTED,
    }
    return _saved(ServiceEntry(volunteer=volunteer, activity=activity, **defaults | fields))


def leadership_group(station, **fields):
    seat = LeadershipSeat(station=station, kind=SeatKind.LEADER, holder="林书记")
    defaults = {"since": date(2025, 1, 1), "seats": [seat]}
    return _saved(LeadershipGroup(station=station, **defaults | fields))


def rule(station, **fields):
    defaults = {
        "kind": RuleKind.CONDUCT,
        "edition": next(_numbers),
        "title": "志愿者守则",
        "text": "热情、耐心、守时。",
        "adopted_on": date(2025, 1, 1),
    }
    return _saved(Rule(station=station, **defaults | fields))


def _saved(row):
    db.session.add(row)
    db.session.commit()
    return row

"""Valid rows, saved; a test names only what it is about."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import count

from sqlalchemy import select
from stdnum.cn import ric

from admin_app.policy import Access, Held, Place
from admin_app.services import accounts, evidence
from admin_app.services.ledger import totals
from admin_app.services.people import merges, registrations, volunteers
from models import (
    Account,
    Activity,
    Appointment,
    Attendance,
    AuditEntry,
    Backup,
    BackupOutcome,
    Category,
    Certificate,
    CertificateRequest,
    CheckOutcome,
    Consent,
    ConsentScope,
    Dismissal,
    DismissalGround,
    Division,
    EntryState,
    EvidenceFile,
    EvidenceSubject,
    Exemption,
    FieldPurpose,
    Figure,
    FigureName,
    LeadershipGroup,
    LeadershipSeat,
    Leave,
    LedgerCheck,
    Notice,
    NoticeLine,
    NoticeState,
    Objection,
    Objector,
    OptionalField,
    OverlapRefusal,
    PersonMerge,
    Population,
    PrivacyAsker,
    PrivacyRequest,
    PrivacyRequestKind,
    Project,
    RefusedAct,
    Registration,
    Release,
    ReleasePurpose,
    Role,
    RollGap,
    Rule,
    RuleKind,
    SeatKind,
    ServedGroup,
    ServiceEntry,
    Station,
    Team,
    TeamKind,
    TeamMember,
    Training,
    TrainingMethod,
    Volunteer,
    Workday,
    clock,
    db,
)
from tests import drawing

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
    given = volunteers.Particulars(
        name=fields.pop("name", f"志愿者{n}"),
        id_number=fields.pop("id_number", None) or identity_number(born),
        phone=fields.pop("phone", f"138{n:08}"),
        registered_on=fields.pop("registered_on", date(2025, 1, 1)),
        guardian_name=fields.pop("guardian_name", None),
    )
    row = volunteers.register(station, given, **fields)
    db.session.commit()
    return row


def roll_gap(station, **fields):
    defaults = {"left_on": date(2025, 3, 1), "back_on": date(2025, 6, 1)}
    who = fields.pop("volunteer", None) or volunteer(station)
    return _saved(RollGap(station=station, volunteer_id=who.id, **defaults | fields))


def purpose(station, **fields):
    """State what a station asked a field for on one day; with ``ended_on=None`` it asks still."""
    defaults = {
        "field": OptionalField.EMAIL, "purpose": "活动通知发到邮箱", "since": DAY,
        "ended_on": DAY + timedelta(days=1),
    }  # fmt: skip
    return _saved(FieldPurpose(station=station, **defaults | fields))


def consent(volunteer, *scopes, **fields):
    """Keep a guardian's consent, by default to registration and service, since for ever."""
    defaults = {"guardian_name": "雷母", "relation": "母亲", "given_on": date(2020, 1, 1)}
    rows = [
        Consent(station=volunteer.station, volunteer=volunteer, scope=scope, **defaults | fields)
        for scope in scopes or (ConsentScope.REGISTRATION, ConsentScope.SERVICE)
    ]
    return [_saved(row) for row in rows]


def registration(station, **fields):
    n = next(_numbers)
    born = fields.pop("born_on", date(1950 + n % 50, n % 12 + 1, n % 28 + 1))
    told = {
        "name": f"登记{n}",
        "id_number": identity_number(born),
        "phone": f"137{n:08}",
        "handed_in_on": DAY,
        "skills": "理发",
        "availability": "周末",
        "categories": [Category.COMMUNITY],
    }
    by = fields.pop("by", None)
    row = registrations.hand_in(station, registrations.Told(**told | fields), by=by)
    db.session.commit()
    return row


def dismissal(station, **fields):
    defaults = {
        "ground": DismissalGround.DISOBEYED, "facts": "三次排班均未到岗。",
        "statement": "家中有事。", "heard_on": DAY, "prepared_on": DAY,
    }  # fmt: skip
    who = fields.pop("volunteer", None) or volunteer(station)
    return _saved(Dismissal(station=station, volunteer=who, **defaults | fields))


def training(station, **fields):
    defaults = {
        "title": "急救常识", "method": TrainingMethod.LECTURE, "held_on": DAY, "minutes": 90,
        "organizer": "社区卫生服务中心",
    }  # fmt: skip
    return _saved(Training(station=station, **defaults | fields))


def leave(station, **fields):
    who = fields.pop("volunteer", None) or volunteer(station)
    defaults = {"since": DAY, "until": DAY, "told_on": DAY}
    return _saved(Leave(station=station, volunteer=who, **defaults | fields))


def team_member(station, **fields):
    defaults = {"since": DAY}
    who = fields.pop("volunteer", None) or volunteer(station)
    group = fields.pop("team", None) or team(station)
    return _saved(TeamMember(station=station, volunteer=who, team=group, **defaults | fields))


def merge(station, **fields):
    kept, absorbed = (volunteer(station) for _n in range(2))
    row = merges.prepare(kept, absorbed, "号码少打一位", by=fields.pop("by", None), access=None)
    for name, value in fields.items():
        setattr(row, name, value)
    return _saved(row)


def privacy_request(station, **fields):
    who = fields.pop("volunteer", None) or volunteer(station)
    defaults = {
        "kind": PrivacyRequestKind.CORRECTION, "asker": PrivacyAsker.PERSON,
        "asked": "住址写错了一个字。", "received_on": DAY,
    }  # fmt: skip
    return _saved(PrivacyRequest(station=station, volunteer=who, **defaults | fields))


def release(station, **fields):
    defaults = {"purpose": ReleasePurpose.OFFICIAL, "recipient": "县民政局", "prepared_on": DAY}
    return _saved(Release(station=station, **defaults | fields))


def activity(station, **fields):
    defaults = {
        "name": f"巡逻{next(_numbers)}",
        "held_on": DAY,
        "category": Category.PUBLIC_SAFETY,
        "place": "村委会",
    }
    return _saved(Activity(station=station, **defaults | fields))


def team(station, **fields):
    defaults = {"name": f"邻里互助队{next(_numbers)}", "kind": TeamKind.RESIDENTS}
    return _saved(Team(station=station, **defaults | fields))


def project(station, **fields):
    defaults = {
        "name": f"夕阳红{next(_numbers)}",
        "category": Category.SPECIAL_GROUPS,
        "served": ServedGroup.OLDER_PEOPLE,
        "opens_on": date(2026, 1, 1),
    }
    return _saved(Project(station=station, **defaults | fields))


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
    entry = _saved(ServiceEntry(volunteer=volunteer, activity=activity, **defaults | fields))
    if entry.counts:
        totals.add([totals.of(entry)])
        db.session.commit()
    return entry


def attendance(volunteer, activity, **fields):
    defaults = {
        "station_id": volunteer.station_id,
        "signed_in_at": datetime.combine(activity.held_on, time(9)),
    }
    return _saved(Attendance(volunteer=volunteer, activity=activity, **defaults | fields))


def overlap_refusal(station, **fields):
    defaults = {
        "volunteer": volunteer(station),
        "name_masked": "雷**",
        "act": RefusedAct.RECORD,
        "started_at": datetime.combine(DAY, time(9)),
        "ended_at": datetime.combine(DAY, time(11)),
        "other_station": station.name,
        "other_started_at": datetime.combine(DAY, time(10)),
        "other_ended_at": datetime.combine(DAY, time(12)),
    }
    return _saved(OverlapRefusal(station=station, **defaults | fields))


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


def account(station, **fields):
    login = f"hand{next(_numbers)}"
    row = _saved(Account(login=login, name=fields.pop("name", f"帮手{login[4:]}"), **fields))
    _saved(accounts.appoint(row, Role.HELPER, station, by=None, since=DAY))
    return row


def evidence_file(station, **fields):
    """Keep a picture at a station; only ``subject``, ``caption`` and ``rule`` may be named."""
    subject = fields.pop("subject", EvidenceSubject.PREMISES)
    shade = next(_numbers) % 256
    drawn = BytesIO(drawing.picture(colour=(shade, 90, 120)))
    here = Access(None, (Held(Role.CLERK, Place("station", station.id), ""),))
    row = evidence.keep(station, subject, drawn, "门牌.jpg", access=here, **fields)
    db.session.commit()
    return row


def exemption(station, **fields):
    defaults = {
        "letter": "遂民函〔2026〕12号",
        "letter_on": date(2026, 9, 1),
        "reason": "仅一名工作人员",
        "since": date(2026, 9, 1),
    }
    return _saved(Exemption(station=station, **defaults | fields))


def figure(name, value, *, division_code="", since=date(2019, 1, 1)):
    return _saved(
        Figure(name=name, value=value, division_code=division_code, since=since, basis="办法第二条")
    )


def notice(station, entries=(), **fields):
    defaults = {
        "served_since": date(2026, 10, 1), "served_until": date(2026, 10, 31),
        "hangs_since": date(2026, 11, 2), "days": 7, "hangs_until": date(2026, 11, 8),
        "state": NoticeState.PUBLISHED, "published_at": datetime(2026, 11, 2, 1),
        "unnamed": len({entry.volunteer_id for entry in entries}),
        "minutes": sum(entry.minutes for entry in entries),
    }  # fmt: skip
    row = _saved(Notice(station=station, **defaults | fields))
    for entry in entries:
        line = {"entry_id": entry.id, "volunteer_id": entry.volunteer_id, "minutes": entry.minutes}
        _saved(NoticeLine(notice_id=row.id, **line))
    return row


def objection(station, **fields):
    about = fields.pop("volunteer", None) or volunteer(station)
    defaults = {
        "objector": Objector.VOLUNTEER, "text": "是三个小时。", "received_on": date(2026, 11, 5),
    }  # fmt: skip
    return _saved(Objection(station=station, volunteer=about, **defaults | fields))


def certificate_request(station, **fields):
    person = fields.pop("volunteer", None) or volunteer(station)
    return _saved(CertificateRequest(station=station, volunteer=person, **fields))


def certificate(station, **fields):
    asked = fields.pop("request", None) or certificate_request(station)
    entries = fields.pop("entries", [])
    defaults = {
        "number": f"{station.code}-Z{next(_numbers):05}",
        "code": "1234567890",
        "issued_on": DAY,
        "minutes": 120,
        "name_masked": "雷*",
        "categories": [Category.PUBLIC_SAFETY.value],
        "unit": station.name,
        "snapshot": json.dumps({"paper": {"name": "雷锋"}, "entries": entries}),
    }
    return _saved(
        Certificate(station=station, volunteer=asked.volunteer, request=asked, **defaults | fields)
    )


def _traced(station):
    activity(station)
    latest = select(AuditEntry).where(AuditEntry.station_id == station.id)
    return db.session.scalars(latest.order_by(AuditEntry.id.desc()).limit(1)).one()


def _figure(_station):
    n = next(_numbers)
    day = date(2020 + n % 50, n % 12 + 1, n % 28 + 1)
    return _saved(Figure(name=FigureName.ADULT_AGE, value=18, since=day, basis="办法第二条"))


def workday(day, *, is_worked=False, occasion="春节，国办发明电〔2026〕1号"):
    return _saved(Workday(day=day, is_worked=is_worked, occasion=occasion))


def population(division, year=2024, residents=3000, source="统计年鉴"):
    return _saved(Population(division=division, year=year, residents=residents, source=source))


def _population(station):
    # The register keeps one number a year: a year apart for each row of a test.
    return population(station.division, 1950 + next(_numbers) % 70)


def _workday(_station):
    return workday(date(2040, 1, 1) + timedelta(days=next(_numbers)))


def backup(**fields):
    defaults = {"path": "/备份/2026.b", "outcome": BackupOutcome.PROVED, "size": 5_000}
    return _saved(Backup(**defaults | fields))


def ledger_check(night, **fields):
    defaults = {"worker_id": 0, "outcome": CheckOutcome.CLEAN, "entries": 7, "differences": 0}
    ended = {"by_table": {}, "ended_at": clock.utc_now()}
    return _saved(LedgerCheck(night=night, **defaults | ended | fields))


def _ledger_check(_station):
    return ledger_check(date(2040, 1, 1) + timedelta(days=next(_numbers)))


# One row of each register at a station: what test_screens.py puts before every role.
ROWS = {
    Account: account,
    Activity: activity,
    Appointment: lambda station: account(station).appointments[0],
    AuditEntry: _traced,
    Backup: lambda _station: backup(),
    Certificate: certificate,
    CertificateRequest: certificate_request,
    Division: lambda station: station.division,
    EvidenceFile: evidence_file,
    Exemption: exemption,
    FieldPurpose: purpose,
    Dismissal: dismissal,
    Figure: _figure,
    Leave: leave,
    TeamMember: team_member,
    Training: training,
    Consent: lambda station: consent(volunteer(station))[0],
    LeadershipGroup: leadership_group,
    LeadershipSeat: lambda station: leadership_group(station).seats[0],
    LedgerCheck: _ledger_check,
    Notice: notice,
    Objection: objection,
    OverlapRefusal: overlap_refusal,
    PersonMerge: merge,
    PrivacyRequest: privacy_request,
    Project: project,
    Population: _population,
    Registration: registration,
    Release: release,
    RollGap: roll_gap,
    Rule: rule,
    ServiceEntry: lambda station: service_entry(volunteer(station), activity(station)),
    Station: lambda station: station,
    Team: team,
    Volunteer: volunteer,
    Workday: _workday,
}


def _saved(row):
    db.session.add(row)
    db.session.commit()
    return row

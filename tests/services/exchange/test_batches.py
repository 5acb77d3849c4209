from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import date, datetime, time, timedelta
from io import BytesIO
from threading import Barrier

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services import audit
from admin_app.services.exchange import batches
from admin_app.services.exchange.batches import Upload
from admin_app.services.places import stations as station_keeping
from models import (
    Activity,
    AuditAction,
    AuditEntry,
    Consent,
    ConsentWay,
    Division,
    DomainError,
    EntrySource,
    EntryState,
    ImportBatch,
    ImportKind,
    NotAllowed,
    OverlapRefusal,
    Person,
    RefusedAct,
    ServiceEntry,
    Station,
    Volunteer,
    clock,
    db,
)
from tests import factories

from .books import LEDGER, PEOPLE, book, number
from .samples import AS_OF, EXPECTED, PREFECTURES, sheet

NOON = datetime(2026, 11, 20, 12)
AT = {"zhanjiang": "gan_lai", "diqing": "weng_shui"}
IMPORTS = (
    select(AuditEntry)
    .where(AuditEntry.action == AuditAction.IMPORT, AuditEntry.register == "import_batches")
    .order_by(AuditEntry.id)
)
WANG = (1, "王伟", "男", "1990-01-01", number("44089919900101001"), "13800138000", None)
LI = (2, "李娜", "女", "1991-02-03", number("44089919910203002"), "13900139000", None)


def service(row, who, start="08:00", end="10:00", activity="课后辅导"):
    hours = (int(end[:2]) * 60 + int(end[3:]) - int(start[:2]) * 60 - int(start[3:])) / 60
    return (row, "2026-10-03", who[1], who[4], activity, "便民服务", start, end, hours)


def upload(kind, content, station, on=AS_OF):
    return Upload(kind, "表.xlsx", content, station, on)


def bring_in(kind, content, station=None, *, by=None, dry_run=False, on=AS_OF):
    judged = batches.bring_in(
        upload(kind, content, station, on),
        by=by,
        access=access_of(by) if by else None,
        at=NOON,
        dry_run=dry_run,
    )
    db.session.commit()
    return judged


def test_a_guardians_way_comes_from_the_sheet_alone_and_the_edition_never(cast):
    heads = (*PEOPLE, "监护人同意方式")
    ways = ("书面", "签 字", "口头", "未签字", None)
    rows = [
        (n, f"雷小{n}", None, None, number(f"440899201405010{n:02}"), f"1380013800{n}", "雷母", way)
        for n, way in enumerate(ways, start=1)
    ]
    assert len(bring_in(ImportKind.VOLUNTEERS, book(heads, *rows), cast.gan_lai).accepted) == 5
    found = {row.volunteer.person.name: row for row in db.session.scalars(select(Consent))}
    signed = {name for name, row in found.items() if row.way is ConsentWay.SIGNED}
    assert signed == {"雷小1", "雷小2"}
    assert {row.way for name, row in found.items() if name not in signed} == {None}
    assert {row.notice_rule_id for row in found.values()} == {None}


def told(judged):
    return {
        "accepted": len(judged.accepted),
        "refused": {reason.value: count for reason, count in judged.reasons.items()},
    }


def receive(kind, content, station, by, at=NOON):
    with acting_as(access_of(by)):
        batch = batches.receive(upload(kind, content, station), by=by, access=access_of(by), at=at)
        db.session.commit()
    return batch.id


def land(batch_id, by, at=NOON):
    with acting_as(access_of(by)):
        judged = batches.land(batches.waiting(batch_id, at), access=access_of(by), at=at)
        db.session.commit()
    return judged


def total(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


@pytest.mark.parametrize("prefecture", PREFECTURES)
def test_both_sample_sets_land_as_expected_and_a_second_time_not_at_all(cast, prefecture):
    station, expected = getattr(cast, AT[prefecture]), EXPECTED[prefecture]
    people, ledger = sheet(prefecture, "volunteers.xlsx"), sheet(prefecture, "ledger.xlsx")

    assert told(bring_in(ImportKind.VOLUNTEERS, people, station)) == expected["volunteers"]
    judged = bring_in(ImportKind.LEDGER, ledger, station)
    assert told(judged) | {"minutes": judged.minutes} == expected["ledger"]

    assert total(Volunteer) == total(Person) == expected["volunteers"]["accepted"]
    stored = select(func.count(), func.sum(ServiceEntry.minutes)).where(
        ServiceEntry.station_id == station.id, ServiceEntry.state == EntryState.CONFIRMED
    )
    assert db.session.execute(stored).one() == (judged and len(judged.accepted), judged.minutes)

    again = bring_in(ImportKind.VOLUNTEERS, people, station)
    assert not again.accepted
    assert again.reasons["duplicate_person"] >= expected["volunteers"]["accepted"]
    again = bring_in(ImportKind.LEDGER, ledger, station)
    assert not again.accepted
    assert again.reasons["duplicate_record"] >= expected["ledger"]["accepted"]


@pytest.mark.parametrize("prefecture", PREFECTURES)
def test_a_list_of_stations_opens_each_under_its_communitys_code(cast, prefecture):
    before = total(Station)
    judged = bring_in(ImportKind.STATIONS, sheet(prefecture, "stations.csv"))
    # The cast has opened its own stations already.
    assert len(judged.accepted) + judged.reasons["duplicate_station"] == 12
    assert total(Station) == before + len(judged.accepted)
    for new in judged.accepted:
        found = station_keeping.named_by(new.community_code)
        assert (found.name, found.code) == (new.name, f"{new.community_code}-01")
        assert found.county_id is not None
    assert not bring_in(ImportKind.STATIONS, sheet(prefecture, "stations.csv")).accepted


def test_volunteers_enter_in_order_with_numbers_and_sealed_phones(cast):
    bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, WANG, LI), cast.gan_lai)
    rows = db.session.scalars(select(Volunteer).order_by(Volunteer.number)).all()
    assert [(row.person.name, row.number[-5:]) for row in rows] == [
        ("王伟", "00001"),
        ("李娜", "00002"),
    ]
    assert rows[0].phone == "13800138000"
    assert rows[0].registered_on == AS_OF
    assert rows[0].county_id == cast.gan_lai.county_id
    assert rows[0].person.id_number == WANG[4]


def test_a_person_known_elsewhere_is_one_person_on_two_rolls(cast):
    for station in (cast.gan_lai, cast.weng_shui):
        bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), station)
    assert (total(Person), total(Volunteer)) == (1, 2)
    renamed = (1, "王维", *WANG[2:])
    judged = bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, renamed), cast.quan_shui)
    assert told(judged)["refused"] == {"name_id_mismatch": 1}


def test_a_row_joins_the_activity_of_its_day_and_name(cast):
    bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, WANG, LI), cast.gan_lai)
    known = factories.activity(cast.gan_lai, name="课后 辅导", held_on=date(2026, 10, 3))
    factories.activity(cast.quan_shui, name="义诊", held_on=date(2026, 10, 3))
    rows = [service(1, WANG), service(2, LI), service(3, LI, "10:00", "11:00", "义诊")]
    bring_in(ImportKind.LEDGER, book(LEDGER, *rows), cast.gan_lai)
    entries = db.session.scalars(select(ServiceEntry).order_by(ServiceEntry.id)).all()
    assert [entry.activity_id for entry in entries[:2]] == [known.id, known.id]
    made = entries[2].activity
    assert (made.name, made.station_id, made.category) == ("义诊", cast.gan_lai.id, "0001")
    assert total(Activity, Activity.station_id == cast.gan_lai.id) == 2


def test_time_taken_at_another_station_is_an_overlap(cast):
    for station in (cast.gan_lai, cast.weng_shui):
        bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), station)
    bring_in(ImportKind.LEDGER, book(LEDGER, service(1, WANG)), cast.gan_lai)
    inside = service(1, WANG, "09:00", "09:30", "机密活动")
    touching = service(2, WANG, "10:00", "11:00")
    judged = bring_in(ImportKind.LEDGER, book(LEDGER, inside, touching), cast.weng_shui)
    assert told(judged) == {"accepted": 1, "refused": {"overlap": 1}}
    # On one another's day: service to midnight is whole.
    late = service(3, WANG, "23:00", "24:00")
    assert bring_in(ImportKind.LEDGER, book(LEDGER, late), cast.weng_shui).minutes == 60


def test_a_declined_entry_takes_no_time(cast):
    bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), cast.gan_lai)
    volunteer = db.session.scalars(select(Volunteer)).one()
    patrol = factories.activity(cast.gan_lai, held_on=date(2026, 10, 3))
    factories.service_entry(volunteer, patrol, state=EntryState.DECLINED)
    assert len(bring_in(ImportKind.LEDGER, book(LEDGER, service(1, WANG)), cast.gan_lai).accepted)


def test_a_command_records_and_confirms_as_the_system_and_the_trail_says_so(cast):
    bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), cast.gan_lai)
    bring_in(ImportKind.LEDGER, book(LEDGER, service(1, WANG)), cast.gan_lai)
    entry = db.session.scalars(select(ServiceEntry)).one()
    assert (entry.state, entry.source) == (EntryState.CONFIRMED, EntrySource.COMMAND)
    assert (entry.recorded_by_id, entry.decided_by_id) == (None, None)
    assert entry.decided_at == NOON
    assert entry.flags == ["before_registration"]
    traced = db.session.scalars(IMPORTS).all()
    assert [row.changes["kind"] for row in traced] == ["volunteers", "ledger"]
    last = traced[-1]
    assert (last.account_id, last.station_id) == (None, cast.gan_lai.id)
    assert last.changes["minutes"] == 120
    assert last.changes["single_handed"] is True
    assert len(last.changes["sha256"]) == 64
    assert audit.verify() == []


def test_a_command_may_name_a_person_who_may_import_there(cast):
    bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), cast.gan_lai, by=cast.chen)
    bring_in(ImportKind.LEDGER, book(LEDGER, service(1, WANG)), cast.gan_lai, by=cast.chen)
    assert db.session.scalars(select(ServiceEntry.recorded_by_id)).one() == cast.chen.id
    for foreigner in (cast.wang, cast.lin, cast.shen):
        with pytest.raises(NotAllowed):
            bring_in(ImportKind.LEDGER, book(LEDGER), cast.gan_lai, by=foreigner)


def test_a_dry_run_writes_nothing(cast):
    judged = bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), cast.gan_lai, dry_run=True)
    assert len(judged.accepted) == 1
    assert (total(Volunteer), total(ImportBatch)) == (0, 0)


def test_a_screen_writes_nothing_before_the_clerk_confirms(cast):
    batch_id = receive(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), cast.gan_lai, cast.chen)
    with acting_as(access_of(cast.chen)):
        judged = batches.look(batches.waiting(batch_id, NOON), access_of(cast.chen))
    assert len(judged.accepted) == 1
    assert total(Volunteer) == 0
    land(batch_id, cast.chen)
    assert total(Volunteer) == 1


def test_what_a_screen_brings_in_waits_for_a_second_person(cast):
    land(receive(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), cast.gan_lai, cast.chen), cast.chen)
    land(receive(ImportKind.LEDGER, book(LEDGER, service(1, WANG)), cast.gan_lai, cast.chen),
         cast.chen)  # fmt: skip
    entry = db.session.scalars(select(ServiceEntry)).one()
    assert (entry.state, entry.source) == (EntryState.SUBMITTED, EntrySource.IMPORT)
    assert (entry.recorded_by_id, entry.decided_at) == (cast.chen.id, None)
    for traced in db.session.scalars(IMPORTS):
        assert (traced.account_id, traced.changes["single_handed"]) == (cast.chen.id, False)


def test_a_sheet_lands_once(cast):
    batch_id = receive(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), cast.gan_lai, cast.chen)
    land(batch_id, cast.chen)
    with pytest.raises(DomainError, match="already"):
        land(batch_id, cast.chen)


def test_a_sheet_is_judged_again_when_it_lands(cast):
    first = receive(ImportKind.VOLUNTEERS, book(PEOPLE, WANG, LI), cast.gan_lai, cast.chen)
    bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), cast.gan_lai)
    assert told(land(first, cast.chen)) == {"accepted": 1, "refused": {"duplicate_person": 1}}


def test_the_refused_rows_come_back_to_the_uploader_alone(cast):
    bad = (1, "王伟", "男", "1990-01-01", "4408", "13800138000", None)
    batch_id = receive(ImportKind.VOLUNTEERS, book(PEOPLE, bad), cast.gan_lai, cast.chen)
    land(batch_id, cast.chen)
    with acting_as(access_of(cast.chen)):
        content = batches.hand_back(batches.waiting(batch_id, NOON))
        db.session.commit()
    assert load_workbook(BytesIO(content)).active["E2"].value == "4408"
    for other in (cast.lin, cast.wang, cast.ada, cast.shen):
        with acting_as(access_of(other)):
            assert batches.waiting(batch_id, NOON) is None


def test_waiting_sheets_lie_sealed(cast):
    batch_id = receive(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), cast.gan_lai, cast.chen)
    table = ImportBatch.__table__
    raw = db.session.connection().exec_driver_sql(
        f"SELECT sheet FROM import_batches WHERE id = {int(batch_id)}"  # noqa: S608
    ).scalar_one()  # fmt: skip
    assert table.c.sheet is not None
    assert b"PK\x03\x04" not in bytes(raw)
    assert db.session.get(ImportBatch, batch_id).sheet.startswith(b"PK\x03\x04")


def test_what_nobody_confirms_or_fetches_expires(cast):
    bad = book(PEOPLE, (1, "", *WANG[2:]))
    waiting = receive(ImportKind.VOLUNTEERS, bad, cast.gan_lai, cast.chen)
    landed = receive(ImportKind.VOLUNTEERS, bad, cast.gan_lai, cast.chen)
    land(landed, cast.chen)
    tomorrow = NOON + timedelta(hours=24)
    with acting_as(access_of(cast.chen)):
        assert batches.waiting(waiting, tomorrow) is None
        assert batches.waiting(landed, tomorrow) is None
    batches.sweep(tomorrow)
    db.session.commit()
    db.session.expire_all()
    assert db.session.get(ImportBatch, waiting) is None
    assert db.session.get(ImportBatch, landed).returned is None


def test_a_sheet_can_be_discarded(cast):
    batch_id = receive(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), cast.gan_lai, cast.chen)
    with acting_as(access_of(cast.chen)):
        batches.discard(batches.waiting(batch_id, NOON))
        db.session.commit()
    assert total(ImportBatch) == 0


@pytest.mark.parametrize("login", ["lin", "dai", "mo", "he", "guan", "quan", "su", "ada"])
def test_only_a_clerk_of_the_station_imports_its_volunteers(cast, login):
    with pytest.raises(NotAllowed):
        receive(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), cast.gan_lai, getattr(cast, login))


def test_a_supervisor_opens_stations_within_reach_only(cast):
    content = sheet("zhanjiang", "stations.csv")
    judged = land(receive(ImportKind.STATIONS, content, None, cast.su), cast.su)
    within = {new.community_code[:6] for new in judged.accepted}
    assert within <= {"440823"}
    reasons = Counter(refusal.reason.value for refusal in judged.refused)
    assert reasons["community_unknown"] == 9
    with pytest.raises(NotAllowed):
        receive(ImportKind.STATIONS, content, None, cast.chen)


def test_a_sheet_handed_in_tomorrow_is_refused(cast):
    late = Upload(
        ImportKind.VOLUNTEERS, "表.xlsx", book(PEOPLE, WANG), cast.gan_lai,
        clock.today() + timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(DomainError, match="future"):
        batches.receive(late, by=cast.chen, access=access_of(cast.chen), at=NOON)


def test_a_broken_file_is_refused_at_once(cast):
    with pytest.raises(DomainError, match="xlsx"):
        receive(ImportKind.VOLUNTEERS, b"PK\x03\x04", cast.gan_lai, cast.chen)


def test_an_entry_keeps_the_civil_times_of_the_sheet(cast):
    bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), cast.gan_lai)
    bring_in(ImportKind.LEDGER, book(LEDGER, service(1, WANG, "08:30", "10:00")), cast.gan_lai)
    entry = db.session.scalars(select(ServiceEntry)).one()
    assert entry.started_at == datetime.combine(date(2026, 10, 3), time(8, 30))
    assert (entry.ended_at - entry.started_at) == timedelta(minutes=90)
    assert db.session.get(Division, entry.county_id).code == "440823000000"


@pytest.mark.parametrize(
    "name", ["十月.xlsx", "C:\\表\\十月.xlsx", "/表/十\n\0月.xlsx", "长" * 300]
)
def test_a_file_keeps_a_name_that_can_stand_in_a_header(cast, name):
    given = Upload(ImportKind.VOLUNTEERS, name, book(PEOPLE, WANG), cast.gan_lai, AS_OF)
    batch = batches.receive(given, by=cast.chen, access=access_of(cast.chen), at=NOON)
    assert batch.file_name == ("长" * 200 if name[0] == "长" else "十月.xlsx")


def test_two_imports_at_one_moment_enter_every_row_once(app, cast):
    bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, WANG, LI), cast.gan_lai)
    rows = [service(1, WANG), service(2, LI), service(3, LI, "10:00", "11:00", "义诊")]
    content, code, together = book(LEDGER, *rows), cast.gan_lai.code, Barrier(2)
    db.session.rollback()  # an open transaction of the test would lock both out

    def run(_place):
        with app.app_context(), unscoped("two clerks at two desks"):
            together.wait()
            return len(
                bring_in(ImportKind.LEDGER, content, station_keeping.named_by(code)).accepted
            )

    with ThreadPoolExecutor(2) as desks:
        outcomes = [desks.submit(Context().run, run, place) for place in range(2)]
        assert sorted(outcome.result() for outcome in outcomes) == [0, 3]
    assert total(ServiceEntry) == 3


def test_rows_refused_for_overlap_are_kept_with_what_they_met(cast):
    for station in (cast.gan_lai, cast.weng_shui):
        bring_in(ImportKind.VOLUNTEERS, book(PEOPLE, WANG), station)
    bring_in(ImportKind.LEDGER, book(LEDGER, service(1, WANG)), cast.gan_lai)
    inside = service(1, WANG, "09:00", "09:30", "机密活动")
    first, twice = service(2, WANG, "10:00", "11:00"), service(2, WANG, "10:30", "11:30")
    sheet = book(LEDGER, inside, first, twice)
    bring_in(ImportKind.LEDGER, sheet, cast.weng_shui, dry_run=True)
    assert total(OverlapRefusal) == 0
    bring_in(ImportKind.LEDGER, sheet, cast.weng_shui)
    kept = db.session.scalars(select(OverlapRefusal).order_by(OverlapRefusal.id)).all()
    assert [one.other_station for one in kept] == [cast.gan_lai.name, cast.weng_shui.name]
    assert {(one.act, one.station_id) for one in kept} == {(RefusedAct.IMPORT, cast.weng_shui.id)}
    assert [f"{one.started_at:%d %H:%M}" for one in kept] == ["03 09:00", "03 10:30"]
    assert [f"{one.other_started_at:%d %H:%M}" for one in kept] == ["03 08:00", "03 10:00"]
    assert kept[0].name_masked == "王*"

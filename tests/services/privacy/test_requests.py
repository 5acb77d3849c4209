"""What a person asks about his own data, and what a deletion takes away and leaves standing."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from admin_app.policy import access_of, acting_as
from admin_app.services import audit, evidence, privacy
from admin_app.services.ledger import checking, hours
from admin_app.services.ledger.hours import Stretch
from admin_app.services.people import merges, names, volunteers
from admin_app.services.privacy import erasing
from admin_app.services.standards import registered
from models import (
    ERASED,
    NO_BIRTH,
    AuditEntry,
    Consent,
    ConsentScope,
    DomainError,
    EntryState,
    EvidenceFile,
    EvidenceSubject,
    Model,
    NotAllowed,
    Person,
    PrivacyAsker,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    RequestState,
    RollState,
    Volunteer,
    clock,
    db,
    id_number_hash,
    phone_hash,
)
from tests import drawing, factories
from tests.factories import DAY

GRANTED, PARTLY, REFUSED = (
    PrivacyRequestState.GRANTED, PrivacyRequestState.PARTLY, PrivacyRequestState.REFUSED,
)  # fmt: skip
NUMBER, PHONE, NAME = factories.identity_number(serial=7), "13712345678", "雷桂英"
GROUND = "个人信息保护法第四十七条第二款"


@pytest.fixture
def lei(cast):
    """Lei left traces in every register of her station, some of them in people's own words."""
    station = cast.gan_lai
    row = factories.registration(
        station, name=NAME, id_number=NUMBER, phone=PHONE, guardian_name="雷母", by=cast.chen
    )  # fmt: skip
    lei = factories.volunteer(
        station, name=NAME, id_number=NUMBER, phone=PHONE, guardian_name="雷母", address="村口",
        note="雷桂英腿脚不便", official_number="44000099",
    )  # fmt: skip
    row.state, row.volunteer, row.address = "accepted", lei, "村口"
    lei.emergency_name, lei.health_note = "雷母", "雷桂英有高血压"
    lei.separate_consents = {"health_note": {"on": "2026-01-01", "guardian": "雷母"}}
    db.session.commit()
    held = factories.activity(station)
    factories.service_entry(lei, held, state=EntryState.CONFIRMED, decided_by_id=cast.dai.id)
    factories.attendance(lei, held, remark="雷桂英由雷母陪同", guardian_present="雷母")
    factories.leave(station, volunteer=lei, reason="雷桂英住院")
    asked = factories.certificate_request(
        station, volunteer=lei, state=RequestState.ISSUED, purpose="雷桂英升学"
    )
    factories.certificate(station, request=asked)
    factories.objection(
        station, volunteer=lei, contact=PHONE, contact_masked="137******78", state="upheld",
    )  # fmt: skip
    return lei


def ask(volunteer, kind, **fields):
    return factories.privacy_request(
        volunteer.station, volunteer=volunteer, kind=PrivacyRequestKind(kind), **fields
    )


def decide(row, by, result=GRANTED, **told):
    access = access_of(by)
    with acting_as(access):
        answer = told.pop("answer", "同意")
        privacy.decide(row, result, answer, by=by, access=access, **told)
        db.session.commit()


def erased(row, by, **told):
    number = row.volunteer.number
    decide(row, by, **{"result": PARTLY, "ground": GROUND, "confirmed": number} | told)


def stored():
    """All that lies in clear in any table, the trail too."""
    everything = []
    for table in Model.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            everything.extend(f"{table.name}: {value}" for value in row)
    return everything


def test_a_request_is_decided_by_the_leader_who_did_not_receive_it(cast, lei):
    row = ask(lei, "correction", received_by_id=cast.chen.id)
    for login in ("chen", "dai", "su", "ada", "shen", "zhao"):
        with pytest.raises(NotAllowed):
            decide(row, getattr(cast, login))
    row.received_by_id = cast.lin.id
    db.session.commit()
    with pytest.raises(DomainError, match="another person"):
        decide(row, cast.lin)
    db.session.rollback()
    assert not privacy.is_independent(row, cast.lin)
    factories.exemption(cast.gan_lai)
    assert privacy.is_independent(row, cast.lin)
    decide(row, cast.lin)
    assert row.single_handed
    row.state, row.decided_by_id, row.single_handed = "received", None, False
    row.received_by_id = cast.chen.id
    db.session.commit()
    with pytest.raises(DomainError, match="ground in law"):
        decide(row, cast.lin, result=REFUSED)
    db.session.rollback()
    decide(row, cast.lin, result=REFUSED, ground="核实无误", answer="住址没有错")
    with pytest.raises(DomainError, match="decided before"):
        decide(row, cast.lin)
    db.session.rollback()
    told = clock.today()
    with pytest.raises(DomainError, match="between"):
        privacy.tell(row, on=told + timedelta(days=1), access=access_of(cast.chen))
    privacy.tell(row, on=told, access=access_of(cast.chen))
    db.session.commit()
    assert (row.state, row.told_on, row.decided_by_id) == (REFUSED, told, cast.lin.id)


def test_what_is_written_down_is_whole(cast, lei):
    def receive(**fields):
        defaults = {
            "volunteer": lei, "kind": PrivacyRequestKind.COPY, "asker": PrivacyAsker.PERSON,
            "asked": "要一份", "received_on": DAY,
        }  # fmt: skip
        privacy.receive(PrivacyRequest(**defaults | fields), by_id=cast.chen.id)

    for fields, why in (
        ({"asker": PrivacyAsker.GUARDIAN}, "guardian"),
        ({"asked": "  "}, "what is asked"),
        ({"received_on": clock.today() + timedelta(days=1)}, "today"),
    ):
        with pytest.raises(DomainError, match=why):
            receive(**fields)
        db.session.rollback()
    receive()
    db.session.commit()


def test_a_restriction_adds_nothing_and_is_lifted(cast, lei):
    lei.publication_consent_on = DAY
    row = ask(lei, "restriction")
    decide(row, cast.lin)
    assert (lei.restricted_on, lei.publication_consent_on) == (clock.today(), None)
    held = factories.activity(cast.gan_lai, held_on=DAY - timedelta(days=1))
    began = datetime.combine(held.held_on, time(9))
    stretch = Stretch(began, began + timedelta(hours=1))
    with pytest.raises(DomainError, match="restricted the use"):
        hours.record(lei, held, stretch)
    db.session.rollback()
    with acting_as(access_of(cast.lin)):
        privacy.lift(lei, access=access_of(cast.lin))
        db.session.commit()
    assert hours.record(lei, held, stretch)


def test_a_withdrawal_ends_being_named(cast, lei):
    lei.publication_consent_on = DAY
    [named] = factories.consent(lei, ConsentScope.PUBLICATION)
    decide(ask(lei, "withdrawal"), cast.lin)
    assert (lei.publication_consent_on, named.withdrawn_on) == (None, clock.today())


def test_a_deletion_takes_all_that_tells_who_it_is_and_leaves_the_hours(app, cast, lei):
    station = cast.gan_lai
    [consent, _serve] = db.session.scalars(select(Consent).where(Consent.volunteer_id == lei.id))
    paper = evidence.keep(
        station, EvidenceSubject.CONSENT, _picture(), "雷桂英.jpg",
        access=access_of(cast.chen), consent=consent,
    )  # fmt: skip
    db.session.commit()
    [file] = _files(app, paper.stored_as)
    before = privacy.kept(lei)
    paper_before = lei_certificate(lei).snapshot
    row = ask(
        lei, "erasure", asked="雷桂英请求删除", asker=PrivacyAsker.GUARDIAN, asker_name="雷母",
    )  # fmt: skip
    erased(row, cast.lin)
    db.session.expire_all()
    kept = [value for value in stored() if any(w in value for w in (NAME, "雷母", PHONE, NUMBER))]
    # The paper of a certificate is sealed and stays; nothing else names her.
    assert [value for value in kept if not value.startswith("certificates: ")] == []
    hashes = {id_number_hash(NUMBER), phone_hash(PHONE)}
    assert not [value for value in stored() if value.split(": ", 1)[1] in hashes]
    assert not file.exists()
    assert db.session.get(EvidenceFile, paper.id) is None
    assert privacy.kept(lei) == before == {"certificates": 1, "service_entries": 1}
    assert lei_certificate(lei).snapshot == paper_before
    assert (lei.person.born_on, lei.person.id_number_masked) == (NO_BIRTH, ERASED)
    assert (lei.state, lei.erased_on) == (RollState.LEFT, clock.today())
    assert {"persons", "volunteers", "leaves", "registrations", "objections"} <= set(row.erased)
    assert not db.session.scalars(
        select(Volunteer).where(names.named(Volunteer.person_id, "雷").condition)
    ).all()
    assert checking.verify().differences == ()
    assert registered.differences(db.session.connection()) == 0
    assert audit.verify() == []
    # And the same card makes a new person of nobody known.
    again = factories.volunteer(station, name=NAME, id_number=NUMBER)
    assert again.person_id != lei.person_id


def lei_certificate(lei):
    from models import Certificate

    return db.session.scalars(select(Certificate).where(Certificate.volunteer_id == lei.id)).one()


def _picture():
    from io import BytesIO

    return BytesIO(drawing.picture(colour=(3, 90, 120)))


def _files(app, name):
    return list(Path(app.instance_path).glob(f"evidence/*/{name}"))


def test_a_deletion_is_confirmed_by_number_and_says_what_it_keeps(cast, lei):
    row = ask(lei, "erasure")
    for told, why in (
        ({"confirmed": ""}, "roll number"),
        ({"result": GRANTED}, "in part"),
        ({"ground": ""}, "ground in law"),
    ):
        with pytest.raises(DomainError, match=why):
            erased(row, cast.lin, **told)
        db.session.rollback()
    draft = factories.service_entry(
        lei, factories.activity(cast.gan_lai, held_on=DAY + timedelta(days=1)),
        state=EntryState.SUBMITTED,
    )  # fmt: skip
    with pytest.raises(DomainError, match="Settle first"):
        erased(row, cast.lin)
    db.session.rollback()
    assert lei.person.name == NAME
    db.session.delete(draft)
    db.session.commit()
    erased(row, cast.lin)
    again = ask(lei, "erasure")
    with pytest.raises(DomainError, match="deleted before"):
        erased(again, cast.lin)


def test_nothing_to_be_kept_is_deleted_in_whole(cast):
    who = factories.volunteer(cast.gan_lai)
    row = ask(who, "erasure")
    decide(row, cast.lin, confirmed=who.number)
    assert (row.state, who.person.erased_at is not None) == (GRANTED, True)


def test_who_stands_on_another_roll_is_forgotten_with_the_last(cast, lei):
    there = factories.volunteer(cast.weng_shui, person=lei.person)
    volunteers.set_phone(there, PHONE)
    db.session.commit()
    erased(ask(lei, "erasure"), cast.lin)
    assert (lei.phone, lei.note, lei.person.name, there.phone) == (None, None, NAME, PHONE)
    # Who comes to the station again tells everything anew.
    back = factories.volunteer(cast.gan_lai, name=NAME, id_number=NUMBER, phone="13912345678")
    assert (back.id, back.erased_on, back.phone) == (lei.id, None, "13912345678")
    back.state = RollState.LEFT
    db.session.commit()
    erased(ask(lei, "erasure"), cast.lin)
    row = ask(there, "erasure")
    decide(row, cast.zhao, confirmed=there.number)
    assert there.person.name != NAME


def test_who_was_merged_is_forgotten_in_both_rows(cast):
    kept, absorbed = (factories.volunteer(cast.gan_lai, name=name) for name in ("雷桂英", "雷桂瑛"))
    merge = merges.prepare(kept, absorbed, "雷桂英抄错号码", by=None, access=None)
    merges.perform(merge, by=None, access=None)
    db.session.commit()
    with pytest.raises(DomainError, match="merged"):
        erased(ask(absorbed, "erasure"), cast.lin)
    db.session.rollback()
    row = ask(kept, "erasure")
    decide(row, cast.lin, confirmed=kept.number)
    db.session.expire_all()
    assert not [value for value in stored() if "雷桂" in value]
    assert merge.reason == ERASED
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE person_merges SET minutes = 7"))
    db.session.rollback()


def test_the_database_brings_nothing_back(cast, lei):
    erased(ask(lei, "erasure"), cast.lin)
    numbers = {"person": lei.person_id, "line": lei.id}
    db.session.commit()
    for statement in (
        "UPDATE persons SET name = '雷桂英' WHERE id = :person",
        "UPDATE persons SET born_on = '1990-05-17' WHERE id = :person",
        "UPDATE persons SET erased_at = NULL WHERE id = :person",
        "UPDATE volunteers SET note = '雷桂英' WHERE id = :line",
    ):
        with pytest.raises(DBAPIError):
            db.session.execute(text(statement), numbers)
        db.session.rollback()


def test_every_personal_column_of_a_person_s_rows_can_be_emptied():
    """A register that comes later names its personal columns, and each must have an empty form."""
    for mapper in Model.registry.mappers:
        table = mapper.local_table
        if "volunteer_id" not in table.c or table.name in erasing.KEPT:
            continue
        for name in erasing._personal(mapper.class_):
            column = table.c[name]
            plain = column.nullable or column.type.python_type is str
            assert plain or name in ("born_on", "sex"), (table.name, name)
    assert inspect(Person).columns["name"].type.length >= len(f"{ERASED}-{10**12}")


def test_the_trail_holds_no_words_of_a_request(cast, lei):
    row = ask(lei, "explanation", asked="为什么要身份证", asker=PrivacyAsker.PERSON)
    decide(row, cast.lin, answer="登记需要")
    db.session.execute(update(PrivacyRequest).values(told_on=DAY))
    told = [str(entry.changes) for entry in db.session.scalars(select(AuditEntry))]
    assert not [words for words in told if "身份证" in words or "登记需要" in words]

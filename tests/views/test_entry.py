"""The page of one entry: its whole life, and taking it back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from admin_app.services import certificates
from admin_app.services.certificates import numbers
from admin_app.services.people import guardians
from models import (
    Certificate,
    CertificateState,
    EntryKind,
    EntrySource,
    EntryState,
    FigureName,
    ReversalGround,
    ServiceEntry,
    db,
)
from tests import factories
from tests.pages import Page


@pytest.fixture
def entry(cast):
    """Two hours at Gan Lai, recorded by Chen and confirmed by Dai."""
    person = factories.volunteer(cast.gan_lai, name="王秀英")
    return factories.service_entry(
        person, factories.activity(cast.gan_lai), state=EntryState.CONFIRMED,
        recorded_by_id=cast.chen.id, decided_by_id=cast.dai.id,
    )  # fmt: skip


def reverse(browser, entry, **told):
    given = {"id": entry.id, "ground": "wrong_time", "reason": "签到表为下午"} | told
    answer = browser.post("/ledger/reverse/", data=given)
    return browser.get(answer.location) if answer.status_code == 302 else answer


def certified(entry):
    asked = factories.certificate_request(entry.station, volunteer=entry.volunteer)
    return factories.certificate(
        entry.station, request=asked, entries=[entry.id], paper=b"%PDF", sha256="0" * 64,
        number=numbers.next_number(entry.station, entry.served_on), code=numbers.new_code(),
    )  # fmt: skip


def fresh(entry):
    db.session.expire_all()
    return db.session.get(ServiceEntry, entry.id)


def test_a_deputy_takes_an_entry_back_and_the_page_tells_so(cast, browse, entry):
    page = Page(reverse(browse(cast.dai), entry).text).text
    assert "1 entry reversed." in page
    assert "counts no longer" in page
    row = fresh(entry)
    assert not row.counts
    assert row.reversal.approved_by_id == cast.dai.id
    for words in ("Recorded:", "Confirmed", "Reversed: The times were wrong · 签到表为下午"):
        assert words in page, words
    assert "Reverse this entry" not in page
    assert "Reversed" in Page(browse(cast.dai).get("/ledger/").text).text.partition("Confirmed")[2]


@pytest.mark.parametrize("login", ["chen", "mo", "su", "guan", "wang", "ada"])
def test_nobody_else_takes_it_back(cast, browse, entry, login):
    assert reverse(browse(getattr(cast, login)), entry).status_code in (403, 404)
    assert fresh(entry).counts


@pytest.mark.parametrize("told", [{"reason": " "}, {"ground": ""}, {"ground": "odd"}])
def test_a_reversal_without_ground_or_reason_changes_nothing(cast, browse, entry, told):
    page = Page(reverse(browse(cast.dai), entry, **told).text).text
    assert "reversed." not in page
    assert fresh(entry).counts


def test_the_clerk_records_what_was_right_and_both_pages_lead_to_each_other(cast, browse, entry):
    reverse(browse(cast.dai), entry)
    clerk = browse(cast.chen)
    address = f"/ledger/new/?corrects={entry.id}"
    form = clerk.get(address)
    assert 'value="09:00"' in form.text
    row = fresh(entry)
    told = {
        "volunteer": row.volunteer_id, "activity": row.activity_id,
        "start": "14:00", "end": "16:00",
    }  # fmt: skip
    assert clerk.post(address, data=told).status_code == 302
    other = db.session.scalars(select(ServiceEntry).filter_by(corrects_id=entry.id)).one()
    assert f"/ledger/details/?id={other.id}" in clerk.get(f"/ledger/details/?id={entry.id}").text
    assert f"/ledger/details/?id={entry.id}" in clerk.get(f"/ledger/details/?id={other.id}").text


def test_a_counting_entry_is_not_stood_in_for(cast, browse, entry):
    clerk = browse(cast.chen)
    address = f"/ledger/new/?corrects={entry.id}"
    told = {
        "volunteer": entry.volunteer_id, "activity": entry.activity_id, "start": "14:00",
        "end": "16:00",
    }  # fmt: skip
    assert "Only a reversed entry" in clerk.post(address, data=told).text
    assert not db.session.scalars(select(ServiceEntry).filter_by(corrects_id=entry.id)).all()


def test_a_certificate_with_a_reversed_entry_is_checked_until_it_is_let_stand(cast, browse, entry):
    paper = certified(entry)
    number, code = paper.number, paper.code
    reverse(browse(cast.dai), entry)
    assert certificates.verify(number, code).state == "under_check"
    assert "Under check" in browse(None).get(f"/verify/{number}?code={code}").text
    leader = browse(cast.lin)
    assert "Certificates to check" in leader.get("/").text
    assert number in leader.get("/certificates/?flt_doubted=yes").text
    leader.post("/certificates/uphold/", data={"id": paper.id, "reason": "另有签到表为证"})
    db.session.expire_all()
    assert db.session.get(Certificate, paper.id).uphold_reason == "另有签到表为证"
    assert certificates.verify(number, code).state == "valid"
    assert "Certificates to check" not in leader.get("/").text


def test_a_voided_certificate_is_void_and_no_longer_under_check(cast, browse, entry):
    paper = certified(entry)
    reverse(browse(cast.dai), entry)
    browse(cast.lin).post("/certificates/void/", data={"id": paper.id, "reason": "记录有误"})
    db.session.expire_all()
    assert db.session.get(Certificate, paper.id).state is CertificateState.VOIDED
    assert certificates.verify(paper.number, paper.code).state == "voided"


def told_of(volunteer, activity, **told):
    return {
        "volunteer": volunteer.id, "activity": activity.id, "start": "14:00", "end": "16:00",
    } | told  # fmt: skip


def newest():
    return db.session.scalars(select(ServiceEntry).order_by(ServiceEntry.id.desc())).first()


def test_preparation_is_recorded_with_its_place_and_the_page_says_by_what_rule(cast, browse):
    factories.figure(FigureName.COUNT_UNIT_MINUTES, 30)
    told = told_of(
        factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai), end="15:40",
        kind="preparation", place="文化室",
    )  # fmt: skip
    clerk = browse(cast.chen)
    assert clerk.post("/ledger/new/", data=told).status_code == 302
    row = newest()
    assert (row.kind, row.place, row.minutes) == (EntryKind.PREPARATION, "文化室", 90)
    page = Page(clerk.get(f"/ledger/details/?id={row.id}").text).text
    for words in ("Preparation", "文化室", "whole units of 30 minutes", "basis", "办法第二条"):
        assert words in page, words
    assert "文化室" in clerk.get("/ledger/export/csv/?flt_kind=preparation").text


def test_service_past_midnight_is_recorded_where_a_figure_allows(cast, browse):
    night = factories.activity(cast.gan_lai)
    told = told_of(factories.volunteer(cast.gan_lai), night, start="22:00", end="01:30")
    clerk = browse(cast.chen)
    assert "later than the start" in clerk.post("/ledger/new/", data=told).text
    factories.figure(FigureName.PAST_MIDNIGHT, 1)
    assert clerk.post("/ledger/new/", data=told).status_code == 302
    row = newest()
    assert (row.minutes, row.served_on) == (210, night.held_on)
    assert "Served past midnight" in clerk.get(f"/ledger/details/?id={row.id}").text


def test_service_that_would_not_count_is_refused_in_words(cast, browse):
    factories.figure(FigureName.COUNT_UNIT_MINUTES, 30)
    told = told_of(factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai), end="14:20")
    assert "less than the 30 minutes" in browse(cast.chen).post("/ledger/new/", data=told).text
    assert newest() is None


def test_every_ground_can_be_chosen(cast, browse, entry):
    page = browse(cast.dai).get(f"/ledger/details/?id={entry.id}").text
    for ground in ReversalGround:
        assert f'<option value="{ground.value}">' in page


def test_many_are_confirmed_and_those_of_minors_without_a_guardian_wait_on(cast, browse, entry):
    born = {"born_on": date(2012, 1, 1), "guardian_name": "雷母"}
    lei = factories.volunteer(cast.gan_lai, name="雷小明", **born)
    for consent in guardians.of(lei):
        db.session.delete(consent)
    held = factories.activity(cast.gan_lai)
    common = {"recorded_by_id": cast.chen.id, "source": EntrySource.IMPORT}
    grown = factories.service_entry(factories.volunteer(cast.gan_lai), held, **common)
    minor = factories.service_entry(lei, held, flags=["without_guardian"], **common)
    dai, told = browse(cast.dai), {"action": "confirm", "unchanged": "1"}
    dai.post("/ledger/action/", data=told | {"rowid": [grown.id, minor.id]})
    page = dai.get("/ledger/").text
    assert "1 entry confirmed" in page
    assert f"雷小明 {minor.served_on}" in page
    assert (fresh(grown).state, fresh(minor).state) == (EntryState.CONFIRMED, EntryState.SUBMITTED)
    dai.post("/ledger/action/", data=told | {"rowid": minor.id})
    assert "no guardian" in dai.get(f"/ledger/details/?id={minor.id}").text
    assert fresh(minor).state is EntryState.SUBMITTED
    url = f"/ledger/edit/?id={minor.id}"
    chen = browse(cast.chen)
    named = Page(chen.get(url).text).fields | {"guardian_present": "雷母"}
    assert chen.post(url, data=named).status_code == 302
    dai.post("/ledger/action/", data=told | {"rowid": minor.id})
    assert (fresh(minor).state, minor.flags) == (EntryState.CONFIRMED, [])

"""A second person confirms at the PC of the first, who stays signed in."""

from __future__ import annotations

import pytest

from admin_app.services import accounts
from models import AuditAction, AuditEntry, EntryState, Gate, Role, db
from tests import factories
from tests.cast import PASSWORD


@pytest.fixture
def patrol(cast):
    return factories.activity(cast.gan_lai)


@pytest.fixture
def entry(cast, patrol):
    lei = factories.volunteer(cast.gan_lai)
    return factories.service_entry(lei, patrol, recorded_by_id=cast.chen.id)


def sign(browser, entry, second, **changed):
    told = {
        "login": second.login, "password": PASSWORD, "unchanged": "1", "rowid": [entry.id],
    }  # fmt: skip
    address = f"/activities/co-sign/?id={entry.activity_id}"
    browser.post(address, data=told | changed)
    db.session.expire_all()
    return browser.get(address).text


def test_the_second_person_decides_and_the_first_stays_signed_in(cast, browse, patrol, entry):
    browser = browse(cast.chen)
    assert entry.person.name in browser.get(f"/activities/co-sign/?id={patrol.id}").text
    page = sign(browser, entry, cast.dai)
    assert (entry.state, entry.decided_by_id) == (EntryState.CONFIRMED, cast.dai.id)
    assert entry.flags == []
    assert (patrol.gate, patrol.gate_by_id) == (Gate.NONE, cast.dai.id)
    assert cast.chen.name in page
    assert "No entry of this activity waits" in page


def test_the_trail_keeps_both(cast, browse, entry):
    sign(browse(cast.chen), entry, cast.dai)
    decided = db.session.query(AuditEntry).filter_by(action=AuditAction.DECIDE).all()
    assert {told.account_id for told in decided} == {cast.dai.id}
    assert [
        told.changes["co_signed_beside"] for told in decided if told.register == "activities"
    ] == [cast.chen.id]


@pytest.mark.parametrize("second", ["chen", "ou", "zhao", "di"])
def test_it_takes_another_person_who_may_confirm_there(cast, browse, entry, second):
    sign(browse(cast.chen), entry, getattr(cast, second))
    assert (entry.state, entry.decided_by_id) == (EntryState.SUBMITTED, None)


def test_nobody_co_signs_his_own_service(cast, browse, entry):
    cast.dai.person_id = entry.person_id
    db.session.commit()
    page = sign(browse(cast.chen), entry, cast.dai)
    assert entry.state is EntryState.SUBMITTED
    assert entry.person.name in page


def test_a_password_that_another_gave_signs_nothing(cast, browse, entry):
    cast.dai.must_change_password = True
    db.session.commit()
    page = sign(browse(cast.chen), entry, cast.dai)
    assert (entry.state, entry.decided_by_id) == (EntryState.SUBMITTED, None)
    assert "choose an own password" in page


def test_whoever_must_have_a_second_factor_signs_nothing_without(
    app, cast, browse, entry, monkeypatch
):
    asked = [Role.DEPUTY]
    monkeypatch.setattr(app.extensions["station_settings"], "second_factor_roles", asked)
    page = sign(browse(cast.chen), entry, cast.dai)
    assert (entry.state, entry.decided_by_id) == (EntryState.SUBMITTED, None)
    assert "set up a second factor" in page


@pytest.mark.parametrize("left_out", [{"unchanged": ""}, {"rowid": []}], ids=["tick", "entries"])
def test_nothing_is_signed_without(cast, browse, entry, left_out):
    told = {"login": cast.dai.login, "password": PASSWORD, "unchanged": "1", "rowid": [entry.id]}
    told = {name: value for name, value in told.items() if name not in left_out}
    browse(cast.chen).post(f"/activities/co-sign/?id={entry.activity_id}", data=told)
    db.session.expire_all()
    assert entry.state is EntryState.SUBMITTED


def test_wrong_passwords_are_traced_and_make_the_account_wait(cast, browse, entry):
    browser = browse(cast.chen)
    for _time in range(accounts.FREE["name"]):
        page = sign(browser, entry, cast.dai, password="wrong")
        assert "is wrong" in page
    failed = db.session.query(AuditEntry).filter_by(action=AuditAction.SIGN_IN_FAILED)
    assert failed.count() == accounts.FREE["name"]
    assert "Too many wrong" in sign(browser, entry, cast.dai)
    assert entry.state is EntryState.SUBMITTED


def test_a_foreign_activity_is_not_there(cast, browse):
    foreign = factories.activity(cast.quan_shui)
    db.session.commit()
    answer = browse(cast.chen).get(f"/activities/co-sign/?id={foreign.id}")
    assert answer.status_code == 404

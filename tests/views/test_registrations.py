from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from admin_app.services import accounts
from admin_app.services.people import registrations
from models import (
    AuditAction,
    AuditEntry,
    Category,
    Registration,
    RegistrationState,
    Role,
    Volunteer,
    clock,
    db,
)
from tests import factories
from tests.cast import PASSWORD

TOLD = {
    "name": "李来", "handed_in_on": date(2026, 10, 3), "skills": "理发", "availability": "周末",
    "categories": [Category.COMMUNITY],
}  # fmt: skip


@pytest.fixture
def row(cast):
    return factories.registration(cast.gan_lai, by=cast.chen, name="李来")


def test_a_registration_is_returned_corrected_and_accepted_on_screen(cast, browse, row):
    page = f"/registrations/details/?id={row.id}"
    chen, dai = browse(cast.chen), browse(cast.dai)
    assert "/registrations/accept/" not in chen.get(page).text
    assert 'href="/registrations/?flt_state=waiting"' in dai.get("/").text
    assert "1 waits for review: the longest first" in dai.get("/registrations/").text
    dai.post("/registrations/return/", data={"id": row.id, "reason": "电话不对"})
    assert "To be corrected: 电话不对" in chen.get(page).text
    assert 'href="/registrations/?flt_state=returned"' in chen.get("/").text
    form = chen.get(f"/registrations/edit/?id={row.id}").text
    assert row.id_number not in form
    told = {
        "version": db.session.get(Registration, row.id).version, "name": "李来",
        "handed_in_on": row.handed_in_on.isoformat(), "skills": "唱歌", "availability": "周末",
        "category_1": "0001", "category_2": "0008", "new_phone": "13900139000",
    }  # fmt: skip
    assert chen.post(f"/registrations/edit/?id={row.id}", data=told).status_code == 302
    chen.post("/registrations/again/", data={"id": row.id})
    answer = dai.post("/registrations/accept/", data={"id": row.id, "on": str(clock.today())})
    db.session.expire_all()
    assert row.state is RegistrationState.ACCEPTED
    line = db.session.scalars(select(Volunteer)).one()
    shown = dai.get(answer.location).text
    assert line.number in shown
    assert "电话不对" in shown
    assert (line.categories, line.phone_masked) == (["0001", "0008"], "139****9000")
    assert chen.get(f"/registrations/edit/?id={row.id}").status_code == 403


def test_only_who_may_decides_and_nobody_from_elsewhere(cast, browse, row):
    for login, act, status in (
        ("chen", "accept", 403), ("chen", "return", 403), ("dai", "withdraw", 403),
        ("su", "accept", 403), ("quan", "withdraw", 404), ("zhao", "accept", 404),
        ("mo", "accept", 403),
    ):  # fmt: skip
        told = {"id": row.id, "reason": "x"}
        answer = browse(getattr(cast, login)).post(f"/registrations/{act}/", data=told)
        assert answer.status_code == status, (login, act)
    db.session.expire_all()
    assert row.state is RegistrationState.WAITING


def co_sign(browser, row, second, **changed):
    told = {"id": row.id, "login": second.login, "password": PASSWORD, "on": str(clock.today())}
    answer = browser.post("/registrations/co-sign/", data=told | changed)
    db.session.expire_all()
    return answer


def test_a_second_person_accepts_at_the_desk_of_who_recorded_it(cast, browse, row):
    chen = browse(cast.chen)
    page = f"/registrations/details/?id={row.id}"
    assert "Second person at this PC" in chen.get(page).text
    assert "Second person at this PC" not in browse(cast.dai).get(page).text
    for second, changed, told in (
        (cast.chen, {}, "You are signed in yourself"),
        (cast.mo, {}, "does not carry this act"),
        (cast.zhao, {}, "does not carry this act"),
        (cast.dai, {"password": "wrong"}, "is wrong"),
        (cast.dai, {"on": "2020-01-01"}, "between the day of handing in and today"),
    ):
        co_sign(chen, row, second, **changed)
        assert told in chen.get(page).text
        assert row.state is RegistrationState.WAITING
    co_sign(chen, row, cast.dai)
    assert (row.state, row.reviewed_by_id) == (RegistrationState.ACCEPTED, cast.dai.id)
    assert not row.single_handed
    shown = chen.get(page).text
    assert row.volunteer.number in shown
    assert cast.chen.name in shown
    decided = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.DECIDE))
    assert [
        (told.account_id, told.register) for told in decided if "co_signed_beside" in told.changes
    ] == [(cast.dai.id, "registrations")]


def test_who_corrected_it_does_not_co_sign_it_either(cast, browse, row):
    accounts.appoint(cast.dai, Role.CLERK, cast.gan_lai, by=None, since=date(2025, 1, 1))
    registrations.correct(row, registrations.Told(**TOLD), by=cast.dai)
    db.session.commit()
    co_sign(browse(cast.chen), row, cast.dai)
    assert row.state is RegistrationState.WAITING
    assert co_sign(browse(cast.quan), row, cast.lin).status_code == 404
    co_sign(browse(cast.chen), row, cast.lin)
    assert row.reviewed_by_id == cast.lin.id


def test_a_reviewer_learns_that_it_is_the_same_human_being_and_no_more(cast, browse, row):
    other = factories.volunteer(cast.quan_shui, id_number=row.id_number, name="李来")
    page = browse(cast.dai).get(f"/registrations/details/?id={row.id}").text
    assert "stands on another station" in page
    assert cast.quan_shui.name not in page
    assert other.number not in page


def test_the_form_is_printed_with_a_trace(cast, browse, row):
    address = f"/registrations/paper/?id={row.id}"
    answer = browse(cast.chen).get(address)
    assert answer.data[:5] == b"%PDF-"
    act = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (act.action, act.changes) == (AuditAction.PRINT, {"report": "registration_form"})
    assert browse(cast.su).get(address).status_code == 403
    browse(cast.chen).post("/registrations/withdraw/", data={"id": row.id, "reason": "不来了"})
    assert browse(cast.chen).get(address).status_code == 403

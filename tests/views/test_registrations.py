from __future__ import annotations

import pytest
from sqlalchemy import select

from models import AuditAction, AuditEntry, Registration, RegistrationState, Volunteer, clock, db
from tests import factories


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

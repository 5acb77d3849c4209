"""The fields behind purposes in forms, on pages, in filters, and what becomes of them."""

from __future__ import annotations

import re

import pytest

from admin_app.services.privacy import answers, purposes
from models import (
    AuditAction,
    AuditEntry,
    OptionalField,
    Registration,
    SlotDay,
    SlotPart,
    Volunteer,
    clock,
    db,
    slot_bit,
)
from tests import factories
from tests.pages import listed
from tests.services.privacy.test_purposes import ALL
from views.optional import SECTION

SATURDAY_MORNING = slot_bit(SlotDay.SATURDAY, SlotPart.MORNING)
NAMES = {field.name for field in SECTION.fields}


@pytest.fixture
def lei(cast):
    """Lei answered everything, and no purpose is stated any more."""
    lei = factories.volunteer(cast.gan_lai, name="雷桂英")
    for name, value in ALL.items():
        setattr(lei, name, value)
    lei.emergency_phone_masked = "137****4321"
    db.session.commit()
    return lei


def ask(station, *fields):
    for field in fields or OptionalField:
        purposes.state(station, field, f"用于{field.value}", by=None)
    db.session.commit()


def fields_of(page):
    return {name.split("-")[0] for name in re.findall(r' name="([^"]+)"', page)} & NAMES


def sound(**more):
    return {
        "name": "李来", "id_number": factories.identity_number(), "new_phone": "13912345678",
        "handed_in_on": clock.today().isoformat(), "skills": "理发", "category_1": "0001",
    } | more  # fmt: skip


def test_without_a_purpose_a_field_stands_nowhere(cast, browse, lei):
    chen = browse(cast.chen)
    factories.purpose(cast.quan_shui, ended_on=None)
    for page in ("/registrations/new/", f"/volunteers/edit/?id={lei.id}"):
        assert fields_of(chen.get(page).text) == set()
    shown = chen.get(f"/volunteers/details/?id={lei.id}").text
    shown += chen.get("/volunteers/").text + chen.get("/volunteers/export/csv/").text
    for word in ("lei@example.org", "甘来村 3 号", "雷大山", "137****4321", "有高血压", "Ethnic"):
        assert word not in shown
    assert "can_come" not in shown
    assert listed(chen.get("/volunteers/?flt0_can_come=15").text) == set()
    # A form of somebody who knows the names is no way around.
    answer = chen.post("/registrations/new/", data=sound(availability="周末", ethnic_group="藏族"))
    assert answer.status_code == 302
    assert db.session.query(Registration).one().ethnic_group is None
    told = {"name": "雷桂英", "state": "registered", "ethnic_group": "汉族"}
    told |= {"version": str(lei.version)}
    assert chen.post(f"/volunteers/edit/?id={lei.id}", data=told).status_code == 302
    db.session.expire_all()
    # What was kept before stays, and the person is told of it.
    assert {name: getattr(lei, name) for name in ALL} == ALL
    told = {"id": lei.id, "purpose": "本人到站口头请求"}
    own = browse(cast.lin).post("/own-data/", data=told).text
    for word in ("lei@example.org", "13787654321", "有高血压", "Saturday: Morning"):
        assert word in own


def test_with_a_purpose_it_is_asked_with_it_and_shown(cast, browse, lei):
    ask(cast.gan_lai)
    chen = browse(cast.chen)
    form = chen.get("/registrations/new/").text
    assert fields_of(form) == NAMES
    assert "Purpose: 用于ethnic_group" in form
    shown = chen.get(f"/volunteers/details/?id={lei.id}").text
    for word in ("Citizen without party membership", "Saturday: Morning", "137****4321"):
        assert word in shown
    assert "13787654321" not in shown + chen.get(f"/volunteers/edit/?id={lei.id}").text
    told = sound(**{
        "availability": "", "slots-15": "1", "specialities-01": "1", "political_status": "01",
        "emergency_name": "李父", "new_emergency_phone": "13787654321", "health_note": "哮喘",
    })  # fmt: skip
    assert "is sensitive" in chen.post("/registrations/new/", data=told).text
    told["separate_consent_on"] = clock.today().isoformat()
    assert chen.post("/registrations/new/", data=told).status_code == 302
    row = db.session.query(Registration).one()
    assert (row.slots, row.specialities, row.availability) == (SATURDAY_MORNING, ["01"], "周六上午")
    page = chen.get(f"/registrations/details/?id={row.id}").text
    assert "哮喘" in page
    assert "哮喘" not in browse(cast.su).get(f"/registrations/details/?id={row.id}").text
    paper = chen.get(f"/registrations/paper/?id={row.id}")
    assert paper.data[:5] == b"%PDF-"
    told |= {"version": str(row.version), "new_phone": "", "slots-0": "1", "new_id_number": ""}
    assert chen.post(f"/registrations/edit/?id={row.id}", data=told).status_code == 302
    db.session.expire_all()
    assert (row.slots, row.availability) == (SATURDAY_MORNING | 1, "周一上午，周六上午")
    assert row.emergency_phone == "13787654321"


def test_two_who_change_the_times_at_once_see_both(cast, browse, lei):
    ask(cast.gan_lai, OptionalField.SLOTS)
    told = {"version": "0", "name": "雷桂英", "state": "registered", "slots-0": "1"}
    answer = browse(cast.chen).post(f"/volunteers/edit/?id={lei.id}", data=told)
    assert answer.status_code == 409
    assert "Monday: Morning" in answer.text
    assert "Saturday: Morning" in answer.text
    assert 'name="slots-0"' in answer.text


def test_the_roll_tells_who_can_come(cast, browse, lei):
    ask(cast.gan_lai, OptionalField.SLOTS)
    other = factories.volunteer(cast.gan_lai, slots=1)
    browser = browse(cast.chen)
    page = browser.get("/volunteers/?flt0_can_come=15").text
    assert listed(page) == {lei.id}
    assert "Saturday Morning" in page
    assert listed(browser.get("/volunteers/?flt0_can_come=0").text) == {other.id}
    assert "its value is unknown" in browser.get("/volunteers/?flt0_can_come=24").text
    assert "can_come" not in browse(cast.su).get("/volunteers/").text


def test_a_health_note_is_read_by_those_who_keep_the_station(cast, browse, lei):
    ask(cast.gan_lai)
    for login, may in (
        ("chen", True),
        ("dai", True),
        ("lin", True),
        ("su", False),
        ("shen", False),
    ):
        page = browse(getattr(cast, login)).get(f"/volunteers/details/?id={lei.id}").text
        assert ("有高血压" in page) is may, login


def test_a_consent_is_withdrawn_on_screen_and_the_answer_goes(cast, browse, lei):
    ask(cast.gan_lai)
    lei.health_note = None
    answers.take(
        lei, {"health_note": "有高血压"}, born_on=lei.person.born_on, on=clock.today(),
        agreed_on=clock.today(),
    )  # fmt: skip
    db.session.commit()
    told = {"id": lei.id, "field": "health_note"}
    assert browse(cast.lin).post("/volunteers/withdraw/", data=told).status_code == 403
    chen = browse(cast.chen)
    assert "Consent withdrawn" in chen.get(f"/volunteers/details/?id={lei.id}").text
    for _again in range(2):
        assert chen.post("/volunteers/withdraw/", data=told).status_code == 302
    db.session.expire_all()
    assert (lei.health_note, lei.separate_consents) == (None, None)
    trail = [entry.changes for entry in db.session.query(AuditEntry)]
    assert "有高血压" not in str(trail)


def test_the_number_to_call_is_shown_once_with_a_trace(cast, browse, lei):
    told = {"id": lei.id, "purpose": "服务时晕倒，联系家属"}
    chen = browse(cast.chen)
    assert "13787654321" not in chen.post("/volunteers/emergency/", data=told).text
    ask(cast.gan_lai)
    for login, status in (("su", 403), ("quan", 404)):
        assert (
            browse(getattr(cast, login)).post("/volunteers/emergency/", data=told).status_code
            == status
        )
    for purpose in ("", "拨打 13787654321"):
        answer = chen.post("/volunteers/emergency/", data=told | {"purpose": purpose})
        assert answer.status_code == 302
    assert "13787654321" in chen.post("/volunteers/emergency/", data=told).text
    [shown] = [e for e in db.session.query(AuditEntry) if e.action is AuditAction.SHOW]
    assert (shown.row_id, shown.changes) == (lei.id, {"purpose": told["purpose"]})
    assert "13787654321" not in chen.get(f"/volunteers/details/?id={lei.id}").text


def test_the_leader_states_ends_and_clears_on_screen(cast, browse, lei):
    lin = browse(cast.lin)
    told = {"field": "email", "purpose": "活动通知", "since": clock.today().isoformat()}
    assert lin.post("/purposes/new/", data=told).status_code == 302
    [row] = purposes.asked(cast.gan_lai.id).values()
    page = f"/purposes/details/?id={row.id}"
    assert "Ask it no longer" in lin.get(page).text
    assert "Ask it no longer" not in browse(cast.chen).get(page).text
    assert browse(cast.chen).post("/purposes/end/", data={"id": row.id}).status_code == 403
    lin.post("/purposes/end/", data={"id": row.id})
    assert "1 row of this station still holds it" in lin.get(page).text
    lin.post("/purposes/clear/", data={"id": row.id})
    db.session.expire_all()
    assert lei.email is None
    assert lei.address == "甘来村 3 号"
    assert "Clear it" not in lin.get(page).text
    changed = [e for e in db.session.query(AuditEntry) if e.register == Volunteer.__tablename__]
    assert any("email" in entry.changes for entry in changed)

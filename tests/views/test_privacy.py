"""Requests about one's own data on the screen: two persons, a password, a page that says all."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models import (
    Consent,
    ConsentScope,
    ConsentWay,
    EntryState,
    PrivacyRequest,
    PrivacyRequestKind,
    clock,
    db,
)
from tests import factories
from tests.cast import PASSWORD

ASKED = {"kind": "erasure", "asker": "person", "received_on": "2026-10-03", "asked": "请删除"}


def test_a_deletion_goes_from_the_desk_to_the_leader_and_back(cast, browse):
    lei = factories.volunteer(cast.gan_lai, name="雷桂英", phone="13712345678")
    factories.service_entry(lei, factories.activity(cast.gan_lai), state=EntryState.CONFIRMED)
    chen, lin, page = browse(cast.chen), browse(cast.lin), f"/volunteers/details/?id={lei.id}"
    assert f"/privacy/new/?volunteer={lei.id}" in chen.get(page).text
    assert "/privacy/new/" not in lin.get(page).text
    assert "雷桂英" in chen.get(f"/privacy/new/?volunteer={lei.id}").text
    chen.post("/privacy/new/", data=ASKED | {"volunteer": lei.id})
    row = db.session.scalars(select(PrivacyRequest)).one()
    assert 'action="/privacy/decide/"' not in chen.get(f"/privacy/details/?id={row.id}").text
    assert "/privacy/?flt0_state=received" in lin.get("/").text
    told = lin.get(f"/privacy/details/?id={row.id}").text
    for words in ("Service entries 1", lei.number, "backups made before"):
        assert words in told
    told = {
        "id": row.id, "result": "partly", "answer": "部分删除", "ground": "第四十七条",
        "confirmed": lei.number,
    }  # fmt: skip
    number = row.id
    lin.post("/privacy/decide/", data=told | {"_own_password": PASSWORD})
    db.session.expire_all()
    assert db.session.get(PrivacyRequest, number).state == "partly"
    shown = lin.get(page).text
    assert "雷桂英" not in shown
    assert "1900" not in shown
    assert chen.get(f"/volunteers/edit/?id={lei.id}").status_code in (403, 409)
    assert "已删除" in browse(cast.chen, "zh_Hans_CN").get("/volunteers/").text
    chen.post("/privacy/tell/", data={"id": number, "told_on": clock.today().isoformat()})
    db.session.expire_all()
    assert db.session.get(PrivacyRequest, number).told_on == clock.today()


def test_a_restriction_closes_the_line_until_it_is_lifted(cast, browse):
    lei = factories.volunteer(
        cast.gan_lai, name="雷桂英", restricted_on=clock.today() - timedelta(days=1)
    )
    factories.privacy_request(
        cast.gan_lai, volunteer=lei, kind=PrivacyRequestKind.RESTRICTION, state="granted"
    )
    chen, lin = browse(cast.chen), browse(cast.lin)
    assert chen.get(f"/volunteers/edit/?id={lei.id}").status_code in (403, 409)
    assert "lift-restriction" not in chen.get(f"/volunteers/details/?id={lei.id}").text
    assert chen.post("/volunteers/lift-restriction/", data={"id": lei.id}).status_code == 403
    assert "lift-restriction" in lin.get(f"/volunteers/details/?id={lei.id}").text
    lin.post("/volunteers/lift-restriction/", data={"id": lei.id})
    db.session.expire_all()
    assert lei.restricted_on is None
    assert chen.get(f"/volunteers/edit/?id={lei.id}").status_code == 200


def test_a_consent_from_a_sheet_is_looked_at_once(cast, browse):
    child = factories.volunteer(cast.gan_lai, name="雷小雨")
    row = factories.consent(child, ConsentScope.SERVICE, way=None)[0]
    known = factories.consent(child, ConsentScope.REGISTRATION, way=ConsentWay.SPOKEN)[0]
    chen, page = browse(cast.chen), f"/consents/details/?id={row.id}"
    listed = chen.get("/consents/?flt_way=no").text
    assert "to be looked at" in listed
    assert f"details/?id={known.id}" not in listed
    assert "came in with a sheet" in chen.get(page).text
    told = {"id": row.id, "way": "signed"}
    assert browse(cast.guan).post("/consents/look/", data=told).status_code == 403
    assert browse(cast.zhao).post("/consents/look/", data=told).status_code == 404
    chen.post("/consents/look/", data=told | {"way": "guessed"})
    assert db.session.get(Consent, row.id).way is None
    chen.post("/consents/look/", data=told)
    chen.post("/consents/look/", data={"id": known.id, "way": "signed"})
    db.session.expire_all()
    assert [one.way for one in (row, known)] == [ConsentWay.SIGNED, ConsentWay.SPOKEN]
    assert "came in with a sheet" not in chen.get(page).text

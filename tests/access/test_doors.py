"""What stands between a person and the office: password, code, the password once more, devices."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

import pyotp

from admin_app.policy import access_of
from admin_app.services import accounts
from admin_app.services.accounts import rescues, second_factor
from models import Certificate, CertificateState, Role, SignIn, clock, db
from tests import factories
from tests.cast import PASSWORD


def codes(account):
    """Give an account an authenticator; return a code that is right in a moment, and the paper."""
    second_factor.begin(account)
    totp, now = pyotp.TOTP(account.totp_secret), clock.utc_now()
    paper = second_factor.confirm(
        account, totp.at((now - timedelta(seconds=30)).replace(tzinfo=UTC)), at=now
    )
    db.session.commit()
    return totp.at(now.replace(tzinfo=UTC)), paper


def test_signing_in_with_a_second_factor(cast, browse):
    code, _paper = codes(cast.chen)
    browser = browse(None)
    answer = browser.post("/sign-in?next=/ledger/", data={"login": "chen", "password": PASSWORD})
    assert answer.location == "/sign-in/code?next=/ledger/"
    assert browser.get("/ledger/").status_code == 302
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in/code").text)[1]
    sent = {"headers": {"X-CSRFToken": token}}
    assert browser.post("/sign-in/code", data={"code": "000000"}, **sent).status_code == 401
    answer = browser.post("/sign-in/code?next=/ledger/", data={"code": code}, **sent)
    assert answer.location == "/ledger/"
    assert browser.get("/ledger/").status_code == 200


def test_a_half_that_was_proved_with_an_older_password_opens_nothing(cast, browse):
    code, _paper = codes(cast.chen)
    browser = browse(None)
    browser.post("/sign-in", data={"login": "chen", "password": PASSWORD})
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in/code").text)[1]
    accounts.set_password(cast.chen, "a garden behind seven doors")
    db.session.commit()
    sent = {"headers": {"X-CSRFToken": token}}
    assert browser.post("/sign-in/code", data={"code": code}, **sent).status_code == 401
    assert browser.get("/ledger/").status_code == 302


def test_setting_it_up_shows_a_drawing_and_the_paper_once(cast, browse):
    browser = browse(cast.chen)
    page = browser.get("/account/second-factor").text
    assert "<svg" in page
    assert browser.post("/account/second-factor", data={"code": "000000"}).status_code == 409
    db.session.refresh(cast.chen)
    code = pyotp.TOTP(cast.chen.totp_secret).now()
    page = browser.post("/account/second-factor", data={"code": code}).text
    assert len(re.findall(r"<li><code>[a-z2-9]{5}-[a-z2-9]{5}</code></li>", page)) == 10
    assert browser.get("/account/second-factor").status_code == 302
    assert "10 recovery codes" in browser.get("/account/").text


def test_a_role_that_must_have_it_sets_it_up_before_all_else(app, cast, browse, monkeypatch):
    monkeypatch.setattr(app.extensions["station_settings"], "second_factor_roles", [Role.LEADER])
    assert browse(cast.lin).get("/").location == "/account/second-factor"
    assert browse(cast.lin).get("/account/second-factor").status_code == 200
    assert browse(cast.chen).get("/").status_code == 200
    codes(cast.lin)
    assert browse(cast.lin).get("/").status_code == 200


def test_a_password_that_was_given_is_changed_before_all_else(cast, browse):
    cast.chen.must_change_password = True
    db.session.commit()
    browser = browse(cast.chen)
    for page in ("/", "/ledger/", "/account/"):
        assert browser.get(page).location == "/password"
    told = {"current": PASSWORD, "password": "a garden behind seven doors"}
    browser.post("/password", data=told | {"again": told["password"]})
    assert browse(cast.chen).get("/").status_code == 200


def stale():
    db.session.query(SignIn).update({SignIn.proved_at: clock.utc_now() - timedelta(minutes=11)})
    db.session.commit()


def test_a_dangerous_act_asks_for_the_password_and_then_goes_on(cast, browse):
    row = factories.certificate(cast.gan_lai)
    browser = browse(cast.lin)
    stale()
    told = {"id": str(row.id), "reason": "姓名写错，另行补发"}
    page = browser.post("/certificates/void/", data=told)
    assert page.status_code == 401
    assert "姓名写错" in page.text
    wrong = browser.post("/certificates/void/", data=told | {"_own_password": "wrong"})
    assert wrong.status_code == 401
    db.session.expire_all()
    assert db.session.get(Certificate, row.id).state is CertificateState.VALID
    browser.post("/certificates/void/", data=told | {"_own_password": PASSWORD})
    db.session.expire_all()
    assert db.session.get(Certificate, row.id).state is CertificateState.VOIDED
    assert browser.get("/volunteers/export/csv/").status_code == 200


def test_an_export_of_personal_data_asks_and_leads_on(cast, browse):
    browser = browse(cast.chen)
    stale()
    page = browser.get("/volunteers/export/csv/")
    assert page.status_code == 401
    assert "/account/prove?next=/volunteers/export/csv/" in page.text
    answer = browser.post(
        "/account/prove?next=/volunteers/export/csv/", data={"_own_password": PASSWORD}
    )
    assert answer.location == "/volunteers/export/csv/"
    assert browser.get(answer.location).status_code == 200


def test_every_dangerous_act_is_a_route(app):
    from views.web.proving import DANGEROUS

    known = {(m, rule.endpoint) for rule in app.url_map.iter_rules() for m in rule.methods}
    assert set(DANGEROUS) <= known


def test_one_sees_and_ends_own_sign_ins_and_the_keeper_all(cast, browse):
    here, there = browse(cast.chen), browse(cast.chen)
    page = here.get("/account/").text
    assert page.count("End this sign-in") == 1
    here.post("/account/sign-ins/end-others")
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200
    keeper = browse(cast.lin)
    assert "Browsers signed in" in keeper.get(f"/accounts/details/?id={cast.chen.id}").text
    keeper.post("/accounts/end-sign-ins/", data={"id": cast.chen.id})
    assert here.get("/").status_code == 302
    assert keeper.post("/accounts/end-sign-ins/", data={"id": cast.wang.id}).status_code == 404


def test_a_rescue_is_told_until_each_has_taken_note(cast, browse):
    password = rescues.rescue(cast.ada, "the administrator left", operator="root")
    db.session.commit()
    assert accounts.sign_in("ada", password).must_change_password
    db.session.commit()
    browser = browse(cast.lin)
    assert "the administrator left" in browser.get("/").text
    assert "the administrator left" not in browse(cast.chen).get("/").text
    [row] = rescues.unseen(access_of(cast.lin))
    browser.post(f"/account/rescues/{row.id}/seen")
    assert "the administrator left" not in browser.get("/").text
    assert "the administrator left" in browse(cast.zhao).get("/").text


def test_a_second_person_signs_for_a_certificate_at_the_same_pc(cast, browse):
    asked = factories.certificate_request(cast.gan_lai, requested_by_id=cast.chen.id)
    browser = browse(cast.chen)
    told = {"id": asked.id, "act": "approve", "login": "chen", "password": PASSWORD}
    browser.post("/certificate_requests/co-sign/", data=told)
    db.session.expire_all()
    assert asked.decided_by_id is None
    code, _paper = codes(cast.lin)
    told["login"] = "lin"
    for typed in ("", "000000", code):
        browser.post("/certificate_requests/co-sign/", data=told | {"code": typed})
        db.session.expire_all()
        assert (asked.decided_by_id == cast.lin.id) == (typed == code)
    assert browser.get("/ledger/new/").status_code == 200  # chen is still signed in


def test_the_table_of_grants_opens_to_who_answers_for_it(cast, browse):
    for login in ("lin", "su", "shen", "ada"):
        page = browse(getattr(cast, login)).get("/grants/")
        assert page.status_code == 200
    assert "record and change" in page.text
    assert browse(cast.chen).get("/grants/").status_code == 403


def test_every_act_of_the_grants_has_words():
    from admin_app.policy import GRANTS
    from views.screens.grants import ACTS, subject

    permissions = {name.partition(":") for name in set().union(*GRANTS.values())}
    assert {act for _register, _colon, act in permissions} <= {*ACTS}
    assert all(subject(register) != register for register, _colon, _act in permissions)

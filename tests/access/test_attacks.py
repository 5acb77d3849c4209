"""Ways around the sign-in that are closed, one test each.

Brute force: ``tests/services/accounts/test_tries.py``; codes used twice: ``test_second_factor.py``
beside it; foreign rows on every screen: ``matrix.txt`` and ``tests/test_screens.py``.
"""

from __future__ import annotations

import re
import statistics
import time

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from admin_app.services import accounts
from admin_app.services.accounts import passwords
from models import Account, Appointment, Role, SignIn, db
from tests import factories
from tests.access import asking
from tests.cast import PASSWORD
from tests.hashing import DEAR, hash_with

UNSOUND = (
    "http://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
    "http:evil.example", "https:evil.example", "javascript:alert(1)", "/\t/evil.example",
    " //evil.example", "///evil.example", "/\n/evil.example", "evil.example",
)  # fmt: skip


def sign_in(browser, login="chen", password=PASSWORD, **more):
    return browser.post("/sign-in", data={"login": login, "password": password}, **more)


# Brute force


def test_brute_force_from_everywhere_keeps_the_owner_out_of_no_known_browser(browse):
    own = browse(None)
    assert sign_in(own).status_code == 302
    own.post("/sign-out", headers={"X-CSRFToken": _token(own)})
    for number in range(accounts.FREE["name"] + 3):
        stranger = browse(None)
        sign_in(stranger, password="wrong", environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"})
    assert "Too many wrong" in sign_in(browse(None)).text
    assert sign_in(own, headers={"X-CSRFToken": _token(own, "/sign-in")}).status_code == 302


def test_brute_force_with_a_made_up_known_browser_gains_nothing(browse):
    browser = browse(None)
    browser.set_cookie("known", "eyJhIjoiYiJ9.made.up")
    for _try in range(accounts.FREE["name"]):
        sign_in(browser, password="wrong")
    assert "Too many wrong" in sign_in(browser).text


def _token(browser, page="/"):
    return re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)[1]


# Session fixation


def test_session_fixation_leaves_nothing_of_the_session_from_before(browse):
    browser = browse(None)
    with browser.session_transaction() as kept:
        kept["planted"], kept["place"] = "by somebody else", 1
        before = kept["csrf_token"]
    sign_in(browser)
    with browser.session_transaction() as kept:
        assert "planted" not in kept
        assert "place" not in kept
        assert kept.get("csrf_token") != before
    assert db.session.query(SignIn).count() == 1


# Replay after sign-out


def test_replay_of_a_cookie_after_sign_out_opens_nothing(cast, browse):
    browser = browse(cast.chen)
    with browser.session_transaction() as kept:
        stolen = dict(kept)
    browser.post("/sign-out")
    with browser.session_transaction() as kept:
        kept.clear()
        kept.update(stolen)
    assert browser.get("/ledger/").status_code == 302


def test_replay_of_a_half_sign_in_needs_the_code_still(browse):
    browser = browse(None)
    with browser.session_transaction() as kept:
        kept["half"] = [1, "lin", 0]
    assert browser.get("/sign-in/code").status_code == 302
    assert browser.get("/").status_code == 302


# CSRF


def test_csrf_no_post_passes_without_its_token(app, cast, browse):
    for account in (cast.lin, None):
        browser = browse(account)
        del browser.environ_base["HTTP_X_CSRFTOKEN"]
        for act in asking.acts(app):
            if act.method == "POST":
                answer = browser.post(
                    asking.path(act, "1"), data={"id": "1", "csrf_token": "made up"}
                )
                assert answer.status_code == 400, act


# Open redirect


@pytest.mark.parametrize("target", UNSOUND)
def test_open_redirect_no_target_leads_out_of_the_office(cast, browse, target):
    browser = browse(cast.chen)
    answers = [
        browser.post("/language/en", data={"next": target}),
        browser.post(
            "/ledger/action/", query_string={"url": target}, data={
                "action": "confirm", "unchanged": "1",
            }
        ),
        browser.post(
            "/account/prove", query_string={"next": target}, data={"_own_password": PASSWORD}
        ),
        sign_in(browse(None), query_string={"next": target}),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code in (302, 403, 404)
        if answer.status_code == 302:
            assert answer.location == "/"


# Host spoofing


@pytest.mark.parametrize("host", ["evil.example", "zyz.example.cn.evil.example", "", "a b", "[::"])
def test_host_spoofing_is_refused(browse, host):
    answer = browse(None).get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert host == "" or host not in answer.text


@pytest.mark.parametrize("host", ["zyz.example.cn", "127.0.0.1:8000", "localhost"])
def test_host_of_our_own_is_answered(browse, host):
    assert browse(None).get("/sign-in", headers={"Host": host}).status_code == 200


def test_host_in_a_forwarding_header_is_not_believed(browse):
    told = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "203.0.113.1"}
    answer = browse(None).get("/ledger/", headers=told)
    assert "evil.example" not in answer.location
    sign_in(browse(None), headers=told)
    assert db.session.query(SignIn).one().address == "127.0.0.1"


# Mass assignment


def test_mass_assignment_no_form_writes_what_it_does_not_ask(cast, browse):
    row = factories.account(cast.gan_lai)
    before = {name: getattr(row, name) for name in ("password_hash", "login", "person_id")}
    told = {
        "version": str(row.version), "name": "新名", "active": "y", "login": "stolen",
        "password_hash": "x", "person_id": "1", "totp_secret": "x", "must_change_password": "",
        "role": "administrator", "appointments": "1", "id": str(cast.ada.id),
    }  # fmt: skip
    browse(cast.ada).post(f"/accounts/edit/?id={row.id}", data=told)
    db.session.expire_all()
    assert row.name == "新名"
    assert {name: getattr(row, name) for name in before} == before
    assert [held.role for held in row.appointments] == [Role.HELPER]


def test_mass_assignment_an_appointment_keeps_its_account_and_place(cast, browse):
    [held] = cast.chen.appointments
    told = {
        "role": "leader", "station": cast.weng_shui.id, "account": cast.wang.id,
        "account_id": cast.wang.id, "until": "2099-01-01", "delegated_from_id": "1",
    }  # fmt: skip
    browse(cast.ada).post(f"/appointments/edit/?id={held.id}", data=told)
    db.session.expire_all()
    kept = db.session.get(Appointment, held.id)
    assert (kept.role, kept.station_id, kept.account_id) == (
        Role.CLERK, cast.gan_lai.id, cast.chen.id,
    )  # fmt: skip
    assert kept.delegated_from_id is None


# Id guessing


def test_id_guessing_ends_no_sign_in_of_another(cast, browse):
    browse(cast.dai)
    theirs = db.session.query(SignIn).filter_by(account_id=cast.dai.id).one()
    assert browse(cast.chen).post(f"/account/sign-ins/{theirs.id}/end").status_code == 404
    db.session.expire_all()
    assert theirs.ended_at is None


def test_id_guessing_a_foreign_account_looks_like_none(cast, browse):
    browser = browse(cast.lin)
    foreign = browser.get(f"/accounts/details/?id={cast.wang.id}")
    nobody = browser.get("/accounts/details/?id=999999")
    assert foreign.status_code == nobody.status_code == 404
    assert _plain(foreign.text) == _plain(nobody.text)


def _plain(page):
    return re.sub(r"nonce=\"[^\"]+\"|value=\"[^\"]+\"|id=\d+|id%3D\d+", "", page)


# Timing of unknown logins


@pytest.fixture
def dear_hashes(cast, monkeypatch):
    """The hashes of the office itself, and two people whose passwords are kept so."""
    hash_with(monkeypatch, DEAR)
    for account in (cast.lin, cast.guan):
        accounts.set_password(account, PASSWORD)
    db.session.commit()


def test_timing_a_password_costs_what_the_standard_of_its_hash_advises(cast, dear_hashes):
    assert extract_parameters(cast.lin.password_hash) == RFC_9106_LOW_MEMORY


def test_timing_an_unknown_login_costs_one_hash_like_a_known_one(cast, dear_hashes, monkeypatch):
    asked = []
    real = passwords._hasher

    class Counted:
        def verify(self, held, given):
            asked.append(held)
            return real.verify(held, given)

    monkeypatch.setattr(passwords, "_hasher", Counted())
    cast.guan.active = False
    for login in ("lin", "nobody", "guan"):
        with pytest.raises(accounts.WrongPassword):
            accounts.sign_in(login, "a wrong password")
    assert len(asked) == 3
    assert len({held.rpartition("$")[0].rpartition("$")[0] for held in asked}) == 1


def test_timing_both_take_about_as_long(cast, dear_hashes):
    def taken(account):
        begun = time.thread_time()
        passwords.matches(account, "a wrong password")
        return time.thread_time() - begun

    known, unknown = (
        statistics.median(taken(account) for _time in range(3)) for account in (cast.lin, None)
    )
    assert 1 / 3 < known / unknown < 3


def test_timing_a_wait_is_told_for_unknown_logins_alike(browse):
    told = []
    for login in ("chen", "nobody"):
        browser = browse(None)
        for _try in range(accounts.FREE["name"] + 1):
            answer = sign_in(browser, login, "wrong")
        told.append((answer.status_code, re.findall(r"Too many[^<]+", answer.text)))
    assert told[0] == told[1]
    assert told[0][1]


# Roles at several places


def test_a_leader_at_one_station_gains_nothing_where_he_helps(app, cast, browse):
    """Leader at Gan Lai and clerk at Quan Shui: neither's rights go to the other's place."""
    for role in (Role.OBSERVER, Role.HELPER, Role.CLERK):
        accounts.appoint(cast.lin, role, cast.quan_shui, by=None)
    db.session.commit()
    asked = factories.certificate_request(cast.quan_shui)
    entry = factories.service_entry(
        factories.volunteer(cast.quan_shui), factories.activity(cast.quan_shui)
    )
    rule = factories.rule(cast.quan_shui)
    own = factories.volunteer(cast.gan_lai)
    browser = browse(cast.lin)
    acts = (
        ("/certificate_requests/approve/", {"id": asked.id}),
        ("/certificate_requests/issue/", {"id": asked.id}),
        ("/rules/action/", {"action": "adopt", "rowid": rule.id}),
        ("/ledger/action/", {"action": "confirm", "rowid": entry.id, "unchanged": "1"}),
        (f"/volunteers/edit/?id={own.id}", {"name": "新名", "version": own.version}),
    )
    before = _facts(asked, entry, rule, own)
    for address, told in acts:
        browser.post(address, data=told)
        db.session.expire_all()
        assert _facts(asked, entry, rule, own) == before, address


def _facts(*rows):
    return [{c.key: getattr(row, c.key) for c in type(row).__table__.columns} for row in rows]


def test_the_right_of_one_place_never_reaches_the_other(cast):
    """For every pair of roles: what may be done at a place is what its own appointment grants."""
    from admin_app.policy import GRANTS, access_of

    for there in Role:
        if there in (Role.ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISOR):
            continue
        account = Account(login=f"pair-{there.value}", name="双任")
        db.session.add(account)
        accounts.appoint(account, Role.LEADER, cast.gan_lai, by=None)
        accounts.appoint(account, there, cast.quan_shui, by=None)
        db.session.flush()
        held = access_of(account)
        for permission in set().union(*GRANTS.values()):
            places = {place.value for place in held.places(permission)}
            assert (cast.gan_lai.id in places) == (permission in GRANTS[Role.LEADER])
            assert (cast.quan_shui.id in places) == (permission in GRANTS[there])

import re

import pytest
from sqlalchemy import select

from admin_app.services import accounts, setup
from models import Account, db
from tests.emptying import send_everybody_home

STRANGER = {"REMOTE_ADDR": "192.168.1.77"}
PASSWORD = "a long password"
FORM = {
    "division_code": "440823106223",
    "station_name": "甘来村志愿服务站",
    "name": "林书记",
    "login": "lin",
    "role": "leader",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


@pytest.fixture
def visitor(app):
    """Somebody at the machine of an office that nobody opened yet."""
    send_everybody_home()
    yield app.test_client()
    setup.forget_code()


def send(browser, environ=None, **changes):
    page = browser.get("/first-run/", environ_base=environ or {}).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    return browser.post(
        "/first-run/", data=FORM | {"csrf_token": token} | changes, environ_base=environ or {}
    )


def opened():
    return db.session.scalars(select(Account.login)).all()


@pytest.mark.parametrize("path", ["/", "/sign-in", "/volunteers/", "/verify/", "/no/such/page"])
def test_every_page_of_an_empty_office_leads_to_the_first_screen(visitor, path):
    answer = visitor.get(path)
    assert (answer.status_code, answer.location) == (302, "/first-run/")


def test_the_first_screen_opens_the_office_and_vanishes(visitor):
    answer = send(visitor)
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert accounts.sign_in("lin", PASSWORD).name == "林书记"
    db.session.commit()
    assert visitor.get("/first-run/").status_code == 404
    assert visitor.get("/first-run/places?query=甘来").status_code == 404
    assert visitor.get("/sign-in").status_code == 200


def test_an_opened_office_has_no_first_screen(app, cast):
    assert app.test_client().get("/first-run/").status_code == 404
    assert app.test_client().post("/first-run/", data=FORM).status_code in (400, 404)
    assert "lin" in opened()


@pytest.mark.parametrize(
    "changes",
    [
        {"password_again": "another password"},
        {"password": "short", "password_again": "short"},
        {"division_code": ""},
        {"division_code": "440823999999"},
        {"station_name": "   "},
        {"role": "supervisor"},
        {"login": ""},
    ],
)
def test_a_refused_form_says_why_keeps_what_was_typed_and_opens_nothing(visitor, changes):
    answer = send(visitor, **changes)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert "林书记" in answer.text
    assert PASSWORD not in answer.text
    assert opened() == []


def test_without_a_token_nothing_is_opened(visitor):
    assert visitor.post("/first-run/", data=FORM).status_code == 400
    assert opened() == []


def test_a_stranger_on_the_network_needs_the_code(visitor):
    assert 'id="code"' not in visitor.get("/first-run/").text
    page = visitor.get("/first-run/", environ_base=STRANGER).text
    assert 'id="code"' in page
    assert setup.code() not in page
    for code in ("", "0" * 24):
        assert send(visitor, STRANGER, code=code).status_code == 409
    assert opened() == []
    assert send(visitor, STRANGER, code=setup.code()).status_code == 302
    assert opened() == ["lin"]
    assert not setup.code_path().exists()


def test_a_proxy_that_was_not_declared_makes_nobody_local(visitor):
    page = visitor.get("/first-run/", headers={"X-Forwarded-For": "203.0.113.9"}).text
    assert 'id="code"' in page


def test_places_are_looked_up_on_the_server(visitor):
    [[code, label]] = visitor.get("/first-run/places?of=stations&query=甘来").json
    assert code == "440823106223"
    assert "杨柑镇" in label
    assert visitor.get("/first-run/places").json == []

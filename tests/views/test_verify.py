import re
from types import SimpleNamespace

import pytest

from tests import factories
from tests.services.certificates.story import OCTOBER, issued, press, served, void
from views.web.limits import limiter


@pytest.fixture(autouse=True)
def _unlimited(app):
    limiter.reset()
    yield
    limiter.reset()


@pytest.fixture
def paper(cast, monkeypatch):
    """What a stranger reads on the paper of Lei, and what must never be seen."""
    press(monkeypatch)
    lei = factories.volunteer(cast.gan_lai, name="雷桂英")
    served(lei, cast, OCTOBER)
    made = issued(lei, cast)
    return SimpleNamespace(
        row=made, number=made.number, code=made.code, id_number=lei.person.id_number,
        masked=lei.person.id_number_masked, phone=lei.phone,
    )  # fmt: skip


@pytest.fixture
def stranger(app):
    return app.test_client()


def send(browser, url="/verify/", **typed):
    """Fill the form of a page in, as a browser without a sign-in does."""
    form = browser.get("/verify/").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form).group(1)
    return browser.post(url, data={"csrf_token": token, **typed})


def test_a_stranger_verifies_with_number_and_code(stranger, paper):
    answer = send(stranger, number=paper.number, code=paper.code)
    assert answer.status_code == 200
    for fact in ("雷**", paper.number, "遂溪县杨柑镇甘来村志愿服务站"):
        assert fact in answer.text
    assert "alert-success" in answer.text


def test_the_page_tells_nothing_more(stranger, paper):
    answer = send(stranger, number=paper.number, code=paper.code, name="雷桂英")
    for secret in ("雷桂英", paper.id_number, paper.masked, paper.phone):
        assert secret not in answer.text


def test_the_address_in_the_code_answers(stranger, paper):
    answer = stranger.get(f"/verify/{paper.number}?code={paper.code}")
    assert answer.status_code == 200
    assert "雷**" in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_an_address_without_a_code_asks_for_it(stranger, paper):
    answer = stranger.get(f"/verify/{paper.number}")
    assert answer.status_code == 200
    assert paper.number in answer.text
    assert "雷" not in answer.text


def test_a_changed_digit_is_not_found(stranger, paper):
    changed = paper.number[:-1] + "7"
    wrong_number = stranger.get(f"/verify/{changed}?code={paper.code}")
    wrong_code = stranger.get(f"/verify/{paper.number}?code=AAAAAAAA")
    assert wrong_number.status_code == wrong_code.status_code == 404
    assert "雷" not in wrong_number.text + wrong_code.text
    strip = re.compile(r'nonce="[^"]*"|value="[^"]*"')
    assert strip.sub("", wrong_number.text) == strip.sub("", wrong_code.text)


@pytest.mark.parametrize(("typed", "colour"), [("雷桂英", "success"), ("雷桂芳", "danger")])
def test_a_typed_name_is_answered_match_or_not(stranger, paper, typed, colour):
    page = send(stranger, number=paper.number, code=paper.code, name=typed).text
    assert page.count(f"alert-{colour}") == (2 if colour == "success" else 1)


def test_a_voided_paper_shows_it(stranger, cast, paper):
    void(paper.row, cast.lin)
    page = stranger.get(f"/verify/{paper.number}?code={paper.code}").text
    assert "alert-danger" in page
    assert "alert-success" not in page
    assert "姓名有误" not in page


def test_both_languages_are_offered(stranger, paper):
    with stranger.session_transaction() as kept:
        kept["language"] = "en"
    assert "Verify a certificate of service" in stranger.get("/verify/").text
    assert "中文" in stranger.get("/verify/").text


@pytest.mark.parametrize(
    "address",
    ["/verify/%00?code=%00", "/verify/" + "9" * 4000 + "?code=" + "A" * 4000, "/verify/é?code=½",
     "/verify/../?code=", "/verify/44082310622301-2026-00001?code=&code="],
)  # fmt: skip
def test_no_typed_address_fails(stranger, address):
    assert stranger.get(address).status_code < 500


def test_whoever_tries_codes_by_the_dozen_has_to_wait(stranger, paper):
    answers = [stranger.get(f"/verify/{paper.number}?code={n}").status_code for n in range(31)]
    assert answers == [404] * 30 + [429]
    assert stranger.get("/verify/").status_code == 200

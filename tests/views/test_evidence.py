"""Evidence on the screen: handed in, shown, closed to others, removed."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from admin_app.services import evidence
from admin_app.services.evidence import reading
from models import EvidenceFile, db
from tests import factories
from tests.drawing import paper, picture

SCRIPT = b"<html><script>alert(1)</script></html>"


def hand_in(browser, station, /, *files, **told):
    named = {"station": station.id, "subject": "premises", "caption": "", "taken_on": ""}
    given = [(BytesIO(data), name) for data, name in files]
    return browser.post("/evidence/new", data=named | told | {"file": given})


def kept():
    return db.session.scalars(select(EvidenceFile).order_by(EvidenceFile.id)).all()


def test_the_clerk_hands_in_and_the_page_shows_it(browse, cast):
    browser = browse(cast.chen)
    form = browser.get(f"/evidence/new?station={cast.gan_lai.id}&subject=signage")
    assert '<option value="signage" selected>' in form.text
    files = (picture(), "../../门牌.jpg"), (paper(), "租约.pdf")
    answer = hand_in(browser, cast.gan_lai, *files, caption="大门", taken_on="2026-10-03")
    assert answer.location == f"/stations/details/?id={cast.gan_lai.id}"
    photo, lease = kept()
    page = browser.get(answer.location).text
    assert f'src="/evidence/{photo.id}/small/" alt="大门" loading="lazy"' in page
    assert f'href="/evidence/{lease.id}/"' in page

    shown = browser.get(f"/evidence/{photo.id}/")
    assert (shown.mimetype, shown.data) == ("image/jpeg", evidence.content(photo))
    assert "attachment" not in shown.headers["Content-Disposition"]
    small = browser.get(f"/evidence/{photo.id}/small/")
    assert (small.status_code, small.mimetype) == (200, "image/jpeg")
    sent = browser.get(f"/evidence/{lease.id}/")
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert browser.get(f"/evidence/{lease.id}/small/").status_code == 404
    for answer in (shown, small, sent):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "nonce" not in answer.headers["Content-Security-Policy"]
        assert ".." not in answer.headers["Content-Disposition"]


@pytest.fixture
def little_room(monkeypatch):
    monkeypatch.setattr(reading, "MB", 1000)


@pytest.mark.parametrize(
    ("files", "told", "words"),
    [
        ([], {}, "Choose a picture or a PDF."),
        ([(b"", "x.jpg")], {}, "is empty"),
        ([(SCRIPT, "x.jpg")], {}, "no JPEG, PNG or WebP"),
        ([(picture(), "a.jpg"), (b"MZ" * 99, "b.jpg")], {}, "“b.jpg” is no JPEG"),
        ([(b"\xff" * 10_001, "<b>.jpg")], {}, "larger than 10 MB"),
        ([(picture(), "x.jpg")] * 11, {}, "10 files at once"),
        ([(picture(), "x.jpg")] * 2, {}, "kept here already"),
        ([(picture(), "x.jpg")], {"subject": "<i>"}, "Choose what the file shows"),
        ([(picture(), "x.jpg")], {"caption": "长" * 201}, "longer than 200"),
        ([(picture(), "x.jpg")], {"taken_on": "soon"}, "This is no day"),
    ],
)
@pytest.mark.usefixtures("little_room")
def test_what_is_refused_keeps_nothing_and_says_why(browse, cast, files, told, words):
    answer = hand_in(browse(cast.chen), cast.gan_lai, *files, **told)
    assert answer.status_code == 422
    assert words in answer.text
    assert "<b>.jpg" not in answer.text
    assert "<i>" not in answer.text
    assert kept() == []


def test_a_vast_request_is_refused_before_it_is_read(browse, cast):
    class Untouched(BytesIO):
        def read(self, *_size):
            raise AssertionError("the body was read")

    answer = browse(cast.chen).post(
        "/evidence/new",
        input_stream=Untouched(b"x"),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(1 << 30)},
    )
    assert answer.status_code == 413
    assert "fewer files at a time" in answer.text


def test_a_picture_hangs_on_the_rule_that_it_shows(browse, cast):
    rule, browser = factories.rule(cast.gan_lai), browse(cast.chen)
    page = browser.get(f"/rules/details/?id={rule.id}").text
    assert f'href="/evidence/new?rule={rule.id}"' in page
    assert '<option value="rules" selected>' in browser.get(f"/evidence/new?rule={rule.id}").text
    answer = hand_in(
        browser, cast.gan_lai, (picture(), "x.jpg"), rule=rule.id, station=cast.weng_shui.id
    )
    assert answer.location == f"/rules/details/?id={rule.id}"
    [row] = kept()
    assert (row.station_id, row.rule_id) == (cast.gan_lai.id, rule.id)
    assert f"/evidence/{row.id}/" in browser.get(answer.location).text
    foreign = factories.rule(cast.quan_shui)
    assert browser.get(f"/evidence/new?rule={foreign.id}").status_code == 404


def test_words_are_changed_and_files_removed(browse, cast):
    row, browser = factories.evidence_file(cast.gan_lai), browse(cast.lin)
    told = {"version": row.version, "subject": "team", "caption": "集合", "taken_on": ""}
    address = f"/evidence/{row.id}/edit"
    assert browser.get(address).status_code == 200
    refused = browser.post(address, data=told | {"taken_on": "2999-01-01"})
    assert (refused.status_code, "2999-01-01" in refused.text) == (422, True)
    assert browser.post(address, data=told).status_code == 302
    late = browser.post(address, data=told | {"caption": "late"})
    assert (late.status_code, "Someone else changed" in late.text) == (422, True)
    db.session.expire_all()
    assert (row.subject.value, row.caption) == ("team", "集合")
    number = row.id
    assert browser.post(f"/evidence/{number}/remove").status_code == 302
    assert browser.get(f"/evidence/{number}/").status_code == 404
    assert kept() == []


READERS = {"lin", "dai", "chen", "mo", "su", "tu", "pu", "shen"}


def test_who_reads_and_who_writes(browse, cast):
    row = factories.evidence_file(cast.gan_lai)
    everybody = (*READERS, "ou", "he", "guan", "quan", "wang", "zhao", "di", "ada")
    for login in everybody:
        browser = browse(getattr(cast, login))
        seen = 200 if login in READERS else 404
        for path in ("", "small/"):
            assert browser.get(f"/evidence/{row.id}/{path}").status_code == seen, login
        writes = login in ("lin", "chen")
        for path in ("edit", "remove"):
            answer = browser.post(f"/evidence/{row.id}/{path}", data={"version": "0"})
            hidden = 403 if login in READERS else 404
            if not writes:
                assert answer.status_code == hidden, (login, path)
            elif path == "edit":
                assert answer.status_code == 422
                break  # it is still needed
        page = browser.get(f"/stations/details/?id={cast.gan_lai.id}").text
        assert (f"/evidence/{row.id}/small/" in page) is (login in READERS), login
        assert ("/evidence/new?" in page) is writes, login
        if not writes:
            answer = hand_in(browser, cast.gan_lai, (picture(), "x.jpg"))
            assert answer.status_code in (403, 404), login
    guest = browse(None).get(f"/evidence/{row.id}/")
    assert guest.location.startswith("/sign-in")
    assert kept() == [row]

from urllib.parse import unquote

import pytest
from sqlalchemy import select

from admin_app.services.places import divisions
from models import AuditAction, AuditEntry, db
from tests import factories
from tests.services.reports.test_month import served

OCTOBER = "month=2026-10"
READERS = ("lin", "dai", "chen", "mo", "guan")
EVERYBODY = (*READERS, "ou", "he", "quan", "wang", "zhao", "su", "tu", "pu", "di", "ada")


@pytest.fixture
def worked(cast):
    """Gan Lai with one activity and two hours confirmed."""
    served(factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai, name="清洁海滩"))
    return cast.gan_lai


@pytest.mark.parametrize("who", READERS)
def test_a_station_role_sees_its_own_month(browse, cast, worked, who):
    page = browse(getattr(cast, who)).get(f"/reports/month/?{OCTOBER}")
    assert page.status_code == 200
    assert "甘来村志愿服务站" in page.text
    assert "1 more activity is asked." in page.text
    assert "清洁海滩" in page.text


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_foreign_station_does_not_exist(browse, cast, who):
    foreign = cast.gan_lai if who in ("wang", "zhao", "di", "quan") else cast.weng_shui
    browser, id_, name = browse(getattr(cast, who)), foreign.id, foreign.name
    for form in ("", "pdf", "xlsx"):
        answer = browser.get(f"/reports/month/{form}?station={id_}")
        assert answer.status_code == 404
        assert name not in answer.text


@pytest.mark.parametrize("who", ["ou", "he", "ada"])
def test_who_reads_no_reports_opens_none(browse, cast, who):
    browser = browse(getattr(cast, who))
    assert browser.get("/reports/month/").status_code == 403
    assert browser.get(f"/reports/month/?station={cast.gan_lai.id}").status_code == 404


def test_a_guest_is_sent_to_sign_in(app):
    assert "/sign-in" in app.test_client().get("/reports/month/").headers["Location"]


def test_a_supervisor_sees_the_own_division_and_all_below_but_nothing_above(browse, cast, worked):
    browser, township = browse(cast.tu), cast.gan_lai.division.parent
    assert township.name in browser.get("/reports/month/").text
    assert browser.get(f"/reports/month/?station={worked.id}").status_code == 200
    assert browser.get(f"/reports/month/?division={worked.division_id}").status_code == 200
    for above in (township.parent, township.parent.parent, township.parent.parent.parent):
        assert browser.get(f"/reports/month/?division={above.id}").status_code == 404


def test_a_county_lists_its_stations_each_with_its_own_report(browse, cast, worked):
    page = browse(cast.su).get(f"/reports/month/?{OCTOBER}").text
    assert f"/reports/month/?station={worked.id}&amp;{OCTOBER}" in page
    assert "0 of 2 stations held what is asked." in page
    assert "1 missing" in page
    assert cast.weng_shui.name not in page


def test_an_auditor_starts_at_a_prefecture(browse, cast):
    assert browse(cast.shen).get("/reports/month/").status_code == 200


def test_what_is_not_set_is_said_and_never_red(browse, cast):
    for browser in (browse(cast.wang), browse(cast.di)):
        page = browser.get(f"/reports/month/?{OCTOBER}").text
        assert "is not set for this place" in page
        assert "bg-red-lt" not in page


def test_the_chosen_place_leads_to_its_address(browse, cast):
    township = divisions.by_code("440823106000")
    answer = browse(cast.su).get(f"/reports/month/?place=division-{township.id}&{OCTOBER}")
    assert answer.headers["Location"] == f"/reports/month/?division={township.id}&{OCTOBER}"


NO_PLACE = (
    "station=abc", "station=", "station=-1", "station=1,2", "station=9223372036854775808",
    "station=99999999999999999999999", "station=2147483648", "division=0", "division=4e3",
    "division=9223372036854775807", "station=1&division=1", "station=%00",
)  # fmt: skip
NO_MONTH = ("month=2026-13", "month=x", "month=99999-01", "month=%00", "month=-1")
NO_CHOICE = ("place=", "place=person-1", "place=station-", "place=station-x", "place=division-0")


@pytest.mark.parametrize("form", ["", "pdf", "xlsx"])
def test_whatever_is_typed_gets_an_answer_in_words(browse, cast, form):
    browser = browse(cast.pu)
    typed = {query: 404 for query in NO_PLACE} | {query: 409 for query in NO_MONTH}
    typed |= {} if form else {query: 404 for query in NO_CHOICE}
    found = {q: browser.get(f"/reports/month/{form}?{q}").status_code for q in typed}
    assert found == typed


def test_a_reader_without_export_hands_nothing_over(browse, cast, worked):
    browser = browse(cast.guan)
    assert "/reports/month/pdf" not in browser.get("/reports/month/").text
    assert browser.get("/reports/month/pdf").status_code == 403
    assert browser.get("/reports/month/xlsx").status_code == 403


def test_links_to_the_lists_are_for_whom_the_lists_open(browse, cast, worked):
    assert "/ledger/?" in browse(cast.chen).get(f"/reports/month/?{OCTOBER}").text
    assert "/ledger/?" not in browse(cast.guan).get(f"/reports/month/?{OCTOBER}").text


@pytest.mark.parametrize(
    ("form", "action"), [("pdf", AuditAction.PRINT), ("xlsx", AuditAction.EXPORT)]
)
def test_a_paper_and_a_workbook_leave_a_trace(browse, cast, worked, form, action):
    answer = browse(cast.chen).get(f"/reports/month/{form}?{OCTOBER}")
    assert answer.data.startswith({"pdf": b"%PDF", "xlsx": b"PK"}[form])
    assert "甘来村志愿服务站2026-10月报" in unquote(answer.headers["Content-Disposition"])
    trace = db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).one()
    assert (trace.station_id, trace.account_id) == (worked.id, cast.chen.id)
    assert trace.changes == {"report": "month", "month": "2026-10"}


def test_a_county_without_a_station_has_a_paper_too(cast, browse):
    county = divisions.by_code("440825000000")
    answer = browse(cast.pu).get(f"/reports/month/pdf?division={county.id}&month=2026-10")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")

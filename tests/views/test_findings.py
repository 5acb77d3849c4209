import re
from datetime import date

import pytest
from sqlalchemy import select

from models import AuditAction, AuditEntry, EntryState, db
from tests import factories
from tests.pages import table

DAYS = "since=2026-10-01&until=2026-10-31"
READERS = ("lin", "dai", "chen", "su", "tu", "pu", "shen")


@pytest.fixture
def doubled(cast):
    """One person at Gan Lai and at Weng Shui, in another prefecture, at one time."""
    lei = factories.volunteer(cast.gan_lai, name="雷小锋")
    twin = factories.volunteer(cast.weng_shui, person=lei.person)
    here = factories.service_entry(lei, factories.activity(cast.gan_lai, name="清洁海滩"))
    there = factories.service_entry(twin, factories.activity(cast.weng_shui, name="植树"))
    return here.id, there.id


def entries(page):
    return {int(number) for number in re.findall(r'href="/ledger/details/\?id=(\d+)"', page.text)}


@pytest.mark.parametrize("who", READERS)
def test_who_reads_the_ledger_sees_what_to_look_at_in_it(browse, cast, doubled, who):
    page = browse(getattr(cast, who)).get(f"/findings/?station={cast.gan_lai.id}&{DAYS}")
    assert page.status_code == 200
    assert "雷**" in page.text
    assert "雷小锋" not in page.text
    assert "Two entries of one person share time" in page.text
    expected = set(doubled) if who == "shen" else {doubled[0]}
    assert entries(page) == expected
    # What another station is called is said, as the refusal says it; nothing else of it is.
    assert cast.weng_shui.name in page.text
    assert "植树" not in page.text


@pytest.mark.parametrize("who", ["ou", "he", "guan", "mo", "ada"])
def test_who_reads_no_ledger_sees_no_findings(browse, cast, who):
    browser = browse(getattr(cast, who))
    assert browser.get("/findings/").status_code == 403
    assert browser.get(f"/findings/?station={cast.gan_lai.id}").status_code == 404
    assert browser.get(f"/findings/export/csv?station={cast.gan_lai.id}").status_code == 404


@pytest.mark.parametrize("who", ["quan", "wang", "zhao", "di"])
def test_the_findings_of_a_foreign_place_do_not_exist(browse, cast, doubled, who):
    browser, county = browse(getattr(cast, who)), cast.gan_lai.division.county_id
    for place in (f"station={cast.gan_lai.id}", f"division={county}"):
        for path in ("", "export/csv", "export/xlsx"):
            assert browser.get(f"/findings/{path}?{place}&{DAYS}").status_code == 404


def test_a_guest_is_sent_to_sign_in(app):
    assert "/sign-in" in app.test_client().get("/findings/").headers["Location"]


def test_a_file_holds_what_the_screen_shows_and_leaves_a_trace(browse, cast, doubled):
    browser = browse(cast.su)
    for form in ("csv", "xlsx"):
        rows = table(browser.get(f"/findings/export/{form}?{DAYS}&kind=overlap"))
        assert len(rows) == 2
        assert rows[1][1] == "雷**"
        assert rows[1][-1] == str(doubled[0])
    traces = select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT)
    found = db.session.scalars(traces.where(AuditEntry.account_id == cast.su.id)).all()
    assert [entry.changes["findings"] for entry in found] == ["overlap", "overlap"]


def test_an_auditor_takes_no_file_along(browse, cast, doubled):
    place = f"station={cast.gan_lai.id}"
    answer = browse(cast.shen).get(f"/findings/export/csv?{place}&{DAYS}")
    assert answer.status_code == 403


def test_too_long_a_period_is_told_and_not_looked_for(browse, cast, doubled):
    page = browse(cast.su).get("/findings/?since=2025-01-01&until=2026-10-31")
    assert page.status_code == 200
    assert "Choose 93 days at most" in page.text
    assert "雷" not in page.text
    for days in ("since=x&until=2026-10-31", "since=2026-10-02&until=2026-10-01"):
        assert "Choose the first and the last day" in browse(cast.su).get(f"/findings/?{days}").text


@pytest.mark.parametrize(
    "query", ["kind=nothing", "station=x", "division=0", "station=1&division=1", "place=here-1"]
)
def test_an_address_that_says_nothing_leads_nowhere(browse, cast, query):
    assert browse(cast.su).get(f"/findings/?{query}").status_code == 404


def test_choosing_a_place_keeps_the_days(browse, cast):
    answer = browse(cast.su).get(f"/findings/?place=station-{cast.gan_lai.id}&{DAYS}&kind=day_cap")
    assert answer.location.startswith("/findings/?")
    assert f"station={cast.gan_lai.id}" in answer.location
    assert "since=2026-10-01" in answer.location


def test_many_findings_are_turned_page_by_page(browse, cast):
    lei = factories.volunteer(cast.gan_lai, registered_on=date(2026, 10, 31))
    activity = factories.activity(cast.gan_lai)
    numbers = {
        factories.service_entry(lei, activity, state=EntryState.DRAFT).id for _n in range(51)
    }
    browser = browse(cast.chen)
    address = f"/findings/?{DAYS}&kind=before_registration"
    first, second, beyond = (entries(browser.get(f"{address}&page={n}")) for n in (1, 2, 99))
    assert len(first) == 50
    assert first | second == numbers
    assert second == beyond

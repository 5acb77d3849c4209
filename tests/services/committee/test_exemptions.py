"""Where the county lets one person record and confirm, and what stays forbidden there too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from admin_app.policy import access_of
from admin_app.services import accounts, reports
from admin_app.services.certificates import snapshot
from admin_app.services.ledger import registers
from admin_app.services.reports import Month, papers
from models import EntryState, Exemption, Role, clock, db
from tests import factories

DAY = timedelta(days=1)


@pytest.fixture
def alone(cast):
    """Dai, who is clerk of the same station too."""
    accounts.appoint(cast.dai, Role.CLERK, cast.gan_lai, by=None, since=date(2025, 1, 1))
    db.session.commit()
    return cast.dai


@pytest.fixture
def own_entry(cast, alone):
    lei = factories.volunteer(cast.gan_lai)
    activity = factories.activity(cast.gan_lai)
    return factories.service_entry(lei, activity, recorded_by_id=alone.id)


def confirm(browser, entry):
    browser.post(
        "/ledger/action/", data={"action": "confirm", "unchanged": "1", "rowid": [entry.id]}
    )
    db.session.expire_all()
    return entry.state


def test_without_a_letter_it_takes_two(browse, alone, own_entry):
    assert confirm(browse(alone), own_entry) is EntryState.SUBMITTED


def test_with_one_it_is_done_alone_and_marked_so(cast, browse, alone, own_entry):
    factories.exemption(cast.gan_lai)
    browser = browse(alone)
    assert confirm(browser, own_entry) is EntryState.CONFIRMED
    assert own_entry.flags == ["confirmed_alone"]
    assert "by one person" in browser.get("/ledger/").text
    frozen = snapshot.freeze(own_entry.volunteer, None, None, issued_on=clock.today(), alone=False)
    assert "由一人录入并确认" in frozen.values["remarks"][0]


def test_report_and_register_say_how_much_was_done_alone(cast, browse, alone, own_entry):
    factories.exemption(cast.gan_lai)
    by_two = factories.service_entry(
        factories.volunteer(cast.gan_lai), own_entry.activity, recorded_by_id=cast.chen.id
    )
    assert confirm(browse(alone), own_entry) is EntryState.CONFIRMED
    assert confirm(browse(alone), by_two) is EntryState.CONFIRMED
    month = Month.of(own_entry.served_on)
    report = reports.month(cast.gan_lai, month)
    assert (report.counts.attendances, report.counts.single_handed) == (2, 1)
    assert "其中 1 人次的服务记录由一人录入并确认。" in papers.values(report)["remarks"]
    browser = browse(cast.lin)
    screen = browser.get(f"/reports/month/?station={cast.gan_lai.id}&month={month}").text
    assert "1 confirmed single-handed" in screen
    register = registers.values(registers.of_station(cast.gan_lai, month))
    assert register["single_handed"] == 1
    assert [row["single_handed"] for row in register["days"][0]["rows"]] == [True, False]
    pages = [browser.get(f"/ledger/details/?id={one.id}").text for one in (own_entry, by_two)]
    assert ["Confirmed single-handed" in page for page in pages] == [True, False]


def test_what_a_command_confirmed_at_once_was_done_alone(cast):
    entry = factories.service_entry(
        factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai),
        recorded_by_id=cast.chen.id, state=EntryState.CONFIRMED,
    )  # fmt: skip
    assert entry.is_single_handed
    report = reports.month(cast.gan_lai, Month.of(entry.served_on))
    assert report.counts.single_handed == 1


@pytest.mark.parametrize(
    "days", [{"since": DAY}, {"since": -9 * DAY, "until": -DAY}], ids=["not yet", "no more"]
)
def test_a_letter_holds_on_its_days_alone(cast, browse, alone, own_entry, days):
    today = clock.today()
    factories.exemption(cast.gan_lai, **{name: today + after for name, after in days.items()})
    assert confirm(browse(alone), own_entry) is EntryState.SUBMITTED


def test_a_letter_for_the_next_station_says_nothing_here(cast, browse, alone, own_entry):
    factories.exemption(cast.quan_shui)
    assert confirm(browse(alone), own_entry) is EntryState.SUBMITTED


def test_nobody_confirms_his_own_service_even_so(cast, browse, alone, own_entry):
    factories.exemption(cast.gan_lai)
    alone.person_id = own_entry.person_id
    db.session.commit()
    assert confirm(browse(alone), own_entry) is EntryState.SUBMITTED


def test_what_two_did_is_not_marked(cast, browse):
    factories.exemption(cast.gan_lai)
    entry = factories.service_entry(
        factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai),
        recorded_by_id=cast.chen.id,
    )  # fmt: skip
    assert confirm(browse(cast.dai), entry) is EntryState.CONFIRMED
    assert entry.flags == []


@pytest.mark.parametrize(
    ("login", "granted"),
    [("su", 1), ("pu", 1), ("tu", 0), ("di", 0), ("lin", 0), ("chen", 0), ("ada", 0)],
)
def test_counties_and_prefectures_exempt_their_stations(cast, browse, login, granted):
    told = {
        "station": cast.gan_lai.id, "letter": "遂民函〔2026〕12号", "letter_on": "2026-09-01",
        "since": "2026-10-01", "reason": "仅一名工作人员",
    }  # fmt: skip
    browse(getattr(cast, login)).post("/exemptions/new/", data=told)
    assert db.session.query(Exemption).count() == granted


def test_an_exemption_cannot_end_before_it_begins(cast, browse):
    told = {
        "station": cast.gan_lai.id, "letter": "函", "letter_on": "2026-09-01", "reason": "一人",
        "since": "2026-10-02", "until": "2026-10-01",
    }  # fmt: skip
    answer = browse(cast.su).post("/exemptions/new/", data=told)
    assert "before the first" in answer.text
    assert access_of(cast.su).may("exemptions:write")

"""The register of services: what it lists and sums, for whom it opens, and its trace."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from admin_app.policy import access_of, acting_as
from admin_app.services import reports
from admin_app.services.ledger import registers, reversals
from models import AuditAction, AuditEntry, DomainError, EntryState, ReversalGround, db
from tests import factories
from tests.cli.commands import run
from tests.services.paper import reading
from tests.services.reports.test_month import OCTOBER, served


@pytest.fixture
def lei(cast):
    """A volunteer of Gan Lai: two hours, one reversed, one hour waiting, and 95 minutes."""
    lei = factories.volunteer(cast.gan_lai, name="雷小锋")
    first = factories.activity(cast.gan_lai, name="清洁海滩")
    second = factories.activity(cast.gan_lai, held_on=date(2026, 10, 8), place="学校")
    served(lei, first)
    wrong = served(lei, first, start=14, minutes=60)
    served(lei, second, start=8, minutes=60, state=EntryState.SUBMITTED)
    served(lei, second, minutes=95)
    with acting_as(access_of(cast.lin)):
        reversals.reverse(
            wrong, ReversalGround.WRONG_TIME, "记错", by=cast.lin, access=access_of(cast.lin)
        )
        db.session.commit()
    return lei


def rows(register):
    return [row for day in registers.values(register)["days"] for row in day["rows"]]


def test_a_year_lists_what_was_confirmed_and_counts_what_stands(lei):
    year = registers.of_volunteer(lei, 2026)
    told = [(row["date"], row["times"], row["so_far"], row["reversed"]) for row in rows(year)]
    assert told == [
        ("2026-10-03", "09:00–11:00", 120, False),
        ("2026-10-03", "14:00–15:00", 120, True),
        ("2026-10-08", "09:00–10:35", 215, False),
    ]
    assert [row["place"] for row in rows(year)] == ["村委会", "村委会", "学校"]
    assert year.minutes == 215
    assert registers.years(lei) == [2026]
    assert rows(registers.of_volunteer(lei, 2025)) == []


def test_a_month_of_a_station_adds_up_to_its_report(cast, lei):
    served(factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai), minutes=33)
    november = factories.activity(cast.gan_lai, held_on=date(2026, 11, 1))
    served(lei, november)
    served(factories.volunteer(cast.quan_shui), factories.activity(cast.quan_shui))
    month = registers.of_station(cast.gan_lai, OCTOBER)
    assert month.minutes == 248 == reports.month(cast.gan_lai, OCTOBER).counts.minutes
    assert rows(month)[-1]["so_far"] == 248
    days = registers.values(month)["days"]
    assert [(day["date"], len(day["rows"])) for day in days] == [
        ("2026-10-03", 3),
        ("2026-10-08", 1),
    ]


def test_another_stations_service_of_the_person_is_not_on_the_card(cast, lei):
    twin = factories.volunteer(cast.quan_shui, person=lei.person)
    served(twin, factories.activity(cast.quan_shui), start=18)
    assert registers.of_volunteer(lei, 2026).minutes == 215
    assert registers.of_volunteer(twin, 2026).minutes == 120


def test_service_past_midnight_is_listed_on_the_day_it_began(cast, lei):
    night = factories.activity(cast.gan_lai, held_on=date(2026, 12, 31))
    began, ended = datetime(2026, 12, 31, 22), datetime(2027, 1, 1, 1)
    factories.service_entry(
        lei, night, state=EntryState.CONFIRMED, started_at=began, ended_at=ended, minutes=180
    )
    last = rows(registers.of_volunteer(lei, 2026))[-1]
    assert (last["date"], last["times"]) == ("2026-12-31", "22:00–次日01:00")


def test_more_than_a_paper_holds_is_refused_in_words(lei, monkeypatch):
    monkeypatch.setattr(registers, "MAX_ENTRIES", 2)
    with pytest.raises(DomainError, match="at most 2"):
        registers.of_volunteer(lei, 2026)


def test_the_card_is_printed_from_the_volunteers_page_and_leaves_a_trace(cast, browse, lei):
    browser, number, id_ = browse(cast.chen), lei.number, lei.id
    page = browser.get(f"/volunteers/details/?id={id_}").text
    assert "/registers/volunteer" in page
    assert "<option>2026</option>" in page
    answer = browser.get(f"/registers/volunteer?volunteer={id_}&year=2026")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    text = reading.flat_text_of(answer.data)
    for words in ("志愿者服务情况登记册", "雷小锋", number, "已冲正", "3小时35分"):
        assert words in text
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.register, entry.row_id) == (AuditAction.PRINT, "volunteers", id_)
    assert entry.changes == {"report": "service_register", "year": "2026"}


def test_the_month_is_printed_from_the_report_of_a_station_alone(cast, browse, lei):
    browser, here, above = browse(cast.su), cast.gan_lai.id, cast.gan_lai.county_id
    address = f"/registers/station?station={here}&amp;month=2026-10"
    assert address in browser.get(f"/reports/month/?station={here}&month=2026-10").text
    assert "/registers/" not in browser.get(f"/reports/month/?division={above}").text
    answer = browser.get(address.replace("&amp;", "&"))
    assert "日期：2026年10月3日" in reading.flat_text_of(answer.data)


@pytest.mark.parametrize("who", ["quan", "wang", "zhao", "di", "ou", "he", "mo", "guan", "ada"])
def test_a_foreign_ledger_does_not_exist(cast, browse, lei, who):
    browser, id_, here = browse(getattr(cast, who)), lei.id, cast.gan_lai.id
    assert browser.get(f"/registers/volunteer?volunteer={id_}&year=2026").status_code == 404
    assert browser.get(f"/registers/station?station={here}&month=2026-10").status_code == 404


def test_who_reads_but_does_not_export_sees_no_button(cast, browse, lei):
    browser, id_ = browse(cast.shen), lei.id
    assert "/registers/" not in browser.get(f"/volunteers/details/?id={id_}").text
    assert browser.get(f"/registers/volunteer?volunteer={id_}&year=2026").status_code == 403


@pytest.mark.parametrize("given", ["volunteer=0&year=2026", "volunteer=x", ""])
def test_nobody_has_no_card(cast, browse, given):
    assert browse(cast.chen).get(f"/registers/volunteer?{given}").status_code == 404


def test_the_command_prints_either(app, cast, lei, tmp_path):
    month, year = tmp_path / "month.pdf", tmp_path / "year.pdf"
    code, number = cast.gan_lai.code, lei.number
    command = ("ledger", "register")
    station = (*command, "--station", code, "--month", "2026-10", "--pdf", str(month))
    assert run(app, *station).exit_code == 0
    card = (*command, "--volunteer", number, "--year", "2026", "--pdf", str(year))
    assert run(app, *card).exit_code == 0
    for file in (month, year):
        assert "3小时35分" in reading.flat_text_of(file.read_bytes())
    assert run(app, *card, "--by", "wang").exit_code == 1
    assert run(app, *card, "--station", code).exit_code == 2
    assert run(app, *command, "--station", code, "--pdf", str(month)).exit_code == 2

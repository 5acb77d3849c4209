"""Notices and objections on their screens, from the draft to what a certificate leaves out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.services.ledger import notices
from admin_app.services.paper.render import Paper
from models import (
    AuditAction,
    AuditEntry,
    Certificate,
    CertificateRequest,
    EntryState,
    FigureName,
    Notice,
    NoticeState,
    Objection,
    ObjectionState,
    clock,
    db,
)
from tests import factories
from tests.pages import Page, table
from tests.services.certificates import story

DAY = timedelta(days=1)


@pytest.fixture
def lei(cast):
    return factories.volunteer(
        cast.gan_lai, name="雷桂英", publication_consent_on=clock.today() - DAY
    )


@pytest.fixture
def entry(cast, lei):
    """Two hours in October, recorded by Chen and confirmed by Dai."""
    story.served(lei, cast, story.OCTOBER)
    return db.session.scalars(select(factories.ServiceEntry)).one()


def fresh(model):
    db.session.rollback()
    return db.session.scalars(select(model).order_by(model.id.desc())).first()


def press(browser, address, **typed):
    """Press a button and return the page it leads to."""
    answer = browser.post(address, data=typed)
    assert answer.status_code == 302, answer.text
    return Page(browser.get(answer.location).text).text


def drafted(browse, cast):
    """A draft of October that Chen wrote."""
    today = clock.today()
    told = {
        "served_since": "2026-10-01", "served_until": "2026-10-31",
        "hangs_since": today.isoformat(), "days": "7",
    }  # fmt: skip
    answer = browse(cast.chen).post("/notices/new/", data=told)
    assert answer.status_code == 302, Page(answer.text).text
    return fresh(Notice)


def seen(notice):
    return {"id": notice.id, "version": notice.version}


def test_from_the_draft_to_the_wall_and_down(browse, cast, entry, monkeypatch):
    notice = drafted(browse, cast)
    assert notice.hangs_until == clock.today() + 6 * DAY
    page = browse(cast.chen).get(f"/notices/details/?id={notice.id}").text
    assert "雷**" in page
    assert "雷桂英" not in page
    assert "/notices/publish/" not in page
    assert "/notices/paper/" not in page
    told = press(browse(cast.lin), "/notices/publish/", **seen(notice))
    assert "1 notice published" in told
    printed = []

    def render(template, values, *, sample):
        printed.append((template, values, sample))
        return Paper(pdf=b"%PDF-", sha256="0", pages=1)

    monkeypatch.setattr(notices, "render", render)
    paper = browse(cast.chen).get(f"/notices/paper/?id={notice.id}")
    assert (paper.data, paper.mimetype) == (b"%PDF-", "application/pdf")
    [(_template, values, _sample)] = printed
    assert "雷桂英" not in str(values)
    assert values["rows"][0]["masked"] == "雷**"
    traced = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.PRINT))
    assert [(t.row_id, t.account_id) for t in traced] == [(notice.id, cast.chen.id)]
    told = press(browse(cast.dai), "/notices/withdraw/", id=notice.id, reason="有误")
    assert "1 notice withdrawn" in told
    assert browse(cast.chen).get(f"/notices/paper/?id={notice.id}").status_code == 403


def test_a_draft_says_how_many_would_hang_and_an_observer_sees_what_hangs(browse, cast, entry):
    notice, guan = drafted(browse, cast), browse(cast.guan)
    shown, page = f"/notices/details/?id={notice.id}", "/notices/"
    chen = browse(cast.chen)
    assert "7 1 2:00 Edit" in Page(chen.get(page).text).text
    assert (notice.named, notice.minutes) == (0, 0)
    assert "People named 1" in Page(chen.get(shown).text).text
    assert (guan.get(page).status_code, guan.get(shown).status_code) == (200, 404)
    press(browse(cast.lin), "/notices/publish/", **seen(notice))
    assert f"details/?id={notice.id}" in guan.get(page).text
    told = guan.get(shown).text
    assert "雷**" in told
    assert "雷桂英" not in told
    assert f"details/?id={notice.id}" not in browse(cast.he).get(page).text
    for act in ("publish", "withdraw"):
        answer = guan.post(f"/notices/{act}/", data=seen(notice) | {"reason": "x"})
        assert answer.status_code == 403
    press(browse(cast.lin), "/notices/withdraw/", id=notice.id, reason="有误")
    assert guan.get(shown).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_of_the_list_counts_drafts_as_the_list_does(browse, cast, entry, kind):
    drafted(browse, cast)
    head, row = table(browse(cast.chen).get(f"/notices/export/{kind}/"))
    told = dict(zip(head, row, strict=True))
    named, without, time = "People named", "People counted without a name", "Time served"
    assert [told[title] for title in (named, without, time)] == ["1", "0", "2:00"]


def test_what_was_changed_since_the_page_was_opened_is_not_published(browse, cast, entry):
    notice = drafted(browse, cast)
    looked = seen(notice)
    changed = {"version": notice.version, "served_since": "2026-10-01",
               "served_until": "2026-10-31", "hangs_since": clock.today().isoformat(),
               "days": "30"}  # fmt: skip
    browse(cast.chen).post(f"/notices/edit/?id={notice.id}", data=changed)
    assert "look at it once more" in press(browse(cast.lin), "/notices/publish/", **looked)
    assert fresh(Notice).state is NoticeState.DRAFT


def test_a_published_notice_is_neither_changed_nor_deleted(browse, cast):
    notice = factories.notice(cast.gan_lai)
    told = {"version": notice.version, "days": "30"}
    assert browse(cast.chen).post(f"/notices/edit/?id={notice.id}", data=told).status_code == 403
    assert browse(cast.chen).post("/notices/delete/", data={"id": notice.id}).status_code == 403
    gone = factories.notice(cast.gan_lai, state=NoticeState.DRAFT)
    browse(cast.chen).post("/notices/delete/", data={"id": gone.id})
    assert fresh(Notice).id == notice.id


@pytest.mark.parametrize("act", ["publish", "withdraw"])
def test_who_does_not_lead_the_station_presses_no_button_of_a_notice(browse, cast, act):
    notice = factories.notice(cast.gan_lai, state=NoticeState.DRAFT)
    for who, code in {"chen": 403, "su": 403, "shen": 403, "quan": 404, "zhao": 404}.items():
        answer = browse(getattr(cast, who)).post(f"/notices/{act}/", data=seen(notice))
        assert answer.status_code == code, who
    assert browse(cast.quan).get(f"/notices/paper/?id={notice.id}").status_code == 404
    assert fresh(Notice).state is NoticeState.DRAFT


def test_a_notice_says_how_many_days_the_place_asks(browse, cast):
    page = browse(cast.chen).get("/notices/new/").text
    assert 'value="7"' in page
    factories.figure(FigureName.NOTICE_DAYS, 3, division_code="440823000000")
    assert 'value="3"' in browse(cast.chen).get("/notices/new/").text


# Objections


def test_an_objection_is_written_down_at_the_entry_and_goes_its_way(browse, cast, lei, entry):
    chen, lin = browse(cast.chen), browse(cast.lin)
    assert f"/objections/new/?entry={entry.id}" in chen.get(f"/ledger/details/?id={entry.id}").text
    assert "/objections/new/" not in lin.get(f"/ledger/details/?id={entry.id}").text
    told = {
        "objector": "volunteer", "received_on": clock.today().isoformat(), "text": "是三小时",
        "new_contact": "13912345678",
    }  # fmt: skip
    answer = chen.post(f"/objections/new/?entry={entry.id}", data=told)
    assert answer.status_code == 302, Page(answer.text).text
    row = fresh(Objection)
    number = row.id
    assert (row.entry_id, row.volunteer_id, row.contact_masked) == (
        entry.id, lei.id, "139********",
    )  # fmt: skip
    changed = told | {"version": row.version, "text": "是四小时", "new_contact": ""}
    answer = chen.post(f"/objections/edit/?id={number}", data=changed)
    assert answer.status_code == 302, Page(answer.text).text
    row = fresh(Objection)
    assert (row.entry_id, row.text, row.contact) == (entry.id, "是四小时", "13912345678")
    assert "Noted." in press(lin, "/objections/check/", id=number, finding="三小时")
    assert chen.get(f"/objections/edit/?id={number}").status_code == 403
    assert "Choose the result" in press(lin, "/objections/decide/", id=number, answer="好")
    press(lin, "/objections/decide/", id=number, result="upheld", answer="更正")
    page = chen.post("/objections/contact/", data={"id": number})
    assert "13912345678" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert "Nothing is mended yet" in press(chen, "/objections/correct/", id=number)
    press(chen, "/objections/tell/", id=number, on=clock.today().isoformat())
    assert fresh(Objection).told_on == clock.today()
    assert "13912345678" not in chen.post("/objections/contact/", data={"id": number}).text


@pytest.mark.parametrize("objector", ["anybody", "volunteer", "desk"])
def test_only_the_public_must_name_the_notice(browse, cast, lei, objector):
    told = {
        "objector": objector, "volunteer": lei.id, "received_on": clock.today().isoformat(),
        "text": "没有来",
    }  # fmt: skip
    answer = browse(cast.chen).post("/objections/new/", data=told)
    assert ("Choose the notice" in answer.text) == (objector == "anybody")
    assert (answer.status_code == 302) == (objector != "anybody")


def test_who_has_no_part_in_it_presses_no_button_of_an_objection(browse, cast):
    row = factories.objection(cast.gan_lai, state=ObjectionState.UPHELD)
    acts = ("entry", "contact", "check", "decide", "correct", "tell")
    for who, code in {"su": 403, "shen": 403, "mo": 403, "quan": 404, "zhao": 404}.items():
        for act in acts:
            answer = browse(getattr(cast, who)).post(f"/objections/{act}/", data={"id": row.id})
            assert answer.status_code == code, (who, act)
    for act in ("check", "decide"):
        answer = browse(cast.chen).post(f"/objections/{act}/", data={"id": row.id})
        assert answer.status_code == 403
    for act in ("entry", "contact"):
        answer = browse(cast.lin).post(f"/objections/{act}/", data={"id": row.id})
        assert answer.status_code == 403


def test_no_objection_is_written_down_about_an_entry_out_of_reach(browse, cast):
    foreign = factories.service_entry(
        factories.volunteer(cast.quan_shui), factories.activity(cast.quan_shui),
        state=EntryState.CONFIRMED,
    )  # fmt: skip
    told = {"objector": "volunteer", "received_on": clock.today().isoformat(), "text": "假的"}
    for number in (foreign.id, 10**30, "x"):
        answer = browse(cast.chen).post(f"/objections/new/?entry={number}", data=told)
        assert answer.status_code == 404
    assert fresh(Objection) is None


# What waits


def test_today_counts_what_waits(browse, cast, lei):
    factories.notice(cast.gan_lai, state=NoticeState.DRAFT)
    factories.objection(cast.gan_lai, volunteer=lei)
    page = Page(browse(cast.lin).get("/").text).text
    assert "Notices to publish" in page
    assert "Objections to check and decide" in page
    assert "Objections open" in Page(browse(cast.chen).get("/").text).text


# Certificates


@pytest.fixture
def strict(cast):
    factories.figure(FigureName.PUBLICISED_ONLY, 1, division_code="440823000000")


def asked(browse, cast, volunteer):
    told = {"volunteer": volunteer.id, "purpose": "升学"}
    return browse(cast.chen).post("/certificate_requests/new/", data=told)


@pytest.mark.usefixtures("strict")
def test_a_certificate_leaves_out_what_was_not_publicised_and_says_so(
    browse, cast, lei, entry, monkeypatch
):
    given = story.press(monkeypatch)
    assert "Only publicised hours are certified here" in asked(browse, cast, lei).text
    assert fresh(CertificateRequest) is None
    factories.notice(cast.gan_lai, [entry])
    story.served(lei, cast, story.NOVEMBER)
    chen = browse(cast.chen)
    told = press(chen, "/certificate_requests/new/", volunteer=lei.id, purpose="升学")
    assert "2:00 of confirmed service are not publicised yet" in told
    row = fresh(CertificateRequest)
    story.approve(row, cast.dai)
    story.issue(row, cast.lin)
    [(_template, values, _sample)] = given
    assert (values["times"], values["minutes"]) == (1, 120)
    assert any("未经公示" in remark for remark in values["remarks"])
    assert fresh(Certificate).minutes == 120


def test_without_the_figure_a_certificate_holds_all_and_says_nothing(
    browse, cast, lei, entry, monkeypatch
):
    given = story.press(monkeypatch)
    row = story.approved(lei, cast)
    story.issue(row, cast.lin)
    [(_template, values, _sample)] = given
    assert values["minutes"] == 120
    assert not any("公示" in remark for remark in values["remarks"])

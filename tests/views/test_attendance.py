"""The attendance sheet on a screen: what each tap does, for whom, and how it becomes drafts."""

import re
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from admin_app.services.attendance import paper
from models import (
    Attendance,
    AttendanceState,
    AuditAction,
    AuditEntry,
    EntryState,
    ServiceEntry,
    clock,
    db,
)
from tests import factories
from tests.services.paper import reading

# Whole minutes of a day that is today's, whatever the hour at which the tests run.
NINE = time(9)


class Clock:
    """The office's clock of today, set by hand."""

    def __init__(self):
        self.day = clock.today()
        self.set(NINE)

    def set(self, at):
        self.now = datetime.combine(self.day, at)


@pytest.fixture
def tick(monkeypatch):
    office = Clock()
    monkeypatch.setattr(clock, "office_now", lambda: office.now)
    return office


@pytest.fixture
def patrol(cast, tick):
    """An activity of today that the helper takes attendance of."""
    return factories.activity(cast.gan_lai, held_on=tick.day, keeper_id=cast.he.id, name="巡河")


@pytest.fixture
def lei(cast):
    return factories.volunteer(cast.gan_lai, name="雷小锋")


def tap(browser, patrol, act, **told):
    return browser.post(f"/attendance/{patrol}/{act}", data=told)


def page(browser, patrol, **asked):
    return browser.get(f"/attendance/{patrol}/", query_string=asked).text


def rows():
    db.session.expire_all()
    return db.session.scalars(select(Attendance).order_by(Attendance.id)).all()


def counts(text):
    return tuple(map(int, re.findall(r'<b data-count="\w+">(\d+)</b>', text)))


def line_of(text, act):
    """Return what the first button of an act posts, as it stands on the page."""
    form = text.split('id="sheet"')[1].split(f'/{act}"')[1]
    return re.search(r'name="line" value="([\d.]+)"', form)[1]


def test_the_helper_signs_in_and_out_with_a_tap_each(browse, cast, patrol, lei, tick):
    helper, id_, who = browse(cast.he), patrol.id, lei.id
    assert counts(page(helper, id_)) == (1, 0, 0)
    answer = tap(helper, id_, "sign-in", volunteer=who)
    assert (answer.status_code, answer.location) == (302, f"/attendance/{id_}/")
    text = page(helper, id_)
    assert "雷小锋 signed in at 09:00." in text
    assert counts(text) == (0, 1, 0)
    tick.set(time(11, 30))
    tap(helper, id_, "sign-out", line=line_of(text, "sign-out"))
    text = page(helper, id_)
    assert counts(text) == (0, 0, 1)
    assert "09:00–11:30" in text
    [row] = rows()
    assert (row.state, row.signed_out_at.time()) == (AttendanceState.COMPLETE, time(11, 30))


def test_a_tap_is_taken_back(browse, cast, patrol, lei):
    helper, id_ = browse(cast.he), patrol.id
    tap(helper, id_, "sign-in", volunteer=lei.id)
    tap(helper, id_, "undo", line=line_of(page(helper, id_), "sign-out"))
    assert rows() == []
    assert "taken back" in page(helper, id_)


def test_two_tablets_note_one_person_once_and_lose_nobody(browse, cast, patrol, lei, tick):
    helper, clerk, id_, who = browse(cast.he), browse(cast.chen), patrol.id, lei.id
    other = factories.volunteer(cast.gan_lai).id
    tap(helper, id_, "sign-in", volunteer=who)
    tap(clerk, id_, "sign-in", volunteer=other)
    tap(clerk, id_, "sign-in", volunteer=who)
    assert "Signed in already since 09:00" in page(clerk, id_)
    assert [row.volunteer_id for row in rows()] == [who, other]
    seen = f"{rows()[0].id}.{rows()[0].version}"
    tick.set(time(10))
    tap(helper, id_, "sign-out", line=seen)
    tick.set(time(12))
    tap(clerk, id_, "sign-out", line=seen)
    assert "Somebody else changed this line" in page(clerk, id_)
    assert rows()[0].signed_out_at.time() == time(10)


def test_people_are_found_among_all_parts_of_the_sheet(browse, cast, patrol, lei):
    helper, id_ = browse(cast.he), patrol.id
    factories.volunteer(cast.gan_lai, name="王秀英")
    tap(helper, id_, "sign-in", volunteer=lei.id)
    text = page(helper, id_, search="雷")
    assert "雷小锋" in text
    assert "王秀英" not in text
    assert "王秀英" in page(helper, id_, search="wxy")
    assert counts(text) == (1, 1, 0)


def test_the_part_of_the_sheet_that_a_phone_shows_stays_after_a_tap(browse, cast, patrol, lei):
    helper, id_ = browse(cast.he), patrol.id
    assert 'name="part" value="there"' in page(helper, id_, part="there")
    answer = tap(helper, id_, "sign-in", volunteer=lei.id, part="there")
    assert answer.location == f"/attendance/{id_}/?part=there"
    assert tap(helper, id_, "sign-in", part="x' OR").status_code == 400


def test_times_are_typed_with_a_remark_as_they_are_spoken(browse, cast, patrol, lei, tick):
    helper, id_, who = browse(cast.he), patrol.id, lei.id
    tick.set(time(12))
    form = helper.get(f"/attendance/{id_}/type?volunteer={who}").text
    assert "雷小锋" in form
    tap(helper, id_, "add", volunteer=who, start="0830", end="11：00", remark="忘签")
    [row] = rows()
    assert (row.signed_in_at.time(), row.signed_out_at.time(), row.remark) == (
        time(8, 30), time(11), "忘签",
    )  # fmt: skip
    line = f"{row.id}.{row.version}"
    assert "08:30" in helper.get(f"/attendance/{id_}/type?line={row.id}").text
    again = tap(helper, id_, "correct", line=line, start="soon", remark="忘签")
    assert again.location == f"/attendance/{id_}/type?line={row.id}"
    assert "no time of day" in helper.get(again.location).text
    tap(helper, id_, "correct", line=line, start="9:00", remark="迟到")
    assert (rows()[0].signed_in_at.time(), rows()[0].signed_out_at) == (NINE, None)


def test_on_another_day_nobody_taps_and_times_are_typed(browse, cast, lei, tick):
    helper = browse(cast.he)
    past = factories.activity(
        cast.gan_lai, held_on=tick.day - timedelta(days=1), keeper_id=cast.he.id
    )
    coming = factories.activity(
        cast.gan_lai, held_on=tick.day + timedelta(days=1), keeper_id=cast.he.id
    )
    text = page(helper, past.id)
    assert f"/attendance/{past.id}/type?volunteer={lei.id}" in text
    assert 'name="volunteer"' not in text
    text = page(helper, coming.id)
    assert "attendance is taken on that day" in text
    assert f"volunteer={lei.id}" not in text


def test_a_sheet_goes_from_the_door_to_a_confirmed_entry(browse, cast, patrol, lei, tick):
    helper, clerk, id_, who = browse(cast.he), browse(cast.chen), patrol.id, lei.id
    tap(helper, id_, "sign-in", volunteer=who)
    tap(helper, id_, "sign-in", volunteer=factories.volunteer(cast.gan_lai).id)
    line = f"{rows()[0].id}.{rows()[0].version}"
    tick.set(time(11))
    tap(helper, id_, "sign-out", line=line)
    assert tap(helper, id_, "close").status_code == 403
    tap(helper, id_, "hand-in")
    text = page(helper, id_)
    assert "handed in" in text
    assert "sheet-tap" in text
    assert '<button class="sheet-tap' not in text
    tap(helper, id_, "sign-in", volunteer=who)
    assert len(rows()) == 2
    assert 'href="/attendance/"' in clerk.get("/").text
    text = page(clerk, id_)
    assert "1 line is complete" in text
    assert "1 person is not checked out" in text
    tap(clerk, id_, "close")
    assert "1 draft was made" in page(clerk, id_)
    assert counts(page(clerk, id_)) == (0, 1, 1)
    [draft] = db.session.scalars(select(ServiceEntry)).all()
    assert (draft.state, draft.minutes, draft.volunteer_id) == (EntryState.DRAFT, 120, who)

    details = f"/ledger/details/?id={draft.id}"
    number = draft.id
    deputy = browse(cast.dai)
    assert 'value="confirm"' not in deputy.get(details).text
    assert 'value="submit"' in clerk.get(details).text
    clerk.post("/ledger/action/", data={"action": "submit", "rowid": number})
    assert 'value="submit"' not in clerk.get(details).text
    assert 'value="confirm"' in deputy.get(details).text
    told = {"action": "confirm", "rowid": number, "unchanged": "1"}
    deputy.post("/ledger/action/", data=told)
    db.session.expire_all()
    assert db.session.get(ServiceEntry, number).state is EntryState.CONFIRMED


def test_what_the_ledger_refuses_is_told_by_name(browse, cast, patrol, lei, tick):
    clerk, id_ = browse(cast.chen), patrol.id
    tap(clerk, id_, "sign-in", volunteer=lei.id)
    tick.set(time(11))
    row = rows()[0]
    tap(clerk, id_, "sign-out", line=f"{row.id}.{row.version}")
    tick.set(time(10))  # the clock of the office was set back: service in the future
    tap(clerk, id_, "close")
    text = page(clerk, id_)
    assert "雷小锋: Service in the future" in text
    assert "0 drafts were made" in text


def test_the_clerk_drops_a_line_and_gives_the_sheet_back(browse, cast, patrol, lei):
    helper, clerk, id_ = browse(cast.he), browse(cast.chen), patrol.id
    tap(helper, id_, "sign-in", volunteer=lei.id)
    row = rows()[0]
    line = f"{row.id}.{row.version}"
    assert "Drop this line" not in helper.get(f"/attendance/{id_}/type?line={row.id}").text
    assert "Drop this line" in clerk.get(f"/attendance/{id_}/type?line={row.id}").text
    assert tap(helper, id_, "drop", line=line, reason="未参加").status_code == 403
    assert rows()[0].dropped_for is None
    tap(helper, id_, "hand-in")
    tap(clerk, id_, "drop", line=line, reason="未参加")
    text = page(clerk, id_)
    assert "未参加" in text
    assert "is-dropped" in text
    tap(clerk, id_, "give-back")
    tap(helper, id_, "sign-in", volunteer=lei.id)
    assert counts(page(helper, id_)) == (0, 1, 0)


@pytest.mark.parametrize("who", ["quan", "wang", "zhao", "ou"])
def test_a_foreign_sheet_does_not_exist(browse, cast, patrol, lei, who):
    browser, id_ = browse(getattr(cast, who)), patrol.id
    for address in ("", "type?volunteer=1", "pdf"):
        assert browser.get(f"/attendance/{id_}/{address}").status_code == 404
    assert tap(browser, id_, "sign-in", volunteer=lei.id).status_code == 404
    assert rows() == []


@pytest.mark.parametrize("who", ["mo", "guan", "su", "tu", "shen", "ada"])
def test_who_takes_no_attendance_sees_no_sheet(browse, cast, patrol, lei, who):
    browser, id_ = browse(getattr(cast, who)), patrol.id
    for address in (f"/attendance/{id_}/", "/attendance/", f"/attendance/{id_}/pdf"):
        assert browser.get(address).status_code == 403
    assert tap(browser, id_, "sign-in", volunteer=lei.id).status_code == 403
    assert "/attendance/" not in browser.get("/").text


def test_the_leader_reads_the_sheet_and_taps_nothing(browse, cast, patrol, lei):
    leader, id_ = browse(cast.lin), patrol.id
    assert '<button class="sheet-tap' not in page(leader, id_)
    assert tap(leader, id_, "sign-in", volunteer=lei.id).status_code == 403
    assert rows() == []


def test_a_tap_without_the_token_of_the_page_notes_nothing(browse, cast, patrol, lei):
    helper, id_, who = browse(cast.he), patrol.id, lei.id
    helper.get(f"/attendance/{id_}/")
    del helper.environ_base["HTTP_X_CSRFTOKEN"]
    assert tap(helper, id_, "sign-in", volunteer=who).status_code == 400
    assert rows() == []


@pytest.mark.parametrize("told", [{}, {"line": "1"}, {"line": "x.y"}, {"line": "1.99999999999"}])
def test_odd_taps_are_refused(browse, cast, patrol, told):
    helper, id_ = browse(cast.he), patrol.id
    assert tap(helper, id_, "sign-out", **told).status_code == 400
    assert tap(helper, id_, "explode").status_code == 404


def test_the_sheet_is_found_from_the_activity_today_and_the_menu(browse, cast, patrol):
    helper, id_ = browse(cast.he), patrol.id
    address = f"/attendance/{id_}/"
    assert f'class="office-waits" href="{address}"' in helper.get("/").text
    assert address in helper.get(f"/activities/details/?id={id_}").text
    assert address in helper.get("/attendance/").text
    assert f'class="office-waits" href="{address}"' not in browse(cast.lin).get("/").text


def test_names_on_the_sheet_are_all_that_a_helper_sees(browse, cast, patrol):
    number, phone = factories.identity_number(), "13912345678"
    factories.volunteer(cast.gan_lai, id_number=number, phone=phone)
    text = page(browse(cast.he), patrol.id)
    for secret in (number, number[6:], phone, phone[3:]):
        assert secret not in text


# Drafts in the ledger


@pytest.fixture
def drafts(cast, lei):
    day = clock.today() - timedelta(days=2)
    return [
        factories.service_entry(
            lei, factories.activity(cast.gan_lai, held_on=day - timedelta(days=n)),
            state=EntryState.DRAFT, recorded_by_id=cast.chen.id,
        ).id
        for n in range(3)
    ]  # fmt: skip


def states(numbers):
    db.session.expire_all()
    return {db.session.get(ServiceEntry, number).state for number in numbers}


def test_the_list_of_drafts_submits_and_does_not_decide(browse, cast, drafts):
    clerk, deputy = browse(cast.chen), browse(cast.dai)
    assert 'value="submit"' in clerk.get("/ledger/?flt_state=draft").text
    assert 'value="submit"' not in clerk.get("/ledger/").text
    for address, is_offered in (("/ledger/?flt_state=draft", False), ("/ledger/", True)):
        assert ('value="confirm"' in deputy.get(address).text) is is_offered
    assert "Drafts to submit" in clerk.get("/").text


def test_many_drafts_are_submitted_at_once_and_all_that_match(browse, cast, drafts):
    clerk = browse(cast.chen)
    clerk.post("/ledger/action/", data={"action": "submit", "rowid": drafts[:2]})
    assert states(drafts[:2]) == {EntryState.SUBMITTED}
    assert states(drafts[2:]) == {EntryState.DRAFT}
    clerk.post("/ledger/action/?flt_state=draft", data={"action": "submit", "all": "1"})
    assert states(drafts) == {EntryState.SUBMITTED}


def test_drafts_are_submitted_all_or_none(browse, cast, drafts, lei):
    clerk = browse(cast.chen)
    first = db.session.get(ServiceEntry, drafts[0])
    factories.service_entry(
        lei, first.activity, started_at=first.started_at, ended_at=first.ended_at,
        state=EntryState.SUBMITTED,
    )  # fmt: skip
    clerk.post("/ledger/action/", data={"action": "submit", "rowid": drafts})
    assert "served at" in clerk.get("/ledger/").text
    assert states(drafts) == {EntryState.DRAFT}


def test_a_deputy_neither_submits_nor_confirms_a_draft(browse, cast, drafts):
    deputy = browse(cast.dai)
    answer = deputy.post("/ledger/action/", data={"action": "submit", "rowid": drafts})
    assert answer.status_code == 403
    deputy.post("/ledger/action/", data={"action": "confirm", "rowid": drafts, "unchanged": "1"})
    assert states(drafts) == {EntryState.DRAFT}


# On paper


def test_the_sheet_to_sign_lists_the_roll_by_serials(browse, cast, patrol, lei):
    helper, id_ = browse(cast.he), patrol.id
    wang, number = factories.volunteer(cast.gan_lai, name="王秀英"), lei.number
    answer = helper.get(f"/attendance/{id_}/pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    text = reading.flat_text_of(answer.data)
    for words in ("签到（退）表", "巡河", "雷小锋", number, "王秀英", wang.number, "本人签名"):
        assert words in text
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.row_id) == (AuditAction.PRINT, id_)
    assert entry.changes == {"report": "attendance_sheet", "kind": "blank"}


def test_the_sheet_as_taken_shows_times_and_what_was_confirmed(browse, cast, patrol, lei, tick):
    clerk, id_ = browse(cast.chen), patrol.id
    tap(clerk, id_, "sign-in", volunteer=lei.id)
    tap(clerk, id_, "sign-in", volunteer=factories.volunteer(cast.gan_lai, name="王秀英").id)
    row = rows()[0]
    tick.set(time(11))
    tap(clerk, id_, "sign-out", line=f"{row.id}.{row.version}")
    tap(clerk, id_, "close")
    text = reading.flat_text_of(clerk.get(f"/attendance/{id_}/pdf?kind=filled").data)
    for words in ("09:00", "11:00", "未签退"):
        assert words in text
    assert "2小时" not in text
    entry = db.session.scalars(select(ServiceEntry)).one()
    clerk.post("/ledger/action/", data={"action": "submit", "rowid": entry.id})
    told = {"action": "confirm", "rowid": entry.id, "unchanged": "1"}
    browse(cast.dai).post("/ledger/action/", data=told)
    filled = f"/attendance/{id_}/pdf?kind=filled"
    assert "2小时" in reading.flat_text_of(clerk.get(filled).data)
    assert "2小时" not in reading.flat_text_of(browse(cast.he).get(filled).data)
    assert clerk.get(f"/attendance/{id_}/pdf?kind=odd").status_code == 404


def test_the_post_is_desk_duty_or_written_by_hand(browse, cast, patrol, lei):
    texts = []
    for is_on_duty in (False, True):
        patrol.desk_duty = is_on_duty
        db.session.commit()
        answer = browse(cast.he).get(f"/attendance/{patrol.id}/pdf")
        texts.append(reading.flat_text_of(answer.data))
    assert ["岗位由活动负责人手工填写" in text for text in texts] == [True, False]
    assert ["便民值守" in text for text in texts] == [False, True]


def test_a_roll_too_long_for_paper_leaves_its_lines_free(browse, cast, patrol, lei, monkeypatch):
    monkeypatch.setattr(paper, "MOST_NAMES", 0)
    text = reading.flat_text_of(browse(cast.he).get(f"/attendance/{patrol.id}/pdf").data)
    assert "雷小锋" not in text
    assert "名册人数较多" in text

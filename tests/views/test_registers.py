"""Each register's own rules, as the people at the desk meet them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from admin_app.policy import access_of
from admin_app.services import accounts
from admin_app.services.places import divisions
from models import (
    Account,
    Activity,
    Appointment,
    AuditAction,
    AuditEntry,
    DomainError,
    EntryState,
    LeadershipGroup,
    Registration,
    Role,
    Rule,
    RuleKind,
    SeatKind,
    ServiceEntry,
    Volunteer,
    clock,
    db,
)
from tests import factories
from tests.pages import Page

ID_NUMBER, PHONE = "440899195003070013", "13912345678"


def newest(model):
    return db.session.scalar(select(model).order_by(model.id.desc()).limit(1))


def fields(browser, url, **changed):
    page = browser.get(url)
    assert page.status_code == 200, Page(page.text).text
    return Page(page.text).fields | changed


def latest_act():
    return db.session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))


# Leadership


def test_the_list_says_which_seats_are_unfilled(cast, browse):
    browser = browse(cast.lin)
    told = {
        "since": "2026-01-01", "seat_leader-holder": "林书记",
        "seat_owners_committee-inapplicable": "y",
    }  # fmt: skip
    answer = browser.post("/leadership/new/", data=told)
    assert answer.status_code == 302, Page(answer.text).text
    group = newest(LeadershipGroup)
    assert group.station_id == cast.gan_lai.id
    assert SeatKind.LEADER not in group.unfilled
    assert SeatKind.OWNERS_COMMITTEE not in group.unfilled
    assert len(group.unfilled) == len(SeatKind) - 2
    shown = browser.get("/leadership/").text
    assert str(SeatKind.STAFF.label) in shown or "full-time community staff" in shown


def test_a_seat_can_be_filled_and_emptied_later(cast, browse):
    group = factories.leadership_group(cast.gan_lai)
    browser, url = browse(cast.lin), f"/leadership/edit/?id={group.id}"
    told = fields(browser, url, **{"seat_staff-holder": "陈专员"})
    assert told["seat_leader-holder"] == "林书记"
    assert browser.post(url, data=told).status_code == 302
    told = fields(browser, url, **{"seat_leader-holder": ""})
    assert browser.post(url, data=told).status_code == 302
    db.session.expire_all()
    assert [seat.kind for seat in group.seats] == [SeatKind.STAFF]


def test_a_seat_is_not_held_and_inapplicable_at_once(cast, browse):
    told = {"since": "2026-01-01", "seat_staff-holder": "x", "seat_staff-inapplicable": "y"}
    answer = browse(cast.lin).post("/leadership/new/", data=told)
    assert "choose one" in answer.text
    assert db.session.scalar(select(func.count(LeadershipGroup.id))) == 0


# Rules


def write_rule(browser, **more):
    told = {"kind": "conduct", "title": "志愿者守则", "text": "守时。"} | more
    return browser.post("/rules/new/", data=told)


def test_every_new_text_is_the_next_edition_of_its_kind(cast, browse):
    browser = browse(cast.chen)
    for kind in ("conduct", "conduct", "services"):
        assert write_rule(browser, kind=kind).status_code == 302
    editions = db.session.execute(select(Rule.kind, Rule.edition).order_by(Rule.id)).all()
    assert editions == [(RuleKind.CONDUCT, 1), (RuleKind.CONDUCT, 2), (RuleKind.SERVICES, 1)]


def test_the_leader_adopts_and_the_text_stays_from_then_on(cast, browse):
    write_rule(browse(cast.chen))
    rule = newest(Rule)
    number = rule.id
    told = {"action": "adopt", "rowid": [number]}
    assert browse(cast.chen).post("/rules/action/", data=told).status_code == 403
    assert browse(cast.lin).post("/rules/action/", data=told).status_code == 302
    db.session.expire_all()
    assert rule.adopted_on == clock.today()
    lin, url = browse(cast.lin), f"/rules/edit/?id={number}"
    for changed in ({"text": "迟到也行。"}, {"adopted_on": ""}, {"adopted_on": "2026-01-01"}):
        answer = lin.post(url, data=fields(lin, url, **changed))
        assert "write a new edition instead" in answer.text
    posted = fields(lin, url, posted_on=clock.today().isoformat())
    assert lin.post(url, data=posted).status_code == 302


def test_a_clerk_cannot_write_the_day_of_adoption(cast, browse):
    assert write_rule(browse(cast.chen), adopted_on="2026-01-01").status_code == 302
    assert newest(Rule).adopted_on is None


def test_no_rule_hangs_on_the_wall_before_it_was_adopted(cast, browse):
    answer = write_rule(browse(cast.lin), adopted_on="2026-02-01", posted_on="2026-01-01")
    assert "posted after it was adopted" in answer.text
    assert db.session.scalar(select(func.count(Rule.id))) == 0


# Volunteers


HANDED_IN = {
    "name": "李来", "id_number": ID_NUMBER, "new_phone": PHONE, "handed_in_on": "2025-01-01",
    "skills": "理发", "availability": "周末", "category_1": "0001",
}  # fmt: skip


def register(browser, **more):
    return browser.post("/registrations/new/", data=HANDED_IN | more)


def test_a_clerk_registers_a_volunteer_on_the_own_roll(cast, browse):
    browser = browse(cast.chen)
    assert browser.get("/volunteers/new/").location == "/registrations/new/"
    answer = register(browser)
    assert answer.status_code == 302, Page(answer.text).text
    handed_in = newest(Registration)
    browse(cast.dai).post("/registrations/accept/", data={"id": handed_in.id, "on": ""})
    db.session.expire_all()
    line = newest(Volunteer)
    assert line.station_id == cast.gan_lai.id
    assert line.number.startswith(cast.gan_lai.code)
    assert line.person.id_number == ID_NUMBER
    shown = browser.get(answer.location).text
    assert "440899************" in shown
    assert "139****5678" in shown
    assert ID_NUMBER not in shown


def test_a_wrong_number_is_said_and_not_sent_back(cast, browse):
    answer = register(browse(cast.chen), id_number=ID_NUMBER[:-1] + "4")
    assert answer.status_code == 200
    assert "check digit is wrong" in answer.text
    assert ID_NUMBER[:-1] not in answer.text


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"id_number": "4408"}, "18 characters"),
        ({"new_phone": "12345"}, "11 digits"),
        ({"name": "\ufdfa" * 40}, "at most 50"),
        ({"name": "　"}, ""),
    ],
)
def test_what_cannot_be_registered_is_said(cast, browse, more, word):
    answer = register(browse(cast.chen), **more)
    assert answer.status_code == 200
    assert word in answer.text
    assert db.session.scalar(select(func.count(Registration.id))) == 0


def test_nobody_stands_on_one_roll_twice(cast, browse):
    browser = browse(cast.chen)
    register(browser)
    assert "waits for the review" in register(browser).text
    factories.volunteer(cast.gan_lai, id_number=(other := factories.identity_number()))
    answer = register(browser, id_number=other)
    assert "on the station&#39;s roll already" in answer.text


def test_an_empty_phone_keeps_the_number_on_file(cast, browse):
    line = factories.volunteer(cast.gan_lai, phone=PHONE)
    browser, url = browse(cast.chen), f"/volunteers/edit/?id={line.id}"
    told = fields(browser, url, note="会粤语")
    assert told["new_phone"] == ""
    assert told["name"] == line.person.name
    assert browser.post(url, data=told).status_code == 302
    db.session.expire_all()
    assert (line.phone, line.note) == (PHONE, "会粤语")


def test_a_whole_number_finds_and_leaves_a_trace_without_it(cast, browse):
    line = factories.volunteer(cast.gan_lai, id_number=ID_NUMBER, phone=PHONE)
    number = line.id
    browser = browse(cast.chen)
    for typed in (ID_NUMBER, PHONE, " 4408 9919 5003 0700 13", "139-1234-5678"):
        answer = browser.post("/volunteers/find/", data={"number": typed})
        assert answer.location == f"/volunteers/details/?id={number}", typed
        act = latest_act()
        assert (act.action, act.account_id) == (AuditAction.SEARCH, cast.chen.id)
        assert act.changes == {"found": 1}
    for stranger in (cast.quan, cast.wang):
        away = browse(stranger)
        assert away.post("/volunteers/find/", data={"number": ID_NUMBER}).location == "/volunteers/"
        assert latest_act().changes == {"found": 0}
    assert browse(cast.lin).post("/volunteers/find/", data={"number": PHONE}).status_code == 403


def test_a_part_of_a_number_finds_nobody(cast, browse):
    factories.volunteer(cast.gan_lai, id_number=ID_NUMBER, phone=PHONE)
    browser = browse(cast.chen)
    for part in (ID_NUMBER[:17], PHONE[:10], "", "x" * 18, ID_NUMBER[6:14], "%" * 18):
        answer = browser.post("/volunteers/find/", data={"number": part})
        assert answer.location == "/volunteers/", part
    shown = browser.get("/volunteers/", query_string={"search": ID_NUMBER}).text
    assert "/volunteers/details/" not in shown


def test_guessing_numbers_ends_after_a_while(cast, browse, monkeypatch):
    from admin_app.services.people import volunteers

    monkeypatch.setattr(volunteers, "FINDS_AN_HOUR", 2)
    browser = browse(cast.chen)
    for _try in range(3):
        browser.post("/volunteers/find/", data={"number": PHONE})
    assert "Too many searches" in browser.get("/volunteers/").text


# The ledger


@pytest.fixture
def entry(cast):
    person = factories.volunteer(cast.gan_lai)
    return factories.service_entry(
        person, factories.activity(cast.gan_lai), recorded_by_id=cast.chen.id
    )


def press(browser, name, *rows):
    told = {"action": name, "unchanged": "1", "rowid": [str(row.id) for row in rows]}
    return browser.post("/ledger/action/", data=told)


def test_a_clerk_records_and_the_deputy_confirms(cast, browse):
    person, activity = factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai)
    told = {"volunteer": person.id, "activity": activity.id, "start": "14:00", "end": "15:30"}
    assert browse(cast.chen).post("/ledger/new/", data=told).status_code == 302
    row = newest(ServiceEntry)
    assert (row.minutes, row.state) == (90, EntryState.SUBMITTED)
    assert press(browse(cast.dai), "confirm", row).status_code == 302
    db.session.expire_all()
    assert (row.state, row.decided_by_id) == (EntryState.CONFIRMED, cast.dai.id)


def test_what_was_decided_is_neither_edited_nor_deleted(cast, browse, entry):
    press(browse(cast.dai), "confirm", entry)
    browser, number = browse(cast.chen), entry.id
    assert browser.get(f"/ledger/edit/?id={number}").status_code == 403
    assert browser.post("/ledger/delete/", data={"id": number}).status_code == 403
    press(browse(cast.dai), "decline", entry)
    db.session.expire_all()
    assert entry.state is EntryState.CONFIRMED


def test_who_may_press_which_button(cast, browse, entry):
    for account in (cast.chen, cast.mo, cast.ou, cast.he, cast.guan, cast.su, cast.shen, cast.ada):
        assert press(browse(account), "confirm", entry).status_code == 403
    assert press(browse(cast.zhao), "confirm", entry).status_code == 404
    press(browse(cast.lin), "decline", entry)
    db.session.expire_all()
    assert entry.state is EntryState.DECLINED


def test_one_bad_tick_decides_none(cast, browse, entry):
    other = factories.service_entry(
        factories.volunteer(cast.gan_lai), entry.activity, recorded_by_id=cast.dai.id
    )
    browser = browse(cast.dai)
    press(browser, "confirm", entry, other)
    assert "recorded by you" in browser.get("/ledger/").text
    db.session.expire_all()
    assert {entry.state, other.state} == {EntryState.SUBMITTED}


def test_a_clerk_here_who_is_deputy_there_records_here_only(cast, browse):
    held = accounts.appoint(cast.chen, Role.DEPUTY, cast.quan_shui, by=None, since=date(2025, 1, 1))
    db.session.add(held)
    db.session.commit()
    person, activity = factories.volunteer(cast.quan_shui), factories.activity(cast.quan_shui)
    told = {"volunteer": person.id, "activity": activity.id, "start": "14:00", "end": "15:30"}
    answer = browse(cast.chen).post("/ledger/new/", data=told)
    assert "belongs to another place" in answer.text
    assert db.session.scalar(select(func.count(ServiceEntry.id))) == 0


# Activities


def test_an_organizer_keeps_own_activities_and_sees_no_other(cast, browse):
    factories.activity(cast.gan_lai, name="别人的")
    browser = browse(cast.ou)
    told = {
        "name": "自己的",
        "held_on": "2026-10-03",
        "category": "0004",
        "state": "held",
        "gate": "none",
    }
    assert browser.post("/activities/new/", data=told).status_code == 302
    assert newest(Activity).keeper_id == cast.ou.id
    shown = browser.get("/activities/").text
    assert "自己的" in shown
    assert "别人的" not in shown


def test_the_desk_names_a_keeper_among_the_people_of_the_station(cast, browse):
    asked = {"name": "keeper", "query": ""}
    offered = browse(cast.chen).get("/activities/ajax/lookup/", query_string=asked).json
    keys = {key for key, _words in offered}
    assert cast.ou.id in keys
    assert cast.quan.id not in keys


def test_an_activity_with_hours_keeps_its_day(cast, browse, entry):
    browser, url = browse(cast.chen), f"/activities/edit/?id={entry.activity_id}"
    answer = browser.post(url, data=fields(browser, url, held_on="2026-10-04"))
    assert "its date cannot change" in answer.text


# Accounts


NEWCOMER = {"login": "newcomer", "name": "新人", "password": "a long enough word"}


def test_a_county_opens_accounts_for_what_lies_below_it(cast, browse):
    browser = browse(cast.su)
    below = NEWCOMER | {"role": "clerk", "station": cast.quan_shui.id}
    answer = browser.post("/accounts/new/", data=below)
    assert answer.status_code == 302, Page(answer.text).text
    assert newest(Appointment).station_id == cast.quan_shui.id
    assert "newcomer" in browser.get("/accounts/").text


def test_an_account_says_which_volunteer_its_owner_is(cast, browse):
    own = factories.volunteer(cast.gan_lai, name="新 人")
    other = factories.volunteer(cast.gan_lai, name="旧人")
    told = NEWCOMER | {"name": "新人", "role": "helper", "station": cast.gan_lai.id}
    browser = browse(cast.lin)
    for wrong in (other.number, "440823106223-01-99999"):
        page = browser.post("/accounts/new/", data=told | {"own_number": wrong})
        assert "No volunteer of this name" in page.text
    assert browser.post("/accounts/new/", data=told | {"own_number": own.number}).status_code == 302
    made = newest(Account)
    assert made.person_id == own.person_id
    assert own.number in browser.get(f"/accounts/details/?id={made.id}").text
    form = Page(browser.get(f"/accounts/edit/?id={made.id}").text).fields
    assert form["own_number"] == own.number
    kept = {"name": "新人", "active": "y", "version": str(made.version)}
    url = f"/accounts/edit/?id={made.id}"
    assert browser.post(url, data=kept).status_code == 302
    assert db.session.get(Account, made.id).person_id == own.person_id
    kept |= {"version": str(made.version), "own_number": ""}
    assert browser.post(url, data=kept).status_code == 302
    db.session.expire_all()
    assert db.session.get(Account, made.id).person_id is None


def test_a_leader_opens_accounts_of_his_own_station_alone(cast, browse):
    browser = browse(cast.lin)
    assert cast.gan_lai.name in browser.get("/accounts/new/").text
    for role, station in (("clerk", cast.quan_shui.id), ("leader", cast.gan_lai.id)):
        told = NEWCOMER | {"role": role, "station": station}
        browser.post("/accounts/new/", data=told)
        assert db.session.scalar(select(Account).where(Account.login == "newcomer")) is None
    told = NEWCOMER | {"role": "helper", "station": cast.gan_lai.id}
    answer = browser.post("/accounts/new/", data=told)
    assert answer.status_code == 302, Page(answer.text).text
    assert newest(Appointment).station_id == cast.gan_lai.id


@pytest.mark.parametrize("login", ["lin", "su", "pu", "ada"])
def test_the_forms_offer_just_what_the_person_appoints(cast, browse, login):
    maker, newcomer = getattr(cast, login), accounts.open_account("xin", "辛", "a garden by seven")
    db.session.commit()
    codes = ("440823106000", "440823000000", "440800000000", "533400000000")
    towns = [divisions.by_code(code) for code in codes]
    places = (cast.gan_lai, cast.quan_shui, cast.weng_shui, *towns, None)

    def accepts(role, place):
        try:
            accounts.appoint(newcomer, role, place, by=access_of(maker))
        except DomainError:
            return False
        finally:
            db.session.rollback()
        return True

    accepted = [(role, place) for role in Role for place in places if accepts(role, place)]
    roles = [role.value for role in Role if any(role is given for given, _place in accepted)]
    browser = browse(maker)
    for screen in ("accounts", "appointments"):
        page = browser.get(f"/{screen}/new/").text
        offered = re.search(r'<select[^>]*name="role".*?</select>', page, re.DOTALL)[0]
        assert re.findall(r'value="(\w+)"', offered) == roles
        assert ("division" in Page(page).lookups) is ("supervisor" in roles)
        look_up = f"/{screen}/ajax/lookup/?name=division&query="
        for code, town in zip(codes, towns, strict=True):
            found = [key for key, *_words in browser.get(look_up + code).json]
            assert (town.id in found) is ((Role.SUPERVISOR, town) in accepted)


@pytest.mark.parametrize("role", ["", "clerk", "supervisor", "auditor", "administrator"])
def test_a_county_appoints_nobody_beside_or_above_itself(cast, browse, role):
    given = NEWCOMER | {"role": role, "login": "newcomer"}
    if role == "clerk":
        given["station"] = cast.weng_shui.id
    if role == "supervisor":
        given["division"] = cast.su.appointments[0].division_id
    assert browse(cast.su).post("/accounts/new/", data=given).status_code == 200
    assert db.session.scalar(select(Account).where(Account.login == "newcomer")) is None


def test_a_county_does_not_appoint_itself(cast, browse):
    held = {"account": cast.su.id, "role": "leader", "station": cast.gan_lai.id}
    before = db.session.scalar(select(func.count(Appointment.id)))
    browse(cast.su).post("/appointments/new/", data=held | {"since": "2026-01-01"})
    assert db.session.scalar(select(func.count(Appointment.id))) == before


def test_only_the_administrator_opens_an_account_without_a_place(cast, browse):
    told = NEWCOMER
    for account in (cast.tu, cast.shen, cast.chen):
        assert browse(account).post("/accounts/new/", data=told).status_code == 403
    assert browse(cast.lin).post("/accounts/new/", data=told).status_code == 200
    assert db.session.scalar(select(Account).where(Account.login == "newcomer")) is None
    browser = browse(cast.ada)
    assert browser.post("/accounts/new/", data=told).status_code == 302
    made = newest(Account)
    assert made.password_hash.startswith("$argon2id$")
    held = {"account": made.id, "role": "clerk", "station": cast.gan_lai.id, "since": "2026-01-01"}
    answer = browser.post("/appointments/new/", data=held)
    assert answer.status_code == 302, Page(answer.text).text
    assert newest(Appointment).station_id == cast.gan_lai.id


@pytest.mark.parametrize(
    ("role", "place"), [("clerk", {}), ("supervisor", {"station": "x"}), ("administrator", "x")]
)
def test_a_role_wants_its_own_kind_of_place(cast, browse, role, place):
    told = {"account": cast.mo.id, "role": role, "since": "2026-01-01"}
    if place:
        told["station"] = cast.gan_lai.id
    before = db.session.scalar(select(func.count(Appointment.id)))
    assert browse(cast.ada).post("/appointments/new/", data=told).status_code == 200
    assert db.session.scalar(select(func.count(Appointment.id))) == before


def test_the_last_administrator_cannot_be_closed(cast, browse):
    browser, url = browse(cast.ada), f"/accounts/edit/?id={cast.ada.id}"
    told = fields(browser, url)
    told.pop("active")
    assert "last administrator" in browser.post(url, data=told).text
    db.session.expire_all()
    assert cast.ada.active


def test_a_closed_account_is_out_at_once(cast, browse):
    desk = browse(cast.chen)
    assert desk.get("/ledger/").status_code == 200
    browser, url = browse(cast.ada), f"/accounts/edit/?id={cast.chen.id}"
    told = fields(browser, url)
    told.pop("active")
    assert browser.post(url, data=told).status_code == 302
    assert desk.get("/ledger/").status_code == 302


def test_who_helps_elsewhere_sees_no_accounts_there(cast, browse):
    helping = Appointment(
        account=cast.lin, role=Role.HELPER, station=cast.weng_shui, since=date(2024, 1, 1)
    )
    db.session.add(helping)
    db.session.commit()
    browser = browse(cast.lin)
    assert "王专员" not in browser.get("/accounts/?page_size=100").text
    assert browser.get(f"/accounts/details/?id={cast.wang.id}").status_code == 404


def test_people_see_the_accounts_in_their_reach(cast, browse):
    shown = browse(cast.lin).get("/accounts/?page_size=100").text
    assert "陈专员" in shown
    assert "全专员" not in shown
    shown = browse(cast.su).get("/accounts/?page_size=100").text
    assert "全专员" in shown
    assert "王专员" not in shown
    assert browse(cast.chen).get("/accounts/").status_code == 403


def test_a_figure_names_the_place_it_is_set_at(browse, cast):
    page = browse(cast.ada).get("/figures/").text
    assert "湛江市" in page
    assert "440800000000" not in page


def test_where_a_volunteer_lives_is_asked_last_and_may_be_corrected(browse, cast):
    browser, elsewhere = browse(cast.chen), cast.quan_shui.division_id
    register(browser)
    assert newest(Registration).lives_in_id == cast.gan_lai.division_id
    register(browser, id_number=factories.identity_number(), lives_in=elsewhere)
    assert newest(Registration).lives_in_id == elsewhere
    made, other = factories.volunteer(cast.gan_lai), factories.volunteer(cast.gan_lai)
    form = browser.get(f"/volunteers/edit/?id={made.id}").text
    assert form.index("name='lives_in'") > form.index('name="note"')
    assert made.person.lives_in_id == cast.gan_lai.division_id
    change = {"version": "1", "name": other.person.name, "state": "left", "lives_in": ""}
    browser.post(f"/volunteers/edit/?id={other.id}", data=change)
    db.session.expire_all()
    assert (other.person.lives_in_id, other.left_on) == (None, clock.today())
    page = browser.get(f"/volunteers/details/?id={made.id}").text
    assert cast.gan_lai.division.name in page

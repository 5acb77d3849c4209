"""Forms: who is faster, what is asked, what the next form begins with."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.orm.exc import StaleDataError

import views
from models import Activity, Volunteer, clock, db
from tests import factories
from tests.pages import Page

SOON = "Someone else changed this record"
PHONE = "13912345678"


def opened(browser, address):
    return Page(browser.get(address).text).fields


@pytest.fixture
def late(cast, browse):
    """Dai posts an activity that Chen renamed meanwhile."""
    number = factories.activity(cast.gan_lai, name="义诊", place="村口").id
    address = f"/activities/edit/?id={number}"
    chen, dai = browse(cast.chen), browse(cast.dai)
    forms = [opened(browser, address) for browser in (chen, dai)]
    assert chen.post(address, data=forms[0] | {"name": "义剪"}).status_code == 302
    answer = dai.post(address, data=forms[1] | {"name": "义卖"})
    return dai, address, answer


def name_of(address):
    db.session.expire_all()
    return db.session.get(Activity, int(address.partition("=")[2])).name


def test_who_comes_late_sees_both_versions_and_who_was_faster(late):
    _dai, address, answer = late
    assert answer.status_code == 409
    told = Page(answer.text).text
    assert SOON in told
    assert "陈专员" in told
    assert "Name 义卖 义剪" in told
    assert "村口" not in told  # the same in both
    assert name_of(address) == "义剪"


def test_mine_can_be_saved_over_theirs_from_that_page(late):
    dai, address, answer = late
    assert dai.post(address, data=Page(answer.text).fields).status_code == 302
    assert name_of(address) == "义卖"


def test_saving_over_goes_through_the_checks_and_meets_the_next_change_again(late, cast, browse):
    dai, address, answer = late
    told = Page(answer.text).fields
    assert "This field is required" in dai.post(address, data=told | {"name": ""}).text
    chen = browse(cast.chen)
    chen.post(address, data=opened(chen, address) | {"name": "义演"})
    again = dai.post(address, data=told)
    assert again.status_code == 409
    assert "Name 义卖 义演" in Page(again.text).text


def test_mine_can_be_edited_again_beside_the_new_version(late):
    dai, address, answer = late
    again = dai.post(address, data=Page(answer.text).fields | {"_again": "1"})
    assert again.status_code == 200
    form = Page(again.text).fields
    assert form["name"] == "义卖"
    assert name_of(address) == "义剪"
    assert dai.post(address, data=form | {"name": "义写"}).status_code == 302
    assert name_of(address) == "义写"


def test_a_change_between_reading_and_writing_shows_the_page_too(cast, browse, monkeypatch):
    number = factories.activity(cast.gan_lai, name="义诊").id
    address, chen = f"/activities/edit/?id={number}", browse(cast.chen)
    form = opened(chen, address)

    def overtaken(*_given):
        raise StaleDataError

    monkeypatch.setattr(views.ActivityView, "change_row", overtaken)
    answer = chen.post(address, data=form | {"name": "义卖"})
    assert answer.status_code == 409
    assert SOON in answer.text


def test_a_row_that_was_deleted_meanwhile_does_not_exist(cast, browse):
    number = factories.activity(cast.gan_lai).id
    address, chen = f"/activities/edit/?id={number}", browse(cast.chen)
    form = opened(chen, address)
    db.session.execute(delete(Activity).where(Activity.id == number))
    db.session.commit()
    assert chen.post(address, data=form).status_code == 404


def test_an_entry_that_was_confirmed_meanwhile_is_shown_and_stays(cast, browse):
    entry = factories.service_entry(
        factories.volunteer(cast.gan_lai), factories.activity(cast.gan_lai),
        recorded_by_id=cast.chen.id,
    )  # fmt: skip
    address, chen = f"/ledger/edit/?id={entry.id}", browse(cast.chen)
    form = opened(chen, address)
    told = {"action": "confirm", "unchanged": "1", "rowid": entry.id}
    browse(cast.dai).post("/ledger/action/", data=told)
    answer = chen.post(address, data=form | {"quality": "好"})
    assert answer.status_code == 409
    assert "It can no longer be changed." in answer.text
    assert "Save mine over it" not in answer.text
    # Whoever adds the new version by hand is refused as before.
    version = str(entry.version)
    assert chen.post(address, data=form | {"version": version}).status_code == 403


def test_a_number_typed_anew_is_neither_shown_nor_sent_back(cast, browse):
    number = factories.volunteer(cast.gan_lai).id
    address, chen, other = f"/volunteers/edit/?id={number}", browse(cast.chen), browse(cast.chen)
    form = opened(other, address)
    chen.post(address, data=opened(chen, address) | {"skills": "理发"})
    answer = other.post(address, data=form | {"new_phone": PHONE})
    assert "You saved it yourself, in another window" in answer.text
    assert answer.status_code == 409
    assert PHONE not in answer.text
    assert "Mobile phone typed anew, not shown not shown" in Page(answer.text).text
    over = Page(answer.text).fields
    assert over["new_phone"] == ""
    assert other.post(address, data=over | {"new_phone": PHONE}).status_code == 302
    db.session.expire_all()
    kept = db.session.scalars(select(Volunteer).where(Volunteer.id == number)).one()
    assert kept.phone == PHONE


def test_seats_are_compared_one_by_one(cast, browse):
    row = factories.ROWS[views.LeadershipView.model](cast.gan_lai)
    address, lin, chen = f"/leadership/edit/?id={row.id}", browse(cast.lin), browse(cast.chen)
    forms = [opened(browser, address) for browser in (lin, chen)]
    lin.post(address, data=forms[0] | {"seat_leader-holder": "林书记"})
    answer = chen.post(address, data=forms[1] | {"seat_leader-holder": "戴副主任"})
    assert answer.status_code == 409
    assert "戴副主任 林书记" in Page(answer.text).text


# What is typed


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("20261003", "2026-10-03"), ("2026.10.3", "2026-10-03"), ("2026年10月3日", "2026-10-03"),
        ("10-3", f"{clock.today().year}-10-03"), ("2026-02-30", None), ("昨天", None),
    ],
)  # fmt: skip
def test_a_day_is_taken_in_every_usual_spelling(cast, browse, typed, day):
    told = {"name": "义诊", "held_on": typed, "category": "0004", "state": "held", "gate": "none"}
    answer = browse(cast.chen).post("/activities/new/", data=told)
    if day is None:
        assert "This is no day" in answer.text
        assert Page(answer.text).fields["held_on"] == typed
    else:
        assert db.session.scalars(select(Activity)).one().held_on.isoformat() == day


@pytest.mark.parametrize(
    ("typed", "time"),
    [("0930", "09:30"), ("9:30", "09:30"), ("9点半", "09:30"), ("24:00", None), ("早", None)],
)
def test_a_time_is_taken_in_every_usual_spelling(cast, browse, typed, time):
    told = {
        "name": "义诊",
        "held_on": "2026-10-03",
        "category": "0004",
        "state": "held",
        "gate": "none",
    }
    answer = browse(cast.chen).post("/activities/new/", data=told | {"starts_at": typed})
    if time is None:
        assert "This is no time of day" in answer.text
    else:
        assert f"{db.session.scalars(select(Activity)).one().starts_at:%H:%M}" == time


def test_a_wrong_number_is_told_beside_its_field(cast, browse):
    told = {"name": "李来", "id_number": "440899195003070014", "new_phone": "12345"}
    text = browse(cast.chen).post("/registrations/new/", data=told).text
    for name in ("id_number", "new_phone"):
        assert f'id="{name}-errors"' in text


TOLD = {
    "new_phone": PHONE, "skills": "理发", "availability": "周末", "category_1": "0001",
}  # fmt: skip


def test_nobody_is_registered_before_being_born(cast, browse):
    number = factories.identity_number(born=date(2026, 1, 2))
    told = {
        "name": "李来",
        "id_number": number,
        "guardian_name": "李大",
        "handed_in_on": "2026-01-01",
    }
    answer = browse(cast.chen).post("/registrations/new/", data=TOLD | told)
    assert "is later than the registration" in answer.text


def test_only_the_six_digits_of_a_county_are_asked_about(cast, browse):
    ask = "/registrations/county/?code="
    chen = browse(cast.chen)
    assert chen.get(ask + "440823").json is True
    assert chen.get(ask + "999999").json is False
    assert chen.get(ask + "440823199003070010").json is False
    assert browse(cast.guan).get(ask + "440823").status_code == 403


def test_an_unknown_county_is_a_warning_after_the_save(cast, browse):
    chen, number = browse(cast.chen), factories.identity_number()
    told = {"name": "李来", "id_number": number, "handed_in_on": "2025-01-01"}
    answer = chen.post("/registrations/new/", data=TOLD | told)
    assert answer.status_code == 302
    assert "name no county known here" in chen.get(answer.location).text


# What a new form begins with


def test_a_new_form_begins_today_and_with_what_the_last_one_shared(cast, browse):
    activity = factories.activity(cast.gan_lai)
    person = factories.volunteer(cast.gan_lai)
    chen = browse(cast.chen)
    assert opened(chen, "/registrations/new/")["handed_in_on"] == clock.today().isoformat()
    told = {"volunteer": person.id, "activity": activity.id, "start": "14:00", "end": "15:30"}
    number = activity.id
    answer = chen.post("/ledger/new/", data=told | {"_add_another": "1", "content": "义诊"})
    form = opened(chen, answer.location)
    assert (form["activity"], form["start"], form["end"]) == (str(number), "14:00", "15:30")
    assert (form["volunteer"], form["content"].strip()) == ("", "")


def test_nothing_is_carried_over_from_a_row_out_of_reach(cast, browse):
    person, activity = factories.volunteer(cast.weng_shui), factories.activity(cast.weng_shui)
    row = factories.service_entry(person, activity)
    assert browse(cast.chen).get(f"/ledger/new/?after={row.id}").status_code == 404


# Divisions


def offered(browser, query, screen="stations"):
    told = {"name": "division", "query": query}
    return [words for _key, words in
            browser.get(f"/{screen}/ajax/lookup/", query_string=told).json]  # fmt: skip


def test_divisions_are_found_by_name_code_and_initials_and_told_apart(cast, browse):
    su = browse(cast.su)
    both = ["泉水村民委员会 · 乌塘镇 · 遂溪县", "泉水村民委员会 · 草潭镇 · 遂溪县"]
    assert offered(su, "泉水") == offered(su, "qscm") == both
    assert offered(su, "泉水 草潭") == offered(su, "泉水 ctz") == both[1:]
    assert offered(su, "440823113215") == both[1:]
    assert offered(su, "草潭镇 泉水村x") == []
    assert len(offered(su, "")) == 20


def test_divisions_are_offered_where_the_appointment_reaches(cast, browse):
    assert offered(browse(cast.su), "翁水") == []
    assert len(offered(browse(cast.di), "翁水")) == 1
    assert all("遂溪县" in words for words in offered(browse(cast.tu), ""))
    assert "遂溪县 · 湛江市" in offered(browse(cast.ada), "遂溪县", "appointments")


def test_a_look_up_of_divisions_asks_the_database_a_few_times(cast, browse):
    su, asked = browse(cast.su), []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert len(offered(su, "村")) == 20
    assert len([statement for statement in asked if "FROM divisions" in statement]) <= 2, asked

"""Forms: who is faster, what is asked, what the next form begins with."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm.exc import StaleDataError

import views
from models import Activity, Volunteer, db
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
    told = {"action": "confirm", "rowid": entry.id}
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

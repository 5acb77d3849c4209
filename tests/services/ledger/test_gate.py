"""What is no volunteering gets no hours, and who confirms says that it still is."""

from __future__ import annotations

from datetime import date, time

import pytest

from admin_app.policy import access_of, acting_as
from admin_app.services.exchange import batches
from admin_app.services.exchange.batches import Upload
from admin_app.services.ledger import gate, hours
from admin_app.services.ledger.hours import Stretch
from models import DomainError, EntryState, Gate, ImportKind, ServiceEntry, clock, db
from tests import factories
from tests.services.exchange.books import LEDGER, book

DAY = date(2026, 10, 3)
BARRED = [kind for kind in Gate if kind is not Gate.NONE]


@pytest.fixture
def patrol(cast):
    return factories.activity(cast.gan_lai, held_on=DAY)


@pytest.mark.parametrize("kind", BARRED)
def test_what_is_no_volunteering_gets_no_hours(cast, patrol, kind):
    lei = factories.volunteer(cast.gan_lai)
    with acting_as(access_of(cast.chen)):
        gate.answer(patrol, kind)
        with pytest.raises(DomainError, match="Article 19"):
            hours.record(lei, patrol, Stretch.on(DAY, time(9), time(11)))


def press(browser, entry, **ticked):
    told = {"action": "confirm", "rowid": [entry.id]}
    answer = browser.post("/ledger/action/", data=told | ticked)
    db.session.expire_all()
    return answer


@pytest.mark.parametrize("login", ["dai", "lin"])
def test_confirming_takes_a_tick_that_answers_for_an_activity_nobody_was_asked_of(
    cast, browse, patrol, login
):
    entry = factories.service_entry(factories.volunteer(cast.gan_lai), patrol)
    browser = browse(getattr(cast, login))
    press(browser, entry)
    assert (entry.state, patrol.gate) == (EntryState.SUBMITTED, None)
    assert "none of the six" in browser.get("/ledger/").text
    press(browser, entry, unchanged="1")
    assert (entry.state, patrol.gate) == (EntryState.CONFIRMED, Gate.NONE)
    assert (patrol.gate_by_id, patrol.gate_at is None) == (getattr(cast, login).id, False)


@pytest.mark.parametrize("kind", BARRED[:1])
def test_hours_of_what_turned_out_to_be_none_are_not_confirmed(cast, browse, patrol, kind):
    entry = factories.service_entry(factories.volunteer(cast.gan_lai), patrol)
    patrol.gate = kind
    db.session.commit()
    press(browse(cast.dai), entry, unchanged="1")
    assert entry.state is EntryState.SUBMITTED


def test_the_answer_names_who_gave_it_last(cast, browse):
    told = {"name": "义诊", "held_on": "2026-10-03", "category": "0004", "state": "held"}
    asked = browse(cast.chen).post("/activities/new/", data=told)
    assert asked.status_code == 200
    browse(cast.chen).post("/activities/new/", data=told | {"gate": "none"})
    [made] = db.session.query(type(factories.activity(cast.gan_lai))).filter_by(name="义诊")
    assert (made.gate, made.gate_by_id) == (Gate.NONE, cast.chen.id)
    browse(cast.dai).post(
        f"/activities/edit/?id={made.id}", data=told | {"gate": "paid", "version": made.version}
    )
    db.session.expire_all()
    assert (made.gate, made.gate_by_id) == (Gate.PAID, cast.dai.id)
    page = browse(cast.chen).get(f"/activities/details/?id={made.id}").text
    assert "Paid clearly more" in page
    assert cast.dai.name in page


def test_an_import_flags_the_hours_of_what_is_none(cast, patrol):
    patrol.gate, patrol.name = Gate.OWN_WORK, "环保宣传"
    db.session.commit()
    lei = factories.volunteer(cast.gan_lai, name="雷锋")
    row = (1, DAY.isoformat(), "雷锋", lei.person.id_number, "环保宣传", "", "9:00", "10:00", "")
    upload = Upload(ImportKind.LEDGER, "台账.xlsx", book(LEDGER, row), cast.gan_lai, clock.today())
    batches.bring_in(upload, by=None, access=None, at=clock.utc_now(), dry_run=False)
    db.session.commit()
    assert db.session.query(ServiceEntry).one().flags == ["not_volunteering"]

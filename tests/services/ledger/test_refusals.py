from datetime import datetime

import pytest
from sqlalchemy import select

from admin_app.policy import access_of, acting_as
from admin_app.services.ledger import deciding
from models import EntryState, OverlapRefusal, RefusedAct, ServiceEntry, db
from tests import factories


@pytest.fixture
def busy(cast):
    """A volunteer of Gan Lai who is recorded at Quan Shui from nine to eleven."""
    lei = factories.volunteer(cast.gan_lai, name="雷小锋")
    twin = factories.volunteer(cast.quan_shui, person=lei.person)
    factories.service_entry(twin, factories.activity(cast.quan_shui, name="秘密活动"))
    return lei


def kept():
    db.session.rollback()
    return db.session.scalars(select(OverlapRefusal).order_by(OverlapRefusal.id)).all()


def test_what_a_clerk_is_refused_for_overlap_is_kept_although_nothing_else_is(browse, cast, busy):
    told = {
        "volunteer": busy.id, "activity": factories.activity(cast.gan_lai).id,
        "start": "10:30", "end": "12:00",
    }  # fmt: skip
    browser, clerk, station = browse(cast.chen), cast.chen.id, cast.gan_lai.id
    page = browser.post("/ledger/new/", data=told)
    assert page.status_code == 200
    assert "泉水村志愿服务站" in page.text
    assert "秘密活动" not in page.text
    [one] = kept()
    assert (one.station_id, one.volunteer_id, one.name_masked) == (station, busy.id, "雷**")
    assert (one.act, one.refused_to_id) == (RefusedAct.RECORD, clerk)
    assert (one.started_at, one.ended_at) == (
        datetime(2026, 10, 3, 10, 30), datetime(2026, 10, 3, 12),
    )  # fmt: skip
    assert (one.other_station, one.other_started_at, one.other_ended_at) == (
        "泉水村志愿服务站", datetime(2026, 10, 3, 9), datetime(2026, 10, 3, 11),
    )  # fmt: skip
    assert len(db.session.scalars(select(ServiceEntry)).all()) == 1


def test_what_is_refused_for_another_reason_is_not_kept(browse, cast, busy):
    told = {
        "volunteer": busy.id, "activity": factories.activity(cast.gan_lai).id,
        "start": "12:00", "end": "11:00",
    }  # fmt: skip
    browse(cast.chen).post("/ledger/new/", data=told)
    assert kept() == []


def test_a_confirmation_that_is_refused_for_overlap_is_kept(browse, cast, busy):
    entry = factories.service_entry(
        busy, factories.activity(cast.gan_lai), started_at=datetime(2026, 10, 3, 10)
    )
    told = {"action": "confirm", "unchanged": "1", "rowid": [entry.id]}
    browse(cast.dai).post("/ledger/action/", data=told)
    [one] = kept()
    assert (one.act, one.station_id) == (RefusedAct.CONFIRM, cast.gan_lai.id)
    assert entry.state is EntryState.SUBMITTED


def test_what_only_the_database_sees_is_refused_in_words(browse, cast, monkeypatch):
    lei = factories.volunteer(cast.gan_lai)
    activity = factories.activity(cast.gan_lai)
    factories.service_entry(lei, activity, state=EntryState.CONFIRMED)
    late = factories.service_entry(lei, activity)
    # Two people at the same moment: neither sees the other's entry yet.
    monkeypatch.setattr(deciding, "refuse_overlap", lambda *_told, **_more: None)
    browser, number = browse(cast.dai), late.id
    browser.post("/ledger/action/", data={"action": "confirm", "unchanged": "1", "rowid": [number]})
    assert "at that time a moment ago" in browser.get("/ledger/").text
    db.session.rollback()
    assert db.session.get(ServiceEntry, number).state is EntryState.SUBMITTED


@pytest.mark.parametrize(
    ("who", "seen"), [("su", 1), ("tu", 1), ("chen", 1), ("pu", 1), ("quan", 0), ("di", 0)]
)
def test_a_refusal_is_seen_where_it_was_tried_and_above(cast, who, seen):
    factories.overlap_refusal(cast.gan_lai)
    with acting_as(access_of(getattr(cast, who))):
        assert len(db.session.scalars(select(OverlapRefusal)).all()) == seen

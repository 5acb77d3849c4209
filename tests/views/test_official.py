"""What is entered in the official system of an activity, and what is noted of it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text

from admin_app.policy import access_of, acting_as
from admin_app.services import workbench
from admin_app.services.ledger import official, reversals
from models import Activity, ActivityState, EntryState, OfficialState, ReversalGround, db
from tests import factories
from tests.pages import Page


@pytest.fixture
def patrol(cast):
    return factories.activity(cast.gan_lai)


@pytest.fixture
def served(cast, patrol):
    """Two confirmed entries of the patrol."""
    people = [factories.volunteer(cast.gan_lai, name=name) for name in ("雷一", "雷二")]
    return [
        factories.service_entry(person, patrol, state=EntryState.CONFIRMED, content="巡 逻\n东街")
        for person in people
    ]


def note(browser, patrol, entries, **changed):
    told = {
        "state": "uploaded", "on": "2026-10-09", "numbers": "",
        "rowid": [entry.id for entry in entries],
    }  # fmt: skip
    answer = browser.post(f"/activities/official/?id={patrol.id}", data=told | changed)
    db.session.expire_all()
    return answer


def test_the_list_holds_what_is_typed_there_and_no_identity_number(cast, browse, patrol, served):
    assert official.line(served[0]) == (
        "雷一", served[0].volunteer.number, "2026-10-03", "09:00", "11:00", "2.00", "巡 逻 东街",
    )  # fmt: skip
    page = browse(cast.chen).get(f"/activities/official/?id={patrol.id}")
    assert "\t2.00\t巡 逻 东街\n" in page.text
    assert served[0].person.id_number not in page.text


def test_noted_numbers_stand_in_the_order_of_the_list(cast, browse, patrol, served):
    note(browse(cast.chen), patrol, served, numbers="A-1\n\nA-2\n")
    assert [(e.official_state, e.official_number, e.official_on) for e in served] == [
        (OfficialState.UPLOADED, "A-1", date(2026, 10, 9)),
        (OfficialState.UPLOADED, "A-2", date(2026, 10, 9)),
    ]
    assert patrol.uploaded_on == date(2026, 10, 9)


@pytest.mark.parametrize(
    "changed",
    [{"numbers": "A-1"}, {"on": "2999-01-01"}, {"on": "昨天"}, {"state": "lost"}, {"rowid": []},
     {"state": "taken_back"}, {"numbers": f"A\n{'9' * 41}"}],
    ids=["too few numbers", "future", "no day", "no state", "none ticked", "it counts", "long"],
)  # fmt: skip
def test_what_does_not_fit_is_refused_wholly(cast, browse, patrol, served, changed):
    note(browse(cast.chen), patrol, served, **changed)
    assert [entry.official_state for entry in served] == [None, None]
    assert patrol.uploaded_on is None


def test_a_part_leaves_the_activity_waiting(cast, browse, patrol, served):
    browser = browse(cast.chen)
    note(browser, patrol, served[:1])
    assert patrol.uploaded_on is None
    assert patrol.name in browser.get("/activities/?flt_uploaded=no").text
    note(browser, patrol, served[1:])
    assert patrol.name not in Page(browser.get("/activities/?flt_uploaded=no").text).text


def test_an_activity_without_anything_that_counts_waits_for_no_upload(cast, browse, patrol):
    browser = browse(cast.chen)

    def found():
        listed = Page(browser.get("/activities/?flt_uploaded=no&flt0_state=held").text).text
        with acting_as(access_of(cast.chen)):
            [number] = [
                one for one in workbench.numbers(access_of(cast.chen)) if one.name == "to_upload"
            ]
        return patrol.name in listed, number.count

    assert found() == (False, 0)
    lei = factories.volunteer(cast.gan_lai)
    entry = factories.service_entry(lei, patrol)
    factories.service_entry(factories.volunteer(cast.gan_lai), patrol, state=EntryState.DECLINED)
    assert found() == (False, 0)
    entry.state = EntryState.CONFIRMED
    db.session.commit()
    assert found() == (True, 1)
    assert patrol.name not in Page(browser.get("/activities/?flt_uploaded=yes").text).text
    note(browser, patrol, [entry])
    assert found() == (False, 0)
    with acting_as(access_of(cast.lin)):
        reversals.reverse(
            entry, ReversalGround.WRONG_TIME, "记错", by=cast.lin, access=access_of(cast.lin)
        )
        db.session.commit()
    assert found() == (True, 1)  # it is to be taken back there
    note(browser, patrol, [entry], state="taken_back")
    assert found() == (False, 0)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_waits_for_its_upload_is_found_by_the_indexes(cast, patrol):
    waits = select(Activity.id).where(
        Activity.station_id == patrol.station_id, Activity.state == ActivityState.HELD,
        official.waits(),
    )  # fmt: skip
    told = waits.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = str(db.session.execute(text(f"EXPLAIN QUERY PLAN {told}")).all())
    assert "ix_activities_station_id_uploaded_on" in plan
    assert "ix_service_entries_activity_id" in plan


def test_a_reversal_asks_for_it_to_be_taken_back_there(cast, browse, patrol, served):
    browser = browse(cast.chen)
    note(browser, patrol, served)
    with acting_as(access_of(cast.lin)):
        reversals.reverse(
            served[0], ReversalGround.WRONG_TIME, "记错", by=cast.lin, access=access_of(cast.lin)
        )
        db.session.commit()
    assert patrol.uploaded_on is None
    assert "take it back" in browser.get(f"/activities/official/?id={patrol.id}").text
    note(browser, patrol, served[:1])
    assert served[0].official_state is OfficialState.UPLOADED
    note(browser, patrol, served[:1], state="taken_back")
    assert served[0].official_state is OfficialState.TAKEN_BACK
    assert patrol.uploaded_on == date(2026, 10, 9)


def test_a_new_entry_lets_the_activity_wait_again(cast, browse, patrol, served):
    note(browse(cast.chen), patrol, served)
    late = factories.service_entry(factories.volunteer(cast.gan_lai), patrol)
    browse(cast.lin).post(
        "/ledger/action/", data={"action": "confirm", "unchanged": "1", "rowid": [late.id]}
    )
    db.session.expire_all()
    assert (late.state, patrol.uploaded_on) == (EntryState.CONFIRMED, None)


@pytest.mark.parametrize(
    ("login", "status"),
    [("lin", 403), ("dai", 403), ("ou", 404), ("su", 403), ("quan", 404), ("wang", 404)],
)
def test_only_the_clerk_of_the_place_notes_it(cast, browse, served, login, status):
    browser, patrol = browse(getattr(cast, login)), served[0].activity
    assert browser.get(f"/activities/official/?id={patrol.id}").status_code == status
    assert note(browser, patrol, served).status_code == status
    assert served[0].official_state is None

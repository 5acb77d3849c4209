"""How much stands in the official system: kept as it is noted, told by station and month."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services.ledger import checking, official, reversals, uploads
from admin_app.services.reports import Month
from models import EntryState, OfficialState, ReversalGround, UploadMonth, db
from tests import factories

MARCH, OCTOBER = date(2026, 3, 9), date(2026, 10, 3)


@pytest.fixture
def served(cast):
    """Three confirmed entries at Gan Lai, one of March, and one at Quan Shui."""
    lei = factories.volunteer(cast.gan_lai)
    found = [
        factories.service_entry(
            factories.volunteer(place), factories.activity(place, held_on=day),
            state=EntryState.CONFIRMED,
        )
        for place, day in (
            (cast.gan_lai, MARCH), (cast.gan_lai, OCTOBER), (cast.gan_lai, OCTOBER),
            (cast.quan_shui, OCTOBER),
        )
    ]  # fmt: skip
    factories.service_entry(lei, factories.activity(cast.gan_lai))  # submitted: it waits for none
    return found


def note(cast, entries, state=OfficialState.UPLOADED):
    by = access_of(cast.chen)
    with acting_as(by):
        official.note(entries, state, "", on=OCTOBER, by=by)
        db.session.commit()


def reverse(cast, entry):
    with acting_as(access_of(cast.lin)):
        reversals.reverse(
            entry, ReversalGround.WRONG_TIME, "记错", by=cast.lin, access=access_of(cast.lin)
        )
        db.session.commit()


def numbers(account, place):
    with acting_as(access_of(account)):
        return {
            one.name: (one.counted, one.waiting, one.to_take_back, one.since)
            for one in uploads.by_station(place)
        }


def is_borne_out():
    with unscoped("a test looks at everything"):
        return checking.verify().differences == ()


def test_each_station_of_a_county_tells_how_much_waits_and_since_when(cast, served):
    county = cast.gan_lai.division.parent.parent
    assert numbers(cast.su, county) == {
        cast.gan_lai.name: (3, 3, 0, Month(2026, 3)),
        cast.quan_shui.name: (1, 1, 0, Month(2026, 10)),
    }
    note(cast, served[:1])
    assert numbers(cast.su, county)[cast.gan_lai.name] == (3, 2, 0, Month(2026, 10))
    note(cast, served[1:3])
    assert numbers(cast.su, county)[cast.gan_lai.name] == (3, 0, 0, None)
    assert is_borne_out()


def test_what_was_refused_there_waits_again(cast, served):
    note(cast, served[:3])
    note(cast, served[:1], OfficialState.REFUSED)
    assert numbers(cast.su, cast.gan_lai)[cast.gan_lai.name] == (3, 1, 0, Month(2026, 3))
    assert is_borne_out()


def test_what_is_reversed_is_to_be_taken_back_until_it_is(cast, served):
    note(cast, served[:3])
    reverse(cast, served[1])
    assert numbers(cast.su, cast.gan_lai)[cast.gan_lai.name] == (2, 0, 1, None)
    assert is_borne_out()
    note(cast, served[1:2], OfficialState.TAKEN_BACK)
    assert numbers(cast.su, cast.gan_lai)[cast.gan_lai.name] == (2, 0, 0, None)
    reverse(cast, served[2])
    assert is_borne_out()


def test_what_was_never_there_is_nothing_to_take_back(cast, served):
    reverse(cast, served[0])
    assert numbers(cast.su, cast.gan_lai)[cast.gan_lai.name] == (2, 2, 0, Month(2026, 10))
    assert db.session.query(UploadMonth).count() == 0


def test_the_check_of_the_ledger_finds_a_sum_that_is_wrong(cast, served):
    note(cast, served[:1])
    db.session.query(UploadMonth).one().uploaded = 2
    db.session.commit()
    [found] = checking.verify().differences
    assert (found.total, found.kept["uploaded"], found.counted["uploaded"]) == (
        "upload_months", 2, 1,
    )  # fmt: skip


def test_another_prefecture_is_not_counted(cast, served):
    with acting_as(access_of(cast.di)):
        assert uploads.by_station(cast.gan_lai) == []


def test_any_number_of_stations_takes_two_questions(cast, served):
    county, asked = cast.gan_lai.division.parent.parent, []
    expected = {cast.gan_lai.id: MARCH, cast.quan_shui.id: OCTOBER}
    with acting_as(access_of(cast.su)):
        event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
        assert uploads.oldest(uploads.by_station(county)) == expected
    assert sum("SELECT" in one for one in asked) == 2

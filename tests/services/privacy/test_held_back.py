"""What is past its time of keeping and stays: whose, why and until when, at one station alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from admin_app.policy import access_of, acting_as
from admin_app.services.privacy import held_back, retention
from models import EntryState, FigureName, NotAllowed, RollState, clock, db
from tests import factories
from tests.pages import Page
from views.screens import retention as screen

YEAR = timedelta(days=366)


@pytest.fixture
def months(cast):
    return factories.figure(FigureName.RETENTION_MONTHS, 24, division_code="440800000000")


def gone(station, years=3, **fields):
    left_on = clock.today() - years * YEAR
    return factories.volunteer(station, state=RollState.LEFT, left_on=left_on, **fields)


def keep(row, by):
    access = access_of(by)
    with acting_as(access):
        retention.keep(row, "诉讼未结", clock.today() + YEAR, by=by, access=access)
        db.session.commit()


def delete(row, by):
    access = access_of(by)
    with acting_as(access):
        retention.delete(row, row.number, by=by, access=access)
        db.session.commit()


def held(station, by, **fields):
    access = access_of(by)
    with acting_as(access):
        found = held_back.of(station, first=0, most=50, access=access, **fields)
        assert held_back.count(station, access=access, **fields) == len(found)
        return found


@pytest.mark.usefixtures("months")
def test_each_line_says_why_it_stays_and_until_when(cast):
    kept, waits = gone(cast.gan_lai, 5), gone(cast.gan_lai, 4)
    gone(cast.gan_lai)  # just due: nothing holds it back
    gone(cast.gan_lai, 1, name="未到期")
    served = factories.activity(cast.gan_lai)
    factories.service_entry(waits, served)
    keep(kept, cast.lin)
    first, second = held(cast.gan_lai, cast.lin)
    assert (first.line, second.line) == (kept, waits)
    assert (first.decision.reason, first.decision.until) == ("诉讼未结", clock.today() + YEAR)
    assert first.waiting == ()
    assert (second.decision, [str(one) for one in second.waiting]) == (None, ["Service entries"])


@pytest.mark.usefixtures("months")
def test_a_line_kept_no_longer_and_one_settled_are_not_held_back(cast):
    kept, waits = gone(cast.gan_lai, 5), gone(cast.gan_lai, 4)
    entry = factories.service_entry(waits, factories.activity(cast.gan_lai))
    keep(kept, cast.lin)
    entry.state = EntryState.DECLINED
    db.session.commit()
    assert [one.line for one in held(cast.gan_lai, cast.lin)] == [kept]
    assert held(cast.gan_lai, cast.lin, on=clock.today() + 2 * YEAR) == []


@pytest.mark.usefixtures("months")
def test_what_stays_after_a_deletion_is_told(cast):
    served, elsewhere, nothing = (gone(cast.gan_lai, n) for n in (6, 5, 4))
    factories.service_entry(served, factories.activity(cast.gan_lai), state=EntryState.CONFIRMED)
    factories.volunteer(cast.quan_shui, person=elsewhere.person)
    for row in (served, elsewhere, nothing):
        delete(row, cast.lin)
    first, second = held(cast.gan_lai, cast.lin)
    assert (first.line, first.entries, first.certificates, first.rolls) == (served, 1, 0, 0)
    assert (second.line, second.entries, second.rolls) == (elsewhere, 0, 1)


def test_nothing_is_held_back_where_no_figure_is_set(cast):
    factories.service_entry(gone(cast.gan_lai), factories.activity(cast.gan_lai))
    assert held(cast.gan_lai, cast.lin) == []


@pytest.mark.usefixtures("months")
def test_only_the_own_station_is_told(cast, browse):
    row = gone(cast.gan_lai, name="雷桂英")
    keep(row, cast.lin)
    with pytest.raises(NotAllowed):
        held(cast.gan_lai, cast.zhao)
    address = f"/privacy/keeping/held?station={cast.gan_lai.id}"
    assert address in browse(cast.lin).get("/privacy/keeping/").text
    told = Page(browse(cast.chen).get(address).text).text
    assert f"雷桂英 {row.number}" in told
    assert "Kept by the leader: 诉讼未结" in told
    assert str(clock.today() + YEAR) in told
    assert browse(cast.zhao).get(address).status_code == 404


@pytest.mark.usefixtures("months")
def test_the_list_turns_its_pages(cast, browse, monkeypatch):
    monkeypatch.setattr(screen, "PAGE_SIZE", 2)
    rows = [gone(cast.gan_lai, years, name=f"雷桂{years}") for years in (5, 4, 3)]
    for row in rows:
        keep(row, cast.lin)
    address = f"/privacy/keeping/held?station={cast.gan_lai.id}"
    first, last = (browse(cast.lin).get(f"{address}&page={n}").text for n in (1, 9))
    assert [row.number in first for row in rows] == [True, True, False]
    assert [row.number in last for row in rows] == [False, False, True]
    assert f"{address}&amp;page=2" in first

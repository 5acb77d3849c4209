"""Data of who left: due by a figure alone, deleted or kept by the leader, never by themselves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from admin_app.policy import access_of, acting_as
from admin_app.services.privacy import retention
from models import DomainError, FigureName, NotAllowed, RollState, Volunteer, clock, db
from tests import factories
from tests.cast import PASSWORD

YEAR = timedelta(days=366)


@pytest.fixture
def gone(cast):
    return factories.volunteer(
        cast.gan_lai, name="雷桂英", state=RollState.LEFT, left_on=clock.today() - 2 * YEAR
    )


def due(by):
    with acting_as(access_of(by)):
        return [row.id for place in retention.keeping(access_of(by)) for row in place.due]


def act(verb, *told, by):
    access = access_of(by)
    with acting_as(access):
        verb(*told, by=by, access=access)
        db.session.commit()


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 12, date(2025, 1, 15)),
        (date(2026, 11, 27), 11, date(2025, 12, 27)),
        (date(2026, 11, 27), 1200 * 40, date.min),
    ],
)
def test_months_count_back_by_the_calendar(day, months, last):
    assert retention.last_left(day, months) == last


def test_nothing_is_due_where_no_figure_is_set(cast, gone):
    assert due(cast.lin) == []
    factories.figure(FigureName.RETENTION_MONTHS, 24, division_code="533400000000")
    assert due(cast.lin) == []
    with pytest.raises(DomainError, match="not due"):
        act(retention.delete, gone, gone.number, by=cast.lin)


def test_the_leader_keeps_it_for_a_reason_or_deletes_it(cast, gone):
    factories.volunteer(cast.gan_lai)
    factories.volunteer(cast.gan_lai, state=RollState.LEFT, left_on=clock.today() - YEAR)
    factories.figure(FigureName.RETENTION_MONTHS, 24, division_code="440800000000")
    assert due(cast.lin) == due(cast.chen) == [gone.id]
    assert due(cast.zhao) == []
    with pytest.raises(NotAllowed):
        act(retention.delete, gone, gone.number, by=cast.chen)
    with pytest.raises(DomainError, match="Say why"):
        act(retention.keep, gone, " ", clock.today() + YEAR, by=cast.lin)
    db.session.rollback()
    with pytest.raises(DomainError, match="day to come"):
        act(retention.keep, gone, "诉讼未结", clock.today(), by=cast.lin)
    db.session.rollback()
    act(retention.keep, gone, "诉讼未结", clock.today() + YEAR, by=cast.lin)
    assert due(cast.lin) == []
    with acting_as(access_of(cast.lin)):
        [place] = retention.keeping(access_of(cast.lin), on=clock.today() + 2 * YEAR)
    assert gone.id in [row.id for row in place.due]
    with pytest.raises(DomainError, match="roll number"):
        act(retention.delete, gone, "", by=cast.lin)
    db.session.rollback()
    act(retention.delete, gone, gone.number, by=cast.lin)
    assert (gone.person.erased_at is not None, gone.erased_on) == (True, clock.today())


def test_the_list_stands_on_a_page_of_its_own(cast, browse, gone):
    lin = browse(cast.lin)
    assert "not set" in lin.get("/privacy/keeping/").text
    factories.figure(FigureName.RETENTION_MONTHS, 24)
    assert "/privacy/keeping/" in lin.get("/privacy/").text
    assert "雷桂英" in lin.get("/privacy/keeping/").text
    assert "<details" not in browse(cast.chen).get("/privacy/keeping/").text
    told = {"id": gone.id, "confirmed": gone.number}
    assert browse(cast.chen).post("/privacy/keeping/delete", data=told).status_code == 403
    assert browse(cast.zhao).post("/privacy/keeping/delete", data=told).status_code in (401, 404)
    lin.post("/privacy/keeping/delete", data=told | {"_own_password": PASSWORD})
    db.session.expire_all()
    assert db.session.get(Volunteer, gone.id).erased_on == clock.today()

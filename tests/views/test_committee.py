"""Leadership and rules on their screens: hand-over, seats that carry, model texts, the wall."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.services import wall
from admin_app.services.paper.render import Paper
from models import Appointment, AuditAction, AuditEntry, LeadershipGroup, Role, Rule, clock, db
from tests import factories
from tests.pages import Page

DAY = timedelta(days=1)


@pytest.fixture
def group(cast):
    return factories.leadership_group(cast.gan_lai)


def fresh(model):
    db.session.rollback()
    return db.session.scalars(select(model).order_by(model.id.desc())).first()


def test_a_seat_is_given_its_appointment_and_the_term_handed_over(browse, cast, group):
    [seat] = group.seats
    address, link = f"/leadership/details/?id={group.id}", f"/appointments/new/?seat={seat.id}"
    assert link not in browse(cast.lin).get(address).text
    su = browse(cast.su)
    assert link in su.get(address).text
    page = Page(su.get(link).text)
    assert page.fields["role"] == "leader"
    told = {"account": cast.lin.id, "role": "clerk", "station": cast.gan_lai.id,
            "since": clock.today().isoformat()}  # fmt: skip
    assert "This seat carries the role" in su.post(link, data=told).text
    answer = su.post(link, data=told | {"role": "leader"})
    assert answer.status_code == 302, Page(answer.text).text
    db.session.rollback()
    assert seat.appointment.account_id == cast.lin.id
    assert seat.appointment.role is Role.LEADER

    over = f"/leadership/hand-over/?id={group.id}"
    assert browse(cast.su).get(over).status_code == 403
    lin, since = browse(cast.lin), clock.today() + DAY
    page = Page(lin.get(f"{over}&since={since}").text).text
    assert f"These appointments end on {clock.today()}" in page
    assert "Nobody would lead this station" in page
    told = {"since": since.isoformat(), "act": "next"}
    assert "nobody would lead this station" in lin.post(over, data=told).text
    assert "Type the day" in lin.post(over, data=told | {"since": "soon"}).text
    answer = lin.post(over, data=told | {"leaderless": "1"})
    assert answer.status_code == 302
    following = fresh(LeadershipGroup)
    assert (following.since, len(following.seats)) == (since, 1)
    assert fresh(Appointment) is not None
    assert group.until == clock.today()
    page = Page(su.get(f"/appointments/new/?seat={following.seats[0].id}").text)
    assert page.fields["since"] == since.isoformat()
    answer = lin.post(f"/leadership/hand-over/?id={following.id}",
                      data={"since": (since + DAY).isoformat(), "act": "end"})  # fmt: skip
    assert answer.status_code == 302
    assert fresh(LeadershipGroup).until == since
    assert lin.get(f"/leadership/hand-over/?id={10**9}").status_code == 404
    assert browse(cast.quan).get(over).status_code == 404


def test_a_rule_is_written_from_the_model_text(browse, cast):
    chen = browse(cast.chen)
    page = chen.post("/rules/new/", data={"_model": "1", "kind": "recruitment"}).text
    assert "满48小时" in page
    assert fresh(Rule) is None
    assert "48" not in Page(chen.post("/rules/new/", data={"_model": "1"}).text).text
    rule = factories.rule(cast.gan_lai)
    address = f"/rules/details/?id={rule.id}"
    assert "/rules/model/" in chen.get(address).text
    assert "/rules/model/" not in browse(cast.mo).get(address).text
    answer = chen.post("/rules/model/", data={"id": rule.id})
    assert answer.location == f"/rules/edit/?id={fresh(Rule).id}"
    assert fresh(Rule).adopted_on is None
    for login, code in {"mo": 403, "su": 403, "quan": 404}.items():
        answer = browse(getattr(cast, login)).post("/rules/model/", data={"id": rule.id})
        assert answer.status_code == code, login


def test_sheets_are_printed_by_who_may_take_them_along_and_leave_a_trace(
    browse, cast, group, monkeypatch
):
    asked = []

    def printed(station, sheets, size):
        asked.append((station.name, [sheet.kind for sheet in sheets], size.value))
        return Paper(pdf=b"%PDF-", sha256="0", pages=len(sheets))

    monkeypatch.setattr(wall, "printed", printed)
    rule = factories.rule(cast.gan_lai)
    station, chen = cast.gan_lai.id, browse(cast.chen)
    addresses = {
        f"/wall/rule?id={rule.id}&paper=a3": ["rule"],
        f"/wall/group?id={group.id}": ["group"],
        f"/wall/station?id={station}&sheet=flow": ["flow"],
        f"/wall/station?id={station}&sheet=services": ["services"],
    }
    for address, kinds in addresses.items():
        answer = chen.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), address
        assert asked[-1][1] == kinds
        for login, code in {
            "quan": 404,
            "zhao": 404,
            "he": (403, 404),
            "ada": (200, 403, 404),
        }.items():
            found = browse(getattr(cast, login)).get(address).status_code
            assert found in (code if isinstance(code, tuple) else (code,)), (login, address)
    assert asked[0][2] == "a3"
    traced = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.PRINT))
    assert [t.changes["sheets"] for t in traced if t.account_id == cast.chen.id] == [
        *addresses.values()
    ]
    answer = chen.get(f"/wall/station?id={station}&sheet=week")
    assert answer.location == f"/stations/details/?id={station}"
    assert "when the station is open" in chen.get(answer.location).text
    for bad in (f"id={station}&sheet=x", f"id={station}&paper=a5", "id=x", ""):
        assert chen.get(f"/wall/station?{bad}").status_code == 404, bad
    page = chen.get(f"/stations/details/?id={station}").text
    assert "sheet=whole" in page
    assert "There is no rule of the kind" in page
    assert f"/wall/rule?paper=a4&amp;id={rule.id}" in chen.get(f"/rules/details/?id={rule.id}").text

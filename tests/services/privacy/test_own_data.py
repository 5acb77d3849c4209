"""A person is told all that his station keeps about him, and who looked at it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from admin_app.policy import access_of
from admin_app.services import privacy
from admin_app.services.accounts import second_factor
from admin_app.services.people import volunteers
from models import (
    AuditAction,
    AuditEntry,
    DomainError,
    EntryState,
    NotAllowed,
    Objector,
    Volunteer,
    db,
)
from tests import factories
from tests.services.paper.reading import flat_text_of

ASKED = "本人 10 月 3 日到站口头请求"


@pytest.fixture
def lei(cast):
    """Lei stands on the rolls of two stations, served at one, and somebody searched for her."""
    lei = factories.volunteer(cast.gan_lai, name="雷桂英", phone="13712345678")
    activity = factories.activity(cast.gan_lai)
    factories.service_entry(lei, activity, state=EntryState.CONFIRMED)
    factories.volunteer(cast.quan_shui, person=lei.person, note="邻站的话")
    return lei


def test_the_sheet_holds_all_of_the_station_and_nothing_of_another(cast, lei):
    told = privacy.sheet(lei, ASKED, access=access_of(cast.lin)).told()
    db.session.commit()
    [person] = told["kept"]["persons"]
    [line] = told["kept"]["volunteers"]
    assert (person["id_number"], line["phone"]) == (lei.person.id_number, "13712345678")
    assert {"service_entries", "person_years"} <= set(told["kept"])
    assert "邻站的话" not in str(told)
    assert not any(name.endswith("_hash") for rows in told["kept"].values() for name in rows[0])
    traced = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (traced.action, traced.row_id, traced.changes) == (
        AuditAction.SHOW, lei.id, {"purpose": ASKED},
    )  # fmt: skip


def test_no_secret_and_no_stranger_s_number_is_on_it(cast, lei):
    cast.chen.person_id = lei.person_id
    secret = second_factor.begin(cast.chen)
    factories.objection(
        cast.gan_lai,
        volunteer=lei,
        objector=Objector.ANYBODY,
        contact="13700009999",
        objector_name="旁人",
        notice=factories.notice(cast.gan_lai),
    )
    db.session.commit()
    told = privacy.sheet(lei, ASKED, access=access_of(cast.lin)).told()
    assert [row["login"] for row in told["kept"]["accounts"]] == ["chen"]
    assert len(told["kept"]["objections"]) == 1
    for hidden in (secret, cast.chen.password_hash, "13700009999", "旁人"):
        assert hidden not in str(told)


def test_who_looked_is_told(app, cast, browse, lei):
    volunteers.find("13712345678", access=access_of(cast.chen))
    db.session.commit()
    browse(cast.quan).get("/volunteers/export/csv/")
    browse(cast.chen).get("/volunteers/export/csv/")
    browse(cast.su).get("/ledger/export/csv/")
    seen = [(look.by, look.act, look.is_whole_list) for look in privacy.looks(lei)]
    assert seen == [
        (cast.su.name, AuditAction.EXPORT, True),
        (cast.chen.name, AuditAction.EXPORT, True),
        (None, AuditAction.SEARCH, False),
    ]


def test_nobody_is_told_without_a_purpose_or_from_elsewhere(cast, lei):
    for purpose in ("", "  ", "x" * 201):
        with pytest.raises(DomainError, match="who asked"):
            privacy.sheet(lei, purpose, access=access_of(cast.lin))
    for login in ("chen", "su", "zhao", "ada", "shen"):
        with pytest.raises(NotAllowed):
            privacy.sheet(lei, ASKED, access=access_of(getattr(cast, login)))


def test_the_screen_shows_it_once_and_traces_it(cast, browse, lei):
    lin, told = browse(cast.lin), {"id": lei.id, "purpose": ASKED}
    assert 'action="/own-data/"' in lin.get(f"/volunteers/details/?id={lei.id}").text
    page = lin.post("/own-data/", data=told).text
    for words in ("13712345678", lei.person.id_number, "雷桂英", "Service entries"):
        assert words in page
    assert lin.post("/own-data/", data=told | {"purpose": ""}).status_code == 302
    assert browse(cast.chen).post("/own-data/", data=told).status_code == 403
    assert (
        'action="/own-data/"' not in browse(cast.chen).get(f"/volunteers/details/?id={lei.id}").text
    )
    assert browse(cast.zhao).post("/own-data/", data=told).status_code == 404
    shown = select(AuditEntry).where(AuditEntry.action == AuditAction.SHOW)
    assert len(db.session.scalars(shown).all()) == 1
    assert db.session.get(Volunteer, lei.id)


def test_the_sheet_comes_on_paper_too(cast, browse, lei):
    lei.note = "长" * 450
    db.session.commit()
    told = {"id": lei.id, "purpose": ASKED, "as": "pdf"}
    answer = browse(cast.lin).post("/own-data/", data=told)
    assert answer.mimetype == "application/pdf"
    text = flat_text_of(answer.data)
    for words in ("个人信息查阅单", "雷桂英", "13712345678", lei.person.id_number, "长" * 450):
        assert words in text
    assert "谁查看过" in text
    traced = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (traced.action, traced.row_id) == (AuditAction.SHOW, lei.id)
    assert browse(cast.chen).post("/own-data/", data=told).status_code == 403

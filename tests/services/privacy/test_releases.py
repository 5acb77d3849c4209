"""Numbers in clear leave for a purpose, by two persons, behind a password, and for days alone."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask_migrate import downgrade, upgrade
from msoffcrypto import OfficeFile
from openpyxl import load_workbook
from sqlalchemy import func, select

from admin_app.policy import access_of, acting_as
from admin_app.services import privacy
from admin_app.services.privacy import erasing, releases
from models import (
    AuditAction,
    AuditEntry,
    DomainError,
    EntryState,
    NotAllowed,
    Release,
    ReleaseLine,
    ReleasePurpose,
    ReleaseState,
    clock,
    db,
)
from tests import factories
from tests.cast import PASSWORD

NUMBER, PHONE = factories.identity_number(serial=9), "13712345678"


@pytest.fixture
def lei(cast):
    return factories.volunteer(cast.gan_lai, name="雷桂英", id_number=NUMBER, phone=PHONE)


def let_go(row, by, days=1):
    access = access_of(by)
    with acting_as(access):
        password = releases.release(row, days, by=by, access=access)
        db.session.commit()
    return password


def opened(file, password):
    plain, book = BytesIO(), OfficeFile(BytesIO(file))
    book.load_key(password=password)
    book.decrypt(plain)
    return [[cell.value for cell in row] for row in load_workbook(plain).active.rows]


def test_the_leader_releases_what_the_desk_prepared(cast, lei):
    factories.volunteer(cast.gan_lai, name="有号", official_number="4400001")
    factories.volunteer(cast.gan_lai, name="限制", restricted_on=clock.today())
    factories.volunteer(cast.quan_shui, name="邻站")
    row = factories.release(cast.gan_lai, prepared_by_id=cast.lin.id)
    with pytest.raises(NotAllowed):
        let_go(row, cast.chen)
    with pytest.raises(DomainError, match="another person"):
        let_go(row, cast.lin)
    db.session.rollback()
    row.prepared_by_id = cast.chen.id
    db.session.commit()
    for days in (0, 8):
        with pytest.raises(DomainError, match="1 to 7"):
            let_go(row, cast.lin, days)
        db.session.rollback()
    password = let_go(row, cast.lin)
    assert (row.state, row.people) == (ReleaseState.RELEASED, 1)
    with pytest.raises(NotAllowed):
        releases.fetch(row, access=access_of(cast.dai))
    file = releases.fetch(row, access=access_of(cast.chen))
    db.session.commit()
    assert NUMBER.encode() not in file
    told = opened(file, password)
    assert told[0] == ["姓名", "性别", "身份证号码", "手机号", "服务区域"]
    assert told[1][0] == "雷桂英"
    assert told[1][2:4] == [NUMBER, PHONE]
    assert len(told) == 2
    seen = [(look.act, look.by) for look in privacy.looks(lei)]
    assert seen == [(AuditAction.EXPORT, None), (AuditAction.SHOW, cast.lin.name)]


def test_at_an_exempt_station_one_person_releases_alone_and_it_says_so(cast, browse, lei):
    row = factories.release(cast.gan_lai, prepared_by_id=cast.lin.id)
    page = f"/releases/details/?id={row.id}"
    assert "Days that the file lasts" not in browse(cast.lin).get(page).text
    gone = factories.exemption(cast.gan_lai)
    gone.until = clock.today() - timedelta(days=1)
    db.session.commit()
    with pytest.raises(DomainError, match="exempts"):
        let_go(row, cast.lin)
    db.session.rollback()
    gone.until = clock.today()
    db.session.commit()
    assert "Days that the file lasts" in browse(cast.lin).get(page).text
    let_go(row, cast.lin)
    assert row.single_handed
    assert "One person prepared and decided it" in browse(cast.lin).get(page).text
    traced = db.session.scalars(
        select(AuditEntry).where(AuditEntry.register == "releases", AuditEntry.row_id == row.id)
    )
    assert any(entry.changes.get("single_handed") for entry in traced)
    other = factories.release(cast.gan_lai, prepared_by_id=cast.chen.id)
    let_go(other, cast.lin)
    assert not other.single_handed


def test_what_was_released_outlives_the_migration_that_marks_it(app, cast, lei):
    row = factories.release(cast.gan_lai, prepared_by_id=cast.chen.id)
    let_go(row, cast.lin)
    number, file, volunteer = row.id, row.file, lei.id
    db.session.remove()
    downgrade(revision="0042")
    upgrade()
    row = db.session.get_one(Release, number)
    assert (row.state, row.file, row.single_handed) == (ReleaseState.RELEASED, file, False)
    lines = db.session.scalars(select(ReleaseLine.volunteer_id)).all()
    assert lines == [volunteer]


def test_insurance_is_for_those_of_an_activity_and_takes_no_more(cast, lei):
    held = factories.activity(cast.gan_lai, name="义诊")
    factories.service_entry(lei, held, state=EntryState.SUBMITTED)
    came = factories.volunteer(cast.gan_lai, name="签到者")
    factories.attendance(came, held)
    factories.volunteer(cast.gan_lai, name="没来")

    def prepare(**fields):
        row = Release(
            purpose=ReleasePurpose.INSURANCE, recipient="人保", station=cast.gan_lai, **fields
        )
        releases.prepare(row, by_id=cast.chen.id)
        db.session.commit()
        return row

    with pytest.raises(DomainError, match="choose it"):
        prepare()
    db.session.rollback()
    row = prepare(activity=held)
    assert row.people == 2
    password = let_go(row, cast.lin)
    told = opened(row.file, password)
    assert [line[0] for line in told] == ["姓名", "雷桂英", "签到者"]
    assert told[1] == ["雷桂英", NUMBER, "义诊", held.held_on.isoformat()]


def test_a_file_goes_after_its_days_and_with_the_person(cast, lei):
    row, other = (factories.release(cast.gan_lai) for _n in range(2))
    let_go(row, cast.lin)
    let_go(other, cast.lin, 7)
    later = clock.utc_now() + timedelta(days=2)
    with pytest.raises(DomainError, match="over"):
        releases.fetch(row, access=access_of(cast.chen), at=later)
    assert releases.drop_expired(at=later) == 1
    db.session.commit()
    assert (row.file, row.state) == (None, ReleaseState.GONE)
    erasing.erase(lei)
    db.session.commit()
    assert (other.file, other.state) == (None, ReleaseState.GONE)
    with pytest.raises(DomainError, match="no file"):
        releases.fetch(other, access=access_of(cast.chen))
    assert db.session.scalar(select(func.count()).select_from(ReleaseLine)) == 2


def test_the_password_is_shown_once(cast, browse, lei):
    chen, lin = browse(cast.chen), browse(cast.lin)
    chen.post("/releases/new/", data={"purpose": "official", "recipient": "县民政局"})
    row = db.session.scalars(select(Release)).one()
    number, told = row.id, {"id": row.id, "days": "1"}
    assert 'action="/releases/release/"' not in chen.get(f"/releases/details/?id={number}").text
    assert 'action="/releases/release/"' in lin.get(f"/releases/details/?id={number}").text
    assert chen.post("/releases/release/", data=told).status_code == 403
    page = lin.post("/releases/release/", data=told | {"_own_password": PASSWORD}).text
    [password] = re.findall(r"<code>([a-z0-9-]{19})</code>", page)
    assert password not in lin.get(f"/releases/details/?id={number}").text
    answer = chen.get(f"/releases/file/?id={number}")
    assert opened(answer.data, password)[1][2] == NUMBER
    assert lin.get(f"/releases/file/?id={number}").status_code == 403

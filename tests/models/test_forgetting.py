"""What is deleted stands in no file of the database any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, literal_column, select, text

from admin_app.policy import access_of, acting_as
from admin_app.services import privacy
from admin_app.services.people import registrations
from admin_app.services.privacy import purposes
from models import (
    OptionalField,
    Person,
    PrivacyRequestState,
    clock,
    db,
    engine,
)
from tests import factories


@pytest.fixture
def files(app):
    """Return what the files of the database hold, all together."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL overwrites its pages when it vacuums them")
    file = Path(db.engine.url.database)

    log = file.with_name(f"{file.name}-wal")

    def held():
        db.session.rollback()
        return file.read_bytes() + (log.read_bytes() if log.exists() else b"")

    return held


@pytest.fixture
def lei(cast):
    """Lei stands among many, so that pages were split and joined around her."""
    for _n in range(150):
        factories.volunteer(cast.gan_lai)
    lei = factories.volunteer(cast.gan_lai, name="雷桂英", phone="13712345678")
    lei.health_note, lei.note = "雷桂英有高血压", "雷桂英住村口大榕树旁"
    db.session.commit()
    for _n in range(150):
        factories.volunteer(cast.gan_lai)
    return lei


def traces(table, number, *columns):
    """Return the bytes in which a row's values are stored."""
    told = [literal_column(column) for column in columns]
    row = db.session.execute(
        select(*told).select_from(text(table)).where(text(f"id = {number}"))
    ).one()
    return [value if isinstance(value, bytes) else value.encode() for value in row]


def test_what_a_deletion_takes_away_is_in_no_file(cast, lei, files):
    known = [
        *traces("volunteers", lei.id, "phone", "phone_hash", "health_note", "note"),
        *traces("persons", lei.person_id, "id_number", "id_number_hash", "name"),
    ]
    before = files()
    assert all(trace in before for trace in known)
    row = factories.privacy_request(cast.gan_lai, volunteer=lei, kind="erasure")
    access = access_of(cast.lin)
    with acting_as(access):
        privacy.decide(
            row, PrivacyRequestState.GRANTED, "已删除。", confirmed=lei.number, by=cast.lin,
            access=access,
        )  # fmt: skip
        db.session.commit()
    after = files()
    assert [trace for trace in known if trace in after] == []


def test_a_field_that_is_cleared_and_a_registration_that_is_withdrawn_are_in_no_file(
    cast, lei, files
):
    row = factories.registration(cast.gan_lai, by=cast.chen, name="李大榕")
    known = [
        *traces("volunteers", lei.id, "health_note"),
        *traces("registrations", row.id, "id_number", "phone", "name"),
    ]
    purpose = factories.purpose(cast.gan_lai, field=OptionalField.HEALTH_NOTE)
    purpose.ended_on = clock.today()
    db.session.commit()
    assert all(trace in files() for trace in known)
    with acting_as(access_of(cast.lin)):
        purposes.clear(purpose, access=access_of(cast.lin))
        db.session.commit()
    with acting_as(access_of(cast.chen)):
        registrations.withdraw(row, "本人撤回。", by=cast.chen, access=access_of(cast.chen))
        db.session.commit()
    after = files()
    assert [trace for trace in known if trace in after] == []


def test_whoever_reads_meanwhile_reads_on_and_the_night_empties_the_log(cast, files, monkeypatch):
    monkeypatch.setattr(engine, "EMPTYING_TIMEOUT_MS", 10)
    with db.engine.connect() as reader:
        with engine.reading():
            before = reader.scalar(select(func.count(Person.id)))
        factories.volunteer(cast.gan_lai)
        assert not engine.empty_log(db.engine)
        assert reader.scalar(select(func.count(Person.id))) == before
        reader.rollback()
    db.session.rollback()
    assert engine.empty_log(db.engine)
    assert Path(f"{db.engine.url.database}-wal").stat().st_size == 0

"""New keys open everything, old keys open nothing, and the trail stays whole."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import literal_column, select, text

from admin_app import keys
from admin_app.policy import unscoped
from admin_app.presence import Presence
from admin_app.services import audit, backups, evidence
from admin_app.services.keys import rotation
from admin_app.services.people import volunteers
from models import AuditAction, DomainError, EvidenceFile, Model, Office, Person, Volunteer, db
from tests.cli.commands import read, run
from tests.services.backups import apart


@pytest.fixture
def place(app, served, elsewhere, tmp_path):
    """A copy of the office whose keys may change."""
    backups.back_up(tmp_path / "one.backup")
    code = keys.code(keys.recovery(keys.read(Path(app.instance_path))))
    copy = elsewhere()
    with copy.app_context():
        backups.restore(tmp_path / "one.backup", code=code)
        yield copy
        db.session.remove()
        db.engine.dispose()


def test_everything_opens_with_the_new_keys_and_nothing_with_the_old(place, tmp_path):
    folder = Path(place.instance_path)
    old, before = keys.read(folder), keys.ring(keys.read(folder))
    hashed = db.session.scalar(select(Person.id_number_hash))
    there = len(list((folder / "evidence").glob("*/*")))
    told = read(run(place, "keys", "rotate", "--json"))
    assert (told["key"], told["files"]) == (2, there)
    assert there >= 2  # a picture and its small one, beside what other tests left
    new = keys.read(folder)
    assert list(new["sealing"]) == ["2"]
    for name in ("hashing", "trail", "session"):
        assert new[name] != old[name]
    assert keys.recovery(new) == keys.recovery(old)

    db.session.rollback()
    line = db.session.scalars(select(Volunteer)).one()
    number = line.person.id_number
    assert line.phone == "13812345678"
    assert line.person.id_number_hash != hashed
    assert volunteers.line_of(line.station, volunteers.id_number_hash(number)) is line
    assert evidence.content(db.session.scalars(select(EvidenceFile)).one())
    raw = db.session.scalar(text("SELECT phone FROM volunteers"))
    with pytest.raises((KeyError, InvalidTag)):
        before.open(bytes(raw), "volunteers.phone")

    assert audit.verify() == []
    with unscoped("a test"):
        audit.record(AuditAction.COMMAND, Office.__tablename__)
        db.session.commit()
    assert audit.verify() == audit.verify_end(3) == []
    read(run(place, "keys", "rotate", "--json"))
    assert audit.verify() == []
    backups.back_up(tmp_path / "two.backup", prove=True)


def test_what_was_cut_off_goes_on(place, monkeypatch):
    folder = Path(place.instance_path)

    def dying(_ring):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "_files", dying)
        with pytest.raises(KeyboardInterrupt):
            rotation.rotate()
    assert keys.is_rotating(folder)
    assert list(keys.read(folder)["sealing"]) == ["1", "2"]
    rotation.rotate()
    assert not keys.is_rotating(folder)
    assert db.session.scalars(select(Volunteer)).one().phone == "13812345678"
    assert evidence.content(db.session.scalars(select(EvidenceFile)).one())
    assert audit.verify() == []


@pytest.mark.parametrize(
    ("part", "call", "sealed_by"),
    [
        ("_write", 1, 1),  # the new key is written down, no value is sealed by it
        ("_write", 2, 1),  # some are, in a transaction that never ends
        ("_files", 1, 2),  # all values are, no file is
        ("replace", 4, 2),  # after the two key files, in the middle of the pictures
        ("_ended", 1, 2),  # everything is, and the old key still lies there
    ],
)
def test_a_rotation_that_is_killed_anywhere_is_finished_by_the_next(
    place, tmp_path, part, call, sealed_by
):
    folder = Path(place.instance_path)
    url = place.extensions["station_settings"].database_url
    db.session.remove()
    db.engine.dispose()
    place.extensions["station_presence"].close()
    assert apart.rotate_and_die(folder, url, part, call) == -signal.SIGKILL
    assert keys.is_rotating(folder)
    sealed = db.session.scalar(select(literal_column("phone")).select_from(text("volunteers")))
    assert bytes(sealed)[0] == sealed_by
    db.session.remove()
    db.engine.dispose()
    assert "run `flask keys rotate` again" in apart.start(folder, url)
    place.extensions["station_presence"] = Presence(folder)
    rotation.rotate()
    assert not keys.is_rotating(folder)
    assert list(keys.read(folder)["sealing"]) == ["2"]
    db.session.rollback()
    assert db.session.scalars(select(Volunteer)).one().phone == "13812345678"
    assert evidence.content(db.session.scalars(select(EvidenceFile)).one())
    assert audit.verify() == []


def test_what_a_station_asks_is_sealed_anew_in_each_table_that_keeps_it(place):
    before = keys.ring(keys.read(Path(place.instance_path)))
    with unscoped("a test"):
        line = db.session.scalars(select(Volunteer)).one()
        line.emergency_phone, line.health_note = "13800000001", "有高血压"
        db.session.commit()
    rotation.rotate()
    db.session.rollback()
    line = db.session.scalars(select(Volunteer)).one()
    assert (line.emergency_phone, line.health_note) == ("13800000001", "有高血压")
    for name in ("emergency_phone", "health_note"):
        raw = db.session.scalar(select(literal_column(name)).select_from(text("volunteers")))
        with pytest.raises((KeyError, InvalidTag)):
            before.open(bytes(raw), f"volunteers.{name}")


def test_a_running_office_keeps_its_keys(place):
    before = keys.read(Path(place.instance_path))
    other = Presence(Path(place.instance_path))
    with pytest.raises(DomainError, match="running"):
        rotation.rotate()
    other.close()
    assert keys.read(Path(place.instance_path)) == before


def test_every_keyed_hash_is_made_anew(app):
    known = {(table, column) for table, column, _of, _context in rotation.HASHES}
    there = {
        (table.name, column.name)
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(("number_hash", "phone_hash"))
    }
    assert known == there

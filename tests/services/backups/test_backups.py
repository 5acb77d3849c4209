"""A backup is whole, sealed, and comes back; what cannot come back changes nothing."""

from __future__ import annotations

import resource
import signal
import threading
from contextvars import Context
from datetime import date, time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from admin_app import keys, swaps
from admin_app.policy import access_of, acting_as
from admin_app.presence import Presence
from admin_app.services import accounts, audit, backups, evidence
from admin_app.services.backups import making, postgresql, restoring
from admin_app.services.ledger import checking, deciding, hours
from admin_app.services.ledger.hours import Stretch
from models import (
    Activity,
    AuditAction,
    AuditEntry,
    Backup,
    BackupOutcome,
    DomainError,
    EvidenceFile,
    Volunteer,
    db,
)
from tests import factories
from tests.cli.commands import read, run

DAY = date(2026, 10, 3)
WRITERS, EACH, PATIENCE = 3, 6, 20


def code_of(app):
    return keys.code(keys.recovery(keys.read(Path(app.instance_path))))


def lines():
    db.session.expire_all()
    return db.session.scalars(select(Backup).order_by(Backup.id)).all()


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def restored(place, path, **options):
    """Restore in another office, and return what it said."""
    with place.app_context():
        try:
            return backups.restore(path, **options)
        finally:
            db.session.remove()
            db.engine.dispose()


def tree(folder):
    """Every file of a folder with its bytes, but for locks."""
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".in-use"
    }


def test_a_backup_under_write_load_restores_to_a_whole_office(app, cast, elsewhere, tmp_path):
    factories.evidence_file(cast.gan_lai)
    people = [factories.volunteer(cast.gan_lai).id for _n in range(WRITERS * EACH)]
    activity_id = factories.activity(cast.gan_lai, held_on=DAY).id
    db.session.rollback()
    begun = threading.Event()

    def write(mine):
        with app.app_context():
            for person in mine:
                _record_in_time(person, activity_id)
                begun.set()
            db.session.remove()

    threads = [
        threading.Thread(target=Context().run, args=(write, people[n::WRITERS]))
        for n in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    begun.wait(60)
    backups.back_up(tmp_path / "first.backup")
    for thread in threads:
        thread.join()
    backups.back_up(tmp_path / "last.backup", prove=True)

    found = []
    for name in ("first.backup", "last.backup"):
        place = elsewhere()
        told = restored(place, tmp_path / name, code=code_of(app))
        assert told.verdict.faults == ()
        found.append(told.verdict.entries)
        with place.app_context():
            assert audit.verify() == []
            assert checking.verify().differences == ()
            for row in db.session.scalars(select(EvidenceFile)):
                assert evidence.content(row)
            db.session.remove()
            db.engine.dispose()
    assert 0 < found[0] <= found[1] == len(people)
    assert lines()[-1].outcome is BackupOutcome.PROVED


def test_nobody_waits_while_a_backup_is_proved(app, cast, tmp_path, monkeypatch):
    proved = restoring.prove

    def prove(*given):
        assert not db.session().in_transaction()
        return proved(*given)

    monkeypatch.setattr(restoring, "prove", prove)
    line = backups.back_up(tmp_path / "one.backup", prove=True)
    assert line.outcome is BackupOutcome.PROVED
    assert not db.session().in_transaction()


def _record_in_time(person, activity_id):
    """Record until the database has had time for it."""
    for _turn in range(PATIENCE):
        try:
            return _record(person, activity_id)
        except OperationalError:
            db.session.rollback()
    raise AssertionError("the database had no time")


def _record(person, activity_id):
    """Record and confirm an entry, as the clerk and the deputy do."""
    clerk, deputy = accounts.by_login("chen"), accounts.by_login("dai")
    with acting_as(access_of(clerk)):
        row, there = db.session.get(Volunteer, person), db.session.get(Activity, activity_id)
        entry = hours.record(row, there, Stretch.on(DAY, time(9), time(11)))
    with acting_as(access_of(deputy)):
        deciding.confirm([entry], by=deputy, access=access_of(deputy))
        db.session.commit()


def test_a_restored_office_reads_its_sealed_numbers_and_pictures(app, served, elsewhere, tmp_path):
    volunteer_id, picture_id = (row.id for row in served)
    path = tmp_path / "one.backup"
    backups.back_up(path)
    place = elsewhere()
    told = restored(place, path, code=code_of(app))
    assert told.manifest["missing"] == []
    with place.app_context():
        again = db.session.get(Volunteer, volunteer_id)
        assert again.phone == "13812345678"
        assert evidence.content(db.session.get(EvidenceFile, picture_id))
        assert code_of(place) == code_of(app)
        done = select(AuditEntry.register).where(AuditEntry.action == AuditAction.COMMAND)
        assert "backups" in db.session.scalars(done).all()
        db.session.remove()
        # A backup of what was restored restores as well.
        backups.back_up(tmp_path / "two.backup", prove=True)
        db.engine.dispose()


def test_a_backup_holds_nothing_in_clear(app, served, tmp_path):
    backups.back_up(tmp_path)
    [path] = tmp_path.glob("*.backup")
    found = path.read_bytes()
    kept = keys.read(Path(app.instance_path))
    for key in (kept["hashing"], kept["trail"], kept["session"], *kept["sealing"].values()):
        assert key.encode() not in found
        assert bytes.fromhex(key) not in found
    for words in ("贺兰心", "13812345678", "甘来村", "SQLite format", "PGDMP"):
        assert words.encode() not in found
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_wrong_code_says_so_and_changes_nothing(app, served, elsewhere, tmp_path):
    path = tmp_path / "one.backup"
    backups.back_up(path)
    place = elsewhere()
    before = tree(Path(place.instance_path))
    for wrong in (keys.code(b"x" * keys.RECOVERY_BYTES), "no code", None):
        with pytest.raises(backups.WrongKey, match="recovery code"):
            restored(place, path, code=wrong)
    assert tree(Path(place.instance_path)) == before
    outcome = run(place, "restore", path)
    assert outcome.exit_code == 1
    assert "Nothing was changed" in outcome.stderr


def test_a_damaged_or_cut_backup_changes_nothing(app, served, elsewhere, tmp_path):
    path = tmp_path / "one.backup"
    backups.back_up(path)
    whole = path.read_bytes()
    place = elsewhere()
    before = tree(Path(place.instance_path))
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    longer = whole + b"0"
    for number, broken in enumerate((bytes(flipped), whole[:-1], whole[:5000], longer, b"", b"x")):
        wrong = tmp_path / f"broken-{number}.backup"
        wrong.write_bytes(broken)
        with pytest.raises(DomainError):
            restored(place, wrong, code=code_of(app))
    assert tree(Path(place.instance_path)) == before


def test_an_office_that_is_there_is_replaced_only_on_demand_and_kept_aside(
    app, served, elsewhere, tmp_path
):
    path = tmp_path / "one.backup"
    backups.back_up(path)
    place = elsewhere()
    restored(place, path, code=code_of(app))
    with place.app_context():
        db.session.execute(text("UPDATE stations SET computers = 77"))
        db.session.commit()
        db.session.remove()
    with pytest.raises(DomainError, match="--replace"):
        restored(place, path)
    told = restored(place, path, replace=True)
    assert told.verdict.faults == ()
    with place.app_context():
        assert 77 not in db.session.scalars(text("SELECT computers FROM stations"))
        aside = (
            [
                name
                for (name,) in db.session.execute(text("SELECT nspname FROM pg_namespace"))
                if name.startswith("before_")
            ]
            if db.engine.dialect.name == "postgresql"
            else []
        )
        for schema in aside:
            old = db.session.scalars(text(f'SELECT computers FROM "{schema}".stations'))  # noqa: S608
            assert 77 in list(old)
        assert len(aside) == (db.engine.dialect.name == "postgresql")
        db.session.remove()
        db.engine.dispose()
    assert (Path(told.aside) / keys.FILE).exists()


def test_an_office_that_runs_is_not_restored_over(app, served, elsewhere, tmp_path):
    path = tmp_path / "one.backup"
    backups.back_up(path)
    place = elsewhere()
    other = Presence(Path(place.instance_path))
    with pytest.raises(DomainError, match="running"):
        restored(place, path, code=code_of(app))
    other.close()
    assert restored(place, path, code=code_of(app)).verdict.faults == ()
    assert place.extensions["station_presence"].alone()
    with pytest.raises(RuntimeError, match="being restored"):
        Presence(Path(place.instance_path))


def test_a_connection_that_is_just_closing_is_no_office_that_runs(app):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("a file has no connections")
    database = db.engine.url.render_as_string(hide_password=False)
    standing = postgresql.others(database)  # the test's own
    other = create_engine(database, poolclass=NullPool)
    last = other.connect()
    threading.Timer(0.4, last.close).start()
    assert postgresql.others(database) == standing
    with other.connect():
        assert postgresql.others(database) == standing + 1


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("steps", range(3))
def test_a_restore_killed_midway_is_finished_at_the_next_start(
    app, elsewhere, tmp_path, monkeypatch, steps
):
    path = tmp_path / "one.backup"
    backups.back_up(path)
    place = elsewhere()
    left = iter(range(steps))
    rename = Path.rename

    def dying(self, target):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr("admin_app.swaps.Path.rename", dying)
        with pytest.raises(KeyboardInterrupt):
            restored(place, path, code=code_of(app))
    place.extensions["station_presence"].close()
    again = elsewhere(Path(place.instance_path))
    assert not swaps.is_noted(Path(place.instance_path))
    with again.app_context():
        assert audit.verify() == []
        assert checking.verify().differences == ()
        assert evidence.content(db.session.scalars(select(EvidenceFile)).first())
        db.session.remove()
        db.engine.dispose()


def test_a_restore_killed_before_the_database_took_it_changed_nothing(
    app, served, elsewhere, tmp_path, monkeypatch
):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one file is moved like the others")
    path = tmp_path / "one.backup"
    backups.back_up(path)
    place = elsewhere()
    before = tree(Path(place.instance_path))

    def dying(*_arguments, **_named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(postgresql, "restore", dying)
        with pytest.raises(KeyboardInterrupt):
            restored(place, path, code=code_of(app))
    place.extensions["station_presence"].close()
    elsewhere(Path(place.instance_path))
    assert tree(Path(place.instance_path)) == before


def test_a_full_disk_is_said_and_leaves_no_part(app, served, tmp_path):
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(DomainError):
            making.write(tmp_path / "one.backup")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert list(tmp_path.iterdir()) == []
    assert [*(Path(app.instance_path) / making.WORKSHOP).iterdir()] == [
        Path(app.instance_path) / making.WORKSHOP / ".in-use"
    ]


def test_what_is_there_already_is_not_written_over(app, served, tmp_path):
    path = tmp_path / "one.backup"
    path.write_text("mine")
    with pytest.raises(DomainError, match="there already"):
        backups.back_up(path)
    assert path.read_text() == "mine"
    assert lines()[-1].outcome is BackupOutcome.FAILED
    with pytest.raises(DomainError, match="could not be written"):
        backups.back_up(tmp_path / "nowhere" / "one.backup")


def test_a_proof_finds_a_ledger_that_does_not_follow(app, served, tmp_path):
    db.session.execute(text("UPDATE person_years SET minutes = 999"))
    db.session.commit()
    with pytest.raises(DomainError, match="does not verify"):
        backups.back_up(tmp_path / "one.backup", prove=True)
    assert lines()[-1].outcome is BackupOutcome.UNSOUND
    with making.workshop() as desk:
        assert [path.name for path in desk.iterdir()] == [".in-use"]


def test_a_missing_file_is_told(app, served, tmp_path):
    [path] = [
        path
        for path in (Path(app.instance_path) / "evidence").glob("*/*")
        if path.name == served[1].stored_as
    ]
    path.unlink()
    backups.back_up(tmp_path / "one.backup")
    assert "1 files" in lines()[-1].trouble


def test_the_night_makes_and_proves_one_and_lets_the_oldest_go(app, served, tmp_path, monkeypatch):
    chosen = app.extensions["station_settings"]
    monkeypatch.setattr(chosen, "backup_folder", tmp_path / "nights")
    monkeypatch.setattr(chosen, "backups_kept", 2)
    names = iter(f"station-office-2026112{n}-020000.backup" for n in range(9))
    monkeypatch.setattr(making, "name_of", lambda _moment: next(names))
    (tmp_path / "nights").mkdir()
    foreign = tmp_path / "nights" / "station-office-20000101-020000.backup"
    foreign.write_bytes(b"somebody else's")
    for _night in range(3):
        backups.nightly()
    assert [path.name[-16:-7] for path in sorted(foreign.parent.iterdir())] == [
        "01-020000", "21-020000", "22-020000",
    ]  # fmt: skip
    assert {line.outcome for line in lines()} == {BackupOutcome.PROVED}
    monkeypatch.setattr(chosen, "backup_folder", None)
    backups.nightly()
    assert len(lines()) == 3


def test_the_commands_tell_one_json_value(app, served, elsewhere, tmp_path):
    path = tmp_path / "one.backup"
    told = read(run(app, "backup", path, "--prove", "--json"))
    assert (told["entries"], told["proved"], told["size"]) == (1, True, path.stat().st_size)
    assert read(run(app, "backup", path, "--only-prove", "--json"))["faults"] == []
    place = elsewhere()
    sheet = tmp_path / "sheet"
    sheet.write_text(code_of(app).lower().replace("-", " ") + "\n")
    told = read(run(place, "restore", path, "--sheet", sheet, "--json"))
    assert (told["entries"], told["faults"], told["missing"]) == (1, [], [])
    assert run(place, "restore", path).exit_code == 1
    with place.app_context():
        db.engine.dispose()


def test_old_client_programs_are_named(app, monkeypatch, tmp_path):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite needs no program")
    for version, words in ((9, "version 9"), (None, "is missing")):
        with monkeypatch.context() as patch:
            patch.setattr(postgresql, "_version", lambda _program, have=version: have)
            if version is None:
                patch.setattr(postgresql, "_found", lambda _name: [])
            with pytest.raises(DomainError, match=words):
                making.write(tmp_path / "one.backup")
    assert list(tmp_path.iterdir()) == []


def test_a_mistyped_code_is_no_code():
    code = keys.code(b"0123456789abcdefghij")
    assert keys.secret_of(code.lower().replace("0", "o")) == b"0123456789abcdefghij"
    for slip in (code[:-1], code.replace("-", "")[1:], code.replace(code[0], "Z", 1), "", "语"):
        with pytest.raises(ValueError, match=r"code|substring|not in"):
            keys.secret_of(slip)

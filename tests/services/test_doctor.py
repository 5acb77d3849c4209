"""The doctor names what is wrong, and how to mend it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from admin_app import keys
from admin_app.services import backups, doctor, jobs
from admin_app.services.doctor import Health
from models import Backup, clock, db
from tests import factories
from tests.cli.commands import run

PARTS = {
    "Office", "Keys", "Tables", "Guards of the database", "Audit trail", "Ledger", "Worker",
    "Backup", "Recovery sheet", "Data folder", "Room on the disk", "Database server", "Clock",
    "Working days", "Fonts", "Public address",
}  # fmt: skip


@pytest.fixture
def findings(app, cast):
    """Return what finds how each part is, by its English name."""
    factories.volunteer(cast.gan_lai)
    Path(app.instance_path).chmod(0o700)

    def found():
        db.session.rollback()
        return {str(one.part): one for one in doctor.examine()}

    return found


def test_every_part_is_looked_at(findings):
    found = findings()
    assert set(found) == PARTS
    for part in ("Keys", "Tables", "Guards of the database", "Audit trail", "Data folder", "Clock"):
        assert found[part].health is Health.OK, found[part]
    assert found["Backup"].health is Health.BAD
    assert found["Recovery sheet"].health is Health.BAD


def test_what_was_looked_after_is_well(app, findings, tmp_path, monkeypatch):
    monkeypatch.setattr(app.extensions["station_settings"], "backup_folder", tmp_path)
    backups.back_up(tmp_path, prove=True)
    worker = jobs.Worker()
    factories.ledger_check(clock.today())
    found = findings()
    assert {found[part].health for part in ("Backup", "Worker", "Ledger")} == {Health.OK}
    worker.leave()
    db.session.execute(text("UPDATE ledger_checks SET outcome = 'differs'"))
    old = clock.utc_now() - timedelta(days=9)
    db.session.execute(Backup.__table__.update().values(began_at=old))
    db.session.commit()
    found = findings()
    assert {found[part].health for part in ("Backup", "Ledger")} == {Health.BAD}
    assert found["Worker"].health is Health.WARN


def test_what_was_broken_is_named(app, findings, monkeypatch):
    Path(app.instance_path).chmod(0o755)
    (Path(app.instance_path) / keys.FILE).chmod(0o644)
    monkeypatch.setitem(app.extensions, "station_keyring", keys.made_up()[0])
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    trigger = {
        "sqlite": "DROP TRIGGER audit_entries_keep_rows",
        "postgresql": "ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_keep_rows",
    }
    db.session.execute(text(trigger[db.engine.dialect.name]))
    db.session.commit()
    found = findings()
    (Path(app.instance_path) / keys.FILE).chmod(0o600)
    broken = {part for part, one in found.items() if one.health is Health.BAD}
    assert broken >= {"Data folder", "Keys", "Tables", "Guards of the database", "Audit trail"}
    assert "keys.json" in str(found["Data folder"].words)
    assert "audit_entries_keep_rows" in str(found["Guards of the database"].words)


def test_a_part_that_cannot_be_looked_at_hinders_no_other(findings, monkeypatch):
    def broken():
        raise OSError("gone")

    monkeypatch.setattr(doctor, "CHECKS", (("Disk", broken), *doctor.CHECKS))
    found = findings()
    assert (found["Disk"].health, len(found)) == (Health.BAD, len(PARTS) + 1)


def test_the_command_and_the_screen_say_the_same(app, cast, browse):
    outcome = run(app, "doctor", "--json")
    assert outcome.exit_code == 1
    told = json.loads(outcome.stdout)
    assert {one["part"] for one in told} == PARTS
    assert "✗ Backup" in run(app, "doctor").stdout
    page = browse(cast.ada).get("/doctor/")
    assert page.status_code == 200
    assert all(part in page.text for part in PARTS)
    assert browse(cast.chen).get("/doctor/").status_code == 403
    assert browse(None).get("/doctor/").status_code == 302

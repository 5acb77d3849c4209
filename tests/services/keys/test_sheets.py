"""The recovery code is printed once, and brings lost keys back."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from contextvars import Context

import pytest

from admin_app import keys
from admin_app.factory import create_app
from models import db
from tests.cli.commands import run


@pytest.fixture
def office(tmp_path):
    """An office of its own, with a schema and nothing else; its keys may be lost."""
    made = Context().run(create_app, instance=tmp_path / "office", language="en")
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def test_the_sheet_is_printed_once_and_brings_lost_keys_back(office, tmp_path):
    folder = tmp_path / "office"
    assert run(office, "db", "upgrade").exit_code == 0
    told = run(office, "keys", "sheet")
    assert told.exit_code == 0, told.stderr
    code = told.stdout.split("\n\n")[1].strip()
    assert keys.secret_of(code) == keys.recovery(keys.read(folder))
    assert run(office, "keys", "sheet").exit_code == 1
    assert code in run(office, "keys", "sheet", "--again").stdout

    paper = tmp_path / "sheet.pdf"
    assert run(office, "keys", "sheet", "--pdf", paper).exit_code == 1
    assert not paper.exists()
    assert run(office, "keys", "sheet", "--again", "--pdf", paper).exit_code == 0
    assert stat.S_IMODE(paper.stat().st_mode) == 0o600
    program = shutil.which("pdftotext") or pytest.skip("pdftotext is not installed")
    words = subprocess.run(
        [program, "-", "-"], input=paper.read_bytes(), capture_output=True, check=True
    ).stdout.decode()
    assert "".join(code.split("-")) in re.sub(r"[\s-]", "", words)
    assert "补印" in words

    kept = keys.read(folder)
    assert run(office, "keys", "restore", "--sheet", "-", typed=code).exit_code == 1
    (folder / keys.FILE).unlink()
    wrong = keys.code(b"x" * keys.RECOVERY_BYTES)
    assert run(office, "keys", "restore", "--sheet", "-", typed=wrong).exit_code == 1
    assert not (folder / keys.FILE).exists()
    assert run(office, "keys", "restore", "--sheet", "-", typed=code).exit_code == 0
    assert keys.read(folder) == kept

    (folder / keys.FILE).write_text("{")
    assert run(office, "keys", "restore", "--sheet", "-", typed=code).exit_code == 0
    assert keys.read(folder) == kept
    (folder / keys.SEALED_FILE).unlink()
    (folder / keys.FILE).unlink()
    assert "restore a backup" in run(office, "keys", "restore", "--sheet", "-", typed=code).stderr

"""``print wall``: everything that hangs on a station's wall, as one PDF."""

from __future__ import annotations

from sqlalchemy import select

from models import AuditAction, AuditEntry, db
from tests import factories
from tests.cli.commands import read, run
from tests.services.paper.reading import page_count


def test_the_whole_wall_is_written_and_leaves_a_trace(app, cast, tmp_path):
    factories.rule(cast.gan_lai, adopted_on=None)
    path, code = tmp_path / "wall.pdf", cast.gan_lai.code
    given = ("print", "wall", "--station", code, "--pdf", path)
    found = read(run(app, *given, "--by", "chen", "--json"))
    assert [sheet["kind"] for sheet in found["sheets"]] == ["rule", "flow", "services"]
    assert (found["pages"], found["sheets"][0]["draft"]) == (3, True)
    assert any("not adopted" in words for words in found["amiss"])
    assert page_count(path.read_bytes()) == 3
    [trace] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.PRINT))
    assert trace.account_id == cast.chen.id
    assert run(app, *given, "--by", "wang").exit_code == 1
    assert run(app, *given, "--paper", "a5").exit_code == 2
    assert run(app, "print", "wall", "--station", "0", "--pdf", path).exit_code == 1

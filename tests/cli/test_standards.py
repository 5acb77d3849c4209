"""``standards board``."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text

from models import AuditAction, AuditEntry, db
from tests import factories
from tests.cli.commands import run

KEYS = {
    "communities", "covered", "coverage", "coverage_target", "residents", "registered",
    "registered_share", "registered_target", "regular_projects", "activities", "gaps",
}  # fmt: skip


def test_the_board_of_a_division_is_told_as_json(app, cast):
    outcome = run(app, "standards", "board", "--division", "533400000000", "--json")
    told = json.loads(outcome.stdout)
    assert set(told) >= KEYS
    assert (told["communities"], told["covered"], told["coverage_target"]) == (197, 1, 100)
    assert len(told["gaps"]["coverage"]["communities"]) == 196
    assert len(told["below"]) == 3


def test_a_past_day_gives_that_day_s_board(app, cast):
    outcome = run(
        app, "standards", "board", "--division", "533400000000", "--on", "2024-01-01", "--json"
    )
    assert json.loads(outcome.stdout)["coverage_target"] == 80


def test_the_board_is_printed_into_a_file_and_told_beside_it(app, cast, tmp_path):
    path = tmp_path / "board.pdf"
    outcome = run(
        app, "standards", "board", "--division", "533400000000", "--pdf", str(path), "--json"
    )
    assert json.loads(outcome.stdout)["communities"] == 197
    assert path.read_bytes().startswith(b"%PDF")
    assert db.session.scalars(select(AuditEntry.action)).all()[-1] is AuditAction.PRINT


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--division", "999999999999"), 1),
        (("--division", "533400000000", "--on", "2199-01-01"), 1),
        (("--division", "533400000000", "--on", "soon"), 2),
        (("--division", "533400000000", "--by", "su"), 1),
        ((), 2),
    ],
)
def test_what_cannot_be_told_is_refused(app, cast, arguments, status):
    outcome = run(app, "standards", "board", *arguments)
    assert (outcome.exit_code, outcome.stdout) == (status, "")


def test_what_was_loaded_past_the_office_is_counted_anew(app, cast):
    factories.volunteer(cast.weng_shui)
    db.session.execute(text("UPDATE volunteers SET left_on = registered_on"))
    db.session.commit()

    def registered():
        told = run(app, "standards", "board", "--division", "533400000000", "--json")
        return json.loads(told.stdout)["registered"]

    assert registered() == 1
    assert json.loads(run(app, "standards", "recount", "--json").stdout)["mended"] > 0
    assert registered() == 0
    assert json.loads(run(app, "standards", "recount", "--json").stdout) == {"mended": 0}

"""A list of populations: what enters, what is told of each other row, and twice is once."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from admin_app.policy import access_of, acting_as
from admin_app.services.exchange import batches, judging, population
from admin_app.services.exchange.batches import Upload
from admin_app.services.exchange.population import Counted
from models import AuditEntry, ImportKind, NotAllowed, Population, clock, db
from tests import factories
from tests.cli.commands import run
from tests.services.exchange.books import book

TITLES = ("区划代码", "区划名称", "年份", "常住人口", "来源")
GAN_LAI, WENG_SHUI = "440823106223", "533401205203"
BOOK = "2024年遂溪县统计年鉴"
GOOD = (GAN_LAI, "甘来村", 2024, 3120, BOOK)


def judged(cast, *rows, titles=TITLES, login="su", on=date(2026, 10, 3)):
    table = judging.read(ImportKind.POPULATION, book(titles, *rows))
    return judging.judge_population(table, on=on, access=access_of(getattr(cast, login)))


@pytest.mark.parametrize("cell", [3120, 3120.0, "3120", "3,120", "3，120", "３１２０", "3120人"])
def test_a_whole_number_is_read_however_it_is_written(cast, cell):
    [row] = judged(cast, (GAN_LAI, "甘来村", "2024年", cell, BOOK)).accepted
    assert (row.residents, row.year, row.before) == (3120, 2024, None)


@pytest.mark.parametrize(("row", "column", "reason"), [
    ((WENG_SHUI, "翁水村", 2024, 800, BOOK), "区划代码", "division_elsewhere"),
    (("440823999999", "", 2024, 800, BOOK), "区划代码", "division_unknown"),
    ((4.40823106223e11 + 0.5, "", 2024, 800, BOOK), "区划代码", "division_unknown"),
    ((GAN_LAI, "泉水村", 2024, 800, BOOK), "区划名称", "community_mismatch"),
    ((GAN_LAI, "", "去年", 800, BOOK), "年份", "year_unreadable"),
    ((GAN_LAI, "", 2027, 800, BOOK), "年份", "year_unreadable"),
    ((GAN_LAI, "", 24, 800, BOOK), "年份", "year_unreadable"),
    ((GAN_LAI, "", 2024, "0.31万", BOOK), "常住人口", "in_ten_thousands"),
    ((GAN_LAI, "", 2024, "31,20", BOOK), "常住人口", "number_unreadable"),
    ((GAN_LAI, "", 2024, 31.5, BOOK), "常住人口", "number_unreadable"),
    ((GAN_LAI, "", 2024, "约800", BOOK), "常住人口", "number_unreadable"),
    ((GAN_LAI, "", 2024, 0, BOOK), "常住人口", "number_unreadable"),
    ((GAN_LAI, "", 2024, 800, ""), "来源", "source_missing"),
    ((GAN_LAI, "", 2024, 800, "书" * 201), "来源", "text_too_long"),
    ((GAN_LAI, "", 2024, 800, BOOK), "区划代码", "duplicate_population"),
])  # fmt: skip
def test_a_bad_row_is_told_with_its_row_column_and_reason(cast, row, column, reason):
    found = judged(cast, GOOD, row)
    assert [one.row for one in found.accepted] == [2]
    [refusal] = [one.plain() for one in found.refused]
    assert (refusal["row"], refusal["column"], refusal["reason"]) == (3, column, reason)
    assert len(refusal["message"]) > 30


def test_a_heading_in_ten_thousands_lets_no_number_in(cast):
    found = judged(cast, GOOD, titles=(*TITLES[:3], "常住人口（万人）", "来源"))
    assert [one.reason.value for one in found.refused] == ["in_ten_thousands"]


def test_a_year_is_known_apart_from_another_and_a_change_from_what_is_kept(cast):
    factories.population(cast.gan_lai.division, 2024, 3000, BOOK)
    factories.population(cast.gan_lai.division, 2023, 2990, BOOK)
    found = judged(cast, GOOD, (GAN_LAI, "", 2023, 2990, BOOK), (GAN_LAI, "", 2022, 2980, BOOK))
    assert [(one.year, one.before) for one in found.accepted] == [
        (2024, Counted(3000, BOOK)), (2022, None),
    ]  # fmt: skip
    assert (found.changed, found.unchanged) == (1, 1)
    factories.population(cast.quan_shui.division, 2024, 800, "统计年鉴（2024）")
    again = judged(cast, (cast.quan_shui.division.code, "", 2024, 800, "统计年鉴(2024)"))
    assert (again.accepted, again.unchanged) == ([], 1)


def test_the_prefecture_keeps_every_county_and_a_township_none(cast):
    assert len(judged(cast, GOOD, login="pu").accepted) == 1
    for login in ("tu", "chen"):
        with pytest.raises(NotAllowed):
            batches.permit(access_of(getattr(cast, login)), ImportKind.POPULATION, None)


def test_a_preview_writes_nothing_and_a_second_import_changes_nothing(cast):
    access, now = access_of(cast.su), clock.utc_now()
    content = book(TITLES, GOOD, (GAN_LAI, "", 2023, "约800", BOOK))
    upload = Upload(ImportKind.POPULATION, "人口.xlsx", content, None, clock.today())
    for unchanged in (0, 1):
        with acting_as(access):
            batch = batches.receive(upload, by=cast.su, access=access, at=now)
            seen = batches.look(batch, access)
            assert (len(seen.accepted), seen.unchanged) == (1 - unchanged, unchanged)
            assert db.session.query(Population).count() == unchanged
            batches.land(batch, access=access, at=now)
            db.session.commit()
        assert (batch.accepted, batch.refused) == (1 - unchanged, 1)
        assert db.session.query(Population).one().residents == 3120
    entries = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.register == "populations")
    ).all()
    assert len(entries) == 1


def test_by_command_in_gb18030_a_change_is_told(app, cast, tmp_path):
    file = tmp_path / "人口.csv"
    lines = [",".join(TITLES), f"{GAN_LAI},甘来村,2024,3120,{BOOK}", f"{WENG_SHUI},,2024,8万,书"]
    file.write_bytes("\n".join(lines).encode("gb18030"))
    for by, more, exit_code, told in (
        ("su", ("--dry-run",), 1, (1, 0, 0, ["division_elsewhere"])),
        ("pu", (), 1, (1, 0, 0, ["division_elsewhere"])),
        ("ada", (), 1, (0, 0, 1, ["in_ten_thousands"])),
    ):
        outcome = run(app, "population", "import", file, "--by", by, *more, "--json")
        value = json.loads(outcome.stdout)
        assert outcome.exit_code == exit_code
        reasons = [one["reason"] for one in value["refused"]]
        assert (value["accepted"], value["changed"], value["unchanged"], reasons) == told
    file.write_text("\n".join([lines[0], lines[1].replace("3120", "3121")]), "utf-8")
    outcome = run(app, "population", "import", file)
    assert outcome.exit_code == 0
    assert "1 change a number" in outcome.stderr
    assert db.session.query(Population).one().residents == 3121
    assert run(app, "population", "import", file, "--by", "tu").exit_code == 1


def test_the_list_of_codes_is_read_from_the_sheet():
    table = judging.read(ImportKind.POPULATION, book(TITLES, GOOD))
    assert population.codes(table) == [GAN_LAI]

"""What importing 100,000 entries costs, in time and memory, beside reading and inserting them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
from python_calamine import load_workbook
from sqlalchemy import create_engine, text
from stdnum.cn import ric

from admin_app.config import ROOT
from benchmarks import offices, population
from benchmarks.bench import Result
from benchmarks.floor import INSERT

SCALE = "import"
ROWS, PEOPLE, A_DAY, AT_ONE = 100_000, 2_000, 200, 20
FIRST_DAY = date(2024, 1, 2)
COMMUNITY = "440823106223"
STATION = f"{COMMUNITY}-01"
PASSWORD = "Gan-lai-2026-cun"  # noqa: S105  # of an office that lasts a minute
PEOPLE_HEADS = ("序号", "姓名", "性别", "出生日期", "身份证号码", "联系电话")
HEADS = (
    "序号", "日期", "姓名", "身份证号码", "活动名称", "服务类别", "开始时间", "结束时间",
    "时长(小时)", "服务内容", "服务质量", "记录人",
)  # fmt: skip
# The floor writes the same days again, so much later that nobody serves twice at one time.
LATER = timedelta(days=3650)
IN_ONE_INSERT = 2_000


def measured(engine: str) -> Iterator[Result]:
    """Measure the import in an office of its own, then the floor in the same one."""
    with (
        tempfile.TemporaryDirectory(prefix="station-sheets-") as made,
        offices.empty(engine) as env,
    ):
        people, ledger = _books(Path(made))
        _run(
            env, "setup", "--division", COMMUNITY, "--station", "甘来村志愿服务站", "--login", "li",
            "--name", "李", told=PASSWORD,
        )  # fmt: skip
        roll = ("volunteers", "import", str(people), "--station", STATION)
        _run(env, *roll, "--on", str(FIRST_DAY))
        seconds, megabytes = _run(env, "ledger", "import", str(ledger), "--station", STATION)
        floor, bare = _run(env, str(ledger), module="benchmarks.importing")
    yield Result("import", "station", engine, SCALE, "s", seconds, floor, None)
    yield Result("import-memory", "station", engine, SCALE, "MB", megabytes, bare, None)


def _run(
    environment: dict[str, str], *words: str, module: str = "flask", told: str = ""
) -> tuple[float, float]:
    """Run a command to its end; return the seconds and the MB it took at its peak."""
    app = ("--app", "wsgi") if module == "flask" else ()
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  # our own words
        [sys.executable, "-m", module, *app, *words],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin is not None  # noqa: S101  # a pipe was asked for
    process.stdin.write(f"{told}\n".encode())
    process.stdin.close()
    _pid, status, spent = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words[:2])} ended with {process.returncode}")
    return round(time.perf_counter() - began, 2), round(spent.ru_maxrss / 1024, 1)


def _books(folder: Path) -> tuple[Path, Path]:
    """Write the sheet of the people and the one of what they did."""
    chance = Random(population.SEED)  # noqa: S311  # the same on every run
    people = list(_people(chance))
    ledger = _ledger(chance, people)
    return (
        _book(folder / "people.xlsx", PEOPLE_HEADS, map(_registered, people)),
        _book(folder / "ledger.xlsx", HEADS, ledger),
    )


def _people(chance: Random) -> Iterator[tuple[int, str, date, str]]:
    for n in range(1, PEOPLE + 1):
        born = date(1950, 1, 1) + timedelta(days=9 * n)
        name = chance.choice(population.SURNAMES) + chance.choice(population.PAIRS)
        stem = f"{population.NOWHERE}{born:%Y%m%d}{n % 1000:03}"
        yield n, name, born, stem + ric.calc_check_digit(stem + "0")


def _registered(person: tuple[int, str, date, str]) -> Sequence[object]:
    n, name, born, card = person
    return n, name, "男" if int(card[16]) % 2 else "女", str(born), card, f"1390000{n:04}"


def _ledger(chance: Random, people: Sequence[tuple[int, str, date, str]]) -> Iterator[Any]:
    for n in range(ROWS):
        _number, name, _born, card = people[n % PEOPLE]
        day = FIRST_DAY + timedelta(days=n // A_DAY)
        yield (
            n + 1, str(day), name, card, f"第{n // AT_ONE % 10}组清洁家园", "社区服务", "08:30",
            "11:00", 2.5, f"清扫{chance.randrange(90)}号楼道", "良好", "李明",
        )  # fmt: skip


def _book(path: Path, heads: Sequence[str], rows: Iterator[Any]) -> Path:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, heads)
        for n, row in enumerate(rows, 1):
            sheet.write_row(n, 0, row)
    return path


def _insert(path: str) -> None:
    """Read the sheet and insert as many entries, unchecked, unsummed and untraced."""
    engine = create_engine(os.environ["STATION_DATABASE_URL"])
    rows = load_workbook(path).get_sheet_by_index(0).iter_rows()
    with engine.begin() as connection:
        people = connection.execute(text("SELECT person_id, id FROM volunteers ORDER BY id")).all()
        place = connection.execute(text(
            "SELECT id, station_id, township_id, county_id, prefecture_id FROM activities"
            " ORDER BY id LIMIT 1"
        )).one()  # fmt: skip
        numbered = enumerate(islice(rows, 1, None))
        while part := list(islice(numbered, IN_ONE_INSERT)):
            entries = [_entry(n, row, place, *people[n % PEOPLE]) for n, row in part]
            connection.execute(text(INSERT), entries)


def _entry(n: int, row: Any, place: Any, person_id: int, volunteer_id: int) -> dict[str, object]:
    day = date.fromisoformat(row[1]) + LATER
    moment = f"{day} 12:00:00.000000"
    return {
        "person_id": person_id, "volunteer_id": volunteer_id, "activity_id": place.id,
        "category": "0001", "served_on": str(day),
        "started_at": f"{day} {row[6]}:00.000000", "ended_at": f"{day} {row[7]}:00.000000",
        "minutes": 150, "content": row[9], "state": "confirmed", "source": "screen", "flags": "[]",
        "recorded_at": moment, "station_id": place.station_id, "version": 1,
        "township_id": place.township_id, "county_id": place.county_id,
        "prefecture_id": place.prefecture_id, "created_at": moment, "updated_at": moment,
    }  # fmt: skip


if __name__ == "__main__":
    _insert(sys.argv[1])

"""What the board of a prefecture of 2,000 stations costs, and that plain SQL says the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert, select, text

from admin_app.factory import create_app
from admin_app.policy import unscoped
from admin_app.services.places import divisions
from admin_app.services.standards import board, registered
from benchmarks import offices, staff
from benchmarks.bench import Result, got
from benchmarks.measuring import medians
from models import (
    Activity,
    Division,
    Level,
    Person,
    Population,
    Project,
    Station,
    Team,
    Volunteer,
    clock,
    db,
)

SCALE = "board"
PREFECTURE = "440800000000"
STATIONS, PROJECTS, ACTIVITIES, PEOPLE = 2_000, 3, 60, 150
DAYS = 365
IN_ONE_INSERT = 5_000
AREAS = ("township_id", "county_id", "prefecture_id")

# Written without a look at how the board counts.
PLAIN = {
    "communities": """SELECT count(*) FROM divisions d WHERE d.level = 'community'
        AND d.code LIKE '4408%%' AND d.community_since <= '{on}'""",
    "covered": """SELECT count(DISTINCT s.division_id) FROM stations s
        JOIN divisions d ON d.id = s.division_id WHERE d.level = 'community'
        AND d.code LIKE '4408%%' AND d.community_since <= '{on}' AND s.kind <> 'social_work'
        AND s.opened_on <= '{on}' AND (s.closed_on IS NULL OR s.closed_on > '{on}')""",
    "registered": """SELECT count(DISTINCT v.person_id) FROM volunteers v
        JOIN persons p ON p.id = v.person_id JOIN divisions d ON d.id = p.lives_in_id
        WHERE d.code LIKE '4408%%' AND v.registered_on <= '{on}'
        AND (v.left_on IS NULL OR v.left_on > '{on}')""",
    "residents": """SELECT sum(residents) FROM populations p WHERE p.year =
        (SELECT max(q.year) FROM populations q WHERE q.division_id = p.division_id)""",
    "activities": """SELECT count(*) FROM activities a JOIN stations s ON s.id = a.station_id
        WHERE a.held_on BETWEEN '{first}' AND '{on}' AND a.state = 'held' AND NOT a.desk_duty
        AND s.opened_on <= '{on}' AND (s.closed_on IS NULL OR s.closed_on > '{on}')""",
    "regular_projects": """SELECT count(*) FROM (SELECT a.project_id FROM activities a
        JOIN projects p ON p.id = a.project_id JOIN stations s ON s.id = p.station_id
        WHERE a.held_on > '{since}' AND a.held_on <= '{on}' AND a.state = 'held'
        AND NOT a.desk_duty AND p.opens_on <= '{on}' AND s.opened_on <= '{on}'
        AND (s.closed_on IS NULL OR s.closed_on > '{on}')
        GROUP BY a.project_id HAVING count(*) >= 3) regular""",
}


def measured(engine: str) -> Iterator[Result]:
    """Measure the page of the board, warm and in process, beside the same counts in plain SQL.

    Raises ``RuntimeError`` where a number of the board is not what the plain SQL says.
    """
    with (
        tempfile.TemporaryDirectory(prefix="station-board-") as made,
        offices.empty(engine) as env,
    ):
        app = create_app(instance=Path(made), database_url=env["STATION_DATABASE_URL"])
        with app.app_context(), unscoped("a benchmark fills a prefecture"):
            _fill()
            place_id = divisions.by_code(PREFECTURE).id
            station_id = db.session.scalar(select(Station.id).limit(1)) or 0
            today = clock.today()
            for on in (today, today - timedelta(days=100)):
                _require_equal(on)
            db.session.remove()
        client = staff.signed_in(app, station_id)["all"]
        with app.app_context():
            raw = db.engine
            for job, address in (
                ("board", f"/board/?division={place_id}"),
                ("board-past", f"/board/?division={place_id}&on={today - timedelta(days=100)}"),
                ("board-rows", f"/board/rows?division={place_id}&what=projects"),
            ):
                found = medians(
                    {
                        "ours": lambda address=address: got(client, address),
                        "floor": lambda: _plain(raw, today),
                    }
                )
                yield Result(job, "all", engine, SCALE, "ms", found["ours"], found["floor"], None)
            raw.dispose()


def _plain(raw: Any, on: date) -> dict[str, int]:
    days = {"on": on, "first": on.replace(day=1), "since": on - timedelta(days=90)}
    with raw.connect() as connection:
        return {
            name: connection.execute(text(sql.format(**days).replace("%%", "%"))).scalar() or 0
            for name, sql in PLAIN.items()
        }


def _require_equal(on: date) -> None:
    told = board.plain(board.board(divisions.by_code(PREFECTURE), on=on))
    db.session.rollback()  # the counts beside it are read on a connection of their own
    for name, number in _plain(db.engine, on).items():
        if told[name] != number:
            raise RuntimeError(f"{name} on {on}: the board says {told[name]}, SQL {number}")


def _fill() -> None:
    divisions.load(divisions.shipped())
    db.session.commit()
    chance, today = Random(2018), clock.today()  # noqa: S311  # the same office at each run
    villages = db.session.execute(
        select(Division.id, Division.code, *(getattr(Division, name) for name in AREAS))
        .where(Division.level == Level.COMMUNITY, Division.code.startswith("4408"))
        .where(Division.community_since.is_not(None))
        .order_by(Division.code)
    ).all()
    homes = [*villages, *chance.choices(villages, k=STATIONS - len(villages))]
    chance.shuffle(homes)
    homes = homes[: STATIONS - 200] + chance.choices(villages, k=200)  # some have none, some two
    sites = [
        {"id": n, "division_id": key, "code": f"{code}-{n % 90 + 10:02}", "areas": areas}
        for n, (key, code, *areas) in enumerate(homes, start=1)
    ]
    codes: set[str] = set()
    for site in sites:
        while site["code"] in codes:
            site["code"] = f"{site['code'][:12]}-{int(site['code'][-2:]) % 99 + 1:02}"
        codes.add(site["code"])
    _insert(Station, ({
        "id": site["id"], "code": site["code"], "name": f"{site['code']}志愿服务站",
        "division_id": site["division_id"], "kind": "station", "computers": 1,
        "opened_on": today - timedelta(days=chance.randint(0, 2000)),
        "closed_on": None if site["id"] % 20 else today - timedelta(days=chance.randint(-50, 200)),
        "manager_name": "陈" if site["id"] % 3 else None, **_lies(site),
    } for site in sites))  # fmt: skip
    _insert(Population, ({
        "division_id": key, "year": year, "residents": 2_000 + key % 3_000, "source": "造数",
        "version": 1, **dict(zip(AREAS, areas, strict=True)),
    } for key, _code, *areas in villages for year in (2023, 2024, 2025)))  # fmt: skip
    _insert(Team, ({"id": site["id"], "name": "巡逻队", "kind": "residents", "version": 1,
                    "station_id": site["id"], **_lies(site)} for site in sites))  # fmt: skip
    _insert(Project, ({
        "id": site["id"] * PROJECTS + n, "name": f"项目{n}", "category": "0001", "served": "03",
        "opens_on": today - timedelta(days=500), "station_id": site["id"], **_lies(site),
    } for site in sites for n in range(PROJECTS)))  # fmt: skip
    _insert(Activity, ({
        "name": "巡逻", "category": "0009", "state": "held", "desk_duty": not n % 10,
        "held_on": today - timedelta(days=chance.randint(0, DAYS)), "station_id": site["id"],
        "project_id": site["id"] * PROJECTS + n % (PROJECTS + 1) if n % (PROJECTS + 1) < PROJECTS
        else None,
        **_lies(site),
    } for site in sites for n in range(ACTIVITIES)))  # fmt: skip
    _people(sites, chance, today)
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def _people(sites: list[dict[str, Any]], chance: Random, today: date) -> None:
    every = STATIONS * PEOPLE
    _insert(Person, ({
        "id": n, "name": "某", "name_key": "某", "sex": "male", "born_on": date(1980, 1, 1),
        "id_number": "某", "id_number_hash": f"{n:064}", "id_number_masked": "*",
        "lives_in_id": sites[n % len(sites)]["division_id"],
    } for n in range(1, every + 1)))  # fmt: skip
    # One in twenty stands on a second roll.
    _insert(Volunteer, ({
        "number": f"{n}-{roll}", "person_id": n, "state": "registered",
        "registered_on": today - timedelta(days=chance.randint(0, 1500)),
        "left_on": today - timedelta(days=chance.randint(-100, 100)) if not n % 15 else None,
        "station_id": (site := sites[(n + roll * 7) % len(sites)])["id"], **_lies(site),
    } for n in range(1, every + 1) for roll in range(2 if not n % 20 else 1)))  # fmt: skip
    registered.recount(db.session.connection())
    db.session.commit()


def _lies(site: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, **dict(zip(AREAS, site["areas"], strict=True))}


def _insert(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    while part := [next_ for _n, next_ in zip(range(IN_ONE_INSERT), rows, strict=False)]:
        db.session.execute(insert(model.__table__), part)
    db.session.commit()

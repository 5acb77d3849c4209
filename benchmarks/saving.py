"""What recording one entry costs over HTTP, beside the bare check and insert."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import text

from benchmarks.bench import FOUND, Bench, Result, got

FORM_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# What the jobs wrote is known by it, and taken back.
CONTENT = "试测"
EARLY, LATER = ("05:00", "05:30"), ("06:00", "06:30")


def measured(bench: Bench) -> Iterator[Result]:
    """Measure saves at a station; what they wrote is taken back."""
    try:
        yield _save(bench)
    finally:
        with bench.raw.begin() as connection:
            connection.execute(
                text("DELETE FROM service_entries WHERE content = :content AND station_id = :id"),
                {"content": CONTENT, "id": bench.station_id},
            )


def _save(bench: Bench) -> Result:
    activity = bench.asked(
        "SELECT id, category, held_on, township_id, county_id, prefecture_id FROM activities"  # noqa: S608
        f" WHERE station_id = {bench.station_id} ORDER BY id DESC LIMIT 1"
    )
    client = bench.clients["station"]
    token = FORM_TOKEN.search(got(client, "/ledger/new/").text)
    assert token is not None  # noqa: S101  # every form carries one
    ours, floors = _people(bench), _people(bench)
    session = client.get_cookie("station")

    def save() -> None:
        # Nobody reads what each save says, so it would pile up in the session.
        client.set_cookie("station", session.value)
        _, volunteer_id = next(ours)
        told = {
            "csrf_token": token[1], "volunteer": volunteer_id, "activity": activity.id,
            "start": EARLY[0], "end": EARLY[1], "content": CONTENT,
        }  # fmt: skip
        answer = client.post("/ledger/new/", data=told)
        if answer.status_code != FOUND:
            raise RuntimeError(f"saving answered {answer.status_code}")

    def bare() -> None:
        answer = bench.floor.post("/save", json=_entry(bench, activity, *next(floors)))
        if answer.text != "saved":
            raise RuntimeError(f"the floor answered {answer.status_code}")

    return bench.measure("save", "station", save, bare)


def _people(bench: Bench) -> Iterator[tuple[int, int]]:
    with bench.raw.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT person_id, id FROM volunteers"  # noqa: S608
            f" WHERE station_id = {bench.station_id} ORDER BY id"
        )
        return iter([tuple(row) for row in islice(found, 200)])


def _entry(bench: Bench, activity: Any, person_id: int, volunteer_id: int) -> dict[str, object]:
    day = str(activity.held_on)
    moment = f"{day} 12:00:00.000000"
    return {
        "person_id": person_id, "volunteer_id": volunteer_id, "activity_id": activity.id,
        "category": activity.category, "served_on": day,
        "started_at": f"{day} {LATER[0]}:00.000000", "ended_at": f"{day} {LATER[1]}:00.000000",
        "minutes": 30, "content": CONTENT, "state": "submitted", "source": "screen", "flags": "[]",
        "recorded_at": moment, "station_id": bench.station_id, "version": 1,
        "township_id": activity.township_id, "county_id": activity.county_id,
        "prefecture_id": activity.prefecture_id, "created_at": moment, "updated_at": moment,
    }  # fmt: skip

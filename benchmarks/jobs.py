"""The jobs that are measured: lists, searches, an export, a save."""

from __future__ import annotations

import re
import resource
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import flask
from sqlalchemy import select, text

from admin_app.policy import unscoped
from admin_app.services import accounts
from benchmarks import floor, peer
from benchmarks.measuring import medians
from models import Account, Role, SignIn, Station, db

NEXT_PAGE = re.compile(r'rel="next" href="([^"]+)"')
COMMON, THREE, NOBODY = "秀英", "王秀英", "龘龘"
EXPORTED = 1_000_000
FORM_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Result:
    """What one job at one scope costs, ours beside the floor and the peer."""

    job: str
    scope: str
    engine: str
    scale: str
    unit: str
    ours: float | None
    floor: float | None
    peer: float | None


class Bench:
    """One filled office with a person at each scope, a floor and a peer beside it."""

    def __init__(self, app: flask.Flask, engine: str, scale: str) -> None:
        self.app, self.engine, self.scale = app, engine, scale
        with app.app_context(), unscoped("a benchmark hires its people"):
            self.station = db.session.scalars(select(Station).order_by(Station.id)).first()
            assert self.station is not None  # noqa: S101  # a filled office has stations
            self.scopes = {
                "station": {"station_id": self.station.id},
                "county": {"county_id": self.station.county_id},
                "all": {},
            }
            self.station_id = self.station.id
            self.clients = dict(self._sign_in())
            self.floor = floor.make(db.engine).test_client()
            self.peer = peer.make(db.engine, app.extensions["station_keyring"]).test_client()
            self.raw = db.engine

    def run(self) -> Iterator[Result]:
        """Measure everything, a line at a time."""
        for scope in self.scopes:
            yield self._list(scope, "list-first", "/ledger/", self.scopes[scope])
        for scope in self.scopes:
            yield self._deep(scope)
        for scope in ("station", "all"):
            for job, words in (("search-2", COMMON), ("search-3", THREE), ("search-none", NOBODY)):
                yield self._search(scope, job, words)
        for scope in self.scopes:
            yield self._filter(scope)
        yield from self._export()
        yield self._save()

    def _sign_in(self) -> Iterator[tuple[str, Any]]:
        station = db.session.get_one(Station, self.station_id_or_first())
        county = db.session.get_one(type(station.division), station.county_id)
        prefecture = db.session.get_one(type(station.division), station.prefecture_id)
        for scope, role, place in (
            ("station", Role.CLERK, station),
            ("county", Role.SUPERVISOR, county),
            ("all", Role.SUPERVISOR, prefecture),
        ):
            account = Account(login=f"bench-{scope}", name=scope, password_hash="x")  # noqa: S106
            db.session.add(account)
            db.session.flush()
            accounts.appoint(account, role, place, by=None, since=date(2024, 1, 1))
            token = secrets.token_urlsafe(32)
            db.session.add(
                SignIn(account_id=account.id, token_hash=sha256(token.encode()).hexdigest())
            )
            db.session.commit()
            client = self.app.test_client()
            with client.session_transaction() as kept:
                kept["_user_id"] = token
            yield scope, client

    def station_id_or_first(self) -> int:
        """Return the station that everything at one station is measured at."""
        assert self.station is not None  # noqa: S101
        return self.station.id

    def _result(self, job: str, scope: str, acts: dict[str, Any]) -> Result:
        found = medians(acts)
        return Result(
            job, scope, self.engine, self.scale, "ms",
            found.get("ours"), found.get("floor"), found.get("peer"),
        )  # fmt: skip

    def _list(
        self,
        scope: str,
        job: str,
        ours: str,
        floor_args: dict[str, Any],
        peer_url: str = "/ledger/",
    ) -> Result:
        headers = {name: str(value) for name, value in self.scopes[scope].items()}
        return self._result(
            job,
            scope,
            {
                "ours": lambda: _get(self.clients[scope], ours),
                "floor": lambda: _get(self.floor, "/list", query_string=floor_args),
                "peer": lambda: _get(self.peer, peer_url, headers=headers),
            },
        )

    def _deep(self, scope: str) -> Result:
        """Measure a page in the middle: by its day for us, by its number for the peer."""
        middle = self._middle(scope)
        page = middle["offset"] // peer.PAGE
        given = self.scopes[scope] | {"day": middle["day"], "id": middle["id"]}
        ours = f"/ledger/?to={middle['day']}"
        return self._list(scope, "list-deep", ours, given, f"/ledger/?page={page}")

    def _middle(self, scope: str) -> dict[str, Any]:
        where = " AND ".join(f"{k} = {v}" for k, v in self.scopes[scope].items()) or "1 = 1"
        with self.raw.connect() as connection:
            count = connection.exec_driver_sql(
                f"SELECT count(*) FROM service_entries WHERE {where}"  # noqa: S608
            ).scalar_one()
            row = connection.exec_driver_sql(
                f"SELECT served_on, id FROM service_entries WHERE {where}"  # noqa: S608
                f" ORDER BY served_on DESC, id DESC LIMIT 1 OFFSET {count // 2}"
            ).one()
        return {"offset": count // 2, "day": str(row[0]), "id": row[1]}

    def _search(self, scope: str, job: str, words: str) -> Result:
        headers = {name: str(value) for name, value in self.scopes[scope].items()}
        return self._result(
            job,
            scope,
            {
                "ours": lambda: _get(self.clients[scope], f"/ledger/?search={words}"),
                "peer": lambda: _get(self.peer, f"/ledger/?search={words}", headers=headers),
            },
        )

    def _filter(self, scope: str) -> Result:
        address = "/ledger/?flt_served_since=2025-03-01&flt_served_until=2025-03-31"
        return self._result(
            "filter-month", scope, {"ours": lambda: _get(self.clients[scope], address)}
        )

    def _export(self) -> Iterator[Result]:
        """Measure a CSV of the newest million entries, and what memory it takes above the start."""
        since = self._since(EXPORTED)
        ours = f"/ledger/export/csv/?flt_served_since={since}"
        columns = (
            "e.served_on, p.name, v.number, a.name, e.category, e.started_at, e.ended_at,"
            " e.minutes, e.state, s.name, e.content, e.quality, e.source, e.flags, r.name,"
            " e.recorded_at, d.name, e.decided_at"
        )
        tables = (
            "service_entries e JOIN persons p ON p.id = e.person_id"
            " JOIN volunteers v ON v.id = e.volunteer_id JOIN activities a ON a.id = e.activity_id"
            " JOIN stations s ON s.id = e.station_id"
            " LEFT JOIN accounts r ON r.id = e.recorded_by_id"
            " LEFT JOIN accounts d ON d.id = e.decided_by_id"
        )
        before = peak_mb()
        spent = _seconds(lambda: _drain(self.clients["all"].get(ours, buffered=False).response))
        grown = peak_mb() - before
        dumped = _seconds(lambda: _drain(floor.dump(self.raw, columns, tables, EXPORTED)))
        yield Result("export-csv", "all", self.engine, self.scale, "s", spent, dumped, None)
        yield Result("export-csv-memory", "all", self.engine, self.scale, "MB", grown, None, None)

    def _since(self, rows: int) -> str:
        with self.raw.connect() as connection:
            found = connection.scalar(
                text(
                    "SELECT min(served_on) FROM (SELECT served_on FROM service_entries"
                    " ORDER BY served_on DESC, id DESC LIMIT :rows) newest"
                ),
                {"rows": rows},
            )
        return str(found)

    def _save(self) -> Result:
        """Measure recording one entry over HTTP, beside the bare check and insert."""
        with self.raw.connect() as connection:
            people = connection.exec_driver_sql(
                f"SELECT id FROM volunteers WHERE station_id = {self.station_id} ORDER BY id"  # noqa: S608
            ).scalars()
            waiting = iter(people.all())
            activity = connection.exec_driver_sql(
                f"SELECT max(id) FROM activities WHERE station_id = {self.station_id}"  # noqa: S608
            ).scalar_one()
        client = self.clients["station"]
        token = FORM_TOKEN.search(_get(client, "/ledger/new/").text)
        assert token is not None  # noqa: S101  # every form carries one

        def save() -> None:
            told = {
                "csrf_token": token[1], "volunteer": next(waiting), "activity": activity,
                "start": "05:00", "end": "05:30",
            }  # fmt: skip
            answer = client.post("/ledger/new/", data=told)
            if answer.status_code != 302:  # noqa: PLR2004
                raise RuntimeError(f"saving answered {answer.status_code}")

        return self._result("save", "station", {"ours": save})


def _drain(parts: Any) -> None:
    for _part in parts:
        pass


def _seconds(act: Any) -> float:
    began = time.perf_counter()
    act()
    return round(time.perf_counter() - began, 3)


def peak_mb() -> float:
    """Return the largest memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _get(client: Any, address: str, **given: Any) -> Any:
    answer = client.get(address, **given)
    if answer.status_code != 200:  # noqa: PLR2004
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return answer

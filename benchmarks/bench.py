"""One filled office with a person at each scope, a floor and a stock screen beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks import floor, peer, staff
from benchmarks.measuring import Act, medians
from benchmarks.offices import Office

OK, FOUND = 200, 302


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
    """What the jobs measure with: three applications over one database."""

    def __init__(self, office: Office, engine: str, scale: str) -> None:
        self.office, self.engine, self.scale = office, engine, scale
        with office.app.app_context():
            from models import db  # noqa: PLC0415  # one engine an app: it is asked in its context

            self.raw = db.engine
        with self.raw.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT id, county_id FROM stations ORDER BY id LIMIT 1"
            )
            self.station_id, county_id = found.one()
        self.scopes: dict[str, dict[str, int]] = {
            "station": {"station_id": self.station_id}, "county": {"county_id": county_id},
            "all": {},
        }  # fmt: skip
        self.clients = staff.signed_in(office.app, self.station_id)
        self.floor = floor.make(self.raw).test_client()
        self.peer = peer.make(self.raw, office.app.extensions["station_keyring"]).test_client()

    def measure(
        self,
        job: str,
        scope: str,
        ours: Act,
        floor: Act | None = None,
        peer: Act | None = None,
    ) -> Result:
        """Return the medians of acts that take turns, in milliseconds."""
        found = medians({"ours": ours, "floor": floor, "peer": peer})
        return self.result(job, scope, "ms", found["ours"], found["floor"], found["peer"])

    def result(
        self,
        job: str,
        scope: str,
        unit: str,
        ours: float | None,
        *beside: float | None,
    ) -> Result:
        """Return a result of this office; beside ours stand the floor and the peer."""
        floor, peer = (*beside, None, None)[:2]
        return Result(job, scope, self.engine, self.scale, unit, ours, floor, peer)

    def headers(self, scope: str) -> dict[str, str]:
        """Return the headers by which the stock screen is told its scope."""
        return {name: str(value) for name, value in self.scopes[scope].items()}

    def where(self, scope: str) -> str:
        """Return the condition of a scope in SQL; its values are numbers."""
        return " AND ".join(f"{k} = {v}" for k, v in self.scopes[scope].items()) or "1 = 1"

    def asked(self, query: str) -> Any:
        """Return the one row of a query."""
        with self.raw.connect() as connection:
            return connection.exec_driver_sql(query).one()


def got(client: Any, address: str, **given: Any) -> Any:
    """Return an answer of 200; raises ``RuntimeError`` for any other."""
    answer = client.get(address, **given)
    if answer.status_code != OK:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return answer

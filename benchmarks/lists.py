"""What a page of the ledger costs: the first, one in the middle, searched, filtered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.bench import Bench, Result, got
from benchmarks.peer import PAGE

SEARCHES = {"search-2": "秀英", "search-3": "王秀英", "search-none": "龘龘"}
MONTH = ("2025-03-01", "2025-03-31")


def measured(bench: Bench) -> Iterator[Result]:
    """Measure every kind of page at every scope, a line at a time."""
    for scope in bench.scopes:
        yield _page(bench, "list-first", scope, Asked())
    for scope in bench.scopes:
        yield _deep(bench, scope)
    for scope in bench.scopes:
        for job, words in SEARCHES.items():
            address = f"/ledger/?search={words}"
            yield _page(bench, job, scope, Asked(address, {"gram": words}, address))
    for scope in bench.scopes:
        since, until = MONTH
        ours = f"/ledger/?flt_served_since={since}&flt_served_until={until}"
        stock = f"/ledger/?flt0_0={since}+to+{until}"
        asked = Asked(ours, {"since": since, "until": until}, stock)
        yield _page(bench, "filter-month", scope, asked)


@dataclass(frozen=True)
class Asked:
    """One page, as it is asked of ours, of the floor and of the stock screen."""

    ours: str = "/ledger/"
    floor: Mapping[str, Any] = field(default_factory=dict)
    stock: str = "/ledger/"


def _page(bench: Bench, job: str, scope: str, asked: Asked) -> Result:
    told, headers = {**bench.scopes[scope], **asked.floor}, bench.headers(scope)
    return bench.measure(
        job,
        scope,
        lambda: got(bench.clients[scope], asked.ours),
        lambda: got(bench.floor, "/list", query_string=told),
        lambda: got(bench.peer, asked.stock, headers=headers),
    )


def _deep(bench: Bench, scope: str) -> Result:
    """Measure a page in the middle: by its day for us, by its number for the peer."""
    where = bench.where(scope)
    [count] = bench.asked(f"SELECT count(*) FROM service_entries WHERE {where}")  # noqa: S608
    day, id_ = bench.asked(
        f"SELECT served_on, id FROM service_entries WHERE {where}"  # noqa: S608
        f" ORDER BY served_on DESC, id DESC LIMIT 1 OFFSET {count // 2}"
    )
    floor = {"day": str(day), "id": id_}
    stock = f"/ledger/?page={count // 2 // PAGE}"
    return _page(bench, "list-deep", scope, Asked(f"/ledger/?to={day}", floor, stock))

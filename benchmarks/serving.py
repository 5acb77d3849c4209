"""How many list pages a second gunicorn serves, and how late the last of a hundred comes."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import flask

from admin_app.config import ROOT
from admin_app.factory import create_app
from benchmarks import floor, peer
from benchmarks.bench import Bench, Result
from models import db

WORKERS, THREADS, CONNECTIONS = 2, 4, 8
WARM_UP, SECONDS = 2, 8
COOKIE = "station"
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
LATE = re.compile(r"99%\s+([\d.]+)(us|ms|s|m)\b")
FAILED = re.compile(r"Non-2xx or 3xx responses: (\d+)")
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
OURS, FLOOR, STOCK = "wsgi:app", "benchmarks.serving:floor_app()", "benchmarks.serving:stock_app()"


@dataclass(frozen=True)
class Served:
    """Pages a second, and the milliseconds within which 99 of 100 came."""

    rate: float | None
    late: float | None


def floor_app() -> flask.Flask:
    """Return the thin application over the office of the environment."""
    with create_app().app_context():
        return floor.make(db.engine)


def stock_app() -> flask.Flask:
    """Return the stock application over the office of the environment."""
    app = create_app()
    with app.app_context():
        return peer.make(db.engine, app.extensions["station_keyring"])


def measured(bench: Bench) -> Iterator[Result]:
    """Measure the first page at a station and at all, each application served by itself."""
    scopes = ("station", "all")
    found: dict[str, dict[str, Served]] = {}
    for name in (OURS, FLOOR, STOCK):
        with _server(bench, name) as address:
            found[name] = {scope: _pressed(bench, name, scope, address) for scope in scopes}
    for scope in scopes:
        ours, least, stock = (found[name][scope] for name in (OURS, FLOOR, STOCK))
        yield bench.result("served-first", scope, "req/s", ours.rate, least.rate, stock.rate)
        yield bench.result("served-p99", scope, "ms", ours.late, least.late, stock.late)


@contextlib.contextmanager
def _server(bench: Bench, name: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--threads", str(THREADS),
        "--no-control-socket", "--log-level", "warning", "--timeout", "120",
        "--bind", f"127.0.0.1:{port}", name,
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=bench.office.environment)  # noqa: S603
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _turn in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"nothing is served at port {port}")


def _pressed(bench: Bench, name: str, scope: str, address: str) -> Served:
    headers: dict[str, str] = {}
    path = "/list?" + urlencode(bench.scopes[scope]) if name == FLOOR else "/ledger/"
    if name == OURS:
        headers["Cookie"] = f"{COOKIE}={bench.clients[scope].get_cookie(COOKIE).value}"
    if name == STOCK:
        headers = bench.headers(scope)
    _get(address + path, headers)  # whoever listens may still be starting
    _wrk(address + path, headers, WARM_UP)
    return _wrk(address + path, headers, SECONDS)


def _get(address: str, headers: dict[str, str]) -> None:
    asked = Request(address, headers=headers)  # noqa: S310  # our own address
    with urlopen(asked, timeout=120) as answer:  # noqa: S310
        answer.read()


def _wrk(address: str, headers: dict[str, str], seconds: int) -> Served:
    told = [part for item in headers.items() for part in ("--header", ": ".join(item))]
    command = [
        "wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s",
        "--timeout", "60s", "--latency", *told, address,
    ]  # fmt: skip
    heard = subprocess.run(  # noqa: S603  # our own words
        command, check=True, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"}
    ).stdout
    rate, late = RATE.search(heard), LATE.search(heard)
    if failed := FAILED.search(heard):
        raise RuntimeError(f"{address}: {failed[0]}")
    return Served(
        float(rate[1]) if rate else None,
        round(float(late[1]) * MILLISECONDS[late[2]], 2) if late else None,
    )

"""Filled offices to measure in: thrown away after the run, or kept for the next."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import flask

from admin_app.config import ROOT
from admin_app.factory import create_app
from benchmarks.loading import fill
from benchmarks.population import RECIPE, SCALES

FILLED = "filled"
DATABASE = "bench"
SETTINGS = {
    "shared_buffers": "2GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "16GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
}
# A save is measured on a server that keeps its word; only the filling need not.
CARELESS = SETTINGS | {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Office:
    """A filled office, and what another process needs to open it too."""

    app: flask.Flask
    environment: dict[str, str]


@contextlib.contextmanager
def opened(engine: str, scale: str, keep: Path | None) -> Iterator[Office]:
    """Open the office of an engine and a scale; fill it unless an earlier run kept it."""
    with _folder(engine, scale, keep) as folder:
        marker = folder / FILLED
        if not marker.exists() or marker.read_text() != str(RECIPE):
            print(f"{engine}, {scale}: filling", flush=True)
            with database(engine, folder, CARELESS) as url:
                fill(_app(folder, url), SCALES[scale])
            marker.write_text(str(RECIPE))
        with database(engine, folder, SETTINGS) as url:
            environment = environment_of(folder, url)
            upgrade(environment)
            yield Office(_app(folder, url), environment)


@contextlib.contextmanager
def empty(engine: str) -> Iterator[dict[str, str]]:
    """Make an office without a row for one run; yield what a process needs to open it."""
    with (
        tempfile.TemporaryDirectory(prefix="station-benchmark-") as made,
        database(engine, Path(made), SETTINGS) as url,
    ):
        environment = environment_of(Path(made), url)
        upgrade(environment)
        yield environment


def environment_of(folder: Path, url: str) -> dict[str, str]:
    """Return the environment in which a process opens the office of a folder."""
    return os.environ | {
        "STATION_INSTANCE": str(folder / "instance"),
        "STATION_DATABASE_URL": url,
    }


@contextlib.contextmanager
def _folder(engine: str, scale: str, keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="station-benchmark-") as made:
            yield Path(made)
        return
    folder = keep.resolve() / f"{engine}-{scale}"
    marker = folder / FILLED
    if folder.exists() and not (marker.exists() and marker.read_text() == str(RECIPE)):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    yield folder


@contextlib.contextmanager
def database(engine: str, folder: Path, settings: dict[str, str]) -> Iterator[str]:
    """Serve a database that lies in a folder, and give its address."""
    if engine == "sqlite":
        yield f"sqlite:///{folder}/bench.db"
        return
    from tests.postgres import kept_server  # noqa: PLC0415  # only where it is asked for

    folder.chmod(0o755)  # PostgreSQL runs as another user
    server_folder = folder / "server"
    is_new = not server_folder.exists()
    server_folder.mkdir(exist_ok=True)
    with kept_server(server_folder, settings) as server:
        yield server.create(DATABASE) if is_new else server.url(DATABASE)


def _app(folder: Path, url: str) -> flask.Flask:
    return create_app(instance=folder / "instance", database_url=url)


def upgrade(environment: dict[str, str]) -> None:
    """Bring an office up to the schema of today, as its administrator would."""
    upgrade = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    subprocess.run(upgrade, cwd=ROOT, env=environment, check=True)  # noqa: S603  # our own words

"""Runs the benchmarks: fills an office, measures, prints a table, keeps the list."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from benchmarks import boarding, importing, jobs
from benchmarks.bench import Bench, Result
from benchmarks.offices import opened
from benchmarks.population import SCALES
from benchmarks.tasks import telling

RESULTS = Path(__file__).parent / "results"


@click.command()
@click.option("--scale", type=click.Choice(list(SCALES)), default="100k")
@click.option("--engine", type=click.Choice(["sqlite", "postgresql", "both"]), default="both")
@click.option("--json", "as_json", is_flag=True, help="Print the results as one JSON list.")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the filled offices in this folder, and measure in them again.",
)
@click.option(
    "--only",
    type=click.Choice(list(jobs.JOBS)),
    multiple=True,
    help="Measure this alone; the other results on file stay.",
)
@click.option("--tasks", is_flag=True, help="Count clicks and keys of everyday tasks instead.")
@click.option("--imports", is_flag=True, help="Measure the import of a long sheet instead.")
@click.option("--board", is_flag=True, help="Measure the board of a prefecture instead.")
def main(
    *,
    scale: str,
    engine: str,
    as_json: bool,
    keep: Path | None,
    only: tuple[str, ...],
    tasks: bool,
    imports: bool,
    board: bool,
) -> None:
    """Measure lists, searches, exports and saves beside a floor and a stock screen."""
    if tasks:
        sys.exit(telling.told(as_json=as_json))
    apart = importing if imports else boarding if board else None
    results: list[Result] = []
    for name in ("sqlite", "postgresql") if engine == "both" else (engine,):
        with _quiet(as_json):
            found = list(map(_told, _found(name, scale, keep, apart, only)))
        _keep(name, apart.SCALE if apart else scale, found, merge=bool(only))
        results += found
    if as_json:
        click.echo(json.dumps([asdict(result) for result in results], ensure_ascii=False))


def _found(
    engine: str, scale: str, keep: Path | None, apart: Any, only: tuple[str, ...]
) -> Iterator[Result]:
    """Measure a filled office, or what makes an office of its own."""
    if apart is not None:
        yield from apart.measured(engine)
        return
    with opened(engine, scale, keep) as office:
        yield from jobs.measured(Bench(office, engine, scale), only)


@contextlib.contextmanager
def _quiet(as_json: bool) -> Iterator[None]:
    with contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext():
        yield


def _told(result: Result) -> Result:
    def ratio(other: float | None) -> str:
        return f"{result.ours / other:7.2f}x" if result.ours and other else "       –"

    print(
        f"{result.job:14} {result.scope:8} {result.ours or 0:10.2f} {result.unit:4}"
        f" floor {result.floor or 0:10.2f} {ratio(result.floor)}"
        f" peer {result.peer or 0:10.2f} {ratio(result.peer)}",
        flush=True,
    )
    return result


def _keep(engine: str, scale: str, results: list[Result], *, merge: bool) -> None:
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{engine}-{scale}.json"
    on_file = json.loads(file.read_text("utf-8")) if merge and file.exists() else []
    lines = {(line["job"], line["scope"]): line for line in on_file}
    lines |= {(result.job, result.scope): asdict(result) for result in results}
    text = json.dumps(list(lines.values()), indent=1, ensure_ascii=False)
    file.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()

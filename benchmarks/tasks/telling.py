"""Tells the counts: as a table, as JSON, in the results and on the page of the documentation."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.tasks.playing import Count, Result, is_good, played, typical

ROOT = Path(__file__).parents[2]
KEPT, PAGE = ROOT / "benchmarks" / "results" / "tasks.json", ROOT / "docs" / "tasks.md"
BEGIN, END = "<!-- script/benchmark --tasks -->\n", "<!-- end -->\n"


def told(*, as_json: bool) -> int:
    """Play, keep and print everything; return the exit status, 1 if ours is not good enough."""
    results = played()
    KEPT.write_text(json.dumps(_plain(results), indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(renewed(PAGE.read_text("utf-8"), results), "utf-8")
    print(json.dumps(_plain(results), ensure_ascii=False) if as_json else table(results))
    if not is_good(results):
        print("A task is worse than stock's, or the median is above a half.", file=sys.stderr)
        return 1
    return 0


def kept() -> list[Result]:
    """Return the results of the last run."""
    return [
        Result(
            row["task"], row["words"], row["remark"], Count(**row["ours"]), Count(**row["stock"])
        )
        for row in json.loads(KEPT.read_text("utf-8"))
    ]


def table(results: Sequence[Result]) -> str:
    """Return the counts as a table in Markdown."""
    return "\n".join(_lines(results))


def renewed(page: str, results: Sequence[Result]) -> str:
    """Return the page with the table of these results in it."""
    before, _table, after = page.partition(BEGIN)[0], *page.partition(END)[1:]
    remarks = "\n".join(f"- {r.words}: {r.remark}" for r in results if r.remark)
    return f"{before}{BEGIN}\n{table(results)}\n\n{remarks}\n\n{END}{after}"


def _lines(results: Sequence[Result]) -> Iterator[str]:
    yield "| task | ours: clicks + keys | stock: clicks + keys | ours for each of stock's |"
    yield "|---|--:|--:|--:|"
    for result in results:
        yield (
            f"| {result.words} | {_sum(result.ours)} | {_sum(result.stock)} | {result.ratio:.2f} |"
        )
    yield f"| **median** | | | **{typical(results):.2f}** |"


def _sum(count: Count) -> str:
    return f"{count.clicks} + {count.keys} = {count.total}"


def _plain(results: Sequence[Result]) -> list[dict[str, object]]:
    return [asdict(result) | {"ratio": round(result.ratio, 3)} for result in results]

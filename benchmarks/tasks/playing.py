"""Plays the tasks on both sides and judges the counts: none worse, the median at most half."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.tasks.everyday import TASKS, Task
from benchmarks.tasks.hand import Hand
from benchmarks.tasks.scene import Side, opened

HALF = 0.5


@dataclass(frozen=True)
class Count:
    """What a task took on one side."""

    clicks: int
    keys: int

    @property
    def total(self) -> int:
        """Return all that a hand did."""
        return self.clicks + self.keys


@dataclass(frozen=True)
class Result:
    """A task with its counts on both sides."""

    task: str
    words: str
    remark: str
    ours: Count
    stock: Count

    @property
    def ratio(self) -> float:
        """Return our acts for each of stock's."""
        return self.ours.total / self.stock.total


def played() -> list[Result]:
    """Play every task on both sides."""
    results = []
    with opened() as (ours, stock):
        for task in TASKS:
            counts = count(task, ours), count(task, stock)
            results.append(Result(task.name, task.words, task.remark, *counts))
            print(f"{task.name}: {counts[0].total} beside {counts[1].total}", file=sys.stderr)
    return results


def count(task: Task, side: Side) -> Count:
    """Play one task on one side."""
    hand = side.sit_down(task.who)
    told = task.play(side.name, hand)
    with side.rows() as rows:
        found = finished(task, hand, rows, told)
    hand.page.context.close()
    return found


def finished(task: Task, hand: Hand, rows: Any, told: Any) -> Count:
    """Return what a hand did; raises ``RuntimeError`` if the task was not really done."""
    hand.page.wait_for_load_state()
    if not task.is_done(rows, told):
        raise RuntimeError(f"not done: {task.name} at {hand.page.url}")
    return Count(hand.clicks, hand.keys)


def typical(results: Sequence[Result]) -> float:
    """Return the median of the ratios."""
    return median(result.ratio for result in results)


def is_good(results: Sequence[Result]) -> bool:
    """Tell whether no task takes more than stock's, and half of them at most half."""
    return all(result.ratio <= 1 for result in results) and typical(results) <= HALF

"""Putting restored files in the place of others: all of them, whatever happens meanwhile.

What is to be moved is written down first. A process that is killed in the middle leaves the list,
and the next one that opens the office carries it out before anything else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = "restore.json"


@dataclass(frozen=True)
class Move:
    """One name of the instance folder that becomes another."""

    source: str
    target: str


def swap(instance: Path, moves: Sequence[Move], mark: str | None = None) -> None:
    """Write down what is to be moved, and move it."""
    note(instance, moves, mark)
    carry_out(instance)


def note(instance: Path, moves: Sequence[Move], mark: str | None = None) -> None:
    """Write down what is to be moved; with a mark, only once the database shows it."""
    text = json.dumps(
        {"mark": mark, "moves": [[move.source, move.target] for move in moves]}, indent=1
    )
    partial = instance / f"{FILE}.tmp"
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(instance / FILE)
    _sync(instance)


def is_noted(instance: Path) -> bool:
    """Tell whether a restore was cut off in the middle of its moves."""
    return (instance / FILE).exists()


def mark(instance: Path) -> str | None:
    """Return what the database must show before anything is moved, if anything."""
    told = json.loads((instance / FILE).read_text("utf-8"))["mark"]
    return None if told is None else str(told)


def carry_out(instance: Path) -> None:
    """Move what is not moved yet; safe to repeat, wherever it was cut off."""
    for source, target in json.loads((instance / FILE).read_text("utf-8"))["moves"]:
        come, go = instance / source, instance / target
        # What stands at its target is there already: its source may bear a newer file by now.
        if come.exists() and not go.exists():
            go.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            come.rename(go)
            _sync(go.parent)
    _sync(instance)
    forget(instance)


def forget(instance: Path) -> None:
    """Strike the list."""
    (instance / FILE).unlink(missing_ok=True)
    _sync(instance)


def _sync(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

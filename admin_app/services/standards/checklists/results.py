"""How a station stands by its checklist: items, their parts, and the score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from admin_app.services.reports.months import Month
from models import Checklist, PartName

from .parts import Finding


@dataclass(frozen=True)
class PartResult:
    """One part: whether it is met, and what is missing."""

    part: PartName
    finding: Finding

    @property
    def met(self) -> bool | None:
        """Tell whether the part is met; None where that cannot be told."""
        return self.finding.met

    @property
    def missing(self) -> str | None:
        """Say what is missing; None when it is met."""
        return self.finding.missing


@dataclass(frozen=True)
class ItemResult:
    """One item: met when all its parts are, not met when one is not, else not told."""

    key: str
    title: str
    article: str
    parts: tuple[PartResult, ...]

    @property
    def met(self) -> bool | None:
        """Tell whether the item is met; None where that cannot be told."""
        return together(part.met for part in self.parts)

    @property
    def lacking(self) -> PartResult | None:
        """Return the part that is to be mended first: what is missing before what is not told."""
        unmet = [part for part in self.parts if part.met is False]
        untold = [part for part in self.parts if part.met is None]
        return next(iter([*unmet, *untold]), None)

    @property
    def missing(self) -> str | None:
        """Say in one sentence what is missing; None when the item is met."""
        return self.lacking.missing if self.lacking else None


@dataclass(frozen=True)
class Result:
    """A station and month by the checklist that holds there; without one nothing is asked."""

    station_id: int
    code: str
    name: str
    month: Month
    checklist: Checklist | None
    items: tuple[ItemResult, ...] = ()
    # Whether it was kept when the month ended, and is not counted anew.
    is_kept: bool = False

    @cached_property
    def met(self) -> int:
        """Return how many items are met."""
        return sum(item.met is True for item in self.items)

    @cached_property
    def untold(self) -> int:
        """Return of how many items nobody can tell."""
        return sum(item.met is None for item in self.items)

    @property
    def total(self) -> int:
        """Return how many items there are."""
        return len(self.items)

    @property
    def unmet(self) -> list[ItemResult]:
        """Return the items that are known not to be met."""
        return [item for item in self.items if item.met is False]

    @property
    def passes(self) -> bool:
        """Tell whether every item is met."""
        return bool(self.items) and self.met == self.total

    def plain(self) -> dict[str, Any]:
        """Return the result as JSON holds it."""
        chosen = self.checklist
        return {
            "station": self.code,
            "month": str(self.month),
            "checklist": chosen.code if chosen else None,
            "met": self.met,
            "total": self.total,
            "kept": self.is_kept,
            "items": [
                {
                    "key": item.key,
                    "title": item.title,
                    "met": item.met,
                    "missing": item.missing,
                    "parts": [
                        {"key": p.part.value, "met": p.met, "missing": p.missing}
                        for p in item.parts
                    ],
                }
                for item in self.items
            ],
        }


def together(met: Iterable[bool | None]) -> bool | None:
    """Return what several answers make: no before unknown before yes."""
    answers = set(met)
    if False in answers:
        return False
    return None if None in answers else True


def stored(items: Iterable[ItemResult]) -> list[dict[str, Any]]:
    """Return items as a kept result holds them: codes and numbers, no words."""
    return [
        {
            "key": item.key,
            "met": item.met,
            "parts": [
                {"part": p.part.value, "met": p.met, "why": p.finding.why,
                 "facts": dict(p.finding.facts)}
                for p in item.parts
            ],
        }
        for item in items
    ]  # fmt: skip


def read(kept: Iterable[dict[str, Any]], checklist: Checklist) -> tuple[ItemResult, ...]:
    """Return the items of a kept result."""
    words = {item.key: item for item in checklist.items}
    return tuple(
        ItemResult(
            one["key"],
            words[one["key"]].title,
            words[one["key"]].article,
            tuple(
                PartResult(PartName(p["part"]), Finding(p["met"], p["why"], p["facts"]))
                for p in one["parts"]
            ),
        )
        for one in kept
    )

"""The card with the search and the filters of a list, written once for all lists narrowed alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from flask import render_template, request
from markupsafe import Markup

from models import clock
from views import looks
from views.lists.filters import Asked, Filter
from views.web import locale

# As many screens, languages and common filters as are asked for in a day.
KEPT = 1000


@dataclass(frozen=True)
class Card:
    """All that the card says; two lists with the same card get the same text."""

    offered: tuple[Filter, ...]
    searches: bool
    is_narrowed: bool
    # What the address says of the list, and how the value of each filter reads.
    told: frozenset[tuple[str, str]]
    asked: tuple[tuple[str, str], ...]
    language: str
    root: str
    today: date

    @cached_property
    def kept(self) -> Mapping[str, str]:
        """Return the arguments of the address."""
        return dict(self.told)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Return how the value of each filter at work reads."""
        return dict(self.asked)

    def value(self, flt: Filter) -> str:
        """Return the value of a filter at work, or nothing."""
        return self.kept.get(f"flt_{flt.key}", "") if flt.key in self.words else ""


def written(view: Any, asked: Iterable[Asked], *, is_narrowed: bool) -> Markup:
    """Return the card of a list, or nothing for a list that cannot be narrowed."""
    chosen = tuple((one.filter.key, one.words) for one in asked if not one.is_window)
    offered = tuple(_offered(view, {key for key, _words in chosen}))
    if not offered and not view.search:
        return Markup()
    told = frozenset(view.kept().items())
    return _written(
        view,
        Card(
            offered, bool(view.search), is_narrowed, told, chosen, locale(), request.script_root,
            clock.today(),
        ),
    )  # fmt: skip


def _offered(view: Any, asked: set[str]) -> Iterable[Filter]:
    """Return the filters that tell rows apart: a desk of one station need not choose it."""
    told = [flt for flt in view.filters if flt.key in asked or flt.is_offered()]
    if "station" in asked or not looks.sees_one_station(view.resource):
        return told
    return (flt for flt in told if flt.key != "station")


@lru_cache(KEPT)
def _written(view: Any, card: Card) -> Markup:
    ranges, lookup = view.quick_ranges(), f"{card.root}{view.url}/filter/"
    text = render_template("admin/model/narrowing.html", card=card, ranges=ranges, lookup=lookup)
    return Markup(text)  # noqa: S704  # our own template, escaped

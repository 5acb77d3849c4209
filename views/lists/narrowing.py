"""What narrows a list: its search, its filters, its window of days, and how all that is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, jsonify, redirect, request
from flask_admin.base import expose
from flask_admin.model.base import ViewArgs
from flask_babel import gettext as _
from sqlalchemy import Select, or_, select
from werkzeug.wrappers import Response

from admin_app.services import clear_text
from admin_app.services.people.names import Matched
from models import clock
from views.lookups import Lookup, containing
from views.web.requests import access

from . import filters, keyset
from .filters import Asked, Chosen, Contains, Filter, Since, Until

MAX_SEARCH = 50
MAX_WORDS = 5
# What an address of a list may say beside its filters.
SEARCH, STANDING = "search", ("sort", "desc", "page_size")


@dataclass(frozen=True)
class Chip:
    """What narrows the list, in words, with the ways to take it off and to look further back."""

    label: str
    words: str
    without: str | None
    wider: str | None = None


@dataclass(frozen=True)
class QuickRange:
    """A link that sets both ends of a range of days."""

    words: str
    address: str
    is_current: bool


class Narrowing:
    """Which rows a list shows: those in reach, searched, filtered, and told so."""

    # The days, by their name in ``between``, that bound a search of text no index knows.
    window: str = ""

    def init_search(self) -> bool:
        """Tell Flask-Admin whether a search box belongs on the screen."""
        return bool(self.search)

    def search_placeholder(self) -> str:
        """Say what the box searches."""
        return ""

    def get_filters(self) -> list[Any]:
        """Hand Flask-Admin our filters as they are."""
        return list(self.filters)

    def get_filter_arg(self, index: int, flt: Any) -> str:
        """Name a filter in the address by its key, the same in every language."""
        return str(flt.key)

    # What is asked

    def _get_list_extra_args(self) -> ViewArgs:
        self._refuse_numbers()
        given = super()._get_list_extra_args()
        given.search = (given.search or "").replace("\x00", "").strip()[:MAX_SEARCH] or None
        given.filters = [*given.filters, *self._windows(given)]
        return given

    def _refuse_numbers(self) -> None:
        """Lead on without what asks for a personal number: an address is kept in many places."""
        asked = [name for name, words in request.args.items() if clear_text.holds_number(words)]
        if asked:
            told = _("An address keeps no personal number: use “Find by number” on the roll.")
            flash(told, "error")
            abort(redirect(self._address(**dict.fromkeys(asked))))

    def _get_list_filter_args(self) -> list[Asked]:
        asked, left_out = self.asked_filters()
        for flt in left_out:
            flash(_("The filter “%(name)s” was left out: its value is unknown.",
                    name=flt.name), "error")  # fmt: skip
        return asked

    def asked_filters(self) -> tuple[list[Asked], list[Filter]]:
        """Return the filters of the address that make a condition, and those that make none."""
        asked, left_out = [], []
        for name, value in self._given_filters():
            words = name.words(value)
            if words is None:
                left_out.append(name)
            else:
                asked.append(Asked(name, value, words))
        return asked, left_out

    def _given_filters(self) -> Iterator[tuple[Filter, str]]:
        if not request.args:
            return
        known = {flt.key: flt for flt in self.filters}
        for name, value in request.args.items():
            start, _under, key = name.partition("_")
            if start.startswith("flt") and key in known and value:
                yield known[key], value

    def _windows(self, given: ViewArgs) -> Iterator[Asked]:
        """Yield the window of days in which unindexed text is searched, unless one was chosen.

        A station's rows are few; above stations the last year is searched first.
        """
        if not self._needs_window(given):
            return
        told = {one.filter.key: one.value for one in given.filters}
        if f"{self.window}_since" in told:
            return
        [since] = [flt for flt in self.filters if flt.key == f"{self.window}_since"]
        until = told.get(f"{self.window}_until")
        day = filters.a_year_before(date.fromisoformat(until) if until else clock.today())
        yield Asked(since, day.isoformat(), day.isoformat(), is_window=True)

    def _needs_window(self, given: ViewArgs) -> bool:
        if not self.window or access().is_at_stations(f"{self.resource}:read"):
            return False
        # A screen that knows its people finds them by an index.
        searches_text = type(self).matching is Narrowing.matching
        return bool(given.search and searches_text) or any(
            isinstance(one.filter, Contains) for one in given.filters
        )

    # Which rows

    def rows(self, search: str | None, asked: Iterable[Asked] | None) -> Select[Any]:
        """Return the statement for the rows that a search and filters leave."""
        found = self.narrowed(select(self.model))
        few = False
        if search and self.search:
            for words in search.split()[:MAX_WORDS]:
                matched = self.matching(words)
                found, few = found.where(matched.condition), few or matched.few
        for one in asked or ():
            found, few = found.where(one.filter.condition(one.value)), few or one.filter.few
        return found.execution_options(**{keyset.FEW: True}) if few else found

    def narrowed(self, found: Select[Any]) -> Select[Any]:
        """Return a statement narrowed beyond the scope, where a screen shows less than one sees."""
        return found

    def matching(self, words: str) -> Matched:
        """Return the condition that a row is found by some words; a subclass knows its people."""
        return Matched(or_(*(containing(column, words) for column in self.search)))

    # How it is told

    def kept(self, *, standing: bool = True) -> dict[str, str]:
        """Return the arguments of the address that say which rows these are and how they stand."""
        found = {f"flt_{flt.key}": value for flt, value in self._given_filters()}
        for name in (SEARCH, *(STANDING if standing else ())):
            if value := request.args.get(name):
                found[name] = value
        return found

    def _address(self, **changes: Any) -> str:
        """Return the address of this list with some arguments changed; None takes one away."""
        told = self.kept() | changes
        wanted = {name: value for name, value in told.items() if value is not None}
        # A list writes some twenty of them: building each by its route would cost as much as it.
        return f"{request.script_root}{self.url}/" + ("?" + urlencode(wanted) if wanted else "")

    def _chips(self, given: ViewArgs) -> Iterator[Chip]:
        """Yield what narrows the list, each with the way to take it off."""
        if given.search:
            yield Chip(_("Search"), given.search, self._address(search=None))
        told = {one.filter.key: one for one in given.filters}
        for one in told.values():
            flt = one.filter
            if isinstance(flt, Since):
                yield self._days_chip(one, told.get(flt.until.key), given)
            elif not (isinstance(flt, Until) and flt.since.key in told):
                yield Chip(str(flt.name), one.words, self._address(**{f"flt_{flt.key}": None}))

    def _days_chip(self, since: Asked, until: Asked | None, given: ViewArgs) -> Chip:
        flt, wider = since.filter, None
        assert isinstance(flt, Since)  # noqa: S101  # narrows the union
        first, last = f"flt_{flt.key}", f"flt_{flt.until.key}"
        if flt.key == f"{self.window}_since" and self._needs_window(given):
            before = filters.a_year_before(date.fromisoformat(since.value))
            wider = self._address(**{first: before.isoformat()})
        end = until.words if until else (_("today") if since.is_window else "")
        without = None if since.is_window else self._address(**{first: None, last: None})
        return Chip(str(flt.title), f"{since.words} – {end}".strip(), without, wider)

    def quick_ranges(self) -> dict[str, list[QuickRange]]:
        """Return, by the filter of the first day, the links beside each range of days."""
        ranges = filters.quick_ranges(clock.today())
        return {
            flt.key: [self._quick_range(flt, one) for one in ranges]
            for flt in self.filters
            if isinstance(flt, Since)
        }

    def _quick_range(self, flt: Since, one: filters.Range) -> QuickRange:
        ends = {
            f"flt_{flt.key}": one.since.isoformat(), f"flt_{flt.until.key}": one.until.isoformat(),
        }  # fmt: skip
        is_current = self.kept().items() >= ends.items()
        return QuickRange(one.words, self._address(**ends), is_current)

    # Look-ups of filters

    @expose("/filter/")
    def filter_lookup(self) -> Response:
        """Answer what a filter's look-up finds for the typed words, to the list's readers."""
        name = request.args.get("name", "")
        found = [f.lookup for f in self.filters if isinstance(f, Chosen) and f.key == name]
        if not found:
            abort(404)
        return offered(found[0])


def offered(lookup: Lookup) -> Response:
    """Answer the rows within reach that a look-up finds for the words of the request."""
    words = request.args.get("query", "").replace("\x00", "")[:MAX_SEARCH]
    offset = request.args.get("offset", 0, type=int)
    found = lookup.get_list(words, offset or 0, request.args.get("limit", 20, type=int) or 20)
    return jsonify([lookup.offer(row) for row in found])

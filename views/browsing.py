"""The list of a register: search, filters, pages, exports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import abort, flash, request
from flask_admin.base import expose
from flask_admin.model.base import ViewArgs
from flask_babel import gettext as _
from sqlalchemy import Select, or_, select
from werkzeug.wrappers import Response

from admin_app.services import audit
from admin_app.services.names import Matched
from models import AuditAction, clock, db, engine

from . import exports, keyset, listing, long_exports, looks, rows
from .columns import ShownColumn
from .keyset import AFTER, BEFORE, Cursor, Key
from .listing import Page
from .lookups import containing
from .web.requests import access

MAX_SEARCH = 50
MAX_WORDS = 5


class Browsing:
    """What a register screen shows of many rows, and sends away as a file."""

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

    def _get_list_filter_args(self) -> list[Any]:
        known = {flt.key: (index, flt) for index, flt in enumerate(self.filters)}
        chosen = []
        for name, value in request.args.items():
            found = known.get(name.partition("_")[2]) if name.startswith("flt") else None
            if found is None or not value:
                continue
            if found[1].validate(value):
                chosen.append((found[0], str(found[1].name), value))
            else:
                flash(_("The filter “%(name)s” was left out: its value is unknown.",
                        name=found[1].name), "error")  # fmt: skip
        return chosen

    def _get_list_extra_args(self) -> ViewArgs:
        given = super()._get_list_extra_args()
        given.search = (given.search or "").replace("\x00", "").strip()[:MAX_SEARCH] or None
        return given

    def rows(self, search: str | None, filters: Iterable[Any] | None) -> Select[Any]:
        """Return the statement for the rows that a search and filters leave."""
        found = self.narrowed(select(self.model))
        if search and self.search:
            for words in search.split()[:MAX_WORDS]:
                matched = self.matching(words)
                found = found.where(matched.condition)
                if matched.few:
                    found = found.execution_options(**{keyset.FEW: True})
        for index, _name, value in filters or ():
            found = found.where(self.filters[index].condition(value))
        return found

    def narrowed(self, found: Select[Any]) -> Select[Any]:
        """Return a statement narrowed beyond the scope, where a screen shows less than one sees."""
        return found

    def matching(self, words: str) -> Matched:
        """Return the condition that a row is found by some words; a subclass knows its people."""
        return Matched(or_(*(containing(column, words) for column in self.search)))

    def render(self, template: str, **values: Any) -> str:
        """Render a template with what the filter bar was told."""
        values.setdefault("chosen_filters", self._chosen_filters())
        return str(super().render(template, **values))

    def _chosen_filters(self) -> dict[str, str]:
        given = {name.partition("_")[2]: value for name, value in request.args.items()}
        return {flt.key: given[flt.key] for flt in self.filters if given.get(flt.key)}

    @expose("/")
    def index_view(self) -> str:
        """Show one page of the list."""
        given = self._get_list_extra_args()
        found = self.rows(given.search, given.filters)
        order = self._keys(given)
        size = self.get_safe_page_size(given.page_size)
        page = self._listing.page(found, order, self._cursor(order), size)
        actions, questions = self.get_actions_list()
        columns = self._shown_columns()
        editable = self._editable(page)
        return self.render(
            self.list_template,
            page=page,
            count=self._count(found, given, page),
            shown_columns=columns,
            rows=rows.written(
                page.lines, columns, ticked=bool(actions), editable=editable, edit=_("Edit")
            ),
            styles=rows.styled(columns, ticked=bool(actions)),
            editable=editable,
            search=given.search,
            active_filters=given.filters,
            sort_column=given.sort,
            sort_desc=given.sort_desc,
            days=self._days(order),
            actions=actions,
            actions_confirmation=questions,
            address=self._address,
            export_address=self._export_address,
            return_url=self._address(),
        )

    def _editable(self, page: Page) -> set[int] | None:
        """Return the rows of a page that the person may edit, or None who never edits here."""
        if not self.can_edit:
            return None
        return {line.id for line in page.lines if self.may_change(line.facts)}

    def _shown_columns(self) -> list[ShownColumn]:
        """Return the columns worth showing: the one station of a desk need not be repeated."""
        hidden = "station.name" if looks.sees_one_station(self.resource) else ""
        return [column.in_words() for column in self._shown if column.name != hidden]

    def _keys(self, given: ViewArgs) -> list[Key]:
        sort = self._get_column_by_idx(given.sort)
        if sort is not None and sort[0] in self.column_sortable_list:
            return listing.sorted_by(self.model, sort[0], descending=bool(given.sort_desc))
        return listing.keys(self.model, self.order)

    def _cursor(self, order: list[Key]) -> Cursor | None:
        for side in (AFTER, BEFORE):
            if text := request.args.get(side):
                return keyset.read(side, text, order)
        return keyset.from_day(request.args.get("to", ""), order)

    def _count(self, found: Select[Any], given: ViewArgs, page: Any) -> int | None:
        """Return the capped count, or None where telling it would cost more than the page."""
        if page.previous is None and page.next is None:
            return len(page.lines)
        narrowed = bool(given.search or given.filters)
        if narrowed and not access().is_at_stations(f"{self.resource}:read"):
            return None
        return self._listing.count(found)

    def _days(self, order: list[Key]) -> str | None:
        """Return the name of the day column the list is ordered by, for jumping to a date."""
        return order[0].name if order[0].is_day else None

    def _address(self, **changes: Any) -> str:
        """Return the address of this list with some arguments changed; None takes one away."""
        kept = {k: v for k, v in request.args.items() if k not in (AFTER, BEFORE, "to")}
        return str(self.get_url(".index_view", **_without_none(kept | changes)))

    def _export_address(self, kind: str) -> str:
        kept = {k: v for k, v in request.args.items() if k not in (AFTER, BEFORE, "to")}
        return str(self.get_url(".export", export_type=kind, **kept))

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """Send the list, as searched, filtered and masked on screen, as a file."""
        if export_type not in exports.TYPES:
            abort(404)
        if not self.can_export:
            abort(403)
        titles, found, order = self.exported()
        if export_type == "xlsx" and (handed_over := long_exports.handed_over(self, found)):
            return handed_over
        # The trail tells how many leave, up to the count the list itself shows.
        count, sent = self._exported.count(found), self._exported.stream(found, order)
        engine.begin_writing()
        audit.record(AuditAction.EXPORT, self.model.__tablename__, rows=count, kind=export_type)
        db.session.commit()
        engine.begin_reading()
        name = f"{self.resource}-{clock.today():%Y%m%d}.{export_type}"
        return exports.answer(export_type, name, titles, sent)

    def exported(self) -> tuple[list[str], Select[Any], list[Key]]:
        """Return the headings, the rows and the order of the list as a file of it has them."""
        given = self._get_list_extra_args()
        titles = [str(label) for _name, label in self._export_columns]
        return titles, self.rows(given.search, given.filters), self._keys(given)


def _without_none(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}

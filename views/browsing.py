"""The list of a register: search, filters, pages, exports."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

from flask import abort, request
from flask_admin.base import expose
from flask_admin.model.base import ViewArgs
from flask_babel import gettext as _
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from admin_app.policy import GRANTS
from admin_app.services import audit
from models import AuditAction, clock, db, engine

from . import formats, looks, matches
from .columns import ShownColumn
from .lists import exports, keyset, listing, long_exports, rows
from .lists.keyset import AFTER, BEFORE, Cursor, Key
from .lists.listing import NOTHING, Page, Reckoned
from .lists.narrowing import Narrowing
from .screens import cards
from .web import locale
from .web.requests import access

# Counting to the cap costs as much as the page; what is told is "10,000+" either way.
LONG_SECONDS = 600


@dataclass(frozen=True)
class PageSize:
    """A link that shows so many rows a page."""

    rows: int
    address: str
    is_current: bool


@lru_cache
def _in_words(
    columns: tuple[ShownColumn, ...], hidden: str, _language: str
) -> tuple[ShownColumn, ...]:
    return tuple(column.in_words() for column in columns if column.name != hidden)


class Browsing(Narrowing):
    """What a register screen shows of many rows, and sends away as a file."""

    # How rows come to be where nobody types them in; said of an empty list.
    origin: Any = ""
    # Whose whole lists hold more than is counted, and until when that is taken for granted.
    _long: ClassVar[dict[object, float]] = {}

    @expose("/")
    def index_view(self) -> str:
        """Show one page of the list."""
        given = self._get_list_extra_args()
        found = self.rows(given.search, given.filters)
        order = self._keys(given)
        size = self.get_safe_page_size(given.page_size)
        page = self._completed(self._listing.page(found, order, self._cursor(order), size))
        actions, questions = self.get_actions_list()
        columns, chips = self._shown_columns(), list(self._chips(given))
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
            chips=chips,
            narrowing_card=cards.written(self, given.filters, is_narrowed=bool(chips)),
            page_sizes=list(self._page_sizes(size)),
            kept=self.kept(),
            sort_column=given.sort,
            sort_desc=given.sort_desc,
            days=self._days(order),
            actions=actions,
            actions_confirmation=questions,
            address=self._address,
            acting_address=self._acting_address(),
            most=matches.MOST,
            export_address=self._export_address,
            return_url=self._address(),
        )

    def reckoned(self, found: Select[Any]) -> Reckoned:
        """Return what the rows of a statement do not hold themselves; a subclass reckons it."""
        return NOTHING

    def _completed(self, page: Page) -> Page:
        shown = select(self.model).where(self.model.id.in_([line.id for line in page.lines]))
        return replace(page, lines=self._listing.filled(page.lines, self.reckoned(shown)))

    def _editable(self, page: Page) -> set[int] | None:
        """Return the rows of a page that the person may edit, or None who never edits here."""
        if not self.can_edit:
            return None
        return {line.id for line in page.lines if self.may_change(line.facts)}

    def _shown_columns(self) -> tuple[ShownColumn, ...]:
        """Return the columns worth showing: the one station of a desk need not be repeated."""
        hidden = "station.name" if looks.sees_one_station(self.resource) else ""
        return _in_words(self._shown, hidden, locale())

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
        # Who acts on rows above stations needs the number that all of them are.
        is_dear = narrowed and not access().is_at_stations(f"{self.resource}:read")
        if is_dear and not self.get_actions_list()[0]:
            return None
        return self._listing.count(found) if narrowed else self._whole_count(found)

    def _whole_count(self, found: Select[Any]) -> int:
        """Count a list that nothing narrows; one that was long a while ago is long still."""
        asked = self.screen or self.resource, access().account_id, access().held
        if self._long.get(asked, 0.0) > time.monotonic():
            return listing.COUNT_CAP + 1
        count = self._listing.count(found)
        if count > listing.COUNT_CAP:
            self._long[asked] = time.monotonic() + LONG_SECONDS
        return count

    def _page_sizes(self, size: int) -> Iterator[PageSize]:
        for rows_ in self.page_size_options:
            yield PageSize(rows_, self._address(page_size=rows_), is_current=rows_ == size)

    def beginning(self) -> str:
        """Say who enters the first row, or how it comes to be: for whom sees an empty list."""
        if self.origin:
            return str(self.origin)
        permission = f"{self.resource}:{self.creating}"
        enterers = [role.label for role, granted in GRANTS.items() if permission in granted]
        if not self.sections or not enterers:
            return _("Nobody types rows in here: the office keeps them itself.")
        return _("Rows are entered by: %(roles)s.", roles=formats.labels(enterers))

    def _days(self, order: list[Key]) -> str | None:
        """Return the name of the day column the list is ordered by, for jumping to a date."""
        return order[0].name if order[0].is_day else None

    def _acting_address(self) -> str:
        """Return where the buttons post to: it says which rows “all” are, and the way back."""
        told = self.kept(standing=False) | {"url": self._address()}
        return str(self.get_url(".action_view", **told))

    def _export_address(self, kind: str) -> str:
        return str(self.get_url(".export", export_type=kind, **self.kept()))

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
        count = self._exported.count(found)
        reckoned = self.reckoned(found)
        is_plain = export_type == "csv" and not reckoned
        dump = self._exported.dump(found, order, safe=True) if is_plain else None
        told = None if dump else self._exported.stream(found, order, reckoned)
        engine.begin_writing()
        audit.record(AuditAction.EXPORT, self.model.__tablename__, rows=count, kind=export_type)
        db.session.commit()
        engine.begin_reading()
        name = f"{self.resource}-{clock.today():%Y%m%d}.{export_type}"
        if dump is not None:
            return exports.written(name, titles, dump.lines())
        return exports.answer(export_type, name, titles, told)

    def exported(self) -> tuple[list[str], Select[Any], list[Key]]:
        """Return the headings, the rows and the order of the list as a file of it has them."""
        given = self._get_list_extra_args()
        titles = [str(label) for _name, label in self._export_columns]
        return titles, self.rows(given.search, given.filters), self._keys(given)

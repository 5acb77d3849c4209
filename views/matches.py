"""All rows that a list finds, beyond the page that shows some: what a button over them works on."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import DomainError, db

from .lists.listing import COUNT_CAP
from .lookups import key

# As far as a list counts its rows; beyond it one narrows the list first.
MOST = COUNT_CAP
IN_ONE_STATEMENT = 500


def of_list(view: Any) -> list[int]:
    """Return the number of every row that the search and filters of the address find, in order.

    The form says how many the person saw; ``DomainError`` tells that it is another number now.
    """
    seen = key(request.form.get("all"))
    if seen is None or seen > MOST:
        abort(400)
    _asked, left_out = view.asked_filters()
    if left_out:
        raise DomainError(_("A filter of the list no longer holds: look at the list again."))
    _titles, found, _order = view.exported()
    found = found.with_only_columns(view.model.id).order_by(view.model.id)
    ids = list(db.session.scalars(found.limit(MOST + 1)))
    if len(ids) != seen:
        raise DomainError(
            _("The list showed %(seen)s rows and finds %(now)s now: look at it again. Nothing "
              "was done.", seen=f"{seen:,}", now=_number(len(ids)))
        )  # fmt: skip
    return ids


def _number(count: int) -> str:
    return f"{MOST:,}+" if count > MOST else f"{count:,}"


def loaded(view: Any, ids: list[int]) -> list[Any]:
    """Return the rows of some numbers, as far as they are in reach, in the order of those."""
    wanted = select(view.model).options(*(joinedload(one) for one in view.acting_on))
    rows: list[Any] = []
    for first in range(0, len(ids), IN_ONE_STATEMENT):
        part = view.model.id.in_(ids[first : first + IN_ONE_STATEMENT])
        rows += db.session.scalars(wanted.where(part).order_by(view.model.id)).unique()
    return rows

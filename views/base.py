"""The one register screen. Subclasses declare; this class decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import abort, redirect, request
from flask_admin.base import expose
from flask_admin.contrib.sqla import ModelView
from flask_login import current_user
from sqlalchemy import Boolean, inspect, select
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired, Optional

from models import db
from models.sealing import Sealed, SealedText

from . import formats
from .browsing import Browsing
from .columns import DETAILS, EXPORT, LIST, Column, Field, Section, ShownColumn
from .fields import no_nul, stripped, suited, within_reach
from .lists.filters import Filter
from .lists.listing import Listing
from .lists.narrowing import offered
from .lookups import Lookup, LookupWidget, key
from .web.requests import access
from .writing import PAGE_SIZES, Acting, Writing


class RegisterView(Browsing, Writing, Acting, ModelView):
    """A screen over one register: scoped, permitted, masked, traced, exported.

    A subclass names its ``model``, its ``resource`` (the first half of its permissions), its
    ``columns``, ``sections``, ``filters`` and ``search``, and adds an action method a button.
    The base starts from nothing allowed: what a subclass does not name cannot be seen or written.
    """

    model: Any
    resource: str
    # The screen's name in addresses, where two screens share a resource.
    screen: str = ""
    title: Any
    columns: tuple[Column, ...]
    sections: tuple[Section, ...] = ()
    filters: tuple[Filter, ...] = ()
    # Text columns that the search box looks in; ``matching`` may be cleverer about it.
    search: tuple[Any, ...] = ()
    order: tuple[Any, ...] = ()
    # Columns beside the place that ``may_change`` asks of a listed row.
    facts: tuple[str, ...] = ()
    lookups: dict[str, Lookup] = {}
    # Whether a row's own page is silent of what is not known yet, as of a case under way.
    silent_of_unset = False
    # What is ticked beside the button of an action: the name that is posted, and the words.
    ticks: dict[str, tuple[str, Any]] = {}
    # The act that opens a new row.
    creating = "write"

    can_view_details = True
    can_set_page_size = True
    page_size = 50
    page_size_options = PAGE_SIZES
    export_types = ["csv", "xlsx"]
    column_display_actions = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse at import a screen that would show, sort by or search a sealed column."""
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "columns"):
            _refuse_sealed(cls)

    def __init__(self, **menu: Any) -> None:
        """Turn the declarations into what Flask-Admin reads."""
        self.column_list = self._names(LIST)
        self.column_details_list = self._names(DETAILS)
        self.column_export_list = self._names(EXPORT)
        self.column_labels = {column.name: column.label for column in self.columns}
        self.column_sortable_list = [column.name for column in self.columns if column.sort]
        self.column_searchable_list = ()
        self.column_filters = ()
        self.form_ajax_refs = _named(self.lookups)
        self.form_columns = [field.name for field in self._fields()]
        self.form_overrides, self.form_args = {}, {}
        for field in self._fields():
            self._declare(field)
        self._shows = {column.name: column.show or formats.plain for column in self.columns}
        self._listing = self._list(LIST)
        told = enumerate(self._told(LIST))
        self._shown = tuple(ShownColumn.of(self.model, n, column) for n, column in told)
        self._exported = self._list(EXPORT)
        screen = self.screen or self.resource
        super().__init__(self.model, db, name=self.title, endpoint=screen, url=f"/{screen}", **menu)

    def _fields(self) -> Iterator[Field]:
        for section in self.sections:
            yield from section.fields

    def _names(self, place: str) -> list[str]:
        return [column.name for column in self.columns if place in column.on]

    def _told(self, place: str) -> list[Column]:
        return [column for column in self.columns if place in column.on]

    def _list(self, place: str) -> Listing:
        return Listing(self.model, self._told(place), self._shows, self.facts)

    def _declare(self, field: Field) -> None:
        args: dict[str, Any] = {"label": field.label, "description": field.help}
        column = inspect(self.model).columns.get(field.name)
        if field.name in self.lookups:
            asked = [InputRequired()] if _asks_for(self.model, field.name) else []
            args |= {"widget": LookupWidget(), "allow_blank": True}
            args["validators"] = [*asked, within_reach]
        elif column is not None:
            override, options = suited(column)
            args |= options
            if override:
                self.form_overrides[field.name] = override
                asked = not column.nullable and field.name not in _booleans(self.model)
                first = InputRequired() if asked else Optional()
                args["validators"] = [first, *options.get("validators", ())]
            else:
                args |= {"filters": [stripped], "validators": [no_nul]}
        self.form_args[field.name] = args

    # Who may

    def may(self, act: str) -> bool:
        """Tell whether the person holds ``resource:act`` anywhere."""
        return access().may(f"{self.resource}:{act}")

    def may_on(self, act: str, row: Any) -> bool:
        """Tell whether the person holds ``resource:act`` where the row lies."""
        return access().reaches(f"{self.resource}:{act}", row)

    def may_change(self, row: Any) -> bool:
        """Tell whether the row is open to editing; a subclass closes settled ones."""
        return self.may_on("write", row)

    def may_delete(self, row: Any) -> bool:
        """Tell whether the row may be deleted; a subclass keeps settled ones."""
        return self.may_on("delete", row)

    can_create = property(lambda self: bool(self.sections) and self.may("write"))
    can_edit = property(lambda self: bool(self.sections) and self.may("write"))
    can_delete = property(lambda self: self.may("delete"))
    can_export = property(lambda self: self.may("export"))

    def is_accessible(self) -> bool:
        """Open the screen to whom may read the register."""
        return self.may("read")

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Response:
        """Send a guest to the sign-in, anyone else to the refusal."""
        if not current_user.is_authenticated:
            return redirect(self.get_url("sign_in.sign_in", next=request.full_path))
        return abort(403)

    def is_action_allowed(self, name: str) -> bool:
        """Offer a button to whom may press it."""
        return self.may(name)

    # One row

    def get_one(self, id: Any) -> Any:
        """Return the row of a typed key; one out of reach does not exist."""
        number = key(id, self.model)
        row = None
        if number is not None:
            asked = select(self.model).where(self.model.id == number)
            row = db.session.scalar(self.narrowed(asked))
        if row is None:
            abort(404)
        return row

    def _asked(self) -> Any:
        return self.get_one(request.args.get("id"))

    def _get_field_value(self, model: Any, name: Any) -> Any:
        return super()._get_field_value(model, name)

    def _get_list_value(self, context: Any, model: Any, name: Any, *rest: Any) -> str:
        return self._shows[name](self._get_field_value(model, name))

    @expose("/details/")
    def details_view(self) -> str:
        """Show one row."""
        row = self._asked()
        return self.render(
            self.details_template,
            model=row,
            details_columns=self.facts_of(row),
            get_value=self.get_detail_value,
            return_url=self.get_url(".index_view"),
        )

    def facts_of(self, row: Any) -> list[tuple[str, Any]]:  # a subclass asks it
        """Return the columns that a row's own page shows, each by its name and heading."""
        shown = list(self._details_columns)
        if not self.silent_of_unset:
            return shown
        return [one for one in shown if self._get_field_value(row, one[0]) not in (None, "")]

    # Look-ups

    @expose("/ajax/lookup/")
    def ajax_lookup(self) -> Response:
        """Answer what a look-up field finds for the typed words."""
        if not (self.can_create or self.can_edit):
            abort(403)
        loader = self.form_ajax_refs.get(request.args.get("name", ""))
        if loader is None:
            abort(404)
        return offered(loader)

    @expose("/ajax/update/", methods=("POST",))
    def ajax_update(self) -> None:
        """Refuse editing in the list: a change is made on its own page, with its checks."""
        abort(404)


def _named(lookups: dict[str, Lookup]) -> dict[str, Lookup]:
    for name, lookup in lookups.items():
        lookup.name = name
    return dict(lookups)


def _asks_for(model: Any, name: str) -> bool:
    """Tell whether a row cannot be without the related row of a name."""
    relation = inspect(model).relationships.get(name)
    return relation is not None and not any(c.nullable for c in relation.local_columns)


def _booleans(model: Any) -> set[str]:
    return {c.key for c in inspect(model).columns if isinstance(c.type, Boolean)}


def _refuse_sealed(cls: type[RegisterView]) -> None:
    told = [_at_path(cls.model, column.name) for column in cls.columns]
    told += [*cls.search, *(flt.column for flt in cls.filters)]
    told += [column for lookup in cls.lookups.values() for column in lookup.by]
    secret = sorted({str(column) for column in told if _is_secret(column)})
    if secret:
        raise TypeError(f"{cls.__name__} shows, filters or searches {', '.join(secret)}")


def _at_path(model: Any, path: str) -> Any:
    """Return the attribute that a column's path leads to, through the relations on the way."""
    *relations, last = path.split(".")
    for name in relations:
        model = inspect(model).relationships[name].mapper.class_
    return getattr(model, last, None)


def _is_secret(attribute: Any) -> bool:
    kind = getattr(attribute, "type", None)
    return isinstance(kind, Sealed | SealedText) or getattr(attribute, "key", "").endswith("_hash")

"""The one register screen. Subclasses declare; this class decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import abort, flash, jsonify, redirect, request
from flask_admin.base import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.model.base import ViewArgs
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_login import current_user
from sqlalchemy import Boolean, Select, inspect, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.validators import InputRequired, Optional

from admin_app.services import audit
from admin_app.services.names import Matched
from models import Account, AtStation, AuditAction, DomainError, NotAllowed, clock, db, engine
from models.sealing import Sealed, SealedText

from . import exports, formats, keyset, listing, looks
from .columns import DETAILS, EXPORT, LIST, Column, Field, Section, ShownColumn
from .fields import no_nul, stripped, suited, within_reach
from .filters import Filter
from .keyset import AFTER, BEFORE, Cursor, Key
from .listing import Listing
from .lookups import Lookup, LookupWidget, containing, key
from .web.requests import access

PAGE_SIZES = (20, 50, 100)
MAX_SEARCH = 50
MAX_WORDS = 5

TAKEN = lazy_gettext("This record already exists, or another record still uses it.")
CONTRADICTS = lazy_gettext("The values contradict each other: check the order of days and times.")
ELSEWHERE = lazy_gettext("This belongs to another place, or does not exist.")
STALE = lazy_gettext("Someone else changed this record: go back, look at it and save again.")


def actor() -> Account:
    """Return the signed-in account itself, for services to keep."""
    account = current_user._get_current_object()
    assert isinstance(account, Account)  # noqa: S101  # narrows Flask-Login's proxy
    return account


class RegisterView(ModelView):
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
        self._shown = [ShownColumn.of(self.model, n, c) for n, c in enumerate(self._told(LIST))]
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
            args |= {"widget": LookupWidget(), "allow_blank": True, "validators": [within_reach]}
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

    # The list

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
        may_edit = self.can_edit
        actions, questions = self.get_actions_list()
        return self.render(
            self.list_template,
            page=page,
            count=self._count(found, given, page),
            shown_columns=self._shown_columns(),
            editable={line.id for line in page.lines if may_edit and self.may_change(line.facts)},
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
            details_columns=self._details_columns,
            get_value=self.get_detail_value,
            return_url=self.get_url(".index_view"),
        )

    # Writing

    def create_form(self, obj: Any = None) -> Form:
        """Return the form of a new row, without what is not asked."""
        return self._fit(super().create_form(obj), is_new=True)

    def edit_form(self, obj: Any = None) -> Form:
        """Return the form of a row, without what only its opening asks."""
        return self._fit(super().edit_form(obj), is_new=False)

    def _fit(self, form: Form, *, is_new: bool) -> Form:
        for field in list(self._fields()):
            if field.name not in form:
                continue
            if (field.once and not is_new) or (field.name == "station" and own_station(self)):
                del form[field.name]
        return form

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> str | Response:
        """Ask for a new row, or save it."""
        if not self.can_create:
            abort(403)
        form = self.create_form()
        if request.method == "POST" and self.validate_form(form):
            row = self._save(form, lambda: self._create(form))
            if row is not None:
                flash(_("Saved."), "success")
                return redirect(self._after_save(row))
        return self._form_page(self.create_template, form, None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> str | Response:
        """Show a row to be changed, or save the change."""
        row = self._asked()
        if not self.can_edit or not self.may_change(row):
            abort(403)
        form = self.edit_form(obj=row)
        if request.method == "POST" and self.validate_form(form):
            id_ = row.id
            if self._save(form, lambda: self._change(row, form)) is not None:
                flash(_("Saved."), "success")
                return redirect(self._after_save(row))
            row = self.get_one(id_)
        return self._form_page(self.edit_template, form, row)

    def _form_page(self, template: str, form: Form, row: Any) -> str:
        return self.render(
            template,
            form=form,
            model=row,
            sections=[
                (section.title, [(f, form[f.name]) for f in section.fields if f.name in form])
                for section in self.sections
            ],
            return_url=self.get_url(".index_view"),
        )

    def _after_save(self, row: Any) -> str:
        if "_add_another" in request.form:
            return str(self.get_url(".create_view"))
        return str(self.get_url(".details_view", id=row.id))

    def _create(self, form: Form) -> Any:
        row = self.create_row(form)
        db.session.flush()  # the row lies at its place only now
        if not self.may_on(self.creating, row):
            raise NotAllowed(ELSEWHERE)
        return row

    def create_row(self, form: Form) -> Any:
        """Make and return the row of a valid form; a subclass calls its service here."""
        row = self.model()
        form.populate_obj(row)
        if isinstance(row, AtStation) and row.station is None:
            row.station_id = own_station(self)
        db.session.add(row)
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Write a valid form into the row; a subclass calls its service here."""
        form.populate_obj(row)

    def _change(self, row: Any, form: Form) -> Any:
        seen = request.form.get("version", "")
        if hasattr(row, "version") and seen != str(row.version):
            raise DomainError(STALE)
        self.change_row(row, form)
        return row

    def _save(self, form: Form, act: Callable[[], Any]) -> Any:
        """Do, flush and commit; on a refusal undo, tell the form, and return None."""
        try:
            with db.session.no_autoflush:
                row = act()
            db.session.commit()
        except DomainError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        except StaleDataError:
            db.session.rollback()
            form.form_errors.append(str(STALE))
        except IntegrityError as error:
            db.session.rollback()
            form.form_errors.append(_broken_rule(error))
        else:
            return row
        return None

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> Response:
        """Delete one row, if it may go."""
        row = self.get_one(request.form.get("id"))
        if not self.can_delete or not self.may_delete(row):
            abort(403)
        self.perform(self._delete, [row], _deleted)
        return redirect(self.get_url(".index_view"))

    def _delete(self, rows: list[Any]) -> int:
        for row in rows:
            db.session.delete(row)
        return len(rows)

    # Buttons over several rows

    action_delete = None  # one row at a time, from its own page

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Response:
        """Press a button for the ticked rows; one that is not offered is refused."""
        name = request.form.get("action", "")
        if name not in self._actions_data:
            abort(404)
        if not self.is_action_allowed(name):
            abort(403)
        ticked = request.form.getlist("rowid")
        if len(ticked) > max(PAGE_SIZES):
            abort(400)
        keys = {key(value, self.model) for value in ticked} - {None}
        found = self.rows(None, None).where(self.model.id.in_(keys)).order_by(self.model.id)
        rows = list(db.session.scalars(found).unique())
        if not keys or len(rows) != len({*ticked}):
            abort(404)
        answer = self._actions_data[name][0](rows)
        return answer or redirect(request.args.get("url") or self.get_url(".index_view"))

    def perform(
        self, act: Callable[[list[Any]], int], rows: list[Any], done: Callable[[int], str]
    ) -> None:
        """Do ``act`` to all rows and say how many, or undo it wholly and say why not."""
        try:
            count = act(rows)
            db.session.commit()
        except DomainError as refusal:
            db.session.rollback()
            flash(str(refusal), "error")
        except StaleDataError:
            db.session.rollback()
            flash(str(STALE), "error")
        except IntegrityError as error:
            db.session.rollback()
            flash(_broken_rule(error), "error")
        else:
            flash(done(count), "success")

    # Export and look-ups

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """Send the list, as searched, filtered and masked on screen, as a file."""
        if export_type not in exports.TYPES:
            abort(404)
        if not self.can_export:
            abort(403)
        given = self._get_list_extra_args()
        found, order = self.rows(given.search, given.filters), self._keys(given)
        # The trail tells how many leave, up to the count the list itself shows.
        count, rows = self._exported.count(found), self._exported.stream(found, order)
        engine.begin_writing()
        audit.record(AuditAction.EXPORT, self.model.__tablename__, rows=count, kind=export_type)
        db.session.commit()
        engine.begin_reading()
        titles = [str(label) for _name, label in self._export_columns]
        name = f"{self.resource}-{clock.today():%Y%m%d}.{export_type}"
        return exports.answer(export_type, name, titles, rows)

    @expose("/ajax/lookup/")
    def ajax_lookup(self) -> Response:
        """Answer what a look-up field finds for the typed words."""
        if not (self.can_create or self.can_edit):
            abort(403)
        loader = self.form_ajax_refs.get(request.args.get("name", ""))
        if loader is None:
            abort(404)
        words = request.args.get("query", "").replace("\x00", "")[:MAX_SEARCH]
        offset = request.args.get("offset", 0, type=int)
        found = loader.get_list(words, offset or 0, request.args.get("limit", 20, type=int) or 20)
        return jsonify([loader.format(row) for row in found])

    @expose("/ajax/update/", methods=("POST",))
    def ajax_update(self) -> None:
        """Refuse editing in the list: a change is made on its own page, with its checks."""
        abort(404)


def own_station(view: RegisterView) -> int | None:
    """Return the one station where the person may write the register, if it is just one."""
    places = access().places(f"{view.resource}:write")
    stations = {place.value for place in places if place.column == "station"}
    return stations.pop() if len(stations) == 1 and len(places) == 1 else None


def _broken_rule(error: IntegrityError) -> str:
    """Return which kind of rule the database kept, in the words of both engines."""
    return str(CONTRADICTS if "check constraint" in str(error.orig).lower() else TAKEN)


def _deleted(count: int) -> str:
    return ngettext("%(num)d record deleted.", "%(num)d records deleted.", count)


def _named(lookups: dict[str, Lookup]) -> dict[str, Lookup]:
    for name, lookup in lookups.items():
        lookup.name = name
    return dict(lookups)


def _without_none(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


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

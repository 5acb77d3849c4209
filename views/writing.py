"""What is written through a register screen: forms, saves, deletions, buttons over rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import abort, current_app, flash, redirect, request
from flask_admin.base import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response
from wtforms import Form

from admin_app.services import audit
from admin_app.services.ledger import refusals
from models import AtStation, DomainError, NotAllowed, clock, db

from . import conflicts, formats, long_acts, matches
from .broken import STALE, broken_rule
from .lookups import key
from .web.requests import own_station

PAGE_SIZES = (20, 50, 100)

ELSEWHERE = lazy_gettext("This belongs to another place, or does not exist.")


class Stale(Exception):
    """Somebody saved the row after it was opened here."""


class Writing:
    """How a register screen opens, changes and deletes one row; every save is one transaction."""

    conflict_template = "admin/model/conflict.html"
    # Whether the station is asked even of somebody who writes at one alone.
    asks_station = False

    def create_form(self, obj: Any = None) -> Form:
        """Return the form of a new row, without what is not asked."""
        form = self._fit(super().create_form(obj), is_new=True)
        if request.method != "POST":
            self._begin(form)
        return form

    def _begin(self, form: Form) -> None:
        """Fill in what a new row usually has, and what it shares with the one saved before."""
        for field in self._fields():
            if field.begins is not None and field.name in form:
                form[field.name].data = field.begins()
        if "after" not in request.args:
            return
        before = self.get_one(request.args["after"])
        stored = self._edit_form_class(None, obj=before)
        self.fill(stored, before)
        for field in self._fields():
            if field.kept and field.name in form:
                form[field.name].data = stored[field.name].data

    def edit_form(self, obj: Any = None) -> Form:
        """Return the form of a row, without what only its opening asks."""
        form = self._fit(super().edit_form(obj), is_new=False)
        if request.method != "POST":
            self.fill(form, obj)
        return form

    def fill(self, form: Form, row: Any) -> None:
        """Show what the row holds under other names than the form's; a subclass knows them."""

    def _stored_form(self, row: Any) -> Form:
        """Return the form as the row alone would fill it, whatever was posted."""
        form = self._fit(self._edit_form_class(None, obj=row), is_new=False)
        self.fill(form, row)
        return form

    def _fit(self, form: Form, *, is_new: bool) -> Form:
        for field in list(self._fields()):
            if field.name not in form:
                continue
            is_known = field.name == "station" and not self.asks_station
            if (field.once and not is_new) or (is_known and own_station(self.resource)):
                del form[field.name]
        return form

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> str | Response:
        """Ask for a new row, or save it."""
        if not self.can_create:
            abort(403)
        form = self.create_form()
        if request.method == "POST" and self.validate_form(form):
            number = self._save(form, lambda: self._create(form))
            if number is not None:
                return self._saved(number)
        return self._form_page(self.create_template, form, None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> str | Response | tuple[str, int]:
        """Show a row to be changed, or save the change, or show who was faster."""
        row = self._asked()
        if not self.can_edit or not self.may_on("write", row):
            abort(403)
        is_late = request.method == "POST" and _is_late(row)
        if not self.may_change(row) and not is_late:
            abort(403)
        form = self.edit_form(obj=row)
        if request.method == "POST" and "_again" not in request.form and self.validate_form(form):
            id_ = row.id
            try:
                saved = self._save(form, lambda: self._change(row, form))
            except Stale:
                return self._conflict_page(form, self.get_one(id_)), 409
            if saved is not None:
                return self._saved(saved)
            row = self.get_one(id_)
        if not self.may_change(row):
            return self._conflict_page(form, row), 409
        return self._form_page(self.edit_template, form, row)

    def _conflict_page(self, form: Form, row: Any) -> str:
        stored = self._stored_form(row)
        return self.render(
            self.conflict_template,
            model=row,
            differences=list(conflicts.differences(self.sections, form, stored)),
            secrets=[field for field in conflicts.plain_fields(form) if conflicts.is_typed(field)],
            posted=conflicts.posted(form, request.form),
            is_open=self.may_change(row),
            change=(change := audit.last_change(row)),
            changed_at=formats.moment(change.at),
            return_url=self.get_url(".index_view"),
        )

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

    def _saved(self, number: int) -> Response:
        flash(_("Saved."), "success")
        answer = redirect(self._after_save(number))
        # The browser throws away the draft of just this form; read by forms/drafts.js.
        answer.set_cookie(
            "saved", quote(f"{request.path}:{request.args.get('id', '')}"), max_age=60,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]), samesite="Lax",
        )  # fmt: skip
        return answer

    def _after_save(self, number: int) -> str:
        if "_add_another" in request.form:
            return str(self.get_url(".create_view", after=number))
        return str(self.get_url(".details_view", id=number))

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
            row.station_id = own_station(self.resource)
        db.session.add(row)
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Write a valid form into the row; a subclass calls its service here."""
        form.populate_obj(row)

    def _change(self, row: Any, form: Form) -> Any:
        if _is_late(row):
            raise Stale
        self.change_row(row, form)
        # What hangs on the row, such as a seat or a person's name, counts as its change too.
        row.updated_at = clock.utc_now()
        return row

    def _save(self, form: Form, act: Callable[[], Any]) -> int | None:
        """Do, flush and commit; on a refusal undo, tell the form, and return None.

        Raises ``Stale`` when somebody saved the row meanwhile; nothing is done then.
        """
        try:
            with db.session.no_autoflush:
                row = act()
            number: int = row.id  # told now: after the commit it would be read once more
            db.session.commit()
        except DomainError as refusal:
            db.session.rollback()
            refusals.keep(refusal)
            form.form_errors.append(str(refusal))
        except (Stale, StaleDataError):
            db.session.rollback()
            raise Stale from None
        except IntegrityError as error:
            db.session.rollback()
            form.form_errors.append(broken_rule(error))
        else:
            return number
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


class Acting:
    """Buttons over the ticked rows of a list, or over all that it finds.

    A method ``long_NAME`` is what a worker does for a button over very many: see ``long_acts``.
    """

    action_delete = None  # one row at a time, from its own page
    # Relations that the buttons ask of every row.
    acting_on: tuple[Any, ...] = ()

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Response:
        """Press a button for the ticked rows or for all; one that is not offered is refused."""
        name = request.form.get("action", "")
        if name not in self._actions_data:
            abort(404)
        if not self.is_action_allowed(name):
            abort(403)
        back = redirect(request.args.get("url") or self.get_url(".index_view"))
        try:
            if "all" not in request.form:
                rows = self._ticked()
            else:
                ids = matches.of_list(self)
                if (answer := long_acts.handed_over(self, name, ids)) is not None:
                    return answer
                rows = matches.loaded(self, ids)
        except DomainError as refusal:
            flash(str(refusal), "error")
            return back
        return self._actions_data[name][0](rows) or back

    def _ticked(self) -> list[Any]:
        ticked = request.form.getlist("rowid")
        if len(ticked) > max(PAGE_SIZES):
            abort(400)
        keys = {key(value, self.model) for value in ticked} - {None}
        found = self.rows(None, None).where(self.model.id.in_(keys)).order_by(self.model.id)
        rows = list(db.session.scalars(found).unique())
        if not keys or len(rows) != len({*ticked}):
            abort(404)
        return rows

    def act_on_posted(self, verb: Callable[[Any], object], *acts: str) -> Response:
        """Do something to the row that is posted, for whoever holds one of ``acts`` there.

        Back on its page stands what became of it.
        """
        row = self.get_one(request.form.get("id"))
        if not any(self.may_on(act, row) for act in acts):
            abort(403)
        number = row.id

        def act(rows: list[Any]) -> int:
            for one in rows:
                verb(one)
            return len(rows)

        self.perform(act, [row], _noted)
        return redirect(self.get_url(".details_view", id=number))

    def perform(
        self, act: Callable[[list[Any]], int], rows: list[Any], done: Callable[[int], str]
    ) -> None:
        """Do ``act`` to all rows and say how many, or undo it wholly and say why not."""
        try:
            count = act(rows)
            db.session.commit()
        except DomainError as refusal:
            db.session.rollback()
            refusals.keep(refusal)
            flash(str(refusal), "error")
        except StaleDataError:
            db.session.rollback()
            flash(str(STALE), "error")
        except IntegrityError as error:
            db.session.rollback()
            flash(broken_rule(error), "error")
        else:
            flash(done(count), "success")


def _is_late(row: Any) -> bool:
    """Tell whether the posted form was opened on another version of the row."""
    return hasattr(row, "version") and request.form.get("version", "") != str(row.version)


def _noted(_count: int) -> str:
    return _("Noted.")


def _deleted(count: int) -> str:
    return ngettext("%(num)d record deleted.", "%(num)d records deleted.", count)

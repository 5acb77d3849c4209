"""What is written through a register screen: forms, saves, deletions, buttons over rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request
from flask_admin.base import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response
from wtforms import Form

from models import AtStation, DomainError, NotAllowed, db

from .lookups import key
from .web.requests import own_station

PAGE_SIZES = (20, 50, 100)

TAKEN = lazy_gettext("This record already exists, or another record still uses it.")
CONTRADICTS = lazy_gettext("The values contradict each other: check the order of days and times.")
ELSEWHERE = lazy_gettext("This belongs to another place, or does not exist.")
STALE = lazy_gettext("Someone else changed this record: go back, look at it and save again.")


class Writing:
    """How a register screen opens, changes and deletes one row; every save is one transaction."""

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
            if (field.once and not is_new) or (
                field.name == "station" and own_station(self.resource)
            ):
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
            row.station_id = own_station(self.resource)
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


class Acting:
    """Buttons over the ticked rows of a list."""

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


def _broken_rule(error: IntegrityError) -> str:
    """Return which kind of rule the database kept, in the words of both engines."""
    return str(CONTRADICTS if "check constraint" in str(error.orig).lower() else TAKEN)


def _deleted(count: int) -> str:
    return ngettext("%(num)d record deleted.", "%(num)d records deleted.", count)

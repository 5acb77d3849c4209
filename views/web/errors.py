"""The pages that say what went wrong, and what to do."""

from __future__ import annotations

import flask
from flask import render_template
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from models import DomainError, NotAllowed, db


def register(app: flask.Flask) -> None:
    """Answer every error with a page of our own; none repeats what was typed."""
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(Exception, _defect)


def _page(code: int, title: str, advice: str) -> tuple[str, int]:
    return render_template("errors/error.html", code=code, title=title, advice=advice), code


def _stale(_error: CSRFError) -> tuple[str, int]:
    return _page(
        400, _("This form was open too long."), _("Go back, reload the page and save again.")
    )


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:  # noqa: PLR2004
        return error
    if isinstance(error, SecurityError):
        # Under a name that is not ours no address can be built, so no page of ours either.
        return error.name, error.code
    titles = {
        403: (_("You may not open this."), _("Ask your leader or supervisor for an appointment.")),
        404: (_("There is no such page or record."), _("Check the address, or go back.")),
        405: (_("This page is not opened this way."), _("Go back and use the button.")),
        413: (_("The file is too large."), _too_large()),
        429: (_("Too many tries."), _("Wait a few minutes and try again.")),
    }
    unknown = (_("The request was not understood."), _("Go back and try again."))
    title, advice = titles.get(error.code, unknown)
    return _page(error.code, title, advice)


def _too_large() -> str:
    if flask.request.blueprint == "evidence":
        return _("Take the picture in a smaller size, or hand in fewer files at a time.")
    return _("Split the sheet and upload the parts.")


def _not_allowed(error: NotAllowed) -> tuple[str, int]:
    db.session.rollback()
    return _page(403, str(error), _("Ask your leader or supervisor for an appointment."))


def _refused(error: DomainError) -> tuple[str, int]:
    db.session.rollback()
    return _page(409, str(error), _("Go back, correct it and try again."))


def _defect(error: Exception) -> tuple[str, int]:
    db.session.rollback()
    flask.current_app.logger.error("unexpected error on %s", flask.request.endpoint, exc_info=error)
    return _page(
        500,
        _("Something went wrong on our side; nothing was saved."),
        _("Try again; if it stays, tell the system administrator the time."),
    )
